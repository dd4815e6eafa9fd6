"""Made-up tracks; each fake of an outside service knows some fields of them."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_letters, digits

_BASE_62 = digits + ascii_letters


@dataclass(frozen=True)
class MadeTrack:
    id: str
    title: str
    artists: tuple[str, ...]
    album: str
    year: int
    genres: tuple[str, ...]
    isrc: str
    duration_ms: int
    explicit: bool
    features: dict[str, float]
    """The core nine, key and mode."""
    rank: int = 500_000
    """How popular it is at Deezer, up to a million."""

    @property
    def uuid(self) -> str:
        """ReccoBeats' own id."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, self.id))

    @property
    def link(self) -> str:
        return f"https://open.spotify.com/track/{self.id}"


def made_music(genres: Sequence[str], years: Sequence[int], per_year: int, seed: int = 0) -> list[MadeTrack]:
    """`per_year` tracks of each genre in each year; every tenth is of the next genre too."""
    chance = random.Random(seed)
    places = [(genre, year, number) for genre in genres for year in years for number in range(per_year)]
    return [_made_track(chance, genres, *place) for place in places]


def _made_track(chance: random.Random, genres: Sequence[str], genre: str, year: int, number: int) -> MadeTrack:
    next_genre = genres[(list(genres).index(genre) + 1) % len(genres)]
    artist = f"{genre.title()} Artist {chance.randrange(200)}"
    return MadeTrack(
        id="".join(chance.choices(_BASE_62, k=22)),
        title=f"{genre} {year} no. {number}",
        artists=(artist, "Guest") if number % 7 == 0 else (artist,),
        album=f"Album of {year}",
        year=year,
        genres=(genre, next_genre) if number % 10 == 9 and next_genre != genre else (genre,),
        isrc=f"ZZKAM{year % 100:02d}{chance.randrange(100_000):05d}",
        duration_ms=chance.randrange(60_000, 400_000),
        explicit=chance.random() < 0.2,
        features=_features(chance),
    )


def _features(chance: random.Random) -> dict[str, float]:
    shares = ("acousticness", "danceability", "energy", "instrumentalness", "liveness", "speechiness", "valence")
    return {name: round(chance.random(), 4) for name in shares} | {
        "loudness": round(chance.uniform(-30, 0), 3),
        "tempo": round(chance.uniform(60, 200), 3),
        "key": chance.randrange(-1, 12),
        "mode": chance.randrange(2),
    }
