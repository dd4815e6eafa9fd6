"""An artist of the catalog: the tracks, how they sound together, and who sounds like that.

Public names: Artist, artist_of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from kamerton.errors import ArtistNotFound
from kamerton.lookup.lookup_session import LookupSession
from kamerton.music.features import NAMES, AudioFeatures
from kamerton.release.catalog import CatalogEntry
from kamerton.release.release import Release
from kamerton.service.resolver import MOST_ALTERNATIVES, clean_query

_MOST_HEARD = 200
"""Of how many tracks, the best known first, the sound and the genres are told."""


class Artist(Struct, frozen=True):
    """`features` are the means over the tracks, `genres` what they are filed under, the most frequent first, and `n_tracks` is
    how many there are. `alike` are the names of the artists whose tracks lie nearest, the nearest first."""

    name: str
    n_tracks: int
    tracks: tuple[CatalogEntry, ...]
    features: AudioFeatures
    genres: tuple[str, ...]
    alike: tuple[str, ...]


def artist_of(release: Release, name: str, most_tracks: int, session: LookupSession) -> Artist:
    """The artist with up to `most_tracks` tracks. Raises `BadQuery`, or `ArtistNotFound` with what else may be meant."""
    name = clean_query(name)
    found = release.catalog.artist(name, max(most_tracks, _MOST_HEARD))
    if found is None:
        near = release.catalog.search(name, MOST_ALTERNATIVES, session.deadline)
        raise ArtistNotFound("no_such_artist", alternatives=[entry.track for entry in near])
    filed = Counter(genre for entry in found.tracks for genre in entry.track.genres)
    genres = tuple(genre for genre, _ in filed.most_common())
    return Artist(found.name, found.n_tracks, found.tracks[:most_tracks], _mean(found.tracks), genres, found.alike)


def _mean(entries: Sequence[CatalogEntry]) -> AudioFeatures:
    """The mean of each feature over the tracks that have it. The mean of keys means nothing, so there is none."""
    means = {}
    for name in NAMES:
        values = [value for entry in entries if (value := getattr(entry.features, name)) is not None]
        if values and name != "key":
            means[name] = sum(values) / len(values)
    return AudioFeatures(**means)
