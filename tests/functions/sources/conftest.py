"""The outside services as fakes, and clients of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kamerton.settings import SpotifyApp
from kamerton.sources.reccobeats import ReccoBeatsClient
from kamerton.sources.spotify import SpotifyClient
from tests.fakes.music import MadeTrack, made_music
from tests.fakes.reccobeats import FakeReccoBeats
from tests.fakes.spotify import CLIENT_ID, CLIENT_SECRET, FakeSpotify

SECONDS = 5.0


@pytest.fixture
def music() -> list[MadeTrack]:
    return made_music(("metal", "hip-hop"), (2019, 2020), per_year=15)


@pytest.fixture
def spotify(music: list[MadeTrack]) -> Iterator[FakeSpotify]:
    with FakeSpotify(music) as fake:
        yield fake


@pytest.fixture
def spotify_client(spotify: FakeSpotify) -> SpotifyClient:
    return SpotifyClient(SpotifyApp(CLIENT_ID, CLIENT_SECRET), spotify.url, spotify.url, SECONDS)


@pytest.fixture
def reccobeats(music: list[MadeTrack]) -> Iterator[FakeReccoBeats]:
    with FakeReccoBeats(music) as fake:
        yield fake


@pytest.fixture
def reccobeats_client(reccobeats: FakeReccoBeats) -> ReccoBeatsClient:
    return ReccoBeatsClient(reccobeats.url, SECONDS)
