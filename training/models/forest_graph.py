"""The mean of many deep trees as an ONNX graph under the contract of `training.models.graph`, in plain tensor operations.

Deep trees end in few rows, so most of their leaves say what others say too: such are one leaf, across trees. That is why a
question here names both places that may follow it, where those of `tree_nodes` stand side by side.

Public names: Forest, forest_of, mean_of_trees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper
from sklearn.tree._tree import Tree

from kamerton.music.features import FEATURE_NAMES
from training.models.graph import INFINITIES, INPUT, OUTPUT, known_twice, packed
from training.models.tree_nodes import rounded_down


@dataclass(frozen=True, slots=True)
class Forest:
    """The first places are leaves, `shares` float32 [n_leaves, n_genres]. All others ask `features[column] > border`, with the
    columns of `tree_nodes.Nodes`, and lead to the place `no` or `yes`; a leaf asks for more than infinity, and leads to itself.

    uint8, float32, int32 and int32 [n_leaves + n_questions]; `roots` [n_trees] are where trees begin, and no leaf is further
    than `depth` questions away.
    """

    shares: NDArray[np.float32]
    columns: NDArray[np.uint8]
    borders: NDArray[np.float32]
    no: NDArray[np.int32]
    yes: NDArray[np.int32]
    roots: NDArray[np.int32]
    depth: int


def forest_of(trees: Sequence[Tree], seen: NDArray[np.intp], n_genres: int) -> Forest:
    """scikit-learn's trees, whose classes are the genres `seen`. They go left when value <= threshold, a double."""
    counts = np.array([tree.node_count for tree in trees])
    firsts = np.cumsum(counts) - counts
    asks = _joined(trees, "children_left") >= 0
    leaves, leaf_places = np.unique(_joined(trees, "value")[~asks, 0].astype(np.float32), axis=0, return_inverse=True)
    places = np.empty(len(asks), dtype=np.int32)
    places[~asks], places[asks] = leaf_places, len(leaves) + np.arange(asks.sum())
    shares = np.zeros((len(leaves), n_genres), dtype=np.float32)
    shares[:, seen] = leaves
    loops, starts = np.arange(len(leaves), dtype=np.int32), np.repeat(firsts, counts)
    no, yes = (places[(starts + _joined(trees, f"children_{side}"))[asks]] for side in ("left", "right"))
    columns = _joined(trees, "feature") + len(FEATURE_NAMES) * (_joined(trees, "missing_go_to_left") == 0)
    return Forest(
        shares,
        np.concatenate([0 * loops, columns[asks]]).astype(np.uint8),
        np.concatenate([np.full(len(leaves), np.inf, np.float32), rounded_down(_joined(trees, "threshold")[asks])]),
        np.concatenate([loops, no]),
        np.concatenate([loops, yes]),
        places[firsts],
        max(tree.max_depth for tree in trees),
    )


def _joined(trees: Sequence[Tree], name: str) -> np.ndarray:
    return np.concatenate([getattr(tree, name) for tree in trees])


def mean_of_trees(forest: Forest) -> onnx.ModelProto:
    """A graph in which all trees go down a level at a time, together."""
    tables = {name: getattr(forest, name) for name in ("shares", "columns", "borders", "no", "yes")}
    constants = {**INFINITIES, **tables, "roots": forest.roots[np.newaxis], "one": np.array([1])}
    nodes = [
        *known_twice(),
        helper.make_node("Shape", [INPUT], ["n_rows"], end=1),
        helper.make_node("Concat", ["n_rows", "one"], ["times"], axis=0),
        helper.make_node("Tile", ["roots", "times"], ["places_0"]),
        *(node for level in range(forest.depth) for node in _down(level)),
        helper.make_node("Gather", ["shares", f"places_{forest.depth}"], ["by_tree"]),
        helper.make_node("ReduceMean", ["by_tree"], [OUTPUT], axes=[1], keepdims=0),
    ]
    return packed(nodes, forest.shares.shape[1], constants)


def _down(level: int) -> list[onnx.NodeProto]:
    """From the places [n, n_trees] of a level to those of the next."""
    places = f"places_{level}"
    looked_up = [
        helper.make_node("Gather", [table, places], [f"{table}_{level}"]) for table in ("columns", "borders", "no", "yes")
    ]
    return [
        *looked_up,
        helper.make_node("Cast", [f"columns_{level}"], [f"wide_columns_{level}"], to=TensorProto.INT32),
        helper.make_node("GatherElements", ["known", f"wide_columns_{level}"], [f"values_{level}"], axis=1),
        helper.make_node("Greater", [f"values_{level}", f"borders_{level}"], [f"answers_{level}"]),
        helper.make_node("Where", [f"answers_{level}", f"yes_{level}", f"no_{level}"], [f"places_{level + 1}"]),
    ]
