"""The mean of trees whose borders are drawn at random (Geurts, Ernst and Wehenkel, "Extremely randomized trees", 2006)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Self, cast

import joblib
import numpy as np
import onnx
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier

from kamerton.music.features import FloatArray
from training.models import FEW_GENRES, LabelArray, Parameters, Probabilities
from training.models.forest_graph import forest_of, mean_of_trees
from training.models.space import Choice, Space
from training.models.stored_parameters import read_parameters

_FEW: dict[str, Any] = {"n_estimators": 100, "min_samples_leaf": 2, "max_features": 0.4, "max_depth": 20}
# A leaf holds a number for every genre: with many genres there may not be many leaves.
_MANY: dict[str, Any] = {"n_estimators": 60, "min_samples_leaf": 20, "max_features": 0.6}


class ExtraTrees:
    """See `training.models.Model`. A genre that it never saw has the probability 0.

    The number of trees, `n_estimators`, is nothing to tune: the more the better, and the larger the file.
    """

    space: ClassVar[Space] = {"min_samples_leaf": Choice((2, 4)), "max_features": Choice((0.2, 0.4))}
    exported_up_to: ClassVar[int] = FEW_GENRES

    def __init__(self, n_genres: int, seed: int = 0, threads: int = 1, parameters: Parameters | None = None) -> None:
        self._n_genres = n_genres
        defaults = _FEW if n_genres <= FEW_GENRES else _MANY
        chosen = read_parameters("extra_trees", n_genres).parameters if parameters is None else parameters
        self._forest = ExtraTreesClassifier(**(defaults | dict(chosen)), random_state=seed, n_jobs=threads)

    def fit(self, vectors: FloatArray, labels: LabelArray, weights: NDArray[np.float64]) -> Self:
        self._forest.fit(vectors, labels, weights)
        # By one thread the trees are added up in their order, whatever the machine.
        self._forest.set_params(n_jobs=1)
        return self

    def predict_proba(self, vectors: FloatArray) -> Probabilities:
        probabilities = np.zeros((len(vectors), self._n_genres))
        probabilities[:, self._forest.classes_] = self._forest.predict_proba(vectors)
        return probabilities

    def to_onnx(self) -> onnx.ModelProto:
        trees = [estimator.tree_ for estimator in self._forest.estimators_]
        return mean_of_trees(forest_of(trees, self._forest.classes_, self._n_genres))

    def save(self, path: Path) -> None:
        """By joblib, whose files run code when they are loaded: it is for this project's own, in its own build directory."""
        joblib.dump(self, path, compress=1)

    @classmethod
    def load(cls, path: Path) -> Self:
        return cast(Self, joblib.load(path))
