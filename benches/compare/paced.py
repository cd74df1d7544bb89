"""Requests at a fixed rate, evenly spaced: one Python thread, precise because it does nothing else."""

import gc
import select
import socket
import time
from collections import deque

from . import request
from .generator import Sample, percentile

CONNECTIONS = 32
WARM_SECONDS = 0.5


def paced(site, port, rate, seconds):
    """Latencies count from the moment a request was due, so a stall is charged for all it delays."""
    fields = request.head(request.fields())
    path = site.scenario.load.path
    idle = deque(connect(port) for _ in range(CONNECTIONS))
    due, times, errors = {}, [], 0
    total, sent, begin = int(rate * (seconds + WARM_SECONDS)), 0, time.perf_counter()
    gc.disable()
    while sent < total or due:
        next_due = begin + sent / rate
        now = time.perf_counter()
        if sent < total and idle and now >= next_due:
            stream = idle.popleft()
            due[stream] = next_due
            stream.send(f"GET {path}{sent % 20_000:05} HTTP/1.1\r\n{fields}".encode())
            sent += 1
            continue
        patience = max(next_due - now, 0) if sent < total and idle else 5
        ready = select.select(list(due), [], [], patience)[0]
        if not ready and patience == 5:
            errors += len(due)
            break
        for stream in ready:
            errors += not answered(stream)
            times.append((due[stream], time.perf_counter() - due.pop(stream)))
            idle.append(stream)
    gc.enable()
    for stream in [*idle, *due]:
        stream.close()
    measured = sorted(spent * 1e6 for at, spent in times if at - begin >= WARM_SECONDS)
    return Sample(len(times), total / rate, percentile(measured, 50), percentile(measured, 99), errors)


def connect(port):
    """A connection without delay."""
    stream = socket.create_connection(("127.0.0.1", port), timeout=5)
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return stream


def answered(stream):
    """Reads one whole answer; whether it is a 200."""
    answer = stream.recv(16384)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
    while answer and len(body) < int(length or 0):
        more = stream.recv(16384)
        if not more:
            return False
        body += more
    return answer.startswith(b"HTTP/1.1 200")
