"""The world's candidates where our own models place them, so that they compete with the index's in one ranking.

A track of the index is filed under genres, and its score has the logarithm of the mean of their probabilities for the seed. A
track of the world is filed nowhere. What stands in for the mean is the expectation of the same probabilities under the genres
that our classifier gives the track: the mean is that expectation too, over genres which somebody has written down. It costs a
track something that nobody has, as it should: of two that sound alike the one that is known to be metal comes first.

Public names: Placed, Placer, nobody.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kamerton.music.candidate import Candidate
from kamerton.music.features import NAMES, FloatArray, vectors
from kamerton.release.classifier import GenreClassifier
from kamerton.release.distances import squared_distances
from kamerton.release.embedder import Embedder
from kamerton.release.track_index import genre_worth

_MOST_PLACED = 32
"""The nearest of the candidates are placed: the classifier takes a millisecond or two for each, and those that are farther off
would hardly be named."""

_MOST_REMEMBERED = 200


class Placed(Struct, frozen=True):
    """`vectors` float32 [n, d]; `probabilities` float64 [n, n_genres], of `genres`, rows summing to 1."""

    candidates: tuple[Candidate, ...]
    vectors: FloatArray
    probabilities: NDArray[np.float64]
    genres: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.candidates)

    def distances(self, embedding: FloatArray) -> NDArray[np.float64]:
        """Squared, float64 [n]."""
        return squared_distances(self.vectors, embedding) if len(self) else np.empty(0)

    def scores(self, embedding: FloatArray, probabilities: Mapping[str, float]) -> NDArray[np.float64]:
        """float64 [n], on the scale of the index's: see `TrackIndex.nearest`."""
        fits = self.probabilities @ np.array([probabilities.get(genre, 0.0) for genre in self.genres])
        worth: NDArray[np.float64] = genre_worth(fits) - self.distances(embedding) / 2
        return worth

    def of_genre(self, genre: str) -> Placed:
        """Those that are likelier of this genre than of any other."""
        likeliest = [self.genres[label] for label in np.argmax(self.probabilities, axis=1)] if len(self) else []
        chosen = [place for place, other in enumerate(likeliest) if other == genre]
        candidates = tuple(self.candidates[place] for place in chosen)
        return Placed(candidates, self.vectors[chosen], self.probabilities[chosen], self.genres)

    def likeliest_genre(self, place: int, probabilities: Mapping[str, float]) -> str:
        """The genre that the track and what has `probabilities` are likeliest to share."""
        shared = self.probabilities[place] * [probabilities.get(genre, 0.0) for genre in self.genres]
        return self.genres[int(np.argmax(shared))]


class Placer:
    """Places candidates with the models of one release, and remembers the last few hundred placings."""

    def __init__(self, classifier: GenreClassifier, embedder: Embedder) -> None:
        self._classifier = classifier
        self._embedder = embedder
        self._remembered: dict[tuple[object, ...], Placed] = {}
        self._lock = threading.Lock()

    def place(self, embedding: FloatArray, candidates: Sequence[Candidate]) -> Placed:
        """The nearest of them to `embedding`."""
        key = (embedding.tobytes(), tuple(candidates))
        placed = self._remembered.get(key)
        if placed is None:
            placed = self._placed(embedding, candidates)
            with self._lock:
                self._remembered[key] = placed
                while len(self._remembered) > _MOST_REMEMBERED:
                    self._remembered.pop(next(iter(self._remembered)))
        return placed

    def _placed(self, embedding: FloatArray, candidates: Sequence[Candidate]) -> Placed:
        if not candidates:
            return nobody(len(embedding))
        numbers = vectors({name: _column(candidates, name) for name in NAMES})
        embeddings = self._embedder.embeddings(numbers)
        nearest = np.argsort(squared_distances(embeddings, embedding), kind="stable")[:_MOST_PLACED]
        probabilities = self._classifier.probabilities(numbers[nearest]).astype(np.float64)
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        return Placed(
            tuple(candidates[place] for place in nearest), embeddings[nearest], probabilities, self._classifier.genres
        )


def nobody(dimensions: int) -> Placed:
    """No candidates in a space of so many dimensions."""
    return Placed((), np.empty((0, dimensions), np.float32), np.empty((0, 0)), ())


def _column(candidates: Sequence[Candidate], name: str) -> list[float]:
    values = [getattr(candidate.features, name) for candidate in candidates]
    return [np.nan if value is None else value for value in values]
