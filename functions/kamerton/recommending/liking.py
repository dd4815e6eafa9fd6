"""What one person likes, as it changes a list: what is near to what they like is worth more, and near to what they dislike
less; what they have judged steps back or does not come, nor does who they do not want to hear.

Public names: Liking, stacked, LIKE_WEIGHT, DISLIKE_WEIGHT, STEP_BACK.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kamerton.music.features import FloatArray
from kamerton.music.track import Track
from kamerton.release.distances import squared_distances

LIKE_WEIGHT = 2.0
"""The nats that a track gains whose sound is that of one that is liked, and none that is far from all of them."""

DISLIKE_WEIGHT = 2.0

STEP_BACK = 2.0
"""What one loses that is liked already: it is known."""

_REACH = 0.25
"""The squared distance at which a pull is 1 / e of what it is at the place itself, in typical ones of two tracks."""

_TOLD = 0.5


class Liking(Struct, frozen=True):
    """`liked` and `disliked` are tracks of the catalog, the last judged first, and `liked_places` and `disliked_places` where
    they are, float32 [n, d]. `known` are the ids of all that is liked, of the catalog or not, `unwanted` of what is disliked,
    and `blocked` the names of artists."""

    liked: tuple[Track, ...]
    liked_places: FloatArray
    disliked: tuple[Track, ...]
    disliked_places: FloatArray
    known: frozenset[str]
    unwanted: frozenset[str]
    blocked: tuple[str, ...]

    def worth(self, vectors: FloatArray, typical_distance: float) -> NDArray[np.float64]:
        """What is added to the worth of tracks at `vectors`, float64 [n] from float32 [n, d]."""
        pull = LIKE_WEIGHT * _nearness(vectors, self.liked_places, typical_distance)
        push = DISLIKE_WEIGHT * _nearness(vectors, self.disliked_places, typical_distance)
        return pull - push

    def because_of(self, vector: FloatArray, typical_distance: float) -> Track | None:
        """The liked track that is near enough to be the reason; None when none is."""
        if not len(self.liked_places):
            return None
        distances = squared_distances(self.liked_places, vector)
        nearest = int(np.argmin(distances))
        near = np.exp(-distances[nearest] / (_REACH * typical_distance)) >= _TOLD
        return self.liked[nearest] if near else None


def _nearness(vectors: FloatArray, places: FloatArray, typical_distance: float) -> NDArray[np.float64]:
    """1 at one of the places, falling with the distance to the nearest of them."""
    if not len(places) or not len(vectors):
        return np.zeros(len(vectors))
    nearest = np.min([squared_distances(vectors, place) for place in places], axis=0)
    nearness: NDArray[np.float64] = np.exp(-nearest / (_REACH * typical_distance))
    return nearness


def stacked(places: Sequence[FloatArray], dimensions: int) -> FloatArray:
    """float32 [n, d] of n places."""
    return np.stack(places) if places else np.zeros((0, dimensions), np.float32)
