"""A person's profile over a release: where the tracks are that they like, and the tastes that they have.

Of tracks that the catalog lacks nobody knows the place without asking outside: they are not named again, and pull nothing.

Public names: liking_of, taste_seeds, MOST_TASTES.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kamerton.recommending.liking import Liking, stacked
from kamerton.recommending.seed import Seed
from kamerton.release.distances import squared_distances
from kamerton.release.release import Release
from kamerton.service.catalog_seed import catalog_seed
from kamerton.taste.profile import Profile

MOST_TASTES = 5
_MOST_JUDGED = 200
# Two likes that are nearer than this share of the typical squared distance of two tracks are of one taste.
_ONE_TASTE = 0.5


def liking_of(release: Release, profile: Profile) -> Liking | None:
    """None of somebody who has said nothing: the list is what it is for everybody."""
    if not profile:
        return None
    liked, disliked = (_seeds(release, ids) for ids in (profile.liked, profile.disliked))
    dimensions = release.index.dimensions
    return Liking(
        tuple(seed.track for seed in liked if seed.track),
        stacked([seed.embedding for seed in liked], dimensions),
        tuple(seed.track for seed in disliked if seed.track),
        stacked([seed.embedding for seed in disliked], dimensions),
        frozenset(profile.liked),
        frozenset(profile.disliked),
        profile.blocked,
    )


def taste_seeds(release: Release, profile: Profile) -> list[Seed]:
    """A liked track for each taste, at most MOST_TASTES, the largest first: the one that is nearest to all others of its taste.
    Likes are never averaged, since between two kinds of music lies a third."""
    seeds = _seeds(release, profile.liked)
    if not seeds:
        return []
    places = stacked([seed.embedding for seed in seeds], release.index.dimensions)
    distances = np.stack([squared_distances(places, place) for place in places])
    medoids = _medoids(distances, _ONE_TASTE * release.index.typical_distance)
    return [seeds[place] for place in medoids]


def _medoids(distances: NDArray[np.float64], one_taste: float) -> list[int]:
    """By the partitioning around medoids of Kaufman and Rousseeuw (1990), over float [n, n]: as many as it takes to have every
    like near one, MOST_TASTES at most."""
    medoids = [int(np.argmin(distances.sum(axis=1)))]
    while len(medoids) < min(MOST_TASTES, len(distances)):
        farthest = distances[medoids].min(axis=0)
        if farthest.max() <= one_taste:
            break
        # The one that brings all others nearest to a medoid.
        gains = np.maximum(farthest[np.newaxis] - distances, 0).sum(axis=1)
        medoids.append(int(np.argmax(gains)))
    for _ in range(len(distances)):
        of = np.argmin(distances[medoids], axis=0)
        better = [_middle(distances, np.flatnonzero(of == number)) for number in range(len(medoids))]
        if better == medoids:
            break
        medoids = better
    sizes = np.bincount(np.argmin(distances[medoids], axis=0), minlength=len(medoids))
    return [medoids[number] for number in np.argsort(-sizes, kind="stable")]


def _middle(distances: NDArray[np.float64], members: NDArray[np.intp]) -> int:
    return int(members[np.argmin(distances[np.ix_(members, members)].sum(axis=1))])


def _seeds(release: Release, ids: Sequence[str]) -> list[Seed]:
    """Of those that are in the catalog, the last judged first."""
    entries = (release.catalog.find(track_id) for track_id in ids[:_MOST_JUDGED])
    return [catalog_seed(release, entry) for entry in entries if entry is not None]
