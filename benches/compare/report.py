"""Markdown of the results."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

VERSIONS = {
    "nginx": ["nginx", "-v"],
    "haproxy": ["haproxy", "-v"],
    "wrk": ["wrk", "-v"],
    "h2load": ["h2load", "--version"],
    "openssl": ["openssl", "version"],
    "rustc": ["rustc", "--version"],
}
# A ratio of these says nothing about the peer.
WITHOUT_RATIO = {"core used", "errors", "connections", "closed", "direct p50 µs"}


def header(options):
    """Date, machine and versions."""
    lines = [
        f"# Comparison of {datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "",
        f"- Machine: {_processor()}, {os.cpu_count()} CPUs, kernel {platform.release()}, "
        f"load {os.getloadavg()[0]:.2f}",
        f"- Proxy on CPU {options.proxy_cpu}; load and partner on CPU {options.load_cpu}; loopback",
        f"- {options.rounds} interleaved rounds of {options.seconds} s, medians; ratios to nginx",
    ]
    commands = dict(VERSIONS)
    if options.gateway:
        commands["evotor-gateway"] = [str(options.gateway), "--version"]
    lines += [f"- {name}: {_version(command)}" for name, command in commands.items()]
    return "\n".join(lines) + "\n"


def table(scenario, rows):
    """One scenario; in brackets the ratio to nginx, or to the first where nginx took no part."""
    columns = list(next(iter(rows.values())))
    lines = [f"## {scenario.key}: {scenario.title}", "",
             _row(["peer", *columns]), _row(["---"] * (len(columns) + 1))]
    base = rows.get("nginx") or next(iter(rows.values()))
    for name, row in rows.items():
        lines.append(_row([name, *(_cell(column, row[column], base.get(column)) for column in columns)]))
    return "\n".join(lines) + "\n"


def summary(scenarios, results):
    """Every goal beside what was reached."""
    lines = ["## Goals", "", _row(["", "measure", "goal", "gateway", "haproxy", "reached"]), _row(["---"] * 6)]
    for scenario in scenarios:
        rows = results[scenario.key]
        unit = "" if scenario.absolute else " × nginx"
        lines.append(_row([scenario.key, scenario.column + unit, f"≤ {scenario.goal:g}",
                           _measured(scenario, rows, "gateway"), _measured(scenario, rows, "haproxy"),
                           _reached(scenario, rows)]))
    return "\n".join(lines) + "\n"


def _reached(scenario, rows):
    """Within the goal and ahead of HAProxy; nothing is said where a party is missing."""
    value = _value(scenario, rows, "gateway")
    if value is None:
        return ""
    missed = [] if value <= scenario.goal else ["goal"]
    haproxy = _value(scenario, rows, "haproxy")
    if haproxy is not None and value > haproxy:
        missed.append("HAProxy")
    if any(row.get("errors") or row.get("closed") for row in rows.values()):
        missed.append("errors")
    return "no: " + ", ".join(missed) if missed else "yes"


def _measured(scenario, rows, name):
    value = _value(scenario, rows, name)
    return "" if value is None else f"{value:.3g}"


def _cell(column, value, base):
    if column in WITHOUT_RATIO or not base:
        return _number(value)
    return f"{_number(value)} ({value / base:.3g})"


def _value(scenario, rows, name):
    """The bounded number, unrounded; `None` where it was not measured."""
    if name not in rows or not (scenario.absolute or "nginx" in rows):
        return None
    value = rows[name][scenario.column]
    return value if scenario.absolute else value / rows["nginx"][scenario.column]


def _number(value):
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"


def _row(cells):
    return f"| {' | '.join(cells)} |"


def _processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _version(command):
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except OSError:
        return "not found"
    return ((result.stdout + result.stderr).strip().splitlines() or ["unknown"])[0]
