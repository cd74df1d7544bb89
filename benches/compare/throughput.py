"""As many requests as the proxy can serve, and what each of them costs it."""

from statistics import median

from .generator import h2load, wrk


def measure(stage, options):
    """The medians of the rounds, by peer."""
    send = h2load if stage.scenario.load.h2 else wrk
    processes = stage.start_all()
    samples = {name: [] for name in processes}
    for name, process in processes.items():
        send(stage.sites[name], 1)
        process.settle()
    for turn in range(options.rounds):
        for name in rotated(list(processes), turn):
            samples[name].append(sample(processes[name], stage.sites[name], send, options.seconds))
    return {name: {column: median(row[column] for row in rows) for column in rows[0]}
            for name, rows in samples.items()}


def sample(process, site, send, seconds):
    """One round of one peer."""
    before = process.cpu_seconds()
    seen = send(site, seconds)
    cpu = process.cpu_seconds() - before
    memory = process.pss_kib()
    process.settle()
    return {
        "requests/s": seen.requests / seen.seconds,
        "CPU µs/request": cpu / max(seen.requests, 1) * 1e6,
        "p50 µs": seen.p50,
        "p99 µs": seen.p99,
        "core used": cpu / seen.seconds,
        "PSS MiB": memory / 1024,
        "errors": seen.errors,
    }


def rotated(names, turn):
    """The order of one round; nobody is always first."""
    turn %= len(names)
    return names[turn:] + names[:turn]
