"""Squared distances in the space of similarity. Public names: squared_distances, mean_of_nearest,
log_share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kamerton.music.features import FloatArray


def squared_distances(vectors: FloatArray, place: FloatArray) -> NDArray[np.float64]:
    """float64 [n] of vectors float32 [n, d] to a place float32 [d]."""
    difference = vectors - place
    squared: NDArray[np.float64] = np.einsum("ij,ij->i", difference, difference, dtype=np.float64)
    return squared


def mean_of_nearest(squared: NDArray[np.floating], k: int) -> float:
    """The mean of the k smallest distances, from squared ones [n]; infinite for fewer than k."""
    if len(squared) < k:
        return float("inf")
    # float32 may leave a copy a little below 0.
    return float(np.sqrt(np.maximum(np.partition(squared, k - 1)[:k], 0)).mean())


def log_share(vectors: FloatArray, distances: NDArray[np.float64], others: Sequence[FloatArray]) -> NDArray[np.float64]:
    """float64 [n], 0 or less: the logarithm of the probability that each vector belongs to one place and to none of the others.

    `distances` float64 [n] are squared distances to the one place, `others` the other places. Minus half a squared distance is,
    but for a constant, the logarithm of a density around a place. So a vector that is clearly nearer to the one place loses
    nothing, one midway between two log 2, and one nearer to another place the whole difference.
    """
    densities = [-distances / 2, *(-squared_distances(vectors, other) / 2 for other in others)]
    share: NDArray[np.float64] = densities[0] - np.logaddexp.reduce(densities, axis=0)
    return share
