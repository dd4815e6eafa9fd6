"""What strangers do to starve others, each beside an ordinary listener, who is answered within the deadline all the same.

The function is served as our container does it, over fakes of the services outside. One test makes all attacks one after the
other, each from an address of its own, and writes reports/attacks.md, the table of docs/deploying.md.
"""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from kamerton.deadline import REQUEST_SECONDS
from kamerton.storage import Bucket
from tests.fakes.music import MadeTrack
from tests.fakes.youtube import KEY
from tests.functions.http.test_bounded_server import started
from tests.functions.lookup.conftest import Services, codes
from tests.functions.web.test_api import IN_THE_END

REPORT = Path(__file__).resolve().parents[3] / "reports" / "attacks.md"
RECOMMENDATIONS = "/api/v1/recommendations"
DAILY_SEARCHES = 40
EMBEDDED = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class Stranger:
    """At one address; counts what it is told. What it holds open is closed at the end."""

    port: int
    address: str
    music: list[MadeTrack]
    held: ExitStack
    statuses: Counter[str] = field(default_factory=Counter)

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any]:
        status, answer = asked(self.port, path, self.address, body, headers)
        self.statuses[str(status)] += 1
        return status, answer

    def ask_all(self, paths: Iterator[str], at_once: int = 8, **headers: str) -> None:
        with ThreadPoolExecutor(at_once) as threads:
            list(threads.map(lambda path: self.ask(path, None, **headers), paths))

    def hold(self, data: bytes) -> None:
        """A connection that says this and stays."""
        client = self.held.enter_context(socket.create_connection(("127.0.0.1", self.port), timeout=30))
        client.sendall(data)
        self.statuses["held"] += 1


def asked(
    port: int, path: str, address: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    """The status of one answer, 0 where the server hung up, and its JSON if it is any."""
    sent = {"X-Forwarded-For": address, "Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, sent)
    try:
        with _OPENER.open(request, timeout=REQUEST_SECONDS) as answer:
            return answer.status, _json(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _json(error.read())
    except (OSError, ValueError):
        return 0, None


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None


def made_up(number: int) -> str:
    return f"{number:022}"


def _many_seeds(stranger: Stranger) -> None:
    ids = [track.id for track in stranger.music]
    question = urlencode({"track": ids[:5], "unlike": ids[5:10]}, doseq=True)
    stranger.ask_all(iter([f"{RECOMMENDATIONS}?{question}&limit={number}" for number in range(1, 21)]))


def _crowd(stranger: Stranger) -> None:
    paths = (f"{RECOMMENDATIONS}?track={IN_THE_END}&world=0&limit={1 + number % 50}" for number in range(640))
    stranger.ask_all(paths, at_once=64)


ATTACKS: dict[str, Callable[[Stranger], None]] = {
    "400 previews of made-up ids": lambda it: it.ask_all(f"/preview/{made_up(number)}" for number in range(400)),
    "120 videos of made-up and of real ids": lambda it: it.ask_all(
        f"/api/v1/tracks/{track}/video" for track in [*(each.id for each in it.music), *map(made_up, range(104))]
    ),
    "300 covers of made-up ids": lambda it: it.ask_all(f"/cover/{made_up(5000 + number)}?blank=1" for number in range(300)),
    "20 questions with five tracks and five unlike": _many_seeds,
    "200 names that nobody has": lambda it: it.ask_all(f"{RECOMMENDATIONS}?track=zzq+{number}+xkv" for number in range(200)),
    "200 pictures on another site": lambda it: it.ask_all(
        (f"/cover/{made_up(7000 + number)}" for number in range(200)), **EMBEDDED
    ),
    "200 prefetched videos": lambda it: it.ask_all(
        (f"/watch/{made_up(8000 + number)}" for number in range(200)), **{"Sec-Purpose": "prefetch"}
    ),
    "20 request lines without end": lambda it: [it.hold(b"GET /?track=" + b"a" * 200_000) for _ in range(20)],
    "100 queries as long as they may be": lambda it: it.ask_all(f"/api/v1/search?q={'a' * 7000}" for _ in range(100)),
    "10 bodies of 5 MB": lambda it: [it.ask(RECOMMENDATIONS, b'{"features": {}, "x": "' + b"a" * 5_000_000) for _ in range(10)],
    "100 connections that say nothing": lambda it: [it.hold(b"") for _ in range(100)],
    "40 senders that stop in the middle": lambda it: [
        it.hold(b"POST /api/v1/recommendations HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{") for _ in range(40)
    ],
    "40 that read no answer": lambda it: [
        it.hold(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") for _ in range(40)
    ],
    "640 questions over 64 connections": _crowd,
}


def listener_answers(port: int, address: str, music: list[MadeTrack]) -> list[tuple[str, int, list[str]]]:
    """Of an ordinary visit: what was asked, the status, and what is missing from the answer."""
    visit = {
        "id": f"{RECOMMENDATIONS}?track={IN_THE_END}",
        "name": f"{RECOMMENDATIONS}?track=linkin+park+in+the+end",
        "of the world": f"{RECOMMENDATIONS}?track={music[0].id}",
        "page": f"/?track={IN_THE_END}",
        "video": f"/api/v1/tracks/{music[1].id}/video",
    }
    return [(name, *_answer(port, path, address)) for name, path in visit.items()]


def _answer(port: int, path: str, address: str) -> tuple[int, list[str]]:
    for _ in range(10):
        status, answer = asked(port, path, address)
        # An announced 503 is what a crowd gets; a browser or a person comes again.
        if status != 503:
            break
    return status, codes(answer) if isinstance(answer, dict) else []


@pytest.fixture
def port(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    settings = services.addresses | {
        "YOUTUBE_API_KEY": KEY,
        "YOUTUBE_DAILY_SEARCHES": str(DAILY_SEARCHES),
        "KAMERTON_PROXIES": "1",
        "THREADS": "8",
    }
    with started(tmp_path_factory.mktemp("attacked"), **settings) as port:
        assert asked(port, "/health", "198.51.100.1")[0] == 200
        yield port


def test_no_stranger_starves_a_listener(services: Services, port: int) -> None:
    bucket = Bucket.open(services.bucket_url)
    rows = [
        "| a stranger sends | is told | calls outside | objects written | a listener beside it |",
        "| --- | --- | --- | --- | --- |",
    ]
    failed = []
    for number, (name, attack) in enumerate(ATTACKS.items()):
        calls, objects = services.n_calls, len(bucket.keys())
        with ExitStack() as held:
            stranger = Stranger(port, f"203.0.113.{number}", services.music, held)
            attack(stranger)
            told = dict(sorted(stranger.statuses.items()))
            calls, objects = services.n_calls - calls, len(bucket.keys()) - objects
            answers = listener_answers(port, f"198.51.100.{number}", services.music)
        statuses = sorted({status for _, status, _ in answers})
        rows.append(f"| {name} | {_told(told)} | {calls} | {objects} | {', '.join(map(str, statuses))} |")
        if statuses != [200] or any(code.startswith("client_") for *_, missing in answers for code in missing):
            failed.append((name, answers))
        sent = sum(stranger.statuses.values())
        # A made-up id is remembered as absent at most once, and what nobody asked twice is not kept.
        assert objects <= 2 * sent + 5, name
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join(rows) + "\n")
    assert failed == []
    # The day's quota has something left for others.
    assert len(services.youtube.searches) < DAILY_SEARCHES / 2


def _told(statuses: dict[str, int]) -> str:
    return ", ".join(f"{count} x {'hung up' if status == '0' else status}" for status, count in statuses.items())
