"""What can be answered for instead of a track without audio features: other versions of it, and tracks by the same artist."""

from __future__ import annotations

from kamerton.deadline import Deadline
from kamerton.music.normalise import normalise_name
from kamerton.music.titles import base_title, version_keys
from kamerton.music.track import Track
from kamerton.release.catalog import Catalog

_LOOKED_THROUGH = 30


def substitutes(catalog: Catalog, track: Track, limit: int, deadline: Deadline) -> list[Track]:
    """Up to `limit` tracks of the catalog, the versions first. Raises `DeadlineExceeded`."""
    searches = [f"{track.artists[0]} {base_title(track.title)}", track.artists[0]] if track.artists else [track.title]
    found = {
        entry.number: entry.track for text in searches for entry in catalog.search(text, _LOOKED_THROUGH, deadline)
    }.values()
    versions = [other for other in found if _is_version(other, track)]
    same_artist = [other for other in found if other not in versions and _artists(other) & _artists(track)]
    return [*versions, *same_artist][:limit]


def _is_version(other: Track, track: Track) -> bool:
    # Of a track without artists the title has to do.
    return bool(version_keys(other) & version_keys(track)) or (
        not track.artists and base_title(other.title) == base_title(track.title)
    )


def _artists(track: Track) -> set[str]:
    return {normalise_name(artist) for artist in track.artists}
