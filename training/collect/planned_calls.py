"""The calls that collecting makes, and what is wanted of them. Public names: FIRST_YEAR, Search, AskFeatures, Call, Wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

FIRST_YEAR = 1950

SourceName = Literal["spotify", "reccobeats"]
"""The sources of audio features."""


class Search(Struct, frozen=True, tag="search", tag_field="kind"):
    """A page of a genre's tracks of a year; the first has offset 0."""

    genre: str
    year: int
    offset: int

    @property
    def source(self) -> str:
        return "spotify"

    @property
    def query(self) -> str:
        return f'genre:"{self.genre}" year:{self.year}'


class AskFeatures(Struct, frozen=True, tag="audio-features", tag_field="kind"):
    """The audio features of some tracks."""

    source: SourceName
    ids: tuple[str, ...]


Call = Search | AskFeatures


@dataclass(frozen=True, slots=True)
class Wanted:
    """`per_genre` tracks with audio features of each genre, from searches in these years."""

    genres: tuple[str, ...]
    per_genre: int
    years: tuple[int, ...]
