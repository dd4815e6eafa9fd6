"""The network that hears tags: MSD_musicnn as an ONNX model.

Its weights come with the package musicnn (J. Pons, X. Serra: musicnn: pre-trained convolutional neural networks for music audio
tagging, 2019; ISC), which was trained on the tags that listeners of Last.fm gave to 200,000 songs of the Million Song Dataset.
The package itself needs TensorFlow and is not imported.

    patches        float32 [n, 187, 96]   three seconds each: see `kamerton.listening.mel_spectrogram`
    tags           float32 [n, 50]        how sure each of TAGS is, 0 to 1
    penultimate    float32 [n, 200]       what the network makes of the sound before it names it

Public names: tagger_model, PACKAGE, VERSION, LICENCE.
"""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from kamerton.listening.tags import TAGS
from training.listening.checkpoint import read_checkpoint

PACKAGE, VERSION, LICENCE = "musicnn", "0.1.0", "ISC"
FRAMES, BANDS = 187, 96

_OPSET, _IR_VERSION = 17, 8
_EPSILON = 1e-3
_MODEL = "MSD_musicnn"

Tensors = dict[str, NDArray[np.float32]]


def tagger_model() -> ModelProto:
    """Raises `ValueError` when the package is of another version."""
    package = distribution(PACKAGE)
    if package.version != VERSION:
        raise ValueError(f"{PACKAGE} is of version {package.version}, not {VERSION}")
    return built_model(read_checkpoint(Path(str(package.locate_file(f"{PACKAGE}/{_MODEL}")))))


def built_model(tensors: Tensors) -> ModelProto:
    graph = _Graph(tensors)
    whole = graph.normalised(graph.node("Unsqueeze", "patches", graph.numbers("axis_1", [1])), 0)
    timbral = [graph.timbral(whole, 0, 1), graph.timbral(whole, 1, 2)]
    temporal = [graph.temporal(whole, layer, layer + 1) for layer in (2, 3, 4)]
    front = graph.node("Concat", *timbral, *temporal, axis=1)
    # As a picture of one channel again: [n, 1, frames, features].
    shown = graph.node("Unsqueeze", graph.node("Transpose", front, perm=[0, 2, 1]), graph.numbers("axis_1", [1]))
    first = graph.dense_layer(shown, 5, 6)
    second = graph.node("Add", graph.dense_layer(first, 6, 7), first)
    third = graph.node("Add", graph.dense_layer(second, 7, 8), second)
    features = graph.node("Concat", shown, first, second, third, axis=3)
    pooled = [graph.node(kind, features, axes=[1, 2], keepdims=0) for kind in ("ReduceMax", "ReduceMean")]
    # Side by side for each feature, the maximum first.
    columns = [graph.node("Unsqueeze", each, graph.numbers("axis_2", [2])) for each in pooled]
    flat = graph.node("Flatten", graph.node("Concat", *columns, axis=2), axis=1)
    hidden = graph.node("Relu", graph.linear(graph.scaled(flat, 9), "dense"))
    graph.named("Identity", "penultimate", graph.scaled(hidden, 10))
    graph.named("Sigmoid", "tags", graph.linear("penultimate", "dense_1"))
    return graph.model()


class _Graph:
    def __init__(self, tensors: Tensors) -> None:
        self._tensors = tensors
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, TensorProto] = {}

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        return self.named(kind, f"value_{len(self._nodes)}", *inputs, **attributes)

    def named(self, kind: str, output: str, *inputs: str, **attributes: Any) -> str:
        self._nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def numbers(self, name: str, values: list[int]) -> str:
        self._constants[name] = numpy_helper.from_array(np.array(values, np.int64), name)
        return name

    def constant(self, name: str, values: NDArray[np.float32]) -> str:
        self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name)
        return name

    def normalised(self, value: str, layer: int) -> str:
        """Batch normalisation with what was learnt, over [n, channels, ...]."""
        names = [self.constant(f"norm_{layer}_{part}", self._norm(layer, part)) for part in _NORM_PARTS]
        return self.node("BatchNormalization", value, *names, epsilon=_EPSILON)

    def scaled(self, value: str, layer: int) -> str:
        """The same over [n, features]."""
        gamma, beta, mean, variance = (self._norm(layer, part) for part in _NORM_PARTS)
        scale = gamma / np.sqrt(variance + _EPSILON)
        product = self.node("Mul", value, self.constant(f"scale_{layer}", scale))
        return self.node("Add", product, self.constant(f"shift_{layer}", beta - mean * scale))

    def timbral(self, value: str, layer: int, norm: int) -> str:
        """[n, channels, frames]: what sounds at any pitch, over seven frames."""
        heard = self.node("Relu", self._convolved(value, layer, [3, 0, 3, 0]))
        return self._over_bands(self.normalised(heard, norm))

    def temporal(self, value: str, layer: int, norm: int) -> str:
        """[n, channels, frames]: what goes on in each band, over a second or less."""
        length = self._kernel(layer).shape[0]
        # TensorFlow's "same" has less before than after for an even length.
        before = (length - 1) // 2
        heard = self.node("Relu", self._convolved(value, layer, [before, 0, length - 1 - before, 0]))
        return self._over_bands(self.normalised(heard, norm))

    def dense_layer(self, value: str, layer: int, norm: int) -> str:
        """[n, 1, frames, channels] of [n, 1, frames, features]."""
        heard = self.node("Relu", self._convolved(value, layer, [3, 0, 3, 0]))
        return self.node("Transpose", self.normalised(heard, norm), perm=[0, 3, 2, 1])

    def linear(self, value: str, layer: str) -> str:
        kernel = self.constant(f"{layer}_kernel", self._tensors[f"{layer}/kernel"])
        return self.node("Gemm", value, kernel, self.constant(f"{layer}_bias", self._tensors[f"{layer}/bias"]))

    def model(self) -> ModelProto:
        patches = helper.make_tensor_value_info("patches", TensorProto.FLOAT, ["n", FRAMES, BANDS])
        tags = helper.make_tensor_value_info("tags", TensorProto.FLOAT, ["n", len(TAGS)])
        penultimate = helper.make_tensor_value_info("penultimate", TensorProto.FLOAT, ["n", 200])
        graph = helper.make_graph(self._nodes, _MODEL, [patches], [tags, penultimate], list(self._constants.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
        onnx.checker.check_model(model)
        return model

    def _convolved(self, value: str, layer: int, pads: list[int]) -> str:
        # TensorFlow's kernels are [height, width, in, out], ONNX's [out, in, height, width].
        kernel = self.constant(f"kernel_{layer}", self._kernel(layer).transpose(3, 2, 0, 1))
        bias = self.constant(f"bias_{layer}", self._tensors[f"{_layer('conv2d', layer)}/bias"])
        return self.node("Conv", value, kernel, bias, pads=pads)

    def _over_bands(self, value: str) -> str:
        return self.node("ReduceMax", value, axes=[3], keepdims=0)

    def _kernel(self, layer: int) -> NDArray[np.float32]:
        return self._tensors[f"{_layer('conv2d', layer)}/kernel"]

    def _norm(self, layer: int, part: str) -> NDArray[np.float32]:
        return self._tensors[f"{_layer('batch_normalization', layer)}/{part}"]


_NORM_PARTS = ("gamma", "beta", "moving_mean", "moving_variance")


def _layer(kind: str, number: int) -> str:
    return f"{kind}_{number}" if number else kind
