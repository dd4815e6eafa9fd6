"""The votes of the nearest tracks over standardised features of the sound; what is missing is the mean."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier

from kamerton.music.features import SOUND_NAMES, FloatArray
from training.models import LabelArray, Parameters, Probabilities
from training.models.space import Choice, Space
from training.statistics.covariance import standards

_N_SOUND = len(SOUND_NAMES)

_DEFAULTS: dict[str, Any] = {"neighbours": 10, "votes": "uniform"}


class NearestNeighbours:
    """See `training.models.Model`. Weights are not looked at: a vote is a track's."""

    space: ClassVar[Space] = {"neighbours": Choice((5, 10, 20, 40)), "votes": Choice(("uniform", "distance"))}
    exported_up_to: ClassVar[int] = 0

    def __init__(self, n_genres: int, seed: int = 0, threads: int = 1, parameters: Parameters | None = None) -> None:
        del seed
        chosen = _DEFAULTS | dict(parameters or {})
        self._n_genres = n_genres
        self._neighbours = KNeighborsClassifier(
            chosen["neighbours"], weights=chosen["votes"], algorithm="brute", n_jobs=threads
        )

    def fit(self, vectors: FloatArray, labels: LabelArray, weights: NDArray[np.float64]) -> Self:
        del weights
        self._center, self._scale = standards(vectors[:, :_N_SOUND])
        self._neighbours.fit(self._standardised(vectors), labels)
        return self

    def predict_proba(self, vectors: FloatArray) -> Probabilities:
        probabilities = np.zeros((len(vectors), self._n_genres))
        probabilities[:, self._neighbours.classes_] = self._neighbours.predict_proba(self._standardised(vectors))
        return probabilities

    def _standardised(self, vectors: FloatArray) -> FloatArray:
        return np.asarray(np.nan_to_num((vectors[:, :_N_SOUND] - self._center) / self._scale))
