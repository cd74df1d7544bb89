"""wrk and h2load: one sample of load against a port."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import request

WRK_SCRIPT = Path(__file__).with_name("wrk.lua")
CONNECTIONS = 64


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
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", "-s", WRK_SCRIPT,
         f"{site.scenario.scheme}://{request.HOST}:{site.port}", load.method, load.path,
         load.urls, load.body, fields],
        {"LD_PRELOAD": "libnss_wrapper.so", "NSS_WRAPPER_HOSTS": str(hosts)})
    line = next(line for line in output.splitlines() if line.startswith("RESULT "))
    requests, microseconds, p50, p99, errors = map(int, line.split()[1:])
    return Sample(requests, microseconds / 1e6, p50, p99, errors)


def h2load(site, seconds, port=None, clients=16, streams=8, rate=None):
    """HTTP/2, or with `rate` HTTP/1.1 at that many requests a second, all clients together."""
    load, h1 = site.scenario.load, rate is not None
    urls = site.folder / "urls"
    urls.write_text("".join(f"{site.scenario.scheme}://{request.HOST}{load.path}{n:05}\n"
                            for n in range(load.urls)))
    log = site.folder / "latencies"
    log.unlink(missing_ok=True)
    pace = ["--h1", f"--rps={rate // clients}"] if h1 else []
    fields = [f"-H{name.lower()}: {value}" for name, value in request.fields(h2=not h1).items()]
    _run(["h2load", *pace, f"-c{clients}", f"-m{streams}", f"-D{seconds}", "-i", urls,
          f"--connect-to=127.0.0.1:{port or site.port}", f"--log-file={log}", *fields])
    rows = [tuple(map(int, line.split()[:3])) for line in log.read_text().splitlines()]
    times = sorted(row[2] for row in rows)
    # The connections' handshakes fall into the first moments of the run.
    quiet = sorted(row[2] for row in rows if row[0] > rows[0][0] + 300_000) or times
    return Sample(len(rows), seconds, _percentile(quiet, 50), _percentile(quiet, 99),
                  sum(row[1] != 200 for row in rows))


def _percentile(ordered, percent):
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _run(command, environment=None):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60,
                            env={**os.environ, **(environment or {})}, check=False)
    if result.returncode != 0:
        raise SystemExit(f"compare: {command[0]} failed: {result.stdout[-400:]}{result.stderr[-400:]}")
    return result.stdout
