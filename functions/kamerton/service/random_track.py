"""A track by chance, for who does not know what to ask for. Public names: random_track."""

from __future__ import annotations

import random

from kamerton.music.track_kinds import kind_of
from kamerton.release.catalog import CatalogEntry
from kamerton.release.release import Release

_DRAWN = 10


def random_track(release: Release, chance: random.Random, genre: str | None = None) -> CatalogEntry:
    """One of the catalog, or of a genre as the release names it; no carol, karaoke or noise where another was drawn."""
    index, catalog = release.index, release.catalog
    size = index.genre_sizes[genre] if genre else len(catalog)
    places = [chance.randrange(size) for _ in range(_DRAWN)]
    entries = catalog.entries([index.track_of(genre, place) if genre else place for place in places])
    return next((entry for entry in entries if kind_of(entry.track) is None), entries[0])
