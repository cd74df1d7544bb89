"""Whether a proxy does the work at all: a fast one that does less is no peer."""

import json
import socket
import ssl
from http.client import HTTPException, HTTPResponse

from . import request


def check(name, site):
    """Ends the run unless the proxy refuses, strips and injects as it should."""
    refused, _ = exchange(site, "/forbidden")
    status, body = exchange(site, "/api/fields/1")
    if refused != 403 or status != 200:
        raise SystemExit(f"compare: {name} answers {refused} outside its list and {status} inside")
    wanted = {**dict.fromkeys(request.REMOVED, ""), **request.KEPT, **request.INJECTED}
    arrived = json.loads(body)
    for field, value in wanted.items():
        if arrived[field] != value:
            raise SystemExit(f"compare: {name} hands on {field}: {arrived[field]!r}, not {value!r}")


def served(site):
    """Whether one request gets through now."""
    try:
        return exchange(site, "/api/bonus/1")[0] == 200
    except (OSError, HTTPException):
        return False


def exchange(site, path):
    """One request on a connection of its own: status and body."""
    with connect(site) as stream:
        stream.sendall(f"GET {path} HTTP/1.1\r\n{request.head(request.fields(close=True))}".encode())
        answer = HTTPResponse(stream)
        answer.begin()
        return answer.status, answer.read()


def connect(site):
    """A connection as a terminal app makes it."""
    stream = socket.create_connection(("127.0.0.1", site.port), timeout=10)
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client_tls().wrap_socket(stream, server_hostname=request.HOST) if site.scenario.tls else stream


def client_tls():
    """TLS 1.3 with whatever certificate: trust is not what is measured."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context
