"""The space where "sounds like" is a distance, learnt from which tracks have the same artist.

The space is linear, in closed form: standardised features are whitened by their covariance within artists, rotated to the
axes along which artists differ most, and each axis is scaled by sqrt(r / (1 + r)), r being its variance between artists over
that within. So an axis counts as far as it tells artists apart (the model is that of Ioffe, "Probabilistic linear
discriminant analysis", 2006). Artists, titles and popularity are never inputs.

What is missing is replaced by its conditional mean given the rest, whatever the pattern: with P the precision matrix of the
standardised features z, the fixed point of z_j <- z_j - step * (P z)_j over the missing j (Richardson's iteration on the
normal equations of the Gaussian), unrolled in the graph.

Public names: Embedding, fit_embedding, prove_parity.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import onnx
import pandas as pd
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from kamerton.embedder import Embedder
from kamerton.features import CORE, NAMES, vectors
from kamerton.onnx_model import OnnxModel
from training.protocol import first_artists

FloatArray = NDArray[np.float32]
Matrix = NDArray[np.float64]

FILL_STEPS = 24
"""Less than 1 % of the way to the conditional mean is left after them, whichever features are missing."""

_RIDGE = 1e-3
"""Added to unit variances, so that features that repeat one another still have a precision matrix."""

_OPSET = 17
_IR_VERSION = 8
_PARITY = 1e-5
_LEAST_LENGTH = 1e-3


@dataclass(frozen=True, slots=True)
class Embedding:
    """`center` and `scale` [n_features] standardise; `filling` [n_features, n_features] is step * P, for missing features
    only; `axes` [n_features, d] lead to the space. All float32."""

    center: FloatArray
    scale: FloatArray
    filling: FloatArray
    axes: FloatArray

    @property
    def dimensions(self) -> int:
        return int(self.axes.shape[1])

    def embed(self, vectors: FloatArray) -> FloatArray:
        """float32 [n, n_features], NaN where unknown, to float32 [n, d]."""
        return self.fill(vectors) @ self.axes

    def fill(self, vectors: FloatArray) -> FloatArray:
        """float32 [n, n_features], standardised, without NaN."""
        standardised = (vectors - self.center) / self.scale
        missing = np.isnan(standardised)
        filled = np.where(missing, np.float32(0), standardised)
        for _ in range(FILL_STEPS):
            filled = filled - np.where(missing, filled @ self.filling, np.float32(0))
        return filled

    def to_onnx(self) -> onnx.ModelProto:
        """The same under the one contract: `features` [n, n_features] to `embedding` [n, d]."""
        nodes = [*_standardise(), *(node for step in range(FILL_STEPS) for node in _fill(step))]
        nodes.append(helper.make_node("MatMul", [f"filled_{FILL_STEPS}", "axes"], [Embedder.OUTPUT]))
        graph = helper.make_graph(
            nodes,
            "embedder",
            [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, len(self.center)])],
            [helper.make_tensor_value_info(Embedder.OUTPUT, TensorProto.FLOAT, [None, self.dimensions])],
            [
                *(numpy_helper.from_array(getattr(self, field.name), field.name) for field in fields(self)),
                numpy_helper.from_array(np.float32(0), "zero"),
            ],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
        onnx.checker.check_model(model)
        return model

    def save(self, path: Path) -> None:
        np.savez(path, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, path: Path) -> Embedding:
        with np.load(path) as arrays:
            return cls(**arrays)


def fit_embedding(tracks: pd.DataFrame, seed: int = 0) -> Embedding:
    """The space of a catalog, one row a track with `artists` and the features by name (absent or NaN: not known)."""
    del seed
    numbers = vectors({name: tracks[name] for name in NAMES if name in tracks})
    center, scale = _standards(numbers)
    standardised = ((numbers - center) / scale).astype(np.float64)
    filling = _filling(_correlations(standardised))
    nothing = np.zeros((len(center), 0), np.float32)
    filled = Embedding(center, scale, filling, nothing).fill(numbers).astype(np.float64)
    artists = pd.factorize(first_artists(tracks))[0]
    return Embedding(center, scale, filling, _axes(filled, artists).astype(np.float32))


def prove_parity(embedding: Embedding, numbers: FloatArray) -> float:
    """The largest distance of the graph's embedding to `embed`'s, as a share of its length, over the rows of `numbers`, float32
    [n, n_features], as they are and with only the core features known. Raises SystemExit when it is above 1e-5."""
    model = OnnxModel(embedding.to_onnx().SerializeToString(), Embedder.OUTPUT)
    core_only = numbers.copy()
    core_only[:, len(CORE) :] = np.nan
    worst = max(_difference(embedding.embed(rows), model(rows)) for rows in (numbers, core_only))
    if not worst <= _PARITY:
        raise SystemExit(
            f"The embedder's ONNX graph is {worst:.1e} from the fitted space, more than {_PARITY:.0e}: not exported."
        )
    return worst


def _difference(native: FloatArray, exported: FloatArray) -> float:
    lengths = np.linalg.norm(native, axis=1)
    return float((np.linalg.norm(native - exported, axis=1) / np.maximum(lengths, _LEAST_LENGTH)).max())


def _standards(numbers: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of each feature where it is known; 0 and 1 where it never is, or never varies."""
    known = pd.DataFrame(numbers, dtype=np.float64)
    scale = known.std(ddof=0).fillna(0).to_numpy()
    return known.mean().fillna(0).to_numpy(np.float32), np.where(scale > 0, scale, 1).astype(np.float32)


