"""Candidates from outside the catalog in the space of our own models, so that they compete with the index's in one ranking.

A track of the index is filed under genres, and its score has the logarithm of the mean of their probabilities for the seed. A
candidate from outside is filed nowhere. In place of the mean its score has the expectation of the same probabilities under the
genres that our classifier gives the candidate: the mean is that expectation too, over genres that somebody has written down.
That costs a candidate something, as it should: of two tracks that sound alike the one that is known to be metal comes first.

Public names: EmbeddedCandidates, CandidateEmbedder, no_candidates.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

import numpy as np
from cachetools import FIFOCache
from msgspec import Struct
from numpy.typing import NDArray

from kamerton.music.candidate import Candidate
from kamerton.music.features import NAMES, FloatArray, vectors
from kamerton.release.classifier import GenreClassifier
from kamerton.release.distances import squared_distances
from kamerton.release.embedder import Embedder
from kamerton.release.track_index import genre_worth

_MOST_EMBEDDED = 32
"""The nearest candidates are kept: the classifier takes a millisecond or two for each, and those that are farther off would
hardly be recommended."""

# Of each some 60 kB.
_MOST_REMEMBERED = 100


class EmbeddedCandidates(Struct, frozen=True):
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

    def of_genre(self, genre: str) -> EmbeddedCandidates:
        """Those that are likelier of this genre than of any other."""
        likeliest = [self.genres[label] for label in np.argmax(self.probabilities, axis=1)] if len(self) else []
        chosen = [place for place, other in enumerate(likeliest) if other == genre]
        candidates = tuple(self.candidates[place] for place in chosen)
        return EmbeddedCandidates(candidates, self.vectors[chosen], self.probabilities[chosen], self.genres)

    def likeliest_genre(self, place: int, probabilities: Mapping[str, float]) -> str:
        """The genre that the track and what has `probabilities` are likeliest to share."""
        shared = self.probabilities[place] * [probabilities.get(genre, 0.0) for genre in self.genres]
        return self.genres[int(np.argmax(shared))]


class CandidateEmbedder:
    """Embeds candidates with the models of one release, and remembers the last few hundred results."""

    def __init__(self, classifier: GenreClassifier, embedder: Embedder) -> None:
        self._classifier = classifier
        self._embedder = embedder
        self._remembered: FIFOCache[tuple[bytes, int], EmbeddedCandidates] = FIFOCache(_MOST_REMEMBERED)
        self._lock = threading.Lock()

    def embed(self, embedding: FloatArray, candidates: Sequence[Candidate]) -> EmbeddedCandidates:
        """The nearest of the candidates to `embedding`."""
        # The candidates' hash in place of themselves, of which most are not kept; two lists with one of 64 bits do not occur.
        key = (embedding.tobytes(), hash(tuple(candidates)))
        with self._lock:
            embedded = self._remembered.get(key)
        if embedded is None:
            embedded = self._embedded(embedding, candidates)
            with self._lock:
                self._remembered[key] = embedded
        return embedded

    def _embedded(self, embedding: FloatArray, candidates: Sequence[Candidate]) -> EmbeddedCandidates:
        if not candidates:
            return no_candidates(len(embedding))
        numbers = vectors({name: _column(candidates, name) for name in NAMES})
        embeddings = self._embedder.embeddings(numbers)
        nearest = np.argsort(squared_distances(embeddings, embedding), kind="stable")[:_MOST_EMBEDDED]
        probabilities = self._classifier.probabilities(numbers[nearest]).astype(np.float64)
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        return EmbeddedCandidates(
            tuple(candidates[place] for place in nearest), embeddings[nearest], probabilities, self._classifier.genres
        )


def no_candidates(dimensions: int) -> EmbeddedCandidates:
    """No candidates in a space of so many dimensions."""
    return EmbeddedCandidates((), np.empty((0, dimensions), np.float32), np.empty((0, 0)), ())


def _column(candidates: Sequence[Candidate], name: str) -> list[float]:
    values = [getattr(candidate.features, name) for candidate in candidates]
    return [np.nan if value is None else value for value in values]
