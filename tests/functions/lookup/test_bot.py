"""The bot with the world on: tracks that the catalog lacks, and what it says when a service is down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kamerton.logs import Log
from kamerton.settings import Settings
from kamerton.telegram.webhook import SECRET_HEADER
from kamerton.wiring import new_webhook
from tests.conversing import Talk
from tests.fakes.loopback import replied, server_error
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.functions.lookup.conftest import Services
from tests.small_release import small_tracks


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def talk(services: Services, telegram: FakeTelegram) -> Talk:
    bot = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_SECRET": "secret", "TELEGRAM_API_URL": telegram.url}
    client = new_webhook(Settings.from_environ(services.addresses | bot), Log()).test_client()
    return Talk(lambda update: client.post("/", json=update, headers={SECRET_HEADER: "secret"}).status_code, telegram)


def test_a_name_that_the_catalog_lacks_is_answered_with_all_its_buttons(talk: Talk, services: Services) -> None:
    made = services.music[0]
    assert talk.say(f"{made.title} {made.artists[0]}") == 200
    assert talk.last.text.startswith(f"{made.title}\n")
    assert "Sounds alike" in talk.last.text
    talk.press("More")
    assert talk.last.has("10")
    talk.press("1")
    assert talk.last.has("More like this")


def test_a_link_that_the_catalog_lacks_is_answered(talk: Talk, services: Services) -> None:
    made = services.music[1]
    talk.say(f"Hear this: {made.link}")
    assert talk.last.preview == made.link
    assert "Sounds alike" in talk.last.text


def test_the_link_of_an_album_is_answered_for_its_tracks(talk: Talk, services: Services) -> None:
    services.deezer.lists = {"/album/302127": list(range(8))}
    talk.say("https://www.deezer.com/album/302127")
    lines = talk.last.text.splitlines()
    assert [line.partition(" – ")[0] for line in lines[:5]] == [track.title for track in services.music[:5]]
    assert "These tracks stand for the whole album or playlist." in lines
    assert "Sounds alike" in lines
    # A button can name one track only.
    assert not talk.last.has("More")


def test_inline_mode_lists_tracks_of_the_world(talk: Talk, services: Services) -> None:
    made = services.music[0]
    talk.type_inline(f"{made.title} {made.artists[0]}")
    talk.pick(0)
    talk.press("What sounds like it")
    assert talk.last.text.startswith(f"{made.title}\n")
    assert "Sounds alike" in talk.last.text


def test_what_is_missing_is_said_in_the_answer(talk: Talk, services: Services) -> None:
    services.reccobeats.fail(replied({"content": []}), "/v1/track", times=9)
    talk.say(services.music[0].link)
    assert "Only the title of this track is known." in talk.last.text
    assert "Sounds alike" in talk.last.text


def test_a_service_that_is_down_is_named(talk: Talk, services: Services) -> None:
    services.deezer.fail(server_error(), times=99)
    talk.say("polka of nobody")
    assert talk.last.text.startswith("Deezer could not be asked just now")


def test_a_track_without_features_is_a_sentence_with_what_helps_as_buttons(talk: Talk, services: Services) -> None:
    row = small_tracks().iloc[0]
    lost, artist = services.music[0], row["artists"].split(";")[0]
    named = {"trackTitle": f"{row['track_name']} - Live", "artists": [{"name": artist}], "href": lost.link, "isrc": None}
    services.reccobeats.fail(replied({"content": [named]}), "/v1/track", times=9)
    services.reccobeats.fail(replied({"content": []}), "/v1/audio-features", times=9)
    assert talk.say(lost.link) == 200
    assert talk.last.text.startswith("Nobody has the audio features of this track")
    talk.press(talk.last.keyboard[0][0]["text"])
    assert talk.last.text.startswith(f"{row['track_name']}\n")
