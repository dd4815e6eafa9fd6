"""Trees as ONNX graphs under the one contract, in plain tensor operations.

onnxruntime's own operator for trees is built for throughput: it unpacks them into 15 times their file while it loads. We
answer one row at a time, and start often.

The contract: one input `features` float32 [n, n_features], one output `probabilities` float32 [n, n_genres]. See
`kamerton.release.onnx_model`.

Public names: INPUT, OUTPUT, OPSETS, NO_CHANCE, INFINITIES, free_trees, known_twice, symmetric_trees, mean_of, tempered, packed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, compose, helper, numpy_helper

from kamerton.music.features import FEATURE_NAMES
from kamerton.release.classifier import GenreClassifier
from training.models.tree_nodes import nodes_of
from training.statistics.calibration import LEAST_PROBABILITY

INPUT = "features"
OUTPUT = GenreClassifier.OUTPUT

NO_CHANCE = -1000.0
"""A score whose exponential is 0 beside any other's."""

OPSETS = {"": 17, "ai.onnx.ml": 1}
"""The version of each set of operators that a graph may be of."""

INFINITIES = {"less": np.float32(-np.inf), "more": np.float32(np.inf)}
"""The constants of `known_twice`."""

_IR_VERSION = 8

Constant = NDArray[Any] | np.generic
"""A constant of a graph."""


def free_trees(exported: onnx.ModelProto, n_genres: int) -> onnx.ModelProto:
    """The trees of a TreeEnsembleClassifier, of any shape, as plain tensor operations under the contract.

    `tree_nodes.nodes_of` says what they must be like; raises `ValueError` for others. Every tree goes down a level at a time,
    all together. The operator answers in less time, but is loaded in 20 times that of this, into 15 times the memory.
    """
    nodes, roots, depth = nodes_of(exported, n_genres)
    constants: dict[str, Constant] = {
        "columns": nodes.columns,
        "borders": nodes.borders,
        "children": nodes.children,
        "scores": nodes.scores,
        "places_0": roots[np.newaxis],
        **INFINITIES,
        "shape": np.array([0, -1, n_genres]),
        "rounds_axis": np.array([1]),
    }
    steps = [
        *known_twice(),
        *(step for level in range(depth) for step in _down(level)),
        helper.make_node("Gather", ["scores", f"places_{depth}"], ["tree_scores"]),
        helper.make_node("Reshape", ["tree_scores", "shape"], ["by_round"]),
        helper.make_node("ReduceSum", ["by_round", "rounds_axis"], ["sums"], keepdims=0),
        helper.make_node("Softmax", ["sums"], [OUTPUT], axis=1),
    ]
    return packed(steps, n_genres, constants)


def known_twice() -> list[onnx.NodeProto]:
    """From the input to `known` [n, 2 * n_features]: what is missing is below every border, and then above (`INFINITIES`)."""
    return [
        helper.make_node("IsNaN", [INPUT], ["missing"]),
        helper.make_node("Where", ["missing", "less", INPUT], ["missing_is_no"]),
        helper.make_node("Where", ["missing", "more", INPUT], ["missing_is_yes"]),
        helper.make_node("Concat", ["missing_is_no", "missing_is_yes"], ["known"], axis=1),
    ]


def _down(level: int) -> list[onnx.NodeProto]:
    """From the places [n, n_trees] of a level to those of the next; all rows are at the roots before the first."""
    places = f"places_{level}"
    if level == 0:
        # One place for all rows: the columns are looked up once, and the answers have the rows.
        value = [
            helper.make_node("Gather", ["columns", places], ["root_columns_row"]),
            helper.make_node("Squeeze", ["root_columns_row"], ["root_columns"]),
            helper.make_node("Gather", ["known", "root_columns"], ["values_0"], axis=1),
        ]
    else:
        value = [
            helper.make_node("Gather", ["columns", places], [f"columns_{level}"]),
            helper.make_node("GatherElements", ["known", f"columns_{level}"], [f"values_{level}"], axis=1),
        ]
    return [
        *value,
        helper.make_node("Gather", ["borders", places], [f"borders_{level}"]),
        helper.make_node("Greater", [f"values_{level}", f"borders_{level}"], [f"answers_{level}"]),
        helper.make_node("Cast", [f"answers_{level}"], [f"steps_{level}"], to=TensorProto.INT32),
        helper.make_node("Gather", ["children", places], [f"children_{level}"]),
        helper.make_node("Add", [f"children_{level}", f"steps_{level}"], [f"places_{level + 1}"]),
    ]


