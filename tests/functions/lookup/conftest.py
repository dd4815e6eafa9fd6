"""The function's site with the world on, and all outside services as fakes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from obstore.store import MemoryStore

from kamerton.storage import Bucket
from tests.fakes.clock import Clock
from tests.fakes.deezer import FakeDeezer
from tests.fakes.itunes import FakeITunes
from tests.fakes.loopback import LoopbackServer
from tests.fakes.music import MadeTrack, made_music
from tests.fakes.pictures import FakePictures
from tests.fakes.reccobeats import FakeReccoBeats
from tests.fakes.spotify import CLIENT_ID, CLIENT_SECRET, FakeSpotify
from tests.fakes.youtube import KEY, FakeYouTube, video_of
from tests.functions.web.conftest import LoggedSite
from tests.small_release import small_release

SECONDS = 1.5


@dataclass
class Services:
    """`spotify` is its API, its accounts, its open site and its short links; `deezer` is its API and its short links, and
    `youtube` its API and its oEmbed."""

    music: list[MadeTrack]
    spotify: FakeSpotify
    reccobeats: FakeReccoBeats
    deezer: FakeDeezer
    youtube: FakeYouTube
    itunes: FakeITunes
    pictures: FakePictures
    bucket_url: str
    environ: dict[str, str] = field(default_factory=dict)

    def site(self, app: bool = False, videos: bool = False, **environ: str) -> LoggedSite:
        """An instance; with an app at Spotify, with a key of YouTube's, or without any."""
        keys = {"SPOTIFY_CLIENT_ID": CLIENT_ID, "SPOTIFY_CLIENT_SECRET": CLIENT_SECRET} if app else {}
        keys |= {"YOUTUBE_API_KEY": KEY} if videos else {}
        return LoggedSite(self.addresses | keys | environ)

    @property
    def addresses(self) -> dict[str, str]:
        return {
            "KAMERTON_WORLD": "1",
            "KAMERTON_WORLD_SECONDS": str(SECONDS),
            "KAMERTON_BUCKET": self.bucket_url,
            "SPOTIFY_API_URL": self.spotify.url,
            "SPOTIFY_ACCOUNTS_URL": self.spotify.url,
            "SPOTIFY_OPEN_URL": self.spotify.url,
            "SPOTIFY_LINK_URL": f"{self.spotify.url}/short",
            "RECCOBEATS_URL": self.reccobeats.url,
            "DEEZER_URL": self.deezer.url,
            "YOUTUBE_API_URL": self.youtube.url,
            "YOUTUBE_OEMBED_URL": self.youtube.url,
            "DEEZER_LINK_URL": f"{self.deezer.url}/short",
            "ITUNES_URL": self.itunes.url,
            "PICTURES_URL": self.pictures.url,
        }

    @property
    def fakes(self) -> tuple[LoopbackServer, ...]:
        return (self.spotify, self.reccobeats, self.deezer, self.itunes, self.youtube, self.pictures)

    @property
    def n_calls(self) -> int:
        return sum(len(fake.calls) for fake in self.fakes)


@pytest.fixture
def clock() -> Clock:
    """Of instances that see the same time."""
    return Clock(1_800_000_000.0)


@pytest.fixture
def bucket() -> Bucket:
    """That they share."""
    return Bucket(MemoryStore(), "memory://")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    music = made_music(("polka",), (2019, 2020), per_year=8)
    with ExitStack() as stack:
        spotify, deezer = stack.enter_context(FakeSpotify(music)), stack.enter_context(FakeDeezer(music))
        reccobeats = stack.enter_context(FakeReccoBeats(music))
        youtube = stack.enter_context(FakeYouTube(video_of(track, place) for place, track in enumerate(music)))
        itunes = stack.enter_context(FakeITunes(music))
        pictures = stack.enter_context(FakePictures())
        small_release(Bucket.open(tmp_path.as_uri()))
        yield Services(music, spotify, reccobeats, deezer, youtube, itunes, pictures, tmp_path.as_uri())


def asked(site: LoggedSite, track: str, status: int = 200, path: str = "/api/v1/genre", **headers: str) -> Any:
    response = site.get(path, query_string={"track": track}, headers=headers)
    assert response.status_code == status, response.text
    return response.json


def codes(answer: Any) -> list[str]:
    return [note["code"] for note in answer.get("notes", [])]
