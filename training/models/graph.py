"""Changes to ONNX graphs, which bring what the exporters write under the one contract.

The contract: one input `features` float32 [n, n_features], one output `probabilities` float32 [n, n_genres]. See
`kamerton.onnx_model`.

Public names: normalised, mean_of, attribute.
"""

from __future__ import annotations

from collections.abc import Sequence

import onnx
from onnx import TensorProto, compose, helper

from kamerton.classifier import GenreClassifier
from kamerton.features import FEATURE_NAMES

INPUT = "features"
OUTPUT = GenreClassifier.OUTPUT


def normalised(model: onnx.ModelProto, n_genres: int) -> onnx.ModelProto:
    """`model`, a tree classifier, with the input and output of the contract and nothing else.

    What would turn the probabilities into dictionaries (ZipMap) is left out, and so is all metadata: CatBoost's has the
    history of its training, with paths and times.
    """
    trees = next(node for node in model.graph.node if node.op_type == "TreeEnsembleClassifier")
    trees.input[:] = [INPUT]
    trees.output[:] = ["label", OUTPUT]
    # Read by nothing, a tenth of the file.
    kept = [each for each in trees.attribute if each.name != "nodes_hitrates"]
    del trees.attribute[:]
    trees.attribute.extend(kept)
    return _packed([trees], n_genres, model)


def mean_of(models: Sequence[onnx.ModelProto], n_genres: int) -> onnx.ModelProto:
    """One graph that gives the mean of the probabilities of `models`, each under the contract."""
    nodes, outputs = [], []
    for number, model in enumerate(models):
        part = compose.add_prefix_graph(model.graph, f"member_{number}_", rename_inputs=False)
        nodes.extend(part.node)
        outputs.append(part.output[0].name)
    nodes.append(helper.make_node("Mean", outputs, [OUTPUT]))
    return _packed(nodes, n_genres, *models)


def attribute(node: onnx.NodeProto, name: str) -> onnx.AttributeProto:
    """The attribute of a node by its name. Raises StopIteration when there is none."""
    return next(each for each in node.attribute if each.name == name)


def _packed(nodes: Sequence[onnx.NodeProto], n_genres: int, *sources: onnx.ModelProto) -> onnx.ModelProto:
    graph = helper.make_graph(
        nodes,
        "classifier",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, [None, len(FEATURE_NAMES)])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [None, n_genres])],
    )
    opsets = {entry.domain: entry.version for source in sources for entry in source.opset_import}
    opsets.setdefault("", 15)
    imports = [helper.make_opsetid(domain, version) for domain, version in opsets.items()]
    packed = helper.make_model(graph, opset_imports=imports, ir_version=8, producer_name="kamerton")
    onnx.checker.check_model(packed)
    return packed
