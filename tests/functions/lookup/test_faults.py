"""What a person gets when a source has a fault: the best that is left, in time, with a word on what is missing."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable

import pytest

from tests.fakes import loopback
from tests.fakes.itunes import FIRST_ID
from tests.fakes.loopback import Fault
from tests.functions.lookup.conftest import SECONDS, Services
from tests.functions.web.conftest import LoggedSite
from tests.functions.web.test_api import IN_THE_END

pytestmark = pytest.mark.filterwarnings("ignore:You're using `audio_features:DeprecationWarning")

FAULTS: dict[str, Fault] = {
    "slow": loopback.slow(SECONDS + 2),
    "dripping": loopback.dripping(0.2),
    "5xx": loopback.server_error(503),
    "429 with a day": loopback.rate_limited(86_400),
    "403 text": loopback.forbidden_text,
    "broken JSON": loopback.truncated,
    "half an answer": loopback.broken_off,
    "wrong content type": loopback.web_page,
    "empty": loopback.replied({}),
    "no rows": loopback.replied({"content": [], "data": [], "items": [], "results": [], "tracks": {"total": 0, "items": []}}),
    "nonsense": loopback.replied(
        {"content": [1], "data": [[]], "items": [7], "results": {}, "error": "?", "tracks": 7, "title": {}}
    ),
    "shuffled": loopback.shuffled,
    "plain text": loopback.plain_text,
    "redirect": loopback.redirected("http://169.254.169.254/latest/meta-data"),
    "hang up": loopback.hang_up,
}
HARMLESS = ("shuffled", "plain text")
WITH_APP = {"spotify": True, "reccobeats": False, "deezer": False, "youtube": False, "itunes": False}


def ask_everything(site: LoggedSite, services: Services) -> dict[str, tuple[int, dict[str, object]]]:
    """Status and body of each kind of question; none is a defect, none takes longer than it may."""
    track, other = services.music[0], services.music[3]
    answers = {}
    named = f"{other.title} {other.artists[0]}"
    for kind, query in (("id", track.id), ("isrc", other.isrc), ("name", named), ("apple", f"apple:{FIRST_ID + 3}")):
        started = time.monotonic()
        response = site.get("/api/v1/recommendations", query_string={"track": query})
        seconds = time.monotonic() - started
        body = json.loads(response.data)
        assert response.status_code in (200, 404, 422, 503), (kind, body)
        assert seconds < SECONDS + 0.5, kind
        answers[kind] = (response.status_code, body)
    for kind, query in (("video", services.youtube.videos[1].id), ("watch", track.id)):
        answers[kind] = ask_for_a_video(site, kind, query)
    return answers


def ask_for_a_video(site: LoggedSite, kind: str, query: str) -> tuple[int, dict[str, object]]:
    """The track that a link of YouTube's shows, or the video of a track: whatever happens, a way to YouTube."""
    started = time.monotonic()
    path = f"/api/v1/tracks/{query}/video" if kind == "watch" else f"/api/v1/genre?track=youtube:{query}"
    response = site.get(path)
    assert time.monotonic() - started < SECONDS + 0.5, kind
    body = json.loads(response.data)
    assert response.status_code in (200, 404, 422, 503), (kind, body)
    if response.status_code == 200 and kind == "watch":
        assert body["search"].startswith("https://www.youtube.com/results?")
    return response.status_code, body


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("source", WITH_APP)
def test_a_fault_of_one_source(services: Services, source: str, fault: str) -> None:
    site = services.site(app=WITH_APP[source], videos=source == "youtube")
    site.get("/health")
    getattr(services, source).fail(FAULTS[fault], times=999)
    answers = ask_everything(site, services)
    if source == "itunes" and fault not in HARMLESS:
        # Nobody else can be asked by Apple's number.
        assert answers.pop("apple")[0] in (404, 422, 503)
        assert {status for status, _ in answers.values()} == {200}
    elif source == "spotify" or fault in HARMLESS:
        # ReccoBeats answers for ids and ISRCs, Deezer for names, and Apple for its own numbers.
        assert {status for status, _ in answers.values()} == {200}
    if source == "youtube":
        assert {answers[kind][0] for kind in ("id", "isrc", "name", "watch")} == {200}
    if source == "deezer":
        assert answers["id"][0] == answers["isrc"][0] == 200
    for status, body in answers.values():
        assert status == 200 or body["detail"]


@pytest.mark.parametrize("fault", FAULTS)
def test_the_catalog_answers_whatever_the_world_does(services: Services, fault: str) -> None:
    for fake in services.fakes:
        fake.fail(FAULTS[fault], times=999)
    site = services.site(app=True, KAMERTON_WORLD_SECONDS="0.4")
    site.get("/health")
    started = time.monotonic()
    response = site.get("/api/v1/recommendations", query_string={"track": IN_THE_END})
    assert time.monotonic() - started < 0.4 + 0.5
    assert response.status_code == 200
    assert len(response.json["recommendations"]) == 10
    assert response.json["notes"] or fault in (*HARMLESS, "no rows", "nonsense")


@pytest.mark.parametrize("app", [False, True])
def test_all_sources_are_down(services: Services, app: bool) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
        names = [
            name for name in services.addresses if name.startswith(("SPOTIFY", "RECCOBEATS", "DEEZER", "ITUNES", "YOUTUBE"))
        ]
        site = services.site(app=app, **dict.fromkeys(names, nobody))
        site.get("/health")
        answers = ask_everything(site, services)
    for kind in ("id", "isrc", "name", "apple", "video", "watch"):
        status, body = answers[kind]
        assert (status, body["code"]) == (503, "services_unavailable"), kind
        assert " could not be asked just now" in str(body["detail"])


@pytest.mark.parametrize("fault", ["slow", "dripping"])
def test_all_sources_are_slow(services: Services, fault: str) -> None:
    for fake in services.fakes:
        fake.fail(FAULTS[fault], times=999)
    site = services.site(app=True)
    site.get("/health")
    ask: Callable[..., object] = ask_everything
    ask(site, services)
