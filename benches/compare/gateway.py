"""This gateway as the proxy."""

from . import request


def unrecorded(site):
    """The same with nothing kept of exchanges."""
    return command(site, "{enabled: false}")


def watchers(site):
    """Three pages of the console that show every exchange as it ends."""
    url = f"http://127.0.0.1:{site.spare[1]}/api/events"
    return [["curl", "-sN", "-o", "/dev/null", url] for _ in range(3)]


def command(site, journal="{enabled: true}"):
    """Writes gateway.yaml and gives the command line."""
    http, https = (site.spare[0], site.port) if site.scenario.tls else (site.port, site.spare[0])
    rules = "\n".join(f"      - '{pattern}'" for pattern in site.scenario.patterns())
    path = site.folder / "gateway.yaml"
    path.write_text(f"""version: 1
listen:
  http: 127.0.0.1:{http}
  https: 127.0.0.1:{https}
  admin: 127.0.0.1:{site.spare[1]}
certs: {site.folder}/certs
state: 'memory:'
users:
  - id: {request.USER}
    stores:
      - uuid: {request.STORE}
        name: Store
        devices:
          - uuid: {request.DEVICE}
            name: Till
            imei: "{request.IMEI}"
apps:
  - id: {request.APP}
    name: loyalty
    proxy: v2
    allow:
{rules}
    authorization: user_token
    tokens:
      {request.USER}: {request.TOKEN}
    upstreams:
      {site.scenario.scheme}://{request.HOST}: http://127.0.0.1:{site.partner}
workers: 1
journal: {journal}
""")
    return [str(site.gateway), "run", "-c", str(path), "-q"]
