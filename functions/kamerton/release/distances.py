"""Squared distances in the space of similarity. Public names: squared_distances, log_share."""

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


def log_share(vectors: FloatArray, distances: NDArray[np.float64], others: Sequence[FloatArray]) -> NDArray[np.float64]:
    """float64 [n], 0 or less: the logarithm of how likely each vector belongs to what it has `distances` (float64 [n]) to, and
    not to one of the other places.

    Half a squared distance is, but for a constant, the logarithm of a density around each of them. So what is clearly nearer to
    the first loses nothing, what is midway log 2, and what is nearer to another the whole of the difference.
    """
    densities = [-distances / 2, *(-squared_distances(vectors, other) / 2 for other in others)]
    share: NDArray[np.float64] = densities[0] - np.logaddexp.reduce(densities, axis=0)
    return share
