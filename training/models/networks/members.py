"""Dense networks side by side that share weights, in plain numpy and as an ONNX graph: how they answer once they are fitted.

A layer of member k is relu(x * before_k @ kernel * after_k + bias_k), the last without relu; the answer is the mean of the
members' softmax. A single network is one member.

Public names: Layer, Members.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

import numpy as np
import onnx
from onnx import helper

from kamerton.music.features import FloatArray
from training.models import Probabilities
from training.models.graph import INPUT, OUTPUT, packed
from training.models.networks.encoding import Encoding

NO_CHANCE = -1000.0
"""A logit whose exponential is 0 beside any other's."""

_ROWS_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class Layer:
    """float32: `before` [n_members or 1, 1, n_in or 1], `kernel` [n_in, n_out] or [n_members, n_in, n_out], `after` and `bias`
    [n_members or 1, 1, n_out or 1]."""

    before: FloatArray
    kernel: FloatArray
    after: FloatArray
    bias: FloatArray

    def __call__(self, activations: FloatArray) -> FloatArray:
        """[n_members or 1, n, n_in] to [n_members, n, n_out]."""
        return np.asarray(np.matmul(activations * self.before, self.kernel) * self.after + self.bias)

    def for_genres(self, seen: Sequence[int], n_genres: int) -> Layer:
        """This last layer with a column for each of `n_genres`; those that are not `seen` have no chance."""
        kernel = np.zeros((*self.kernel.shape[:-1], n_genres), np.float32)
        bias = np.full((*self.bias.shape[:-1], n_genres), NO_CHANCE, np.float32)
        kernel[..., seen], bias[..., seen] = self.kernel, self.bias
        return Layer(self.before, kernel, np.ones((1, 1, 1), np.float32), bias)


_PARTS = tuple(field.name for field in fields(Layer))
_ENCODING = tuple(field.name for field in fields(Encoding))


@dataclass(frozen=True, slots=True)
class Members:
    encoding: Encoding
    layers: tuple[Layer, ...]

    @property
    def n_genres(self) -> int:
        return int(self.layers[-1].kernel.shape[-1])

    def predict_proba(self, vectors: FloatArray) -> Probabilities:
        """float32 [n, n_features] to float64 [n, n_genres]."""
        chunks = [vectors[start : start + _ROWS_AT_ONCE] for start in range(0, len(vectors), _ROWS_AT_ONCE)]
        return np.concatenate([self._answer(chunk) for chunk in chunks] or [np.zeros((0, self.n_genres))])

    def _answer(self, vectors: FloatArray) -> Probabilities:
        activations = self.encoding(vectors)[np.newaxis]
        for layer in self.layers[:-1]:
            activations = np.maximum(layer(activations), 0)
        return np.asarray(softmax(self.layers[-1](activations)).mean(axis=0))

    def to_onnx(self) -> onnx.ModelProto:
        """The contract of `kamerton.release.onnx_model`."""
        nodes, constants = self.encoding.steps(INPUT, "encoded_rows")
        constants |= {"members_axis": np.array([0])}
        nodes.append(helper.make_node("Unsqueeze", ["encoded_rows", "members_axis"], ["layer_0"]))
        for number, layer in enumerate(self.layers):
            constants |= {f"{part}_{number}": getattr(layer, part) for part in _PARTS}
            nodes += _steps(number, is_last=number == len(self.layers) - 1)
        nodes += [
            helper.make_node("Softmax", [f"layer_{len(self.layers)}"], ["of_members"], axis=2),
            helper.make_node("ReduceMean", ["of_members"], [OUTPUT], axes=[0], keepdims=0),
        ]
        return packed(nodes, self.n_genres, constants)

    def save(self, path: Path) -> None:
        arrays = {name: getattr(self.encoding, name) for name in _ENCODING}
        for number, layer in enumerate(self.layers):
            arrays |= {f"{part}_{number}": getattr(layer, part) for part in _PARTS}
        # Given a name, numpy would add .npz to it.
        with path.open("wb") as file:
            np.savez(file, **arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        with np.load(path, allow_pickle=False) as arrays:
            return cls._of(arrays)

    @classmethod
    def _of(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        n_layers = sum(name.startswith("kernel_") for name in arrays)
        layers = (Layer(*(arrays[f"{part}_{number}"] for part in _PARTS)) for number in range(n_layers))
        return cls(Encoding(*(arrays[name] for name in _ENCODING)), tuple(layers))


def softmax(logits: FloatArray) -> Probabilities:
    """Over the last axis; in float64, so that rows sum to 1."""
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True), dtype=np.float64)
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))


def _steps(number: int, is_last: bool) -> list[onnx.NodeProto]:
    outputs = [f"{name}_{number}" for name in ("adapted", "product", "weighted")]
    result = f"layer_{number + 1}"
    linear = [
        helper.make_node("Mul", [f"layer_{number}", f"before_{number}"], [outputs[0]]),
        helper.make_node("MatMul", [outputs[0], f"kernel_{number}"], [outputs[1]]),
        helper.make_node("Mul", [outputs[1], f"after_{number}"], [outputs[2]]),
        helper.make_node("Add", [outputs[2], f"bias_{number}"], [result if is_last else f"linear_{number}"]),
    ]
    return linear if is_last else [*linear, helper.make_node("Relu", [f"linear_{number}"], [result])]
