"""YouTube through Google's own client, over HTTP: its hits, its errors, and the key that it never tells."""

from __future__ import annotations

import logging
import socket
import time
import traceback
from collections.abc import Iterator
from datetime import datetime

import pytest

from kamerton.deadline import Deadline
from kamerton.errors import (
    AnswerUnreadable,
    CallClosed,
    KeyRefused,
    SourceError,
    SourceLimited,
    SourceNotFound,
    SourceRefused,
    SourceUnavailable,
)
from kamerton.music.track import YOUTUBE, TrackReference
from kamerton.sources.deadline_adapter import within
from kamerton.sources.youtube import YouTubeApi, YouTubeSearch, YouTubeVideos
from kamerton.sources.youtube_oembed import YouTubeOEmbedClient
from tests.fakes import loopback, youtube
from tests.fakes.loopback import Fault
from tests.fakes.music import MadeTrack
from tests.fakes.youtube import KEY, FakeYouTube, MadeVideo, video_of
from tests.functions.sources.conftest import SECONDS

# Six hours before midnight in California.
NOW = datetime.fromisoformat("2026-11-25T02:00:00+00:00").timestamp()
ODD = MadeVideo("odd-_video0", "Guns N' Roses - \"Don't Cry\" & <more>", "Guns N' Roses", 3700, False, ("DE", "FR"), None)
BLOCKED = MadeVideo("blockedvid0", "Blocked", "Somebody", 59, True, None, ("RU", "x"))


@pytest.fixture
def fake(music: list[MadeTrack]) -> Iterator[FakeYouTube]:
    videos = [video_of(track, place) for place, track in enumerate(music)]
    with FakeYouTube([*videos, ODD, BLOCKED]) as server:
        yield server


@pytest.fixture
def api(fake: FakeYouTube) -> YouTubeApi:
    return YouTubeApi(KEY, fake.url, SECONDS, lambda: NOW)


def test_a_search_gives_videos_and_nothing_else(api: YouTubeApi, fake: FakeYouTube, music: list[MadeTrack]) -> None:
    videos = YouTubeSearch(api).videos(f"{music[3].artists[0]} {music[3].title}")
    assert videos[0].id == fake.videos[3].id
    assert (videos[0].title, videos[0].channel) == (fake.videos[3].title, music[3].artists[0])
    assert 1 < len(videos) <= 25
    assert len({video.id for video in videos}) == len(videos)


def test_titles_are_no_html(api: YouTubeApi, fake: FakeYouTube) -> None:
    fake.videos = [MadeVideo("a" * 11, "Guns N' Roses - \"Don't Cry\" & <more>", "Guns N' Roses", 200)]
    assert YouTubeSearch(api).videos("roses")[0].title == "Guns N' Roses - \"Don't Cry\" & <more>"


def test_all_is_known_of_videos_by_their_ids(api: YouTubeApi) -> None:
    videos = {video.id: video for video in YouTubeVideos(api).videos([ODD.id, "unknown0000", BLOCKED.id])}
    assert set(videos) == {ODD.id, BLOCKED.id}
    odd, blocked = videos[ODD.id], videos[BLOCKED.id]
    assert (odd.duration_ms, odd.embeddable, odd.allowed, odd.blocked) == (3_700_000, False, ("DE", "FR"), ())
    assert (blocked.duration_ms, blocked.embeddable, blocked.allowed, blocked.blocked) == (59_000, True, None, ("RU",))


@pytest.mark.parametrize(
    ("duration", "ms"),
    [
        ("PT3M41S", 221_000),
        ("PT1H", 3_600_000),
        ("P1DT1S", 86_401_000),
        ("P0D", None),
        ("PT0S", None),
        ("", None),
        ("3:41", None),
    ],
)
def test_durations_are_as_iso_8601_writes_them(api: YouTubeApi, fake: FakeYouTube, duration: str, ms: int | None) -> None:
    item = {"id": "a" * 11, "snippet": {"title": "x"}, "contentDetails": {"duration": duration}}
    fake.fail(loopback.replied({"items": [item]}))
    assert [video.duration_ms for video in YouTubeVideos(api).videos(["a" * 11])] == [ms]


@pytest.mark.parametrize(
    "items",
    [
        [{}, None, 7, [], {"id": {}}, {"id": {"videoId": "short"}, "snippet": {"title": "x"}}],
        [{"id": {"videoId": "a" * 11}}, {"id": {"videoId": "../../../aa"}, "snippet": {"title": "x"}}],
        [{"id": "a" * 11}, {"id": "a" * 11, "snippet": {"title": 5}}, {"id": "a" * 12, "snippet": {"title": "x"}}],
    ],
)
def test_what_is_no_video_is_left_out(api: YouTubeApi, fake: FakeYouTube, items: list[object]) -> None:
    fake.fail(loopback.replied({"items": items}), times=2)
    assert YouTubeSearch(api).videos("x") == YouTubeVideos(api).videos(["a" * 11]) == []


