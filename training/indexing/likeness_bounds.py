"""The bounds of the bands in which likeness is told, by the distances between an artist's tracks.

Public names: likeness_bounds, SHARES.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamerton.music.features import FloatArray
from training.data.rows import first_artists

SHARES = (0.1, 0.5, 0.8)
"""The shares of an artist's pairs of tracks that are very close, close, and of the same mood."""
_LEAST_PAIRS = 30


def likeness_bounds(tracks: pd.DataFrame, embeddings: FloatArray, indexed: FloatArray, seed: int = 0) -> list[float]:
    """The squared distance below which each share of pairs lies: of each track, as a seed at its `embeddings`, to another by
    its artist drawn at random, as it lies in the index, `indexed`; both float32 [n_tracks, d].

    Empty for a catalog with few pairs.
    """
    pairs = _pairs(first_artists(tracks), np.random.default_rng(seed))
    if len(pairs) < _LEAST_PAIRS:
        return []
    difference = embeddings[pairs[:, 0]] - indexed[pairs[:, 1]]
    squared: NDArray[np.float64] = np.einsum("ij,ij->i", difference, difference).astype(np.float64)
    return [float(f"{bound:.4g}") for bound in np.quantile(squared, SHARES)]


def _pairs(artists: pd.Series, random: np.random.Generator) -> NDArray[np.int64]:
    """[n, 2] places: each track of an artist with several, and another of that artist's."""
    pairs = []
    for places in pd.Series(np.arange(len(artists))).groupby(artists.to_numpy()).agg(list):
        if len(places) > 1:
            shift = random.integers(1, len(places), len(places))
            pairs += [(place, places[(number + shift[number]) % len(places)]) for number, place in enumerate(places)]
    return np.array(pairs, np.int64).reshape(-1, 2)
