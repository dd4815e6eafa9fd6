"""The tracks of a release as vectors, one shard a genre, and the nearest of them to an embedding.

Brute force: one query over 100,000 rows is a matrix product of well under a millisecond a dozen dimensions, less than an
approximate index would cost to load.

Shapes: `vectors` float32 [n_rows, d], sorted by genre, a track once in each of its genres; `rows` int32 [n_rows], the
track (its number in the catalog) of each row; `shards` [start, stop) of each genre.

Public names: TrackIndex, Neighbours, genre_worth, GENRE_WEIGHT.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kamerton.music.features import FloatArray
from kamerton.release.distances import mean_of_nearest, squared_distances
from kamerton.release.median import median

GENRE_WEIGHT = 1.0
"""How much the logarithm of a track's genre probability counts beside half the squared distance. 2 was as good in the share of
the genre, and less good in recall and in the rank of compilations (default catalog, protocol of
`training.evaluation.recommendations`)."""

_LEAST_PROBABILITY = 1e-6


class Neighbours(Struct, frozen=True):
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
        self._genre_sets = _GenreSets(rows, list(shards.values()))
        self.n_tracks = int(rows.max()) + 1 if len(rows) else 0
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

    def track_of(self, genre: str, place: int) -> int:
        """The number of the track at a place, from 0, of the genre's shard."""
        start, _ = self._shards[genre]
        return int(self._rows[start + place])

    def mean_distance(self, embedding: FloatArray, k: int) -> float:
        """The mean distance from `embedding` to the k nearest rows; infinite for an index of fewer."""
        return mean_of_nearest(self._norms - 2 * (self._vectors @ embedding) + embedding @ embedding, k)

    def nearest(
        self,
        embedding: FloatArray,
        probabilities: Mapping[str, float],
        genres: Sequence[str],
        k: int,
        allowed: NDArray[np.bool_] | None = None,
    ) -> Neighbours:
        """The k best tracks of `genres` for a query at `embedding` whose genres are likely as `probabilities` says; of those
        that are `allowed`, bool [n_tracks], alone.

        score = -distance^2 / 2 + GENRE_WEIGHT * log(mean over the track's genres of their probability). The mean matters: a
        sum would favour tracks that are filed under many genres. Ties go to the lower number, so answers repeat exactly.
        """
        fits = self._genre_sets.means(np.array([probabilities.get(genre, 0.0) for genre in self._shards]))
        bonuses = genre_worth(fits).astype(np.float32)
        spans = [self._shards[genre] for genre in genres if genre in self._shards]
        # The best k of each shard hold the best k of all: a track stands once in a shard, with the same score in each.
        shards = [self._best_of_shard(embedding, bonuses, start, stop, k, allowed) for start, stop in spans]
        places = np.concatenate([np.empty(0, np.int64), *(places for places, _ in shards)])
        scores = np.concatenate([np.empty(0, np.float32), *(scores for _, scores in shards)])
        order = np.lexsort((self._rows[places], -scores))
        first = np.sort(np.unique(self._rows[places[order]], return_index=True)[1])[:k]
        return self._neighbours(embedding, places[order[first]], scores[order[first]], fits)

    def _best_of_shard(
        self,
        embedding: FloatArray,
        bonuses: FloatArray,
        start: int,
        stop: int,
        k: int,
        allowed: NDArray[np.bool_] | None,
    ) -> tuple[NDArray[np.int64], FloatArray]:
        """Rows and scores of a shard's k best, and of those that tie with the last of them."""
        scores: FloatArray = self._vectors[start:stop] @ embedding
        scores -= self._norms[start:stop] / 2
        scores += bonuses[self._genre_sets.of_row[start:stop]]
        best = np.arange(len(scores)) if allowed is None else np.flatnonzero(allowed[self._rows[start:stop]])
        if k < len(best):
            kept = scores[best]
            best = best[kept >= np.partition(kept, len(kept) - k)[len(kept) - k]]
        # Half of the query's own squared norm is still to be subtracted; it is the same for every row.
        return best + start, scores[best] - np.float32(embedding @ embedding / 2)

    def _neighbours(
        self, embedding: FloatArray, places: NDArray[np.int64], scores: FloatArray, fits: NDArray[np.float64]
    ) -> Neighbours:
        vectors = self._vectors[places]
        distances = squared_distances(vectors, embedding)
        chosen_fits = fits[self._genre_sets.of_row[places]]
        return Neighbours(self._rows[places].astype(np.int64), vectors, distances, chosen_fits, scores.astype(np.float64))


class _GenreSets:
    """The set of genres of each track. Tracks share few sets, so a query computes with sets and not with tracks.

    `of_row` int32 [n_rows] is the number of each row's set.
    """

    def __init__(self, rows: NDArray[np.int32], spans: Sequence[tuple[int, int]]) -> None:
        labels = np.repeat(np.arange(len(spans), dtype=np.int16), [stop - start for start, stop in spans])
        order = np.argsort(rows, kind="stable")
        counts = np.bincount(rows)
        place = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        # [n_tracks, most genres of a track], filled up with a label that no genre has and whose probability is 0.
        labels_of_track = np.full((len(counts), counts.max(initial=1)), len(spans), dtype=np.int16)
        labels_of_track[rows[order], place] = labels[order]
        self._sets, of_track = np.unique(labels_of_track, axis=0, return_inverse=True)
        self._sizes = np.maximum((self._sets < len(spans)).sum(axis=1), 1)
        self.of_row = of_track.reshape(-1)[rows].astype(np.int32)

    def means(self, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64 [n_sets]: the mean of the genres' probabilities [n_genres] in each set."""
        means: NDArray[np.float64] = np.append(probabilities, 0.0)[self._sets].sum(axis=1) / self._sizes
        return means


def genre_worth(fits: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the genre probability of tracks adds to their scores, float64 [n] from float64 [n]."""
    worth: NDArray[np.float64] = GENRE_WEIGHT * np.log(np.maximum(fits, _LEAST_PROBABILITY))
    return worth


def _typical_distance(vectors: FloatArray, most_pairs: int = 4096) -> float:
    # Rows half the index apart are of different genres as often as not, and no random generator is needed.
    half = len(vectors) // 2
    first = np.linspace(0, max(half - 1, 0), min(half, most_pairs), dtype=np.int64)
    difference = vectors[first] - vectors[first + half]
    typical = float(median(np.einsum("ij,ij->i", difference, difference))) if half else 0.0
    return typical or 1.0
