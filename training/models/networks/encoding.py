"""What a network is given for a vector: numbers around 0, and for each whether it is known.

Every feature becomes its standardised value (0, the mean, where it is missing), 1 if it is missing, and, if asked for, its
piecewise-linear encoding (Gorishniy, Rubachev and Babenko, "On embeddings for numerical features in tabular deep learning",
NeurIPS 2022): bin t has min(max((x - b_t) / (b_t+1 - b_t), 0), 1), its borders b being quantiles.

The mean given what is known (`training.statistics.covariance.filling`), put in place of the plain mean, told TabM no more about
tracks of which only the core nine are known: accuracy 0.635 against 0.640 (default catalog) and 0.575 against 0.581 (six
genres).

Public names: Encoding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from kamerton.music.features import FloatArray
from training.models.graph import Constant
from training.statistics.covariance import standards

MOST_DEVIATIONS = 8.0
"""Values beyond are drawn to it: a track from another world must not overflow a network."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """`center` and `scale` are [n_features], `most` [] is the most that a value may be; `columns`, `borders` and
    `widths` [n_bins] are those of the bins of all features, on the standardised scale."""

    center: FloatArray
    scale: FloatArray
    most: FloatArray
    columns: NDArray[np.int64]
    borders: FloatArray
    widths: FloatArray

    @classmethod
    def fit(cls, vectors: FloatArray, scaled: bool = True, n_bins: int = 0) -> Self:
        """`n_bins` at most for each feature: fewer for one with fewer values. Not `scaled`, values stay as they are."""
        n_features = vectors.shape[1]
        center, scale = standards(vectors) if scaled else (np.zeros(n_features, np.float32), np.ones(n_features, np.float32))
        most = np.array(MOST_DEVIATIONS if scaled else np.inf, np.float32)
        values = _standardised(vectors, center, scale, most)
        borders = [_quantiles(column, n_bins) for column in values.T]
        return cls(
            center,
            scale,
            most,
            np.repeat(np.arange(len(borders)), [max(len(of_feature) - 1, 0) for of_feature in borders]),
            np.concatenate([of_feature[:-1] for of_feature in borders]),
            np.concatenate([np.diff(of_feature) for of_feature in borders]),
        )

    def __call__(self, vectors: FloatArray) -> FloatArray:
        """float32 [n, n_features] to float32 [n, 2 * n_features + n_bins]."""
        values = _standardised(vectors, self.center, self.scale, self.most)
        missing = np.isnan(values)
        encoded = np.clip((values[:, self.columns] - self.borders) / self.widths, 0, 1)
        return np.hstack([np.where(missing, np.float32(0), values), missing.astype(np.float32), np.nan_to_num(encoded)])

    def steps(self, name: str, output: str) -> tuple[list[onnx.NodeProto], dict[str, Constant]]:
        """Nodes that do the same to the tensor `name`, and their constants."""
        constants: dict[str, Constant] = {
            "center": self.center,
            "scale": self.scale,
            "bin_columns": self.columns,
            "borders": self.borders,
            "widths": self.widths,
            "zero": np.float32(0),
            "one": np.float32(1),
            "least": -self.most,
            "most": self.most,
        }
        nodes = [
            helper.make_node("IsNaN", [name], ["missing"]),
            helper.make_node("Cast", ["missing"], ["missing_numbers"], to=TensorProto.FLOAT),
            helper.make_node("Where", ["missing", "center", name], ["filled"]),
            helper.make_node("Sub", ["filled", "center"], ["centered"]),
            helper.make_node("Div", ["centered", "scale"], ["unbounded"]),
            helper.make_node("Clip", ["unbounded", "least", "most"], ["standardised"]),
        ]
        parts = ["standardised", "missing_numbers"]
        if len(self.columns):
            parts.append("encoded")
            nodes += [
                helper.make_node("Gather", ["standardised", "bin_columns"], ["of_bins"], axis=1),
                helper.make_node("Sub", ["of_bins", "borders"], ["above_borders"]),
                helper.make_node("Div", ["above_borders", "widths"], ["places_in_bins"]),
                helper.make_node("Clip", ["places_in_bins", "zero", "one"], ["shares_of_bins"]),
                helper.make_node("Gather", ["missing", "bin_columns"], ["missing_in_bins"], axis=1),
                helper.make_node("Where", ["missing_in_bins", "zero", "shares_of_bins"], ["encoded"]),
            ]
        return [*nodes, helper.make_node("Concat", parts, [output], axis=1)], constants


def _standardised(vectors: FloatArray, center: FloatArray, scale: FloatArray, most: FloatArray) -> FloatArray:
    return np.asarray(np.clip((vectors - center) / scale, -most, most))


def _quantiles(column: FloatArray, n_bins: int) -> FloatArray:
    """The different ones of n_bins + 1 quantiles."""
    known = column[~np.isnan(column)]
    if not n_bins or not len(known):
        return np.zeros(0, np.float32)
    return np.unique(np.quantile(known, np.linspace(0, 1, n_bins + 1)).astype(np.float32))
