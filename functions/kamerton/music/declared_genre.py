"""What others file a track under, and whether a catalog has such a genre.

Services use names of their own: "Hip-Hop/Rap", "Rap/Hip Hop", "Heavy Metal". A name is split where it joins two, and looked up
among the catalog's genres and a short list of what belongs to them.

Public names: DeclaredGenre, read_declared, has_any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from kamerton.music.normalise import normalise

_LONGEST = 60
_MOST = 3
_PARTS = re.compile(r"[/,;]|\s&\s|\s\+\s")

# Broad names, and what of a catalog belongs to them: words of its genres' names.
_BROAD: dict[str, tuple[str, ...]] = {
    "rap": ("hip hop", "rap", "trap"),
    "hip hop": ("hip hop", "rap", "trap"),
    "dance": ("house", "dubstep", "techno", "trance", "edm", "dance", "club", "electro"),
    "electronic": ("house", "dubstep", "techno", "trance", "edm", "electronic", "electro", "drum and bass", "breakbeat", "idm"),
    "electro": ("house", "dubstep", "techno", "electro", "edm"),
    "techno": ("techno", "house"),
    "house": ("house",),
    "alternative": ("alternative", "alt rock", "rock", "indie", "grunge"),
    "indie rock": ("rock", "indie"),
    "metal": ("metal",),
    "heavy metal": ("metal",),
    "country": ("country",),
}


class DeclaredGenre(Struct, frozen=True):
    """A genre's name as a service has it; `source` is the service, for people."""

    name: str
    source: str


def read_declared(names: Iterable[object], source: str) -> tuple[DeclaredGenre, ...]:
    """The first few usable names of a service's answer."""
    texts = (" ".join(name.split()) for name in names if isinstance(name, str))
    usable = [text for text in texts if text and text.isprintable() and len(text) <= _LONGEST and normalise(text) != "music"]
    return tuple(DeclaredGenre(name, source) for name in list(dict.fromkeys(usable))[:_MOST])


def has_any(genres: Sequence[str], declared: Sequence[DeclaredGenre]) -> bool:
    """Whether one of the declared genres is one of these, or one of these belongs to it."""
    own = {normalise(genre) for genre in genres}
    return any(_belongs(part, own) for each in declared for part in _parts(each.name))


def _parts(name: str) -> set[str]:
    return {normalise(name), *(normalise(part) for part in _PARTS.split(name))} - {""}


def _belongs(part: str, own: set[str]) -> bool:
    words = _BROAD.get(part, ())
    return any(
        part == genre or f" {genre} " in f" {part} " or any(f" {word} " in f" {genre} " for word in words) for genre in own
    )
