"""Runs the scenarios and prints Markdown; `benches/compare.sh --help` says how."""

import argparse
import os
import resource
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from . import idle, latency, report, startup, throughput
from .plan import SCENARIOS
from .stage import PEERS, USUAL, Stage, make_certificate

MEASURES = {
    "throughput": throughput.measure,
    "latency": latency.measure,
    "idle": idle.measure,
    "startup": startup.measure,
}


def main():
    options = arguments()
    os.sched_setaffinity(0, {options.load_cpu})
    raise_file_limit()
    # An end by signal is an ordinary end: the proxies have to go with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options.folder = Path(tempfile.mkdtemp(prefix="evotor-bench."))
    try:
        compare(options)
    finally:
        if options.keep:
            print(f"compare: files stay in {options.folder}", file=sys.stderr)
        else:
            shutil.rmtree(options.folder)


def compare(options):
    make_certificate(options.folder)
    print(report.header(options), flush=True)
    results = {}
    for scenario in options.scenarios:
        print(f"{scenario.key}: {scenario.title}", file=sys.stderr, flush=True)
        with Stage(scenario, options) as stage:
            results[scenario.key] = MEASURES[scenario.measure](stage, options)
        print(report.table(scenario, results[scenario.key]), flush=True)
    print(report.summary(options.scenarios, results), flush=True)


def arguments():
    parser = argparse.ArgumentParser(prog="compare.sh", description=__package__)
    parser.add_argument("--gateway", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--peers", type=chosen(PEERS), default=USUAL,
                        help=f"of {','.join(PEERS)}; ratios are to nginx, else to the first")
    known = {scenario.key: scenario for scenario in SCENARIOS}
    parser.add_argument("--scenarios", type=chosen(known), default=list(known),
                        help=f"of {','.join(known)}")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2, help="of one sample")
    parser.add_argument("--quick", action="store_true", help="one round of one second, fewer idle connections")
    parser.add_argument("--proxy-cpu", type=int, default=0)
    parser.add_argument("--load-cpu", type=int, default=1, help="of the load generator and the partner")
    parser.add_argument("--keep", action="store_true", help="leave configurations and logs behind")
    options = parser.parse_args()
    options.scenarios = [known[key] for key in options.scenarios]
    if options.quick:
        options.rounds, options.seconds = 1, 1
    options.connections = 1000 if options.quick else 5000
    return options


def chosen(known):
    """A parser of comma-separated names, all of them known."""
    def parse(text):
        names = text.split(",")
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(known)}")
        return names
    return parse


def raise_file_limit():
    """Idle connections take a descriptor each, here and in the proxy."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 12_000:
        sys.exit(f"compare: {hard} open files allowed, 12000 needed; raise `ulimit -Hn`")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


main()
