"""What is measured, and what is aimed at."""

from dataclasses import dataclass

from .request import HOST


@dataclass(frozen=True)
class Load:
    """What the generator sends."""

    method: str = "GET"
    path: str = "/api/bonus/"
    urls: int = 20_000
    body: int = 0
    close: bool = False
    h2: bool = False


@dataclass(frozen=True)
class Scenario:
    """One table of the result; `goal` bounds `column`, as a ratio to nginx unless `absolute`."""

    key: str
    title: str
    measure: str
    column: str
    goal: float
    absolute: bool = False
    tls: bool = False
    rules: int = 3
    one_host: bool = True
    load: Load = Load()

    @property
    def scheme(self):
        return "https" if self.tls else "http"

    def patterns(self):
        """The allowlist, in the forms of the vendor's page. Only its last rule matches what is sent."""
        others = [self._pattern(n) for n in range(self.rules - 1)]
        return [*others, rf"{self.scheme}://{PATTERN_HOST}/api/.*"]

    def _pattern(self, n):
        form = FORMS[n % len(FORMS)]
        host = PATTERN_HOST if self.one_host else rf"shop{n}\.example\.ru"
        return f"{self.scheme}://{host}/v{n}/{form}"


FORMS = [r"document.*\.jsp\?wildcard=\*&param=value.*", r"document.*\.jsp", ".*"]
PATTERN_HOST = HOST.replace(".", r"\.")
CPU, START, IDLE, ADDED = "CPU µs/request", "start ms", "KiB/connection", "added p50 µs"
LARGE = Load(path="/api/large/")
UPLOAD = Load(method="POST", path="/api/upload/", urls=500, body=64 * 1024)

SCENARIOS = [
    Scenario("S1", "plain keep-alive GET, 64 connections", "throughput", CPU, 0.88),
    Scenario("S2", "TLS 1.3 keep-alive GET, 64 connections", "throughput", CPU, 0.80, tls=True),
    Scenario("S3", "TLS 1.3 handshake for each request", "throughput", CPU, 0.72, tls=True,
             load=Load(close=True)),
    Scenario("S4a", "1,000 rules of one host, the last matches", "throughput", CPU, 0.2, rules=1000),
    Scenario("S4ad", "1,000 rules, all different hosts", "throughput", CPU, 0.2, rules=1000, one_host=False),
    Scenario("S4b", "10,000 rules of one host, the last matches", "throughput", CPU, 0.005, rules=10_000),
    Scenario("S4bd", "10,000 rules, all different hosts", "throughput", CPU, 0.005, rules=10_000,
             one_host=False),
    Scenario("S5u", "64 KiB POST", "throughput", CPU, 0.65, load=UPLOAD),
    Scenario("S5d", "1 MiB GET", "throughput", CPU, 1.1, load=LARGE),
    Scenario("S6", "idle plain connections, each after one request", "idle", IDLE, 1, absolute=True),
    Scenario("S6t", "idle TLS connections, each after one request", "idle", IDLE, 13, absolute=True, tls=True),
    Scenario("S7", "latency at 2,000 requests/s", "latency", ADDED, 1.0),
    Scenario("S8", "start to first served request, 3 rules", "startup", START, 1.0),
    Scenario("S8b", "start to first served request, 10,000 rules of different hosts", "startup", START, 1.0,
             rules=10_000, one_host=False),
    Scenario("S9", "HTTP/2 over TLS, 16 connections of 8 streams", "throughput", CPU, 0.75, tls=True,
             load=Load(h2=True)),
]
