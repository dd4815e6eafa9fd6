"""Gradient boosted trees with second-order steps and a penalty on leaves (Chen and Guestrin, "XGBoost", KDD 2016)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import onnx
import xgboost
from numpy.typing import NDArray
from onnxmltools.convert import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType

from kamerton.music.features import FloatArray
from training.models import EVERY_NUMBER, FEW_GENRES, LabelArray, Parameters, Probabilities
from training.models.graph import free_trees
from training.models.space import Real, Space, Whole
from training.models.stored_parameters import read_parameters

_COMMON = {"objective": "multi:softprob", "tree_method": "hist", "verbosity": 0}
_ROUNDS = "num_boost_round"

_FEW: dict[str, Any] = {
    _ROUNDS: 250,
    "learning_rate": 0.06,
    "max_depth": 7,
    "min_child_weight": 2.0,
    "colsample_bynode": 0.4,
    "subsample": 0.8,
    "reg_lambda": 5.0,
}
_MANY: dict[str, Any] = {
    _ROUNDS: 60,
    "learning_rate": 0.1,
    "max_depth": 4,
    "min_child_weight": 10.0,
    "colsample_bynode": 0.3,
    "subsample": 0.8,
    "reg_lambda": 10.0,
}
_OPSET = 15


class XGBoost:
    """See `training.models.Model`. Every genre begins with the logarithm of its share, and one never seen with next to none."""

    space: ClassVar[Space] = {
        _ROUNDS: Whole(100, 250, log=True),
        "learning_rate": Real(0.05, 0.15, log=True),
        "max_depth": Whole(5, 8),
        "min_child_weight": Real(0.5, 8.0, log=True),
        "colsample_bynode": Real(0.15, 0.5),
        "subsample": Real(0.6, 1.0),
        "reg_lambda": Real(2.0, 20.0, log=True),
    }
    exported_up_to: ClassVar[int] = EVERY_NUMBER

    def __init__(self, n_genres: int, seed: int = 0, threads: int = 1, parameters: Parameters | None = None) -> None:
        self._n_genres = n_genres
        chosen = read_parameters("xgboost", n_genres).parameters if parameters is None else parameters
        self._parameters: dict[str, Any] = {
            **_COMMON,
            **(_FEW if n_genres <= FEW_GENRES else _MANY),
            **chosen,
            "num_class": n_genres,
            "seed": seed,
            "nthread": threads,
        }
        self._rounds = self._parameters.pop(_ROUNDS)

    def fit(self, vectors: FloatArray, labels: LabelArray, weights: NDArray[np.float64]) -> Self:
        data = xgboost.DMatrix(vectors, labels, weight=weights, nthread=self._parameters["nthread"])
        self._booster = xgboost.train(self._parameters, data, self._rounds)
        self._booster.set_param("nthread", "1")
        return self

    def predict_proba(self, vectors: FloatArray) -> Probabilities:
        return np.asarray(self._booster.inplace_predict(vectors), dtype=np.float64)

    def shortened(self, n_rounds: int) -> Self:
        """What it was after its first `n_rounds`."""
        model = type(self)(self._n_genres)
        model._booster = self._booster[:n_rounds]
        model._booster.set_param("nthread", "1")
        return model

    def to_onnx(self) -> onnx.ModelProto:
        features = [("features", FloatTensorType([None, self._booster.num_features()]))]
        return free_trees(convert_xgboost(self._booster, initial_types=features, target_opset=_OPSET), self._n_genres)

    def save(self, path: Path) -> None:
        path.write_bytes(self._booster.save_raw("ubj"))

    @classmethod
    def load(cls, path: Path) -> Self:
        booster = xgboost.Booster({"nthread": 1}, model_file=bytearray(path.read_bytes()))
        described = json.loads(booster.save_config())["learner"]["learner_model_param"]
        model = cls(int(described["num_class"]))
        model._booster = booster
        return model
