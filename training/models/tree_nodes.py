"""The nodes of trees, read out of ONNX's own operator for them, which is what exporters write.

Public names: Nodes, nodes_of, rounded_down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from kamerton.music.features import FEATURE_NAMES

_LARGEST = float(np.finfo(np.float32).max)
"""The border between all numbers and what is missing, which LightGBM puts at infinity."""

_LEAF = b"LEAF"
_BORDERS: Mapping[bytes, Callable[[float], float]] = {
    b"BRANCH_LEQ": lambda value: min(value, _LARGEST),
    b"BRANCH_LT": lambda value: float(np.nextafter(np.float32(value), np.float32(-np.inf))),
}
"""The border of a node by how it asks: below a float32 number is at most the one before it."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """The nodes of some trees in one row. A node asks whether `features[column] > border`; no leads to `children`, yes to the
    node after that. A leaf asks for more than infinity and is its own child; `scores` of other nodes are not read.

    Columns from n_features on mean the same features, but what is missing is a yes there; in the others it is a no. All [n].
    """

    columns: NDArray[np.int32]
    borders: NDArray[np.float32]
    children: NDArray[np.int32]
    scores: NDArray[np.float32]


def nodes_of(exported: onnx.ModelProto, n_genres: int) -> tuple[Nodes, NDArray[np.int32], int]:
    """The nodes of a TreeEnsembleClassifier, the place of each tree's first one, and the most questions that a tree asks.

    The trees must ask by BRANCH_LEQ, as those of LightGBM do, or by BRANCH_LT, as those of XGBoost; tree t must be of genre
    t % n_genres, and the sums go through a softmax; raises `ValueError` otherwise. What each genre begins with (base_values)
    is in the leaves of its first tree. See https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsembleClassifier.html.
    """
    trees = _trees(exported, n_genres)
    roots = np.cumsum([0, *(len(tree.columns) for tree, _ in trees[:-1])], dtype=np.int32)
    return _joined([tree for tree, _ in trees], roots), roots, max(depth for _, depth in trees)


def rounded_down(thresholds: NDArray[np.float64]) -> NDArray[np.float32]:
    """The largest float32 numbers that are not above `thresholds`: of a float32 value, value <= threshold is the same."""
    nearest = thresholds.astype(np.float32)
    return np.where(nearest > thresholds, np.nextafter(nearest, np.float32(-np.inf)), nearest)


def _trees(exported: onnx.ModelProto, n_genres: int) -> list[tuple[Nodes, int]]:
    """The nodes and the depth of each tree."""
    (operator,) = (node for node in exported.graph.node if node.op_type == "TreeEnsembleClassifier")
    given = {attribute.name: helper.get_attribute_value(attribute) for attribute in operator.attribute}
    if set(given["nodes_modes"]) - {*_BORDERS, _LEAF} or given["post_transform"] != b"SOFTMAX":
        raise ValueError("these trees ask other questions than <= and <, or add up to something else than a softmax")
    numbers, names = np.array(given["nodes_treeids"]), np.array(given["nodes_nodeids"])
    places = {key: place for place, key in enumerate(zip(numbers.tolist(), names.tolist(), strict=True))}
    leaves = zip(given["class_treeids"], given["class_nodeids"], strict=True)
    scores = {places[leaf]: weight for leaf, weight in zip(leaves, given["class_weights"], strict=True)}
    if any(tree % n_genres != genre for tree, genre in zip(given["class_treeids"], given["class_ids"], strict=True)):
        raise ValueError("these trees do not take turns with the genres")
    roots = np.flatnonzero(np.diff(numbers, prepend=-1))
    begins = [*given.get("base_values", ()), *np.zeros(len(roots))]
    return [_level_by_level(int(root), given, places, scores, begin) for root, begin in zip(roots, begins, strict=False)]


def _level_by_level(
    root: int, given: Mapping[str, Any], places: Mapping[tuple[int, int], int], scores: Mapping[int, float], begin: float
) -> tuple[Nodes, int]:
    """The nodes of one tree, so that the two below a node stand side by side, and its depth; `begin` is in all its leaves."""
    tree = given["nodes_treeids"][root]
    found, depths = [root], [0]
    columns, borders, children = [], [], []
    for place, node in enumerate(found):
        mode = given["nodes_modes"][node]
        is_leaf = mode == _LEAF
        missing_is_yes = not given["nodes_missing_value_tracks_true"][node]
        columns.append(0 if is_leaf else given["nodes_featureids"][node] + len(FEATURE_NAMES) * missing_is_yes)
        borders.append(np.inf if is_leaf else _BORDERS[mode](given["nodes_values"][node]))
        children.append(place if is_leaf else len(found))
        if not is_leaf:
            found += [places[tree, given[f"nodes_{answer}nodeids"][node]] for answer in ("true", "false")]
            depths += 2 * [depths[place] + 1]
    weights = [begin + scores.get(node, 0.0) for node in found]
    arrays = (np.array(columns, np.int32), np.array(borders, np.float32), np.array(children, np.int32))
    return Nodes(*arrays, np.array(weights, np.float32)), max(depths)


def _joined(parts: Sequence[Nodes], roots: NDArray[np.int32]) -> Nodes:
    return Nodes(
        np.concatenate([part.columns for part in parts]),
        np.concatenate([part.borders for part in parts]),
        np.concatenate([part.children + root for part, root in zip(parts, roots, strict=True)]),
        np.concatenate([part.scores for part in parts]),
    )
