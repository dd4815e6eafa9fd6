"""Support vectors under a radial kernel (Cortes and Vapnik, "Support-vector networks", 1995), with probabilities.

A support vector machine decides between each two genres, and has no probabilities of its own. How decisions become
probabilities is learnt from decisions about tracks that the machine had not seen, as Platt (1999) does for two classes: the
decisions for and against each genre are added up, and go through a multinomial logistic regression. One machine, fitted on
all rows, answers. A missing feature is filled with what to expect of it given those that are known.
"""

from __future__ import annotations

import warnings
from itertools import combinations
from pathlib import Path
from typing import Any, ClassVar, Self, cast

import joblib
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import compose, helper, numpy_helper
from scipy.special import softmax
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from kamerton.music.features import CORE, FEATURE_NAMES, FloatArray
from training.models import FEW_GENRES, LabelArray, Parameters, Probabilities
from training.models.graph import INPUT, NO_CHANCE, OPSETS, OUTPUT, Constant, packed
from training.models.space import Choice, Space
from training.models.stored_parameters import read_parameters
from training.statistics.covariance import FILL_STEPS, correlations, filled, filling, standards, varies

_DEFAULTS: dict[str, Any] = {"C": 3.0, "gamma": 0.07, "scale": True, "other_weight": 0.5}

_MOST_DEVIATIONS = 4.0
"""Values beyond are drawn to it: support vectors out there would be alone."""

_FOLDS = 3
_FOLDED_BY = FEATURE_NAMES.index("loudness")


_CACHE_MB = 500


class SVM:
    """See `training.models.Model`. A genre that it never saw has the probability 0. Nothing in it is drawn at random.

    `gamma` is the kernel's, over standardised features; without `scale` over features as they are, which is for comparison.
    `other_weight` is that of a deviation of what is not one of the core nine: there are many of these, and each says less.
    Rows of which more is missing than of most are not learnt: what would be filled in says nothing new, and costs the same.
    """

    # A larger C suits repeated tracks, not new artists; and its sums of large numbers stray in the float32 of ONNX.
    space: ClassVar[Space] = {"gamma": Choice((0.05, 0.1)), "other_weight": Choice((0.5, 0.8))}
    exported_up_to: ClassVar[int] = FEW_GENRES

    def __init__(self, n_genres: int, seed: int = 0, threads: int = 1, parameters: Parameters | None = None) -> None:
        del seed, threads
        self._n_genres = n_genres
        chosen = read_parameters("svm", n_genres).parameters if parameters is None else parameters
        self._parameters: dict[str, Any] = _DEFAULTS | dict(chosen)

    def fit(self, vectors: FloatArray, labels: LabelArray, weights: NDArray[np.float64]) -> Self:
        self._center, self._scale = standards(vectors)
        whole = _as_whole_as_most(vectors)
        vectors, labels, weights = vectors[whole], labels[whole], weights[whole]
        standardised = (vectors - self._center) / self._scale
        self._filling = filling(correlations(standardised.astype(np.float64)))
        filled = self._filled(vectors)
        sums = np.zeros((len(filled), self._n_genres))
        for test in _folds(vectors):
            machine = self._machine_of(filled[~test], labels[~test], weights[~test])
            sums[test] = _decisions(machine, filled[test]) @ _sums(machine, self._n_genres)
        self._machine = self._machine_of(filled, labels, weights)
        layer, self._bias = _layer(sums, labels, weights)
        self._layer = _sums(self._machine, self._n_genres) @ layer
        return self

    def predict_proba(self, vectors: FloatArray) -> Probabilities:
        scores = _decisions(self._machine, self._filled(vectors)) @ self._layer + self._bias
        return np.asarray(softmax(scores, axis=1))

    def to_onnx(self) -> onnx.ModelProto:
        filling_nodes, constants = self._filling_graph()
        machine = compose.add_prefix_graph(_converted(self._machine), "machine_")
        constants |= {constant.name: numpy_helper.to_array(constant) for constant in machine.initializer}
        # Of two genres the operator gives the one decision and its negation.
        width = len(self._layer) if len(self._layer) > 1 else 2
        layer = np.zeros((width, self._n_genres), np.float32)
        layer[: len(self._layer)] = self._layer
        constants["layer"] = layer
        constants["bias"] = self._bias.astype(np.float32)
        nodes = [
            *filling_nodes,
            helper.make_node("Identity", ["filled"], [machine.input[0].name]),
            *machine.node,
            helper.make_node("Gemm", [machine.output[1].name, "layer", "bias"], ["scores"]),
            helper.make_node("Softmax", ["scores"], [OUTPUT], axis=1),
        ]
        return packed(nodes, self._n_genres, constants)

    def save(self, path: Path) -> None:
        """By joblib, whose files run code when they are loaded: it is for this project's own, in its own build directory."""
        joblib.dump(self, path, compress=1)

    @classmethod
    def load(cls, path: Path) -> Self:
        return cast(Self, joblib.load(path))

    def _machine_of(self, filled: FloatArray, labels: LabelArray, weights: NDArray[np.float64]) -> Pipeline:
        chosen = self._parameters
        machine = SVC(C=chosen["C"], gamma=chosen["gamma"], decision_function_shape="ovo", cache_size=_CACHE_MB)
        if not chosen["scale"]:
            return make_pipeline(machine.fit(filled, labels, weights))
        scaler = StandardScaler().fit(filled)
        # Rounding errors of what never varies are no feature.
        scaler.scale_[~varies(scaler.mean_, scaler.scale_)] = 1
        scaler.scale_[len(CORE) :] /= chosen["other_weight"]
        machine.fit(scaler.transform(filled), labels, weights)
        return make_pipeline(scaler, machine)

    def _filled(self, vectors: FloatArray) -> FloatArray:
        """float32 [n, n_features] without NaN."""
        standardised = filled((vectors - self._center) / self._scale, self._filling)
        return np.clip(standardised, -_MOST_DEVIATIONS, _MOST_DEVIATIONS) * self._scale + self._center

    def _filling_graph(self) -> tuple[list[onnx.NodeProto], dict[str, Constant]]:
        """From the input to `filled`, as `_filled` does it."""
        nodes = [
            helper.make_node("IsNaN", [INPUT], ["missing"]),
            helper.make_node("Sub", [INPUT, "center"], ["centered"]),
            helper.make_node("Div", ["centered", "scale"], ["standardised"]),
            helper.make_node("Where", ["missing", "none", "standardised"], ["filled_0"]),
        ]
        for step in range(FILL_STEPS):
            nodes += [
                helper.make_node("MatMul", [f"filled_{step}", "filling"], [f"pull_{step}"]),
                helper.make_node("Where", ["missing", f"pull_{step}", "none"], [f"change_{step}"]),
                helper.make_node("Sub", [f"filled_{step}", f"change_{step}"], [f"filled_{step + 1}"]),
            ]
        nodes += [
            helper.make_node("Clip", [f"filled_{FILL_STEPS}", "least", "most"], ["clipped"]),
            helper.make_node("Mul", ["clipped", "scale"], ["rescaled"]),
            helper.make_node("Add", ["rescaled", "center"], ["filled"]),
        ]
        arrays = {"center": self._center, "scale": self._scale, "filling": self._filling}
        bounds = {"least": np.float32(-_MOST_DEVIATIONS), "most": np.float32(_MOST_DEVIATIONS)}
        return nodes, {**arrays, "none": np.float32(0), **bounds}


