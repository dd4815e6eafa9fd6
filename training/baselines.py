"""What a model of genres has to be better than, under the same contract as far as evaluation needs it.

Public names: BASELINES, Majority, NearestNeighbours.
"""

from __future__ import annotations

from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier

from kamerton.features import FloatArray
from training.models import LabelArray, Probabilities

N_NEIGHBOURS = 10


class Baseline(Protocol):
    def __init__(self, n_genres: int) -> None: ...

    def fit(self, vectors: FloatArray, labels: LabelArray) -> Self: ...

    def predict_proba(self, vectors: FloatArray) -> Probabilities: ...


class Majority:
    """The shares of the genres, whatever the vector."""

    def __init__(self, n_genres: int) -> None:
        self._n_genres = n_genres

    def fit(self, vectors: FloatArray, labels: LabelArray) -> Self:
        del vectors
        self._shares = np.bincount(labels, minlength=self._n_genres) / len(labels)
        return self

    def predict_proba(self, vectors: FloatArray) -> Probabilities:
        return np.tile(self._shares, (len(vectors), 1))


class NearestNeighbours:
    """The votes of the nearest tracks over standardised features; what is missing is the mean."""

    def __init__(self, n_genres: int) -> None:
        self._n_genres = n_genres
        self._neighbours = KNeighborsClassifier(N_NEIGHBOURS, algorithm="brute")

    def fit(self, vectors: FloatArray, labels: LabelArray) -> Self:
        known = np.ma.masked_invalid(vectors.astype(np.float64))
        # A feature that no row has is 0 everywhere, and one without variance is left as it is.
        self._center = known.mean(axis=0).filled(0.0)
        self._scale = known.std(axis=0).filled(1.0)
        self._scale[self._scale == 0] = 1.0
        self._neighbours.fit(self._standardised(vectors), labels)
        return self

    def predict_proba(self, vectors: FloatArray) -> Probabilities:
        probabilities = np.zeros((len(vectors), self._n_genres))
        probabilities[:, self._neighbours.classes_] = self._neighbours.predict_proba(self._standardised(vectors))
        return probabilities

    def _standardised(self, vectors: FloatArray) -> NDArray[np.float32]:
        return np.nan_to_num((vectors - self._center) / self._scale).astype(np.float32)


BASELINES: dict[str, type[Baseline]] = {"majority": Majority, "nearest_neighbours": NearestNeighbours}
