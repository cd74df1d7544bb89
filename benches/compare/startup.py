"""From the start of the process to the first request served."""

import time
from statistics import median

STARTS = 7


def measure(stage, _options):
    """The median of some starts, the peers in turn."""
    samples = {name: [] for name in stage.sites}
    for name in stage.sites:
        # The first start of all makes what later ones find: this gateway's authority, the page cache.
        one_start(stage, name)
    for _ in range(STARTS):
        for name in stage.sites:
            samples[name].append(one_start(stage, name))
    return {name: {column: median(row[column] for row in rows) for column in rows[0]}
            for name, rows in samples.items()}


def one_start(stage, name):
    """Start, first answer, stop."""
    begin = time.monotonic()
    process = stage.start(name)
    end = stage.await_served(name, process)
    row = {"start ms": (end - begin) * 1e3, "PSS MiB": process.pss_kib() / 1024}
    stage.stop(process)
    return row
