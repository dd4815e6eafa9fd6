"""The tracks of a release as vectors, one shard a genre, and the nearest of them to an embedding.

Brute force: one query over 100,000 rows is a matrix product of well under a millisecond a dozen dimensions, less than an
approximate index would cost to load.

Shapes: `vectors` float32 [n_rows, d], sorted by genre, a track once in each of its genres; `rows` int32 [n_rows], the
track (its number in the catalog) of each row; `shards` [start, stop) of each genre.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kamerton.onnx_model import FloatArray

GENRE_WEIGHT = 2.0
"""How much the logarithm of a track's genre probability counts beside half the squared distance (measured, see README)."""

_LEAST_PROBABILITY = 1e-6


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Tracks, the best first: numbers in the catalog int [k], vectors float32 [k, d], and float64 [k] of squared distance to
    the query, genre probability (mean over the track's genres), and the score that orders them."""

    tracks: NDArray[np.int64]
    vectors: FloatArray
    distances: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    scores: NDArray[np.float64]


class TrackIndex:
    def __init__(self, vectors: FloatArray, rows: NDArray[np.int32], shards: Mapping[str, tuple[int, int]]) -> None:
        self._vectors = vectors
        self._rows = rows
        self._shards = dict(shards)
        self._norms = np.einsum("ij,ij->i", vectors, vectors)
        self._genre_counts = np.bincount(rows)
        self.n_tracks = len(self._genre_counts)
        self.typical_distance = _typical_distance(vectors)
        """The median squared distance of two tracks; 1 for an index of fewer than two."""

    @property
    def n_rows(self) -> int:
        return len(self._rows)

    @property
    def dimensions(self) -> int:
        return int(self._vectors.shape[1])

    @property
    def genre_sizes(self) -> dict[str, int]:
        return {genre: stop - start for genre, (start, stop) in self._shards.items()}

    def nearest(self, embedding: FloatArray, probabilities: Mapping[str, float], genres: Sequence[str], k: int) -> Neighbours:
        """The k best tracks of `genres` for a query at `embedding` whose genres are likely as `probabilities` says.

        score = -distance^2 / 2 + GENRE_WEIGHT * log(mean over the track's genres of their probability). The mean matters: a
        sum would favour tracks that are filed under many genres. Ties go to the lower number, so answers repeat exactly.
        """
        spans = sorted(self._shards[genre] for genre in genres if genre in self._shards)
        if not spans:
            spans = [(0, 0)]
        fit = self._genre_fit(probabilities)
        places = np.concatenate([np.arange(start, stop) for start, stop in spans])
        distances = np.concatenate([self._distances(embedding, start, stop) for start, stop in spans])
        tracks = self._rows[places]
        scores = -distances / 2 + GENRE_WEIGHT * np.log(np.maximum(fit[tracks], _LEAST_PROBABILITY))
        chosen = _best_unique(scores, tracks, k)
        numbers = tracks[chosen].astype(np.int64)
        return Neighbours(
            numbers, self._vectors[places[chosen]], distances[chosen].astype(np.float64), fit[numbers], scores[chosen]
        )

    def _distances(self, embedding: FloatArray, start: int, stop: int) -> FloatArray:
        products = self._vectors[start:stop] @ embedding
        squared: FloatArray = np.maximum(self._norms[start:stop] - 2 * products + embedding @ embedding, 0)
        return squared

    def _genre_fit(self, probabilities: Mapping[str, float]) -> NDArray[np.float64]:
        weights = np.zeros(len(self._rows))
        for genre, (start, stop) in self._shards.items():
            weights[start:stop] = probabilities.get(genre, 0.0)
        return np.bincount(self._rows, weights, self.n_tracks) / np.maximum(self._genre_counts, 1)


def _best_unique(scores: NDArray[np.float64], tracks: NDArray[np.int32], k: int) -> NDArray[np.int64]:
    """Places of the k highest scores, each track once."""
    pool = min(len(scores), 2 * k)
    while True:
        best = np.argpartition(-scores, pool - 1)[:pool] if pool < len(scores) else np.arange(len(scores))
        ordered = best[np.lexsort((tracks[best], -scores[best]))]
        unique = ordered[np.sort(np.unique(tracks[ordered], return_index=True)[1])]
        if len(unique) >= k or pool == len(scores):
            return unique[:k]
        pool = min(len(scores), 2 * pool)


def _typical_distance(vectors: FloatArray, most_pairs: int = 4096) -> float:
    # Rows half the index apart are of different genres as often as not, and no random generator is needed.
    half = len(vectors) // 2
    first = np.linspace(0, max(half - 1, 0), min(half, most_pairs), dtype=np.int64)
    difference = vectors[first] - vectors[first + half]
    median = float(np.median(np.einsum("ij,ij->i", difference, difference))) if half else 0.0
    return median or 1.0
