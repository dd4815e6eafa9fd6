"""What the services really answered in 2026, in our own words, through each client.

A row is (status, body) and what the client makes of it: the class of the error, or a function that says whether the
value is right.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from kamerton.errors import CallClosed, SourceError, SourceLimited, SourceNotFound, SourceRefused, SourceUnavailable
from kamerton.music.track import APPLE, DEEZER, YOUTUBE, TrackReference
from kamerton.sources.deezer import DeezerClient
from kamerton.sources.http_session import USER_AGENT
from kamerton.sources.itunes import ITunesClient
from kamerton.sources.reccobeats import ReccoBeatsClient
from kamerton.sources.youtube import YouTubeApi, YouTubeSearch
from kamerton.sources.youtube_oembed import YouTubeOEmbedClient
from tests.fakes.loopback import Call, LoopbackServer, Reply

SPOTIFY_ID = "7xyYsOvq5Ec3P4fr6mM9fD"
VIDEO = TrackReference(YOUTUBE, "3dm_5qWWDV8")
NOON_PACIFIC = datetime(2026, 11, 26, 20, tzinfo=UTC).timestamp()


class Replying(LoopbackServer):
    """Gives one answer to every call."""

    prepared = Reply()

    def answer(self, call: Call) -> Reply:
        assert call.method == "GET"
        return self.prepared


@pytest.fixture
def server() -> Iterator[Replying]:
    with Replying() as server:
        yield server


def answering(server: Replying, status: int, body: object) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    kind = "text/html" if isinstance(body, str) else "application/json"
    server.prepared = Reply(status, text.encode(), content_type=kind)


def quota(unit: str, limit: str) -> dict[str, Any]:
    details = [{"reason": "RATE_LIMIT_EXCEEDED", "metadata": {"quota_unit": unit, "quota_limit": limit}}]
    return {"error": {"code": 429, "errors": [{"reason": "rateLimitExceeded"}], "details": details}}


DEEZER_ROWS: list[tuple[int, object, type[SourceError]]] = [
    (200, {"error": {"type": "Exception", "message": "Quota limit exceeded", "code": 4}}, SourceLimited),
    (200, {"error": {"type": "DataException", "message": "no data", "code": 800}}, SourceNotFound),
    (404, {"error": {"type": "DataException", "message": "no data", "code": 800}}, SourceNotFound),
    (404, {"error": "Not Found"}, SourceNotFound),
    (200, {"error": {"type": "Exception", "message": "An error has occured"}}, SourceUnavailable),
    (200, {"error": {"type": "ParameterException", "message": "Wrong parameter", "code": 500}}, SourceRefused),
    (200, {"error": "?"}, SourceUnavailable),
]


@pytest.mark.parametrize(("status", "body", "error"), DEEZER_ROWS)
def test_deezers_errors(server: Replying, status: int, body: object, error: type[SourceError]) -> None:
    answering(server, status, body)
    with pytest.raises(SourceError) as failure:
        DeezerClient(server.url, 5).track(TrackReference(DEEZER, "1"))
    assert type(failure.value) is error


def hit(**fields: object) -> dict[str, Any]:
    return {
        "id": 3135556,
        "readable": True,
        "title": "Harder, Better, Faster, Stronger",
        "isrc": "GBDUW0000059",
        "duration": 226,
        "rank": 885_000,
        "explicit_lyrics": False,
        "preview": "",
        "artist": {"id": 27, "name": "Daft Punk"},
        "album": {"id": 302127, "title": "Discovery"},
    } | fields


def test_a_hit_of_a_search_at_deezer_tells_its_isrc_and_whether_it_can_be_played(server: Replying) -> None:
    answering(server, 200, {"data": [hit(), hit(id=2, isrc="GBDUW0000060", readable=False)], "total": 2})
    first, second = DeezerClient(server.url, 5).tracks("daft punk", 10)
    assert (first.id, first.isrc, first.playable, first.popularity) == ("GBDUW0000059", "GBDUW0000059", None, 88.5)
    assert second.playable is False


YOUTUBE_ROWS: list[tuple[int, object, type[SourceError], bool]] = [
    (429, quota("1/d/{project}", "defaultSearchListPerDayPerProject"), SourceLimited, True),
    (429, quota("1/min/{project}", "defaultPerMinutePerProject"), SourceLimited, False),
    (429, quota("", ""), SourceLimited, False),
    (403, {"error": {"errors": [{"reason": "quotaExceeded"}]}}, SourceLimited, True),
    (403, {"error": {"errors": [{"reason": "accessNotConfigured"}]}}, SourceRefused, False),
]


@pytest.mark.parametrize(("status", "body", "error", "used_up"), YOUTUBE_ROWS)
def test_the_end_of_a_day_at_youtube_is_told_from_calls_that_come_too_fast(
    server: Replying, status: int, body: object, error: type[SourceError], used_up: bool
) -> None:
    answering(server, status, body)
    with pytest.raises(error) as failure:
        YouTubeSearch(YouTubeApi("key", server.url, 5, lambda: NOON_PACIFIC)).videos("muse")
    assert getattr(failure.value, "quota_used_up", False) is used_up
    if used_up:
        assert isinstance(failure.value, SourceLimited)
        assert failure.value.seconds == 12 * 3600


@pytest.mark.parametrize(
    ("status", "text"),
    [(200, "Forbidden"), (401, "Unauthorized"), (403, "Forbidden"), (400, "Bad Request"), (404, "Not Found")],
)
def test_a_video_that_may_not_be_shown_is_no_failure_of_the_service(server: Replying, status: int, text: str) -> None:
    answering(server, status, text)
    with pytest.raises(SourceNotFound):
        YouTubeOEmbedClient(server.url, 5).track(VIDEO)


def test_a_page_in_place_of_a_video_is_one(server: Replying) -> None:
    answering(server, 200, "<html>Something went wrong</html>")
    with pytest.raises(SourceUnavailable):
        YouTubeOEmbedClient(server.url, 5).track(VIDEO)


def test_apples_limit_is_an_empty_403(server: Replying) -> None:
    answering(server, 403, "")
    with pytest.raises(SourceLimited):
        ITunesClient(server.url, 5).track(TrackReference(APPLE, "1"))


def test_reccobeats_refuses_who_does_not_say_who_asks(server: Replying) -> None:
    answering(server, 403, "error code: 1010")
    with pytest.raises(SourceRefused) as failure:
        ReccoBeatsClient(server.url, 5).audio_features([SPOTIFY_ID])
    assert not isinstance(failure.value, CallClosed)


@pytest.mark.parametrize(
    "ask",
    [
        lambda url: DeezerClient(url, 5).tracks("muse", 5),
        lambda url: ReccoBeatsClient(url, 5).audio_features([SPOTIFY_ID]),
        lambda url: ITunesClient(url, 5).track(TrackReference(APPLE, "1")),
        lambda url: YouTubeOEmbedClient(url, 5).track(VIDEO),
        lambda url: YouTubeSearch(YouTubeApi("key", url, 5)).videos("muse"),
    ],
    ids=["deezer", "reccobeats", "itunes", "oembed", "youtube"],
)
def test_every_call_says_who_asks(server: Replying, ask: Callable[[str], object]) -> None:
    answering(server, 404, {})
    with pytest.raises(SourceError):
        ask(server.url)
    assert [call.headers["user-agent"] for call in server.calls] == [USER_AGENT]
