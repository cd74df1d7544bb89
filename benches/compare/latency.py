"""What a proxy adds to the time of a request at a rate that strains nobody."""

from statistics import median

from .paced import paced
from .throughput import rotated

RATE = 2000


def measure(stage, options):
    """The medians of the rounds; each sample is paired with one of the partner alone."""
    processes = stage.start_all()
    seconds = options.seconds * 2
    samples = {name: [] for name in processes}
    for turn in range(options.rounds):
        for name in rotated(list(processes), turn):
            site = stage.sites[name]
            direct = paced(site, stage.partner_port, RATE, seconds)
            before = processes[name].cpu_seconds()
            seen = paced(site, site.port, RATE, seconds)
            cpu = processes[name].cpu_seconds() - before
            samples[name].append({
                "requests/s": seen.requests / seen.seconds,
                "CPU µs/request": cpu / max(seen.requests, 1) * 1e6,
                "direct p50 µs": direct.p50,
                "p50 µs": seen.p50,
                "p99 µs": seen.p99,
                "added p50 µs": seen.p50 - direct.p50,
                "errors": seen.errors,
            })
    return {name: {column: median(row[column] for row in rows) for column in rows[0]}
            for name, rows in samples.items()}

