"""`python -m infra.doctor`: one true line for each configured service, whatever that service does."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from infra.doctor import MOST_SECONDS, Verdict, examine_all, examined
from infra.service_checks import Question, ServiceCheck, service_checks
from kamerton.settings import Settings
from tests.bench.servers import free_port
from tests.fakes import deezer, youtube
from tests.fakes.deezer import FakeDeezer
from tests.fakes.itunes import FakeITunes, over_limit
from tests.fakes.loopback import (
    Fault,
    LoopbackServer,
    broken_off,
    forbidden_text,
    hang_up,
    moved_to,
    rate_limited,
    replied,
    server_error,
    shuffled,
    truncated,
    web_page,
)
from tests.fakes.music import MadeTrack, made_music
from tests.fakes.reccobeats import FakeReccoBeats
from tests.fakes.spotify import CLIENT_ID, CLIENT_SECRET, FakeSpotify
from tests.fakes.telegram import TOKEN, USERNAME, FakeTelegram, refusal, too_many
from tests.fakes.youtube import KEY, FakeYouTube, MadeVideo
from tests.serving import served

pytestmark = pytest.mark.filterwarnings("ignore:You're using `audio_features:DeprecationWarning")

ROOT = Path(__file__).parents[2]
_SHARES = ("acousticness", "danceability", "energy", "instrumentalness", "liveness", "speechiness", "valence")
KNOWN = MadeTrack(
    id="5W3cjX2J3tjhG8zb6u0qHn",
    title="Harder, Better, Faster, Stronger",
    artists=("Daft Punk",),
    album="Discovery",
    year=2001,
    genres=("electro",),
    isrc="GBDUW0000059",
    duration_ms=224_693,
    explicit=False,
    features={**dict.fromkeys(_SHARES, 0.5), "loudness": -6.0, "tempo": 123.5, "key": 1, "mode": 1},
)
VIDEO = MadeVideo("gAjR4_CbPpQ", "Daft Punk - Harder, Better, Faster, Stronger (Official Video)", "Daft Punk", 225)


class World:
    """Every service, as it is when all is well, and the settings that name them."""

    def __init__(self, bucket_url: str, stack: ExitStack) -> None:
        music = [KNOWN, *made_music(("metal",), (2020,), per_year=5)]
        self.deezer = stack.enter_context(FakeDeezer(music))
        self.reccobeats = stack.enter_context(FakeReccoBeats(music))
        self.reccobeats.countries = {KNOWN.id: "DE,US"}
        self.itunes = stack.enter_context(FakeITunes(music))
        self.spotify = stack.enter_context(FakeSpotify(music))
        self.youtube = stack.enter_context(FakeYouTube([VIDEO]))
        self.telegram = stack.enter_context(FakeTelegram())
        self.environ = {
            "KAMERTON_BUCKET": bucket_url,
            "KAMERTON_WORLD": "1",
            "DEEZER_URL": self.deezer.url,
            "DEEZER_LINK_URL": self.deezer.url,
            "RECCOBEATS_URL": self.reccobeats.url,
            "ITUNES_URL": self.itunes.url,
            "PICTURES_URL": "http://127.0.0.1:9",
            "SPOTIFY_API_URL": self.spotify.url,
            "SPOTIFY_ACCOUNTS_URL": self.spotify.url,
            "SPOTIFY_OPEN_URL": self.spotify.url,
            "SPOTIFY_LINK_URL": self.spotify.url,
            "SPOTIFY_CLIENT_ID": CLIENT_ID,
            "SPOTIFY_CLIENT_SECRET": CLIENT_SECRET,
            "YOUTUBE_API_URL": self.youtube.url,
            "YOUTUBE_OEMBED_URL": self.youtube.url,
            "YOUTUBE_API_KEY": KEY,
            "TELEGRAM_API_URL": self.telegram.url,
            "TELEGRAM_TOKEN": TOKEN,
        }

    def verdicts(self, **environ: str) -> dict[str, Verdict]:
        settings = Settings.from_environ(self.environ | environ)
        return {verdict.service: verdict for verdict in examine_all(list(service_checks(settings)), settings.world_seconds)}

    def doctor(self, *options: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "infra.doctor", *options],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": "functions:."} | self.environ | environ,
            capture_output=True,
            text=True,
            timeout=60,
        )


@pytest.fixture
def world(small_bucket_url: str) -> Iterator[World]:
    with ExitStack() as stack:
        yield World(small_bucket_url, stack)


def test_all_is_well(world: World) -> None:
    done = world.doctor()
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) == 11
    assert all(line.startswith("works ") for line in lines)
    said = {line.partition(":")[0].removeprefix("works").strip(): line for line in lines}
    assert said["the bucket"].endswith("release small-1")
    assert "audio features are closed to this app" in said["Spotify, by your app"]
    assert f"@{USERNAME}" in said["Telegram"]
    assert "no webhook is set" in said["Telegram"]
    assert not world.youtube.searches, "the day's searches are counted"


def test_what_is_not_configured_is_not_asked(world: World) -> None:
    none = {"SPOTIFY_CLIENT_ID": "", "SPOTIFY_CLIENT_SECRET": "", "YOUTUBE_API_KEY": "", "TELEGRAM_TOKEN": ""}
    assert not {"Spotify, by your app", "YouTube, by your key", "Telegram"} & set(world.verdicts(**none))
    assert set(world.verdicts(KAMERTON_WORLD="0")) == {"the bucket", "Telegram"}


CLOSED_TO_AUDIO = {"error": {"status": 403}}
FAULTS: list[tuple[str, str, str, Fault, str, str]] = [
    # The fake, the path of the call, the service's name, the fault, the state, and a part of the sentence.
    ("deezer", "/search", "Deezer", web_page, "changed", "a search"),
    ("deezer", "/search", "Deezer", replied({"data": [], "total": 0}), "changed", "without a hit"),
    ("deezer", "/search", "Deezer", replied({"tracks": []}), "changed", "no list"),
    ("deezer", "/track", "Deezer", truncated, "changed", "broken off"),
    ("deezer", "/track", "Deezer", broken_off, "down", "broke off"),
    ("deezer", "/track", "Deezer", hang_up, "down", "hung up"),
    ("deezer", "/track", "Deezer", server_error(503), "down", "503"),
    ("deezer", "/track", "Deezer", moved_to("https://elsewhere.example"), "down", "elsewhere"),
    ("deezer", "/track", "Deezer", deezer.quota_error, "limited", "for 5 s"),
    ("deezer", "/track", "Deezer", deezer.busy_error, "down", "busy"),
    ("deezer", "/track", "Deezer", replied({"error": {"code": 800}}), "changed", "it had it for years"),
    ("deezer", "/artist", "Deezer", replied({"data": []}), "changed", "tracks of a radio"),
    ("reccobeats", "/v1/audio-features", "ReccoBeats", rate_limited(3600), "limited", "for 3600 s"),
    ("reccobeats", "/v1/audio-features", "ReccoBeats", replied({"content": []}), "changed", "nine audio features"),
    ("reccobeats", "/v1/audio-features", "ReccoBeats", replied({"rows": []}), "changed", "no rows"),
    ("reccobeats", "/v1/audio-features", "ReccoBeats", replied("Forbidden", 403), "closed", "403"),
    ("reccobeats", "/v1/track/rec", "ReccoBeats", replied({"content": []}), "changed", "recommended tracks"),
    ("itunes", "/search", "Apple Music", over_limit, "limited", "for 60 s"),
    ("itunes", "/search", "Apple Music", replied({"resultCount": 0, "results": []}), "changed", "it had it for years"),
    ("spotify", "/oembed", "Spotify's player", replied({"name": "Harder"}), "changed", "without a title"),
    ("spotify", "/oembed", "Spotify's player", server_error(500), "down", "500"),
    ("spotify", "/Kamerton", "Spotify's short links", server_error(502), "down", "502"),
    (
        "spotify",
        "/api/token",
        "Spotify, by your app",
        replied({"error": "invalid_client"}, 400),
        "key wrong",
        "SPOTIFY_CLIENT_ID",
    ),
    ("spotify", "/api/token", "Spotify, by your app", server_error(503), "down", "503"),
    ("spotify", "/v1/tracks", "Spotify, by your app", forbidden_text, "closed", "Active premium"),
    ("spotify", "/v1/tracks", "Spotify, by your app", rate_limited(86_400), "limited", "for 86400 s"),
    ("spotify", "/v1/tracks", "Spotify, by your app", replied({"id": KNOWN.id}), "changed", "no track"),
    ("spotify", "/v1/search", "Spotify, by your app", replied(CLOSED_TO_AUDIO, 403), "closed", "a search"),
    ("youtube", "/oembed", "YouTube's player", replied({"author_name": "Daft Punk"}), "changed", "without a title"),
    ("youtube", "/youtube/v3", "YouTube, by your key", youtube.key_invalid, "key wrong", "YOUTUBE_API_KEY"),
    ("youtube", "/youtube/v3", "YouTube, by your key", youtube.not_configured, "key wrong", "accessNotConfigured"),
    ("youtube", "/youtube/v3", "YouTube, by your key", youtube.quota_exceeded, "limited", "quota"),
    ("youtube", "/youtube/v3", "YouTube, by your key", replied({"items": []}), "changed", "without the video"),
    ("telegram", "/bot", "Telegram", lambda _: refusal(401, "Unauthorized"), "key wrong", "TELEGRAM_TOKEN"),
    ("telegram", "/bot", "Telegram", lambda _: refusal(404, "Not Found"), "key wrong", "TELEGRAM_TOKEN"),
    ("telegram", "/bot", "Telegram", too_many(60), "limited", "for 60 s"),
    ("telegram", "/bot", "Telegram", web_page, "changed", "not understand"),
]


@pytest.mark.parametrize(("fake", "path", "service", "fault", "state", "part"), FAULTS)
def test_each_fault_is_named_and_is_that_of_one_service(
    world: World, fake: str, path: str, service: str, fault: Fault, state: str, part: str
) -> None:
    server: LoopbackServer = getattr(world, fake)
    server.fail(fault, path, times=100)
    verdicts = world.verdicts()
    assert verdicts[service].state == state
    assert part in verdicts[service].sentence
    assert [verdict.service for verdict in verdicts.values() if not verdict.works] == [service]


def test_no_line_holds_a_secret(world: World) -> None:
    world.spotify.fail(replied({"error": "invalid_client"}, 400), times=100)
    world.youtube.fail(youtube.key_invalid, times=100)
    world.telegram.fail(lambda _: refusal(401, "Unauthorized"), times=100)
    done = world.doctor()
    assert done.returncode == 1
    assert not [secret for secret in (CLIENT_SECRET, KEY, TOKEN) if secret in done.stdout + done.stderr]
    assert "Traceback" not in done.stderr


def test_fields_in_another_order_are_no_change(world: World) -> None:
    for fake in (world.deezer, world.itunes, world.youtube):
        fake.fail(shuffled, times=100)
    assert all(verdict.works for verdict in world.verdicts().values())


def test_an_app_that_still_has_audio_features_is_told_so(world: World) -> None:
    world.spotify.extended_quota = True
    verdict = world.verdicts()["Spotify, by your app"]
    assert verdict.works
    assert "closed" not in verdict.sentence


def test_the_state_of_the_webhook_is_told(world: World) -> None:
    info = {"ok": True, "result": {"url": "https://bot.example", "last_error_message": "Wrong response: 503"}}
    world.telegram.fail(replied(info), path=f"/bot{TOKEN}/getWebhookInfo")
    verdict = world.verdicts()["Telegram"]
    assert verdict.sentence.endswith("the webhook is set, but its last call failed: Wrong response: 503")


def test_an_empty_bucket_has_no_release(world: World, tmp_path: Path) -> None:
    verdict = world.verdicts(KAMERTON_BUCKET=tmp_path.as_uri())["the bucket"]
    assert verdict.state == "down"
    assert "make train" in verdict.sentence


def test_later_than_an_answer_waits_is_slow() -> None:
    moments = iter([0.0, 0.5, 1.0, 3.5])
    questions = (Question("a search", lambda: ""), Question("a track", lambda: "no cover came"))
    check = ServiceCheck("Deezer", questions)
    verdict = examined(check, 2.0, lambda: next(moments))
    assert verdict == Verdict("Deezer", "slow", "a track took 2.5 s, and answers wait 2 s (KAMERTON_WORLD_SECONDS)")
    moments = iter([0.0, 0.5, 1.0, 3.5])
    assert examined(replace(check, awaited=False), 2.0, lambda: next(moments)).works


def test_what_hangs_is_down_and_holds_nobody() -> None:
    never = threading.Event()
    checks = [
        ServiceCheck("one that hangs", (Question("a track", lambda: str(never.wait())),)),
        ServiceCheck("another", (Question("a track", lambda: ""),)),
    ]
    first, second = examine_all(checks, 2.0, seconds=0.2)
    assert first == Verdict("one that hangs", "down", "nothing came in 0.2 s")
    assert second.works
    never.set()


def test_with_no_network_it_ends_in_time_and_says_so(world: World) -> None:
    """Half of the addresses refuse at once; the other half take the connection and never say a word."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(100)
        mute, closed = f"http://127.0.0.1:{silent.getsockname()[1]}", f"http://127.0.0.1:{free_port()}"
        addresses = [name for name in world.environ if name.endswith("_URL")]
        environ = {name: (mute if number % 2 else closed) for number, name in enumerate(addresses)}
        started = time.monotonic()
        done = world.doctor(**environ)
    # Not a limit that a busy machine could miss: the doctor ends itself by MOST_SECONDS, and a start takes less than the rest.
    assert time.monotonic() - started < MOST_SECONDS + 30
    assert done.returncode == 1
    states = {line.partition(":")[0]: line for line in done.stdout.splitlines()}
    assert len(states) == 11
    assert [line for line in states if not line.startswith("down ")] == ["works      the bucket"]
    assert re.search(r"did not answer in time|nothing came", done.stdout)
    assert "cannot be reached" in done.stdout


def test_a_wrong_setting_is_named(world: World) -> None:
    done = world.doctor(TELEGRAM_TOKEN="no token")
    assert done.returncode == 1
    assert done.stderr.startswith("doctor: TELEGRAM_TOKEN is not as BotFather gives it")


def test_it_asks_a_deployed_function(world: World, tmp_path: Path, small_bucket_url: str) -> None:
    with served(tmp_path, KAMERTON_BUCKET=small_bucket_url) as function:
        done = world.doctor("--url", function.address)
        assert done.returncode == 0, done.stdout
        assert re.fullmatch(
            rf"works +the function at {re.escape(function.address)}: .*release small-1, 3 genres\n", done.stdout
        )
    assert not world.deezer.calls


def test_a_deployed_function_that_is_not_there_or_not_ours(world: World) -> None:
    absent = world.doctor("--url", f"http://127.0.0.1:{free_port()}")
    assert absent.returncode == 1
    assert absent.stdout.startswith("down ")
    world.deezer.fail(web_page, times=100)
    other = world.doctor("--url", world.deezer.url)
    assert other.returncode == 1
    assert other.stdout.startswith("changed ")