def symmetric_trees(
    columns: NDArray[np.int64], borders: NDArray[np.float32], scores: NDArray[np.float32], bias: NDArray[np.float32]
) -> onnx.ModelProto:
    """Trees that ask one question a level: question j of tree t is `features[columns[t, j]] > borders[t, j]`, NaN being no.

    `columns` and `borders` are [n_trees, depth]; the answers are the bits of the place of the leaf, the first the lowest;
    `scores` [n_trees, 2**depth, n_genres] are added up, and `bias` [n_genres] to them. As plain tensor operations this is a
    fifth of the size of a TreeEnsembleClassifier, which repeats the place of every score, and is loaded at once.
    """
    n_trees, depth = columns.shape
    n_leaves, n_genres = scores.shape[1:]
    constants = {
        "columns": columns.reshape(-1),
        "borders": borders.reshape(-1),
        "shape": np.array([0, n_trees, depth]),
        "bits": (2 ** np.arange(depth)).astype(np.float32),
        "first_leaves": n_leaves * np.arange(n_trees),
        "scores": scores.reshape(-1, n_genres),
        "trees_axis": np.array([1]),
        "bias": bias,
    }
    nodes = [
        helper.make_node("Gather", [INPUT, "columns"], ["asked"], axis=1),
        helper.make_node("Greater", ["asked", "borders"], ["answers"]),
        helper.make_node("Cast", ["answers"], ["answer_numbers"], to=TensorProto.FLOAT),
        helper.make_node("Reshape", ["answer_numbers", "shape"], ["by_tree"]),
        helper.make_node("MatMul", ["by_tree", "bits"], ["leaf_numbers"]),
        helper.make_node("Cast", ["leaf_numbers"], ["leaves_in_trees"], to=TensorProto.INT64),
        helper.make_node("Add", ["leaves_in_trees", "first_leaves"], ["leaves"]),
        helper.make_node("Gather", ["scores", "leaves"], ["tree_scores"], axis=0),
        helper.make_node("ReduceSum", ["tree_scores", "trees_axis"], ["sums"], keepdims=0),
        helper.make_node("Add", ["sums", "bias"], ["biased"]),
        helper.make_node("Softmax", ["biased"], [OUTPUT], axis=1),
    ]
    return packed(nodes, n_genres, constants)


def mean_of(models: Sequence[onnx.ModelProto], weights: Sequence[float], n_genres: int) -> onnx.ModelProto:
    """One graph that gives the weighted mean of the probabilities of `models`, each under the contract."""
    nodes: list[onnx.NodeProto] = []
    constants: dict[str, Constant] = {}
    outputs: list[str] = []
    shares = np.array(weights) / np.sum(weights)
    for number, (model, share) in enumerate(zip(models, shares, strict=True)):
        part = compose.add_prefix_graph(model.graph, f"member_{number}_", rename_inputs=False)
        nodes.extend(part.node)
        constants |= {constant.name: numpy_helper.to_array(constant) for constant in part.initializer}
        constants[f"share_{number}"] = np.float32(share)
        outputs.append(f"part_{number}")
        nodes.append(helper.make_node("Mul", [part.output[0].name, f"share_{number}"], [outputs[-1]]))
    nodes.append(helper.make_node("Sum", outputs, [OUTPUT]))
    return packed(nodes, n_genres, constants)


def tempered(model: onnx.ModelProto, temperature: float, n_genres: int) -> onnx.ModelProto:
    """The graph with its probabilities raised to the power 1 / temperature, and summing to 1 again; see
    `training.statistics.calibration`."""
    part = compose.add_prefix_graph(model.graph, "sure_", rename_inputs=False)
    constants: dict[str, Constant] = {constant.name: numpy_helper.to_array(constant) for constant in part.initializer}
    constants |= {"least": np.float32(LEAST_PROBABILITY), "temperature": np.float32(temperature)}
    nodes = [
        *part.node,
        helper.make_node("Max", [part.output[0].name, "least"], ["above_zero"]),
        helper.make_node("Log", ["above_zero"], ["logs"]),
        helper.make_node("Div", ["logs", "temperature"], ["drawn_together"]),
        helper.make_node("Softmax", ["drawn_together"], [OUTPUT], axis=1),
    ]
    return packed(nodes, n_genres, constants)


def packed(nodes: Sequence[onnx.NodeProto], n_genres: int, constants: Mapping[str, Constant]) -> onnx.ModelProto:
    """A checked model of `nodes` under the contract, with `constants` by the names that the nodes call them."""
    graph = helper.make_graph(
        nodes,
        "classifier",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, [None, len(FEATURE_NAMES)])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [None, n_genres])],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in constants.items()],
    )
    imports = [helper.make_opsetid(domain, OPSETS[domain]) for domain in sorted({"", *(node.domain for node in nodes)})]
    model = helper.make_model(graph, opset_imports=imports, ir_version=_IR_VERSION, producer_name="kamerton")
    onnx.checker.check_model(model)
    return model
