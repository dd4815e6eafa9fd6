"""An album or a playlist of a service, and the order in which its tracks stand for it.

Public names: ListReference, ALBUM, PLAYLIST, one_of_each_artist_first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from kamerton.music.track import Track

ALBUM, PLAYLIST = "album", "playlist"


class ListReference(Struct, frozen=True):
    """`service` is that of a track's reference, DEEZER or APPLE; `kind` ALBUM or PLAYLIST; `value` the service's number, which
    at Apple is that of `store_links.apple_parts`."""

    service: str
    kind: str
    value: str


def one_of_each_artist_first(tracks: Iterable[Track]) -> list[Track]:
    """No track twice: the first track of each artist, then the second ones, and so on."""
    counts: Counter[str] = Counter()
    turns: dict[str, tuple[int, Track]] = {}
    for track in tracks:
        if track.id not in turns:
            counts[track.artists[0]] += 1
            turns[track.id] = (counts[track.artists[0]], track)
    return [track for _, track in sorted(turns.values(), key=lambda turn: turn[0])]
