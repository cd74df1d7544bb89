"""nginx as the proxy, and nginx as the partner behind all of them."""

import os

from . import request

MODULE = "/usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so"


def command(site):
    """Writes the proxy's configuration and gives the command line."""
    rules = "\n".join(f'        "~^(?:{pattern})$" 1;' for pattern in site.scenario.patterns())
    removed = "\n".join(f"        more_clear_input_headers '{name}';"
                        for name in [*_terminal_fields(), "X-Evotor-*", "Expect"])
    added = "\n".join(f'            proxy_set_header {name} "{value}";'
                      for name, value in request.INJECTED.items())
    return _start(site.folder, f"""
    map "$scheme://$host$request_uri" $allowed {{
        default 0;
{rules}
    }}
    upstream partner {{
        server 127.0.0.1:{site.partner};
        keepalive 128;
        keepalive_requests 100000000;
    }}
    server {{
        {_listen(site)}
        if ($allowed = 0) {{ return 403; }}
{removed}
        location / {{
            proxy_pass http://partner;
            proxy_http_version 1.1;
            proxy_request_buffering off;
            proxy_max_temp_file_size 0;
            # Half the CPU of the defaults for large answers.
            proxy_buffers 16 32k;
            proxy_busy_buffers_size 64k;
            proxy_set_header Host $host;
            proxy_set_header Connection "";
{added}
        }}
    }}""")


def partner(folder, port):
    """The partner: 220 bytes of JSON, 1 MiB, an upload read to its end, or the fields it received."""
    (folder / "large").write_bytes(b"x" * (1 << 20))
    (folder / "answer").write_text('{"bonus": "' + "7" * 207 + '"}')
    names = [*request.REMOVED, *request.KEPT]
    echo = ",".join(f'"{name}":"$http_{name.lower().replace("-", "_")}"' for name in names)
    return _start(folder, f"""
    open_file_cache max=10;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        root {folder};
        default_type application/json;
        location /api/ {{ rewrite ^ /answer break; }}
        location /api/large/ {{ rewrite ^ /large break; }}
        location /api/fields/ {{ return 200 '{{{echo}}}'; }}
        # The mirror makes nginx read the whole body before it answers.
        location /api/upload/ {{
            rewrite ^ /answer break;
            mirror /read;
            client_body_buffer_size 128k;
            error_page 405 =200 /answer;
        }}
        location = /read {{ internal; return 204; }}
    }}""")


def _terminal_fields():
    return [name for name in request.REMOVED if not name.startswith(("X-Evotor-", "Authorization"))]


def _listen(site):
    if not site.scenario.tls:
        return f"listen 127.0.0.1:{site.port} backlog=4096;"
    http2 = " http2" if site.scenario.load.h2 else ""
    return f"""listen 127.0.0.1:{site.port} ssl{http2} backlog=4096;
        ssl_certificate {site.certificate};
        ssl_certificate_key {site.certificate};
        ssl_protocols TLSv1.3;"""


def _start(folder, http):
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(f"""load_module {MODULE};
{user}
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
pcre_jit on;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    tcp_nodelay on;
    sendfile on;
    keepalive_timeout 600s;
    keepalive_requests 100000000;
    client_max_body_size 0;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;{http}
}}
""")
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
