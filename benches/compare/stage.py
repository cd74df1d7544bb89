"""The processes of one scenario: the partner and the proxies, each checked before it is measured."""

import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from . import gateway, haproxy, nginx, request
from .check import check, served
from .plan import Scenario
from .process import Process

PEERS = {"nginx": nginx.command, "haproxy": haproxy.command, "gateway": gateway.command,
         "gateway-unrecorded": gateway.unrecorded, "gateway-watched": gateway.command}
USUAL = ["nginx", "haproxy", "gateway"]
WATCHERS = {"gateway-watched": gateway.watchers}


@dataclass(frozen=True)
class Site:
    """What a proxy's configuration needs to know."""

    scenario: Scenario
    folder: Path
    certificate: Path
    gateway: Path
    partner: int
    port: int
    spare: tuple


class Stage:
    """Starts the partner; the proxies start by `start`. All end with the block."""

    def __init__(self, scenario, options):
        self.scenario, self.options = scenario, options
        self.running = []
        self.sites = {}

    def __enter__(self):
        folder = self.options.folder / self.scenario.key
        self.partner_port = free_port()
        (folder / "partner").mkdir(parents=True)
        for name in self.options.peers:
            (folder / name).mkdir()
            self.sites[name] = Site(
                self.scenario, folder / name, self.options.folder / "server.pem", self.options.gateway,
                self.partner_port, free_port(), (free_port(), free_port()))
        self._run(nginx.partner(folder / "partner", self.partner_port), self.options.load_cpu,
                  folder / "partner" / "log")
        return self

    def __exit__(self, *_):
        for process in reversed(self.running):
            process.stop()

    def start(self, name):
        """A proxy just started, not yet known to listen."""
        site = self.sites[name]
        return self._run(PEERS[name](site), self.options.proxy_cpu, site.folder / "log")

    def start_all(self):
        """Every proxy, serving and checked."""
        processes = {}
        for name, site in self.sites.items():
            processes[name] = self.start(name)
            self.await_served(name, processes[name])
            check(name, site)
            for watcher in WATCHERS.get(name, lambda _: [])(site):
                self._run(watcher, self.options.load_cpu, site.folder / "watcher.log")
        return processes

    def await_served(self, name, process, seconds=30):
        """Returns the time at which the first request was served."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if served(self.sites[name]):
                return time.monotonic()
            if why := process.failed():
                raise SystemExit(f"compare: {name} did not start, {why}")
            time.sleep(0.0005)
        raise SystemExit(f"compare: {name} served nothing within {seconds} s, see {process.log}")

    def stop(self, process):
        """Ends one process before the others."""
        process.stop()
        self.running.remove(process)

    def _run(self, command, cpu, log):
        process = Process(command, cpu, log)
        self.running.append(process)
        return process


def free_port():
    """A loopback port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_certificate(folder):
    """The peers' certificate, ECDSA P-256 as this gateway's own."""
    path = folder / "server.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", "30", "-subj", f"/CN={request.HOST}", "-addext", f"subjectAltName=DNS:{request.HOST}",
         "-keyout", folder / "key", "-out", folder / "certificate"],
        check=True, capture_output=True)
    path.write_bytes((folder / "certificate").read_bytes() + (folder / "key").read_bytes())
