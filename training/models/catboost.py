"""Gradient boosted symmetric trees, which ask one question a level (Prokhorenkova et al., NeurIPS 2018)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, Self

import catboost
import numpy as np
import onnx
from numpy.typing import NDArray

from kamerton.music.features import FloatArray
from training.models import EVERY_NUMBER, LabelArray, Parameters, Probabilities
from training.models.graph import NO_CHANCE, symmetric_trees
from training.models.space import Real, Space, Whole
from training.models.stored_parameters import read_parameters

_COMMON = {
    "loss_function": "MultiClass",
    "boosting_type": "Plain",
    "bootstrap_type": "Bernoulli",
    "border_count": 128,
    "logging_level": "Silent",
    "allow_writing_files": False,
}

_N_GENRES = "n_genres"


class CatBoost:
    """See `training.models.Model`. A genre that it never saw has the probability 0."""

    space: ClassVar[Space] = {
        "iterations": Whole(200, 400, log=True),
        "learning_rate": Real(0.08, 0.15, log=True),
        "depth": Whole(5, 7),
        "rsm": Real(0.2, 0.5),
        "subsample": Real(0.5, 1.0),
        "l2_leaf_reg": Real(2.0, 8.0, log=True),
        "random_strength": Real(1.0, 5.0, log=True),
    }
    exported_up_to: ClassVar[int] = EVERY_NUMBER

    def __init__(self, n_genres: int, seed: int = 0, threads: int = 1, parameters: Parameters | None = None) -> None:
        self._n_genres = n_genres
        chosen = read_parameters("catboost", n_genres).parameters if parameters is None else parameters
        self._classifier = catboost.CatBoostClassifier(**_COMMON, **chosen, random_seed=seed, thread_count=threads)

    def fit(self, vectors: FloatArray, labels: LabelArray, weights: NDArray[np.float64]) -> Self:
        self._classifier.fit(vectors, labels, sample_weight=weights)
        self._classifier.get_metadata()[_N_GENRES] = str(self._n_genres)
        return self

    def predict_proba(self, vectors: FloatArray) -> Probabilities:
        probabilities = np.zeros((len(vectors), self._n_genres))
        probabilities[:, self._seen] = self._classifier.predict_proba(vectors, thread_count=1)
        return probabilities

    def shortened(self, n_rounds: int) -> Self:
        """What it was after its first `n_rounds`."""
        model = type(self)(self._n_genres)
        model._classifier = self._classifier.copy()
        model._classifier.shrink(n_rounds)
        return model

    def to_onnx(self) -> onnx.ModelProto:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "model.json"
            self._classifier.save_model(str(path), format="json")
            description = json.loads(path.read_bytes())
        return _graph(description, self._seen, self._n_genres)

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


def _graph(description: Mapping[str, Any], seen: list[int], n_genres: int) -> onnx.ModelProto:
    """What CatBoost's JSON describes (https://catboost.ai/docs/en/concepts/json-model); genres not seen have no chance."""
    trees = description["oblivious_trees"]
    depth = max(len(tree["splits"] or ()) for tree in trees)
    columns = np.zeros((len(trees), depth), dtype=np.int64)
    # A tree may be lower than the others: the questions that it does not ask are answered with no.
    borders = np.full((len(trees), depth), np.inf, dtype=np.float32)
    scores = np.zeros((len(trees), 2**depth, n_genres), dtype=np.float32)
    for number, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"] or ()):
            columns[number, level] = split["float_feature_index"]
            borders[number, level] = split["border"]
        leaves = np.array(tree["leaf_values"]).reshape(-1, len(seen))
        scores[number, : len(leaves), seen] = leaves.T
    scale, bias = description["scale_and_bias"]
    biases = np.full(n_genres, NO_CHANCE, dtype=np.float32)
    biases[seen] = bias
    return symmetric_trees(columns, borders, np.float32(scale) * scores, biases)
