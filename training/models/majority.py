"""The shares of the genres, whatever the vector: what any model has to be better than."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from kamerton.music.features import FloatArray
from training.models import LabelArray, Parameters, Probabilities
from training.models.space import Space


class Majority:
    """See `training.models.Model`. Weights are not looked at: a share is of tracks."""

    space: ClassVar[Space] = {}
    exported_up_to: ClassVar[int] = 0

    def __init__(self, n_genres: int, seed: int = 0, threads: int = 1, parameters: Parameters | None = None) -> None:
        del seed, threads, parameters
        self._n_genres = n_genres

    def fit(self, vectors: FloatArray, labels: LabelArray, weights: NDArray[np.float64]) -> Self:
        del vectors, weights
        self._shares = np.bincount(labels, minlength=self._n_genres) / len(labels)
        return self

    def predict_proba(self, vectors: FloatArray) -> Probabilities:
        return np.tile(self._shares, (len(vectors), 1))
