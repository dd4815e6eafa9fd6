"""How many answers a second one instance gives to a crowd, beside hello: at 1, 8, 64 and 256 connections.

The asker is one process with an event loop, which takes as much of a second core as it needs; hello shows how many it could ask
for. An answer of 503 with Retry-After is counted apart: it is what an instance says to more than it can answer in time.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

from tests.bench.measures import quantile
from tests.bench.servers import HELLO, Server, contained, running

CROWDS = (1, 8, 64, 256)
_THREADS = 8
_MOST_SECONDS = 30.0


def load(paths: Sequence[str], environ: Mapping[str, str], seconds: float) -> dict[str, Any]:
    """For each crowd the answers of 200 a second, how many others were announced 503s, what failed, and the p50 and p99 of the
    answers; hello's answers a second beside."""
    figures = {}
    with contained(paths[0], environ, _THREADS) as kamerton, running(HELLO, "/", {"THREADS": str(_THREADS)}) as hello:
        for crowd in CROWDS:
            asyncio.run(_crowd(kamerton, paths, crowd, seconds / 4))
            figures[str(crowd)] = {
                "kamerton": asyncio.run(_crowd(kamerton, paths, crowd, seconds)),
                "hello": asyncio.run(_crowd(hello, ["/"], crowd, seconds)),
            }
    return figures


async def _crowd(server: Server, paths: Sequence[str], size: int, seconds: float) -> dict[str, float]:
    outcomes: Counter[str] = Counter()
    times: list[float] = []
    end = time.perf_counter() + seconds
    await asyncio.gather(
        *(
            _client(server.port, paths[place % len(paths) :] + paths[: place % len(paths)], end, outcomes, times)
            for place in range(size)
        )
    )
    return {
        "answers_a_second": outcomes["200"] / seconds,
        "announced_503": outcomes["503"],
        "failed": sum(outcomes.values()) - outcomes["200"] - outcomes["503"],
        "p50_seconds": quantile(times, 0.5),
        "p99_seconds": quantile(times, 0.99),
    }


async def _client(port: int, paths: Sequence[str], end: float, outcomes: Counter[str], times: list[float]) -> None:
    """Asks over one connection, as long as it holds, one question after another."""
    reader = writer = None
    for path in cycle(paths):
        if time.perf_counter() >= end:
            break
        begun = time.perf_counter()
        try:
            if writer is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            status, stays = await asyncio.wait_for(_answer(reader), _MOST_SECONDS)
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            status, stays = type(error).__name__, False
        outcomes[status] += 1
        if status == "200":
            times.append(time.perf_counter() - begun)
        if status == "503":
            # As it was told, though not for as long.
            await asyncio.sleep(0.2)
        if not stays and writer is not None:
            writer.close()
            writer = None
    if writer is not None:
        writer.close()


async def _answer(reader: Any) -> tuple[str, bool]:
    """The status, and whether the connection stays."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    lines = head.split(b"\r\n")
    fields = dict(line.split(b": ", 1) for line in lines[1:] if b": " in line)
    await reader.readexactly(int(fields[b"content-length"]))
    return lines[0].split()[1].decode(), fields.get(b"connection") != b"close"
