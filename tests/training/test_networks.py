"""What networks share: what they are given, what is held out of fitting, and that answering needs neither Keras nor JAX."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kamerton.music.features import FEATURE_NAMES, FloatArray
from kamerton.release.classifier import GenreClassifier
from kamerton.release.onnx_model import OnnxModel
from tests.training.tables import track_table
from training.data.inputs import vectors_of
from training.data.rows import genres_of, labels_of
from training.fitting.examples import artist_weights, with_gaps
from training.models.networks.encoding import Encoding
from training.models.networks.members import Layer, Members
from training.models.networks.mlp import MLP
from training.models.networks.training_loop import Examples, held_out, same_tracks

ROWS = track_table(160)
LABELS = labels_of(ROWS, genres_of(ROWS))
VECTORS = vectors_of(ROWS)

_ASK = """
import sys
import numpy as np
from pathlib import Path
from kamerton.music.features import FEATURE_NAMES
from training.models.networks.mlp import MLP
model = MLP.load(Path(sys.argv[1]))
model.predict_proba(np.zeros((1, len(FEATURE_NAMES)), np.float32))
model.to_onnx()
print(sorted({"keras", "jax", "sklearn"} & set(sys.modules)))
"""


def members(encoding: Encoding, n_members: int = 3, n_genres: int = 4) -> Members:
    random = np.random.default_rng(0)
    n_inputs = encoding(VECTORS).shape[1]
    hidden = Layer(
        *(random.standard_normal(shape).astype(np.float32) for shape in ((n_members, 1, n_inputs), (n_inputs, 8))),
        *(random.standard_normal((n_members, 1, 8)).astype(np.float32) for _ in range(2)),
    )
    ones = np.ones((1, 1, 1), np.float32)
    last = Layer(ones, random.standard_normal((n_members, 8, n_genres)).astype(np.float32), ones, ones)
    return Members(encoding, (hidden, last))


def with_holes(vectors: FloatArray) -> FloatArray:
    return np.where(np.random.default_rng(0).random(vectors.shape) < 0.3, np.float32(np.nan), vectors)


def test_a_value_is_standardised_and_a_missing_one_is_said_to_be() -> None:
    inputs = Encoding.fit(VECTORS)(np.vstack([VECTORS, np.full((1, len(FEATURE_NAMES)), np.nan, np.float32)]))
    values, missing = np.split(inputs, 2, axis=1)
    np.testing.assert_allclose(values[:-1].mean(axis=0), 0, atol=1e-5)
    assert not values[-1].any()
    assert missing[-1].all()


def test_bins_say_how_far_a_value_went_through_each() -> None:
    column = np.arange(5, dtype=np.float32)[:, np.newaxis]
    bins = Encoding.fit(column, scaled=False, n_bins=2)(np.float32([[-1], [0], [1], [3], [9]]))[:, 2:]
    np.testing.assert_allclose(bins, [[0, 0], [0, 0], [0.5, 0], [1, 0.5], [1, 1]])


@pytest.mark.parametrize("scaled", [True, False])
@pytest.mark.parametrize("n_bins", [0, 5])
def test_members_are_exported_with_their_encoding(n_bins: int, scaled: bool, tmp_path: Path) -> None:
    vectors = with_holes(VECTORS)
    asked = members(Encoding.fit(vectors, scaled, n_bins))
    graph = OnnxModel(asked.to_onnx().SerializeToString(), GenreClassifier.OUTPUT)
    np.testing.assert_allclose(graph(vectors), asked.predict_proba(vectors), atol=1e-5)
    asked.save(tmp_path / "members")
    np.testing.assert_array_equal(Members.load(tmp_path / "members").predict_proba(vectors), asked.predict_proba(vectors))


def test_a_row_and_its_twin_with_gaps_are_one_track() -> None:
    both, _ = with_gaps(ROWS, artist_weights(ROWS, -0.25), seed=0)
    tracks = same_tracks(vectors_of(both), np.concatenate([LABELS, LABELS]))
    np.testing.assert_array_equal(tracks[: len(ROWS)], tracks[len(ROWS) :])
    assert len(np.unique(tracks)) == len(ROWS)


def test_tracks_are_held_out_whole() -> None:
    tracks = np.repeat(np.arange(100), 2)
    mask = held_out(tracks, 0.15, np.random.default_rng(0))
    assert mask.sum() == 30
    np.testing.assert_array_equal(mask[::2], mask[1::2])
    assert not held_out(tracks, 0, np.random.default_rng(0)).any()


def test_batches_are_filled_with_rows_of_no_weight() -> None:
    examples = Examples(VECTORS[:10], np.eye(4, dtype=np.float32)[LABELS[:10]], np.ones(10, np.float32)).padded(16)
    assert [len(part) for part in (examples.inputs, examples.targets, examples.weights)] == [16, 16, 16]
    assert examples.weights.sum() == 10


def test_the_history_has_both_parts_and_asking_needs_no_keras(tmp_path: Path) -> None:
    model = MLP(4, parameters={"epochs": 2, "width": 8, "depth": 1}).fit(VECTORS, LABELS, np.ones(len(LABELS)))
    assert {name: len(values) for name, values in model.history.items()} == dict.fromkeys(
        ("loss", "accuracy", "val_loss", "val_accuracy"), 2
    )
    model.save(tmp_path / "mlp")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(["functions", "."])}
    asked = subprocess.run(
        [sys.executable, "-c", _ASK, str(tmp_path / "mlp")], env=environment, capture_output=True, text=True, check=True
    )
    assert asked.stdout.strip() == "[]"