def _as_whole_as_most(vectors: FloatArray) -> NDArray[np.bool_]:
    """The rows [n] of which no more is missing than of the middle one."""
    missing = np.isnan(vectors).sum(axis=1)
    return np.asarray(missing <= np.median(missing))


def _folds(vectors: FloatArray) -> list[NDArray[np.bool_]]:
    """The rows [n] of each fold; rows of one track are as loud as each other, and so in one fold."""
    places = np.unique(vectors[:, _FOLDED_BY], return_inverse=True)[1]
    if places.max(initial=0) < _FOLDS - 1:
        # Where all are as loud, rows of one track are the same row.
        places = np.unique(np.nan_to_num(vectors), axis=0, return_inverse=True)[1].reshape(-1)
    folds = places % _FOLDS
    return [folds == fold for fold in range(_FOLDS)]


def _decisions(machine: Pipeline, filled: FloatArray) -> NDArray[np.float64]:
    """float64 [n, n_pairs] of the genres that it saw; one column when these are two."""
    return np.asarray(machine.decision_function(filled)).reshape(len(filled), -1)


def _sums(machine: Pipeline, n_genres: int) -> NDArray[np.float64]:
    """[n_pairs, n_genres] that adds up the decisions for each genre and subtracts those against it, by the number of others."""
    seen = machine.classes_
    # scikit-learn turns the sign of the decision when there is but one.
    sign = 1 if len(seen) > 2 else -1
    pairs = list(combinations(seen, 2))
    sums = np.zeros((len(pairs), n_genres))
    for place, (first, second) in enumerate(pairs):
        sums[place, [first, second]] = sign, -sign
    return sums / (len(seen) - 1)


def _layer(sums: NDArray[np.float64], labels: LabelArray, weights: NDArray[np.float64]) -> tuple[np.ndarray, np.ndarray]:
    """[n_genres, n_genres] and [n_genres] that turn sums into scores for a softmax."""
    regression = LogisticRegression(max_iter=1000).fit(sums, labels, weights)
    slopes, begins = regression.coef_, regression.intercept_
    if len(slopes) == 1:
        slopes, begins = np.vstack([-slopes, slopes]) / 2, np.append(-begins, begins) / 2
    n_genres = sums.shape[1]
    layer, bias = np.zeros((n_genres, n_genres)), np.full(n_genres, NO_CHANCE)
    layer[:, regression.classes_], bias[regression.classes_] = slopes.T, begins
    return layer, bias


def _converted(machine: Pipeline) -> onnx.GraphProto:
    """From float32 [n, n_features] to a label, and the decisions."""
    features = [(INPUT, FloatTensorType([None, machine.n_features_in_]))]
    options = {"zipmap": False, "raw_scores": True}
    with warnings.catch_warnings():
        # skl2onnx asks for what scikit-learn is about to remove, and finds that it is not there.
        warnings.filterwarnings("ignore", r"Attribute `prob[AB]_` was deprecated", FutureWarning)
        graph: onnx.GraphProto = convert_sklearn(machine, "machine", features, options=options, target_opset=OPSETS).graph
        return graph
