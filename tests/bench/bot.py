"""The Telegram function beside the HTTPS function: its first answer, and a warm one. Times are in seconds.

The fake Bot API answers from this process. The time that it takes over the message, from having read it to having answered, is
not the function's, and is taken off; what it takes over "typing" is not, since that goes on beside the answer.
"""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import msgspec

from kamerton.release.manifest import POINTER
from kamerton.storage import Bucket
from kamerton.telegram.webhook import SECRET_HEADER
from tests.bench.servers import BOT, KAMERTON, Asked, running
from tests.fakes.loopback import Call
from tests.fakes.telegram import TOKEN, FakeTelegram

_SECRET = "bench"
_numbers = count(1)


class TimedTelegram(FakeTelegram):
    """Knows how long it took over messages."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self._began = 0.0
        self.on_call = self._begin
        self.on_answered = self._end

    def _begin(self, call: Call) -> None:
        if call.path.endswith("/sendMessage"):
            self._began = time.perf_counter()

    def _end(self, call: Call) -> None:
        if call.path.endswith("/sendMessage"):
            self.seconds += time.perf_counter() - self._began


def bot_figures(bucket: Bucket, release_id: str, track_ids: Sequence[str], cold_runs: int, warm_runs: int) -> dict[str, Any]:
    """`cold` and `warm`: the medians of the bot and of the page's function, measured by turns, and their ratio."""
    with _copied(bucket, release_id) as url, TimedTelegram() as telegram:
        environ = {
            "KAMERTON_BUCKET": url,
            "KAMERTON_WORLD": "0",
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_SECRET": _SECRET,
            "TELEGRAM_API_URL": telegram.url,
        }
        return {
            "cold": _cold(track_ids[0], telegram, environ, cold_runs),
            "warm": _warm(track_ids, telegram, environ, warm_runs),
        }


def _cold(track_id: str, telegram: TimedTelegram, environ: Mapping[str, str], runs: int) -> dict[str, Any]:
    times: dict[str, list[float]] = {"page": [], "bot": []}
    for run in range(runs + 1):
        for name, function in (("page", KAMERTON), ("bot", BOT)):
            telegram.seconds = 0.0
            with running(function, _question(track_id) if name == "page" else _update(track_id), environ) as server:
                # The first round only fills the page cache and the compiled files.
                if run:
                    times[name].append(server.cold_seconds - telegram.seconds)
    return _beside(times["bot"], times["page"])


def _warm(track_ids: Sequence[str], telegram: TimedTelegram, environ: Mapping[str, str], runs: int) -> dict[str, Any]:
    times: tuple[list[float], list[float]] = ([], [])
    first = track_ids[0]
    with running(KAMERTON, _question(first), environ) as page, running(BOT, _update(first), environ) as bot:
        ours, other = bot.connect(), page.connect()
        for number in range(runs):
            track_id = track_ids[number % len(track_ids)]
            telegram.seconds = 0.0
            times[0].append(_asked(ours, _update(track_id)) - telegram.seconds)
            times[1].append(_asked(other, _question(track_id)))
        ours.close()
        other.close()
    start = runs // 10
    return _beside(times[0][start:], times[1][start:])


def _question(track_id: str) -> Asked:
    return Asked("GET", "/api/v1/recommendations?" + urlencode({"track": track_id}))


def _update(track_id: str) -> Asked:
    number = next(_numbers)
    person = {"id": number, "is_bot": False, "language_code": "en"}
    message = {"message_id": 1, "date": 1, "chat": {"id": number, "type": "private"}, "from": person, "text": track_id}
    body = msgspec.json.encode({"update_id": number, "message": message})
    return Asked("POST", "/", body, {"Content-Type": "application/json", SECRET_HEADER: _SECRET})


def _asked(connection: http.client.HTTPConnection, asked: Asked) -> float:
    started = time.perf_counter()
    status = asked.of(connection)
    seconds = time.perf_counter() - started
    if status != 200:
        raise SystemExit(f"bench: {asked.path} was answered with {status}, not 200")
    return seconds


def _beside(bot: Sequence[float], page: Sequence[float]) -> dict[str, Any]:
    ours, other = statistics.median(bot), statistics.median(page)
    return {"bot_seconds": ours, "page_seconds": other, "ratio": ours / other, "runs": len(bot)}


@contextmanager
def _copied(bucket: Bucket, release_id: str) -> Iterator[str]:
    """A bucket with this release alone: the bot writes to it."""
    with TemporaryDirectory() as folder:
        copy = Bucket.open(Path(folder).as_uri())
        for key in (*bucket.keys(f"releases/{release_id}"), POINTER):
            copy.put(key, bucket.get(key).data)
        yield copy.url
