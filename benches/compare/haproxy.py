"""HAProxy as the proxy."""

from . import request


def command(site):
    """Writes the configuration and gives the command line."""
    rules = site.folder / "rules"
    rules.write_text("".join(f"^(?:{pattern})$\n" for pattern in site.scenario.patterns()))
    removed = "\n".join(f"    http-request del-header {name}"
                        for name in request.REMOVED if not name.startswith(("X-Evotor-", "Authorization")))
    added = "\n".join(f'    http-request set-header {name} "{value}"'
                      for name, value in request.INJECTED.items())
    (site.folder / "haproxy.cfg").write_text(f"""global
    nbthread 1
    maxconn 8000
    ssl-default-bind-options ssl-min-ver TLSv1.3
defaults
    mode http
    option http-keep-alive
    http-reuse always
    timeout connect 5s
    timeout client 600s
    timeout server 60s
    timeout http-keep-alive 600s
frontend apps
    bind 127.0.0.1:{site.port} backlog 4096{_tls(site)}
    http-request set-var-fmt(txn.url) "{site.scenario.scheme}://%[req.hdr(host),lower]%[pathq]"
    acl allowed var(txn.url) -m reg -f {rules}
    http-request deny deny_status 403 unless allowed
{removed}
    http-request del-header Expect
    http-request del-header X-Evotor- -m beg
{added}
    default_backend partner
backend partner
    server partner 127.0.0.1:{site.partner}
""")
    return ["haproxy", "-db", "-f", str(site.folder / "haproxy.cfg")]


def _tls(site):
    if not site.scenario.tls:
        return ""
    return f" ssl crt {site.certificate} alpn {'h2,' if site.scenario.load.h2 else ''}http/1.1"