FAULTS: list[tuple[Fault, type[SourceError]]] = [
    (youtube.quota_exceeded, SourceLimited),
    (youtube.rate_limited, SourceLimited),
    (youtube.too_fast, SourceLimited),
    (youtube.key_invalid, KeyRefused),
    (youtube.not_configured, KeyRefused),
    (loopback.rate_limited(86_400), SourceLimited),
    (loopback.forbidden_text, SourceRefused),
    (loopback.replied({"error": {"message": KEY}}, 403), CallClosed),
    (loopback.replied({"error": {"message": KEY}}, 400), SourceRefused),
    (loopback.replied({"error": [KEY]}, 404), SourceNotFound),
    (loopback.replied({"error": {"errors": [{"reason": KEY}]}}, 400), SourceRefused),
    (loopback.server_error(), SourceUnavailable),
    (loopback.hang_up, SourceUnavailable),
    (loopback.truncated, AnswerUnreadable),
    (loopback.broken_off, SourceUnavailable),
    (loopback.web_page, AnswerUnreadable),
    (loopback.replied([]), AnswerUnreadable),
    (loopback.replied({}), AnswerUnreadable),
    (loopback.replied({"items": {}}), AnswerUnreadable),
    (loopback.redirected("http://169.254.169.254/"), SourceUnavailable),
]


@pytest.mark.parametrize(("fault", "error"), FAULTS)
def test_every_fault_is_an_error_of_one_kind_that_does_not_tell_the_key(
    api: YouTubeApi,
    fake: FakeYouTube,
    fault: Fault,
    error: type[SourceError],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    for call in (lambda: YouTubeSearch(api).videos("metal"), lambda: YouTubeVideos(api).videos(["a" * 11])):
        fake.fail(fault)
        with pytest.raises(SourceError) as failure:
            call()
        assert type(failure.value) is error
        text = "".join(traceback.format_exception(failure.value)) + repr(failure.value)
        assert KEY not in text
    assert len(fake.calls) == 2
    assert KEY not in caplog.text
    assert KEY not in "".join(capfd.readouterr())
    assert YouTubeSearch(api).videos("metal")


def test_a_quota_that_is_used_up_is_one_until_midnight_in_california(api: YouTubeApi, fake: FakeYouTube) -> None:
    fake.quota = 1
    YouTubeSearch(api).videos("metal")
    with pytest.raises(SourceLimited) as failure:
        YouTubeSearch(api).videos("metal")
    assert (failure.value.seconds, failure.value.quota_used_up) == (6 * 3600, True)
    # The one quota is not the other's.
    assert YouTubeVideos(api).videos([ODD.id])
    assert YouTubeSearch(api).key != YouTubeVideos(api).key


def test_a_key_that_is_none_is_refused_for_good(fake: FakeYouTube) -> None:
    with pytest.raises(SourceRefused) as failure:
        YouTubeSearch(YouTubeApi("another", fake.url, SECONDS)).videos("metal")
    assert failure.value.status == 403


def test_a_key_is_sent_to_youtube_and_kept_from_the_client(api: YouTubeApi, fake: FakeYouTube) -> None:
    YouTubeSearch(api).videos("metal")
    assert fake.calls[0].query["key"] == KEY
    assert "AIza" not in repr(vars(api._opened_service()))


@pytest.mark.parametrize("fault", [loopback.dripping(0.05), loopback.slow(0.6)])
def test_a_call_ends_with_the_deadline(api: YouTubeApi, fake: FakeYouTube, fault: Fault) -> None:
    YouTubeSearch(api).videos("metal")
    fake.fail(fault)
    started = time.monotonic()
    with within(Deadline(0.3)), pytest.raises(SourceUnavailable):
        YouTubeSearch(api).videos("metal")
    assert time.monotonic() - started < 0.6


def test_the_client_asks_nobody_else(fake: FakeYouTube, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a server of metadata, nor one that describes the API, nor what the environment names instead."""
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_UNIVERSE_DOMAIN", "GOOGLE_API_USE_MTLS_ENDPOINT"):
        monkeypatch.setenv(name, "somewhere.example")
    monkeypatch.setenv("GOOGLE_API_USE_CLIENT_CERTIFICATE", "true")
    hosts: list[object] = []
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: hosts.append(host) or real(host, *rest, **more))
    assert YouTubeSearch(YouTubeApi(KEY, fake.url, SECONDS)).videos("metal")
    assert set(hosts) == {"127.0.0.1"}


def test_a_video_says_which_track_it_shows_with_a_key_and_without(
    api: YouTubeApi, fake: FakeYouTube, music: list[MadeTrack]
) -> None:
    reference = TrackReference(YOUTUBE, fake.videos[4].id)
    with_key = YouTubeVideos(api).track(reference)
    without_key = YouTubeOEmbedClient(fake.url, SECONDS).track(reference)
    assert (
        (with_key.title, with_key.artists) == (without_key.title, without_key.artists) == (music[4].title, music[4].artists[:1])
    )
    assert (with_key.duration_ms, without_key.duration_ms) == (music[4].duration_ms // 1000 * 1000, None)


@pytest.mark.parametrize(
    "fault",
    [
        loopback.replied("Not Found", 404),
        loopback.replied("Unauthorized", 401),
        loopback.replied("Forbidden", 403),
        loopback.replied("Bad Request", 400),
    ],
)
def test_a_video_that_may_not_be_shown_is_none_of_our_faults(fake: FakeYouTube, fault: Fault) -> None:
    fake.fail(fault)
    with pytest.raises(SourceNotFound):
        YouTubeOEmbedClient(fake.url, SECONDS).track(TrackReference(YOUTUBE, fake.videos[4].id))


def test_a_video_that_is_gone_shows_nothing(api: YouTubeApi) -> None:
    with pytest.raises(SourceNotFound):
        YouTubeVideos(api).track(TrackReference(YOUTUBE, "a" * 11))
