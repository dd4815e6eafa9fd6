"""Gradient boosted trees that grow leaf by leaf (Ke et al., NeurIPS 2017)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Self

import lightgbm
import numpy as np
import onnx
from numpy.typing import NDArray
from onnxmltools.convert import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType

from kamerton.music.features import FloatArray
from training.models import EVERY_NUMBER, LabelArray, Parameters, Probabilities
from training.models.graph import free_trees
from training.models.space import Real, Space, Whole
from training.models.stored_parameters import read_parameters
from training.models.tree_nodes import rounded_down

_COMMON = {"objective": "multiclass", "verbosity": -1, "deterministic": True, "force_row_wise": True, "bagging_freq": 1}
_LIBRARY_ROUNDS = 100
"""What the library does unless told otherwise."""

_OPSET = 15


class LightGBM:
    """See `training.models.Model`."""

    # With many genres a leaf has a handful of rows of a genre: a long step diverges, and a strong L2 keeps it short.
    space: ClassVar[Space] = {
        "num_iterations": Whole(100, 300, log=True),
        "learning_rate": Real(0.05, 0.15, log=True),
        "num_leaves": Whole(24, 80, log=True),
        "min_child_samples": Whole(8, 30, log=True),
        "feature_fraction": Real(0.15, 0.5),
        "bagging_fraction": Real(0.7, 1.0),
        "lambda_l2": Real(3.0, 30.0, log=True),
    }
    exported_up_to: ClassVar[int] = EVERY_NUMBER

    def __init__(self, n_genres: int, seed: int = 0, threads: int = 1, parameters: Parameters | None = None) -> None:
        self._n_genres = n_genres
        self._parameters: dict[str, Any] = {
            **_COMMON,
            **(read_parameters("lightgbm", n_genres).parameters if parameters is None else parameters),
            "num_class": n_genres,
            "seed": seed,
            "num_threads": threads,
        }

    def fit(self, vectors: FloatArray, labels: LabelArray, weights: NDArray[np.float64]) -> Self:
        data = lightgbm.Dataset(vectors, labels, weight=weights, params={"verbosity": -1})
        parameters = {name: value for name, value in self._parameters.items() if name != "num_iterations"}
        self._booster = _with_float32_thresholds(
            lightgbm.train(parameters, data, self._parameters.get("num_iterations", _LIBRARY_ROUNDS))
        )
        return self

    def predict_proba(self, vectors: FloatArray) -> Probabilities:
        return np.asarray(self._booster.predict(vectors, num_threads=1), dtype=np.float64)

    def shortened(self, n_rounds: int) -> Self:
        """What it was after its first `n_rounds`."""
        model = type(self)(self._n_genres)
        model._booster = lightgbm.Booster(model_str=self._booster.model_to_string(num_iteration=n_rounds))
        return model

    def gains(self) -> NDArray[np.float64]:
        """[n_features]: the share of each feature in all that the trees' questions gained."""
        gains = np.asarray(self._booster.feature_importance("gain"), dtype=np.float64)
        return np.asarray(gains / gains.sum())

    def contributions(self, vectors: FloatArray) -> NDArray[np.float64]:
        """[n, n_genres, n_features]: the SHAP values (Lundberg et al., "Consistent individualized feature attribution for
        tree ensembles", 2018), in units of the scores that go into the softmax."""
        given = np.asarray(self._booster.predict(vectors, pred_contrib=True, num_threads=1), dtype=np.float64)
        return given.reshape(len(vectors), self._n_genres, -1)[:, :, :-1]

    def to_onnx(self) -> onnx.ModelProto:
        features = [("features", FloatTensorType([None, self._booster.num_feature()]))]
        exported = convert_lightgbm(self._booster, initial_types=features, zipmap=False, target_opset=_OPSET)
        return free_trees(exported, self._n_genres)

    def save(self, path: Path) -> None:
        path.write_text(self._booster.model_to_string(), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        booster = lightgbm.Booster(model_str=path.read_text(encoding="utf-8"))
        model = cls(booster.num_model_per_iteration())
        model._booster = booster
        return model


def _with_float32_thresholds(booster: lightgbm.Booster) -> lightgbm.Booster:
    """The same decisions for every float32 value, by thresholds that ONNX can hold: none is above the one it stands for.

    LightGBM goes left when value <= threshold, a double; between it and the next float32 below there is no float32 value.
    """
    lines = booster.model_to_string().splitlines()
    # The sizes of the trees' texts are an index that would not fit any more; without it they are read one after another.
    remaining = (line for line in lines if not line.startswith("tree_sizes="))
    return lightgbm.Booster(
        model_str="\n".join(_rounded_down(line) if line.startswith("threshold=") else line for line in remaining)
    )


def _rounded_down(line: str) -> str:
    name, values = line.split("=")
    below = rounded_down(np.array(values.split(), dtype=np.float64))
    return f"{name}={' '.join(repr(float(value)) for value in below)}"
