"""Every client of an outside service raises the same error for the same fault, at once."""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from kamerton.errors import (
    AnswerUnreadable,
    CallClosed,
    SourceError,
    SourceLimited,
    SourceNotFound,
    SourceRefused,
    SourceUnavailable,
)
from kamerton.settings import SpotifyApp
from kamerton.sources.reccobeats import ReccoBeatsClient
from kamerton.sources.spotify import SpotifyClient
from tests.fakes import loopback
from tests.fakes.loopback import Fault, LoopbackServer
from tests.fakes.music import MadeTrack
from tests.fakes.reccobeats import FakeReccoBeats
from tests.fakes.spotify import CLIENT_ID, CLIENT_SECRET, FakeSpotify

pytestmark = pytest.mark.filterwarnings("ignore:You're using `audio_features:DeprecationWarning")

FaultyCall = tuple[LoopbackServer, str, Callable[[], object]]
"""A fake, the path of one of its calls, and a function that makes that call."""


@pytest.fixture(params=["a token", "a search", "spotify's features", "reccobeats' features"])
def source_call(
    request: pytest.FixtureRequest,
    music: list[MadeTrack],
    spotify: FakeSpotify,
    spotify_client: SpotifyClient,
    reccobeats: FakeReccoBeats,
    reccobeats_client: ReccoBeatsClient,
) -> FaultyCall:
    ids = [track.id for track in music[:5]]
    spotify.extended_quota = True
    return {
        "a token": (spotify, "/api/token", lambda: spotify_client.search("genre:metal")),
        "a search": (spotify, "/v1/search", lambda: spotify_client.search("genre:metal")),
        "spotify's features": (spotify, "/v1/audio-features", lambda: spotify_client.audio_features(ids)),
        "reccobeats' features": (reccobeats, "/v1/audio-features", lambda: reccobeats_client.audio_features(ids)),
    }[request.param]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (loopback.rate_limited(), SourceLimited),
        (loopback.quota_exceeded(), SourceLimited),
        (loopback.server_error(500), SourceUnavailable),
        (loopback.server_error(503), SourceUnavailable),
        (loopback.hang_up, SourceUnavailable),
        (loopback.truncated, AnswerUnreadable),
        (loopback.broken_off, SourceUnavailable),
        (loopback.web_page, AnswerUnreadable),
        (loopback.replied([]), AnswerUnreadable),
        (loopback.replied({}), AnswerUnreadable),
        (loopback.replied({"error": "as text"}, 400), SourceRefused),
        (loopback.replied(["as a list"], 400), SourceRefused),
        (loopback.replied({"error": {"status": 404, "message": "none"}}, 404), SourceNotFound),
        (loopback.forbidden_text, SourceRefused),
        (loopback.replied({"error": {"status": 403}}, 403), CallClosed),
        (loopback.replied({"error": {"status": 410}}, 410), CallClosed),
    ],
)
def test_every_fault_is_an_error_of_one_kind(source_call: FaultyCall, fault: Fault, error: type[SourceError]) -> None:
    fake, path, ask = source_call
    fake.fail(fault, path)
    started = time.monotonic()
    with pytest.raises(SourceError) as failure:
        ask()
    assert type(failure.value) is error
    assert time.monotonic() - started < 2
    assert len(fake.calls_of(path)) == 1
    assert CLIENT_SECRET not in str(failure.value)
    # The next call is none the worse for it.
    assert ask()


@pytest.mark.parametrize(
    ("retry_after", "reason", "seconds"),
    [
        (7, None, 7),
        (86_400, "QUOTA_EXCEEDED", 86_400),
        (None, None, 30),
        (None, "QUOTA_EXCEEDED", 86_400),
        (-5, None, 0),
        ("soon", None, 30),
        ("nan", None, 30),
        (10**15, None, 30 * 86_400),
    ],
)
def test_a_limit_says_for_how_long_and_whether_the_quota_is_used_up(
    source_call: FaultyCall, retry_after: int | str | None, reason: str | None, seconds: float
) -> None:
    fake, path, ask = source_call
    fake.fail(loopback.rate_limited(retry_after, reason), path)
    with pytest.raises(SourceLimited) as failure:
        ask()
    assert failure.value.seconds == seconds
    assert failure.value.quota_used_up is (reason == "QUOTA_EXCEEDED")


