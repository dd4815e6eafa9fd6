"""Gradient boosted symmetric trees, which ask one question a level (Prokhorenkova et al., NeurIPS 2018)."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, Self

import catboost
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from training.models import FEW_GENRES, FloatArray, LabelArray, Probabilities
from training.models.graph import attribute, normalised

_COMMON = {
    "loss_function": "MultiClass",
    "boosting_type": "Plain",
    "bootstrap_type": "Bernoulli",
    "border_count": 64,
    "logging_level": "Silent",
    "allow_writing_files": False,
}
_FOR_FEW = {"iterations": 300, "learning_rate": 0.12, "depth": 7, "rsm": 0.5, "subsample": 0.7, "l2_leaf_reg": 5.0}
_FOR_MANY = {"iterations": 150, "learning_rate": 0.15, "depth": 6, "rsm": 1.0, "subsample": 0.8, "l2_leaf_reg": 3.0}

_N_GENRES = "n_genres"
_NO_CHANCE = -1000.0
"""A score whose exponential is 0 beside any other's."""


class CatBoost:
    """See `training.models.Model`. A genre that it never saw has the probability 0."""

    members: ClassVar[tuple[str, ...]] = ()

    def __init__(self, n_genres: int, seed: int = 0, threads: int = 1) -> None:
        self._n_genres = n_genres
        parameters: dict[str, Any] = {**_COMMON, **(_FOR_FEW if n_genres <= FEW_GENRES else _FOR_MANY)}
        self._classifier = catboost.CatBoostClassifier(**parameters, random_seed=seed, thread_count=threads)

    def fit(self, vectors: FloatArray, labels: LabelArray, weights: NDArray[np.float64]) -> Self:
        self._classifier.fit(vectors, labels, sample_weight=weights)
        self._classifier.get_metadata()[_N_GENRES] = str(self._n_genres)
        return self

    def predict_proba(self, vectors: FloatArray) -> Probabilities:
        probabilities = np.zeros((len(vectors), self._n_genres))
        probabilities[:, self._seen] = self._classifier.predict_proba(vectors, thread_count=1)
        return probabilities

    def to_onnx(self) -> onnx.ModelProto:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "model.onnx"
            self._classifier.save_model(str(path), format="onnx")
            model = normalised(onnx.load(path), self._n_genres)
        _spread(model.graph.node[0], self._seen, self._n_genres)
        return model

    def save(self, path: Path) -> None:
        self._classifier.save_model(str(path), format="cbm")

    @classmethod
    def load(cls, path: Path) -> Self:
        classifier = catboost.CatBoostClassifier().load_model(str(path), format="cbm")
        model = cls(int(classifier.get_metadata()[_N_GENRES]))
        model._classifier = classifier
        return model

    @property
    def _seen(self) -> list[int]:
        return [int(label) for label in self._classifier.classes_]


def _spread(trees: onnx.NodeProto, seen: list[int], n_genres: int) -> None:
    """Scores of the genres that were seen, in columns 0, 1, 2..., move to their own; the others have no chance."""
    class_ids = attribute(trees, "class_ids")
    class_ids.ints[:] = [seen[column] for column in class_ids.ints]
    attribute(trees, "classlabels_int64s").ints[:] = range(n_genres)
    if len(seen) < n_genres:
        chances = [0.0 if label in seen else _NO_CHANCE for label in range(n_genres)]
        trees.attribute.append(helper.make_attribute("base_values", chances))
