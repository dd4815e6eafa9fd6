"""From one track to another in steps that sound less and less like the first: the tracks between two places.

Public names: tracks_between, MOST_STEPS.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kamerton.deadline import Deadline
from kamerton.recommending.candidate_pool import Entries
from kamerton.recommending.rules import Rules
from kamerton.recommending.seed import Seed
from kamerton.release.catalog import CatalogEntry
from kamerton.release.track_index import TrackIndex

MOST_STEPS = 20
_LOOKED_AT = 100


def tracks_between(
    index: TrackIndex, catalog: Entries, start: Seed, end: Seed, n: int, deadline: Deadline | None = None
) -> list[CatalogEntry]:
    """Up to `n` tracks of the catalog, each the nearest to its place on the straight line from the start to the end, no artist
    twice and none of the two. Raises `DeadlineExceeded`."""
    tracks = [seed.track for seed in (start, end) if seed.track]
    rules = Rules(tracks, (), 1, [artist for track in tracks for artist in track.artists])
    found = []
    for step in range(1, n + 1):
        if deadline is not None:
            deadline.check()
        entry = _nearest(index, catalog, start, end, step / (n + 1), rules)
        if entry is not None:
            found.append(entry)
    return found


def _nearest(index: TrackIndex, catalog: Entries, start: Seed, end: Seed, share: float, rules: Rules) -> CatalogEntry | None:
    """The best track at this share of the way that may still be named."""
    place = ((1 - share) * start.embedding + share * end.embedding).astype(np.float32)
    genres = _between(start.probabilities, end.probabilities, share)
    numbers = index.nearest(place, genres, list(genres), _LOOKED_AT).tracks.tolist()
    return next((entry for entry in catalog.entries(numbers) if rules.admit(entry.track)), None)


def _between(one: Mapping[str, float], other: Mapping[str, float], share: float) -> dict[str, float]:
    return {name: (1 - share) * one.get(name, 0.0) + share * other.get(name, 0.0) for name in {**one, **other}}