def test_a_limit_may_be_a_date(source_call: FaultyCall) -> None:
    fake, path, ask = source_call
    date = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    fake.fail(loopback.rate_limited(date), path)
    with pytest.raises(SourceLimited) as failure:
        ask()
    assert failure.value.seconds == pytest.approx(3600, abs=5)


@pytest.mark.parametrize("date", ["Wed, 99999999999999999999 Oct 2015 07:28:00 GMT", "Mon, 01 Jan 0001 00:00:00 +2359"])
def test_a_date_that_is_none_is_as_no_date(source_call: FaultyCall, date: str) -> None:
    fake, path, ask = source_call
    fake.fail(loopback.rate_limited(date), path)
    with pytest.raises(SourceLimited) as failure:
        ask()
    assert 0 <= failure.value.seconds <= 30


@pytest.mark.parametrize(
    "answer",
    [
        {"error": {"status": 429, "message": "QUOTA_EXCEEDED"}},
        {"error": {"status": 429}, "reason": "QUOTA_EXCEEDED"},
        {"error": "QUOTA_EXCEEDED"},
        {"error": {"errors": [{"reason": "QUOTA_EXCEEDED"}]}},
    ],
)
def test_a_quota_may_be_named_anywhere(source_call: FaultyCall, answer: object) -> None:
    fake, path, ask = source_call
    fake.fail(loopback.replied(answer, 429), path)
    with pytest.raises(SourceLimited) as failure:
        ask()
    assert (failure.value.quota_used_up, failure.value.seconds) == (True, 86_400)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_one_sends_us_elsewhere(source_call: FaultyCall, status: int) -> None:
    fake, path, ask = source_call
    with FakeReccoBeats([]) as target:
        fake.fail(loopback.moved_to(f"{target.url}/v1/audio-features?ids=a", status), path)
        with pytest.raises(SourceUnavailable, match="sends us elsewhere"):
            ask()
        assert not target.calls


def test_nobodys_password_is_sent(source_call: FaultyCall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password something\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    fake, path, ask = source_call
    assert ask()
    basic = base64.b64encode(b"somebody:something").decode()
    assert all(basic not in call.headers.get("authorization", "") for call in fake.calls_of(path))


def test_a_source_that_cannot_be_reached_is_unavailable() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(SourceUnavailable, match=r"^ReccoBeats cannot be reached"):
            ReccoBeatsClient(url, 1).audio_features(["a"])
        with pytest.raises(SourceUnavailable, match=r"^Spotify's accounts service cannot be reached"):
            SpotifyClient(SpotifyApp(CLIENT_ID, CLIENT_SECRET), url, url, 1).search("metal")


def test_a_source_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        for ask in (
            lambda: ReccoBeatsClient(url, 0.2).audio_features(["a"]),
            lambda: SpotifyClient(SpotifyApp(CLIENT_ID, CLIENT_SECRET), url, url, 0.2).search("metal"),
        ):
            started = time.monotonic()
            with pytest.raises(SourceUnavailable, match="did not answer in time"):
                ask()
            assert time.monotonic() - started < 2


def test_what_a_source_says_is_shortened_to_one_line(source_call: FaultyCall) -> None:
    fake, path, ask = source_call
    fake.fail(loopback.replied({"error": {"message": "a\nb\x1b[2J" + "c" * 5000}}, 400), path)
    with pytest.raises(SourceRefused, match="refused with 400: a b") as failure:
        ask()
    assert len(str(failure.value)) < 300
    assert str(failure.value).isprintable()
