"""Memory of a connection that has served a request and waits for the next."""

import asyncio

from . import request
from .check import client_tls

AT_ONCE = 32
WARM = 64
REST_SECONDS = 3


def measure(stage, options):
    """Memory before, with all connections open, and the difference for each."""
    processes = stage.start_all()
    return {name: asyncio.run(hold(stage.sites[name], processes[name], options.connections))
            for name in processes}


async def hold(site, process, connections):
    """Opens the connections, lets them rest, weighs the process."""
    for _, writer in await open_many(site, WARM):
        writer.close()
    await asyncio.sleep(1)
    before = process.pss_kib()
    streams = await open_many(site, connections)
    await asyncio.sleep(REST_SECONDS)
    after = process.pss_kib()
    closed = sum(reader.at_eof() for reader, _ in streams)
    for _, writer in streams:
        writer.transport.abort()
    await asyncio.sleep(0.5)
    return {
        "connections": connections,
        "closed": closed,
        "before MiB": before / 1024,
        "PSS MiB": after / 1024,
        "KiB/connection": (after - before) / max(connections - closed, 1),
    }


async def open_many(site, count):
    """Connections that have each been served one request."""
    limit = asyncio.Semaphore(AT_ONCE)
    tls = client_tls() if site.scenario.tls else None
    message = f"GET /api/bonus/1 HTTP/1.1\r\n{request.head(request.fields())}".encode()

    async def one():
        async with limit:
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", site.port, ssl=tls, server_hostname=request.HOST if tls else None)
            writer.write(message)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
            await reader.readexactly(length)
            if not head.startswith(b"http/1.1 200"):
                raise SystemExit(f"compare: an idle connection was answered {head.splitlines()[0]}")
            return reader, writer

    return await asyncio.gather(*(one() for _ in range(count)))
