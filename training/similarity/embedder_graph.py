"""The graph of an embedding in ONNX, step for step what `training.similarity.embedding.Embedding.embed` computes.

Public names: build.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike
from onnx import TensorProto, helper, numpy_helper

from kamerton.music.features import FEATURE_NAMES, FloatArray
from kamerton.release.embedder import Embedder

_OPSET = 17
_IR_VERSION = 8


@dataclass(slots=True)
class _Graph:
    """Nodes and constants in the order in which they are added; each node has one output, which is named after its place."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def node(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        name = output or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def constant(self, value: ArrayLike, kind: type[np.generic] = np.float32) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value, kind), name))
        return name


def build(
    arrays: Mapping[str, FloatArray], dimensions: int, fill_steps: int, circle: float, most_deviations: float, n_core: int
) -> onnx.ModelProto:
    """`arrays` are the embedding's, by name. `features` float32 [n, n_features] to `embedding` float32 [n, d]."""
    graph = _Graph()
    sound = _columns(graph, "features", 0, len(arrays["center"]))
    standardised = graph.node(
        "Div", graph.node("Sub", sound, graph.constant(arrays["center"])), graph.constant(arrays["scale"])
    )
    filled = _filled(graph, standardised, arrays["filling"], fill_steps)
    core = _columns(graph, filled, 0, n_core)
    circles = _circles(graph, _columns(graph, standardised, n_core, len(arrays["center"])), arrays["radii"], circle)
    parts = [graph.node("MatMul", core, graph.constant(arrays["axes"])), circles]
    if "layer_0" in arrays:
        clipped = graph.node("Clip", core, graph.constant(-most_deviations), graph.constant(most_deviations))
        layers = [arrays[f"layer_{place}"] for place in range(sum(name.startswith("layer_") for name in arrays))]
        parts.append(_network(graph, graph.node("Concat", clipped, circles, axis=1), layers))
    graph.node("Concat", *parts, output=Embedder.OUTPUT, axis=1)
    return _model(graph, dimensions)


def _columns(graph: _Graph, matrix: str, start: int, stop: int) -> str:
    bounds = (graph.constant([bound], np.int64) for bound in (start, stop, 1))
    return graph.node("Slice", matrix, *bounds)


def _filled(graph: _Graph, standardised: str, filling: FloatArray, steps: int) -> str:
    missing, zero, pull = graph.node("IsNaN", standardised), graph.constant(0), graph.constant(filling)
    filled = graph.node("Where", missing, zero, standardised)
    for _ in range(steps):
        change = graph.node("Where", missing, graph.node("MatMul", filled, pull), zero)
        filled = graph.node("Sub", filled, change)
    return filled


def _circles(graph: _Graph, optional: str, radii: FloatArray, circle: float) -> str:
    missing, zero, radius = graph.node("IsNaN", optional), graph.constant(0), graph.constant(radii)
    known = graph.node("Where", missing, zero, optional)
    quarter = np.pi / 2
    angles = graph.node("Clip", graph.node("Div", known, graph.constant(circle)), *map(graph.constant, (-quarter, quarter)))
    points = (graph.node("Mul", radius, graph.node(operator, angles)) for operator in ("Cos", "Sin"))
    return graph.node("Concat", *(graph.node("Where", missing, zero, point) for point in points), axis=1)


def _network(graph: _Graph, inputs: str, layers: Sequence[FloatArray]) -> str:
    for place in range(0, len(layers), 2):
        hidden = graph.node("Relu", inputs) if place else inputs
        inputs = graph.node("Gemm", hidden, *map(graph.constant, layers[place : place + 2]))
    return inputs


def _model(graph: _Graph, dimensions: int) -> onnx.ModelProto:
    made = helper.make_graph(
        graph.nodes,
        "embedder",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, len(FEATURE_NAMES)])],
        [helper.make_tensor_value_info(Embedder.OUTPUT, TensorProto.FLOAT, [None, dimensions])],
        graph.constants,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
    onnx.checker.check_model(model)
    return model
