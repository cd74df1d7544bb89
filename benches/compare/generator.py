"""wrk and h2load: one sample of load against a port."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import request

HERE = Path(__file__).parent
CONNECTIONS = 64
H2_CONNECTIONS, H2_STREAMS = 16, 8


@dataclass(frozen=True)
class Sample:
    """What the generator saw; latencies in microseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    errors: int


def wrk(site, seconds):
    """Keep-alive or one connection a request, HTTP/1.1."""
    load = site.scenario.load
    fields = site.folder / "fields"
    fields.write_text(request.head(request.fields(close=load.close)), newline="")
    # wrk takes the TLS server name from its URL, so that name has to resolve to loopback.
    hosts = site.folder / "hosts"
    hosts.write_text(f"127.0.0.1 {request.HOST}\n")
    output = _run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", "-s", HERE / "wrk.lua",
         f"{site.scenario.scheme}://{request.HOST}:{site.port}", load.method, load.path,
         load.urls, load.body, fields],
        {"LD_PRELOAD": f"libnss_wrapper.so {full_handshake(site.folder)}", "NSS_WRAPPER_HOSTS": str(hosts)})
    line = next(line for line in output.splitlines() if line.startswith("RESULT "))
    requests, microseconds, p50, p99, errors = map(int, line.split()[1:])
    return Sample(requests, microseconds / 1e6, p50, p99, errors)


def full_handshake(folder):
    """The library that keeps wrk from resuming sessions."""
    library = folder / "full_handshake.so"
    if not library.exists():
        _run(["cc", "-shared", "-fPIC", "-o", library, HERE / "full_handshake.c", "-ldl"])
    return library


def h2load(site, seconds):
    """HTTP/2."""
    load = site.scenario.load
    urls = site.folder / "urls"
    urls.write_text("".join(f"{site.scenario.scheme}://{request.HOST}{load.path}{n:05}\n"
                            for n in range(load.urls)))
    log = site.folder / "latencies"
    log.unlink(missing_ok=True)
    fields = [f"-H{name.lower()}: {value}" for name, value in request.fields(h2=True).items()]
    _run(["h2load", f"-c{H2_CONNECTIONS}", f"-m{H2_STREAMS}", f"-D{seconds}", "-i", urls,
          f"--connect-to=127.0.0.1:{site.port}", f"--log-file={log}", *fields])
    rows = [line.split()[1:3] for line in log.read_text().splitlines()]
    times = sorted(int(microseconds) for _, microseconds in rows)
    return Sample(len(rows), seconds, percentile(times, 50), percentile(times, 99),
                  sum(status != "200" for status, _ in rows))


def percentile(ordered, percent):
    """Of a sorted list; 0 of an empty one."""
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0


def _run(command, environment=None):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60,
                            env={**os.environ, **(environment or {})}, check=False)
    if result.returncode != 0:
        raise SystemExit(f"compare: {command[0]} failed: {result.stdout[-400:]}{result.stderr[-400:]}")
    return result.stdout