def _correlations(standardised: Matrix) -> Matrix:
    """[n_features, n_features], each over the tracks that have both features; 0 where none has."""
    known = ~np.isnan(standardised)
    values = np.where(known, standardised, 0)
    together = known.T.astype(np.float64) @ known
    return values.T @ values / np.maximum(together, 1)


def _filling(correlations: Matrix) -> FloatArray:
    """step * P, each column by the P_jj of its feature, with the step that converges fastest for any missing features.

    The eigenvalues of a block of the scaled P lie within those of the whole (Cauchy's interlacing), so a step of
    2 / (least + greatest) suits every pattern.
    """
    values, axes = np.linalg.eigh(correlations)
    precision = (axes / np.maximum(values, _RIDGE)) @ axes.T
    diagonal = np.diag(precision)
    spread = np.linalg.eigvalsh(precision / np.sqrt(np.outer(diagonal, diagonal)))
    return (2 / (spread[0] + spread[-1]) * precision / diagonal).astype(np.float32)


def _axes(filled: Matrix, artists: NDArray[np.int64]) -> Matrix:
    """[n_features, d]: the axes along which artists differ, those where they do not left out."""
    total = np.cov(filled.T, ddof=0)
    within = _within(filled, artists, total)
    variances, directions = np.linalg.eigh(within)
    whitening = directions / np.sqrt(np.maximum(variances, _RIDGE))
    ratios, rotation = np.linalg.eigh(whitening.T @ (total - within) @ whitening)
    kept = ratios > _RIDGE
    return (whitening @ rotation * np.sqrt(np.maximum(ratios, 0) / (1 + np.maximum(ratios, 0))))[:, kept][:, ::-1]


def _within(filled: Matrix, artists: NDArray[np.int64], total: Matrix) -> Matrix:
    """The covariance within artists, drawn a little to half of the total, which it is for a catalog of single tracks."""
    counts = np.bincount(artists)
    means = np.stack([np.bincount(artists, column) / counts for column in filled.T], axis=1)
    rest = filled - means[artists]
    freedom = len(filled) - len(counts)
    drawn = len(total)
    return (rest.T @ rest + drawn * total / 2) / (freedom + drawn)


def _standardise() -> list[onnx.NodeProto]:
    return [
        helper.make_node("Sub", ["features", "center"], ["centred"]),
        helper.make_node("Div", ["centred", "scale"], ["standardised"]),
        helper.make_node("IsNaN", ["standardised"], ["missing"]),
        helper.make_node("Where", ["missing", "zero", "standardised"], ["filled_0"]),
    ]


def _fill(step: int) -> list[onnx.NodeProto]:
    return [
        helper.make_node("MatMul", [f"filled_{step}", "filling"], [f"pull_{step}"]),
        helper.make_node("Where", ["missing", f"pull_{step}", "zero"], [f"change_{step}"]),
        helper.make_node("Sub", [f"filled_{step}", f"change_{step}"], [f"filled_{step + 1}"]),
    ]
