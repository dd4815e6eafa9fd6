"""One contract for every family of models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kamerton.classifier import GenreClassifier
from kamerton.features import FEATURE_NAMES, FloatArray
from kamerton.onnx_model import OnnxModel
from tests.training.tables import track_table
from training.models import DEFAULT_FAMILIES, FAMILIES, FEW_GENRES, Model, default_family, family
from training.recipe import artist_weights, core_only, genres_of, labels_of, vectors_of, with_gaps

ROWS = track_table(160)
GENRES = genres_of(ROWS)
VECTORS = vectors_of(ROWS)
LABELS = labels_of(ROWS, GENRES)
EXAMPLES = with_gaps(VECTORS, LABELS, artist_weights(ROWS), seed=0)
NEW = vectors_of(track_table(160, seed=5))
NOTHING = np.full((1, len(FEATURE_NAMES)), np.nan, np.float32)


@pytest.fixture(scope="module", params=list(FAMILIES))
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def model(name: str) -> Model:
    return family(name)(len(GENRES), seed=1).fit(*EXAMPLES)


def with_holes(vectors: FloatArray) -> FloatArray:
    holes = np.random.default_rng(0).random(vectors.shape) < 0.3
    return np.where(holes, np.float32(np.nan), vectors)


@pytest.mark.parametrize("vectors", [NEW, core_only(NEW), with_holes(NEW), NOTHING], ids=["full", "core", "holes", "nothing"])
def test_probabilities_are_of_all_genres_and_sum_to_one(model: Model, vectors: FloatArray) -> None:
    probabilities = model.predict_proba(vectors)
    assert probabilities.shape == (len(vectors), len(GENRES))
    assert probabilities.min() >= 0
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)


def test_it_learns(model: Model) -> None:
    labels = labels_of(track_table(160, seed=5), GENRES)
    assert (model.predict_proba(NEW).argmax(axis=1) == labels).mean() > 0.6
    assert (model.predict_proba(core_only(NEW)).argmax(axis=1) == labels).mean() > 0.6


@pytest.mark.parametrize("vectors", [NEW, core_only(NEW), with_holes(NEW), NOTHING], ids=["full", "core", "holes", "nothing"])
def test_the_graph_says_the_same(model: Model, vectors: FloatArray) -> None:
    exported = OnnxModel(model.to_onnx().SerializeToString(), GenreClassifier.OUTPUT)
    assert exported.width == len(GENRES)
    np.testing.assert_allclose(exported(vectors), model.predict_proba(vectors), atol=1e-5)


def test_the_graph_carries_no_history(model: Model) -> None:
    graph = model.to_onnx()
    assert not graph.metadata_props
    assert not graph.doc_string
    assert not graph.graph.doc_string


def test_what_was_saved_is_what_is_loaded(name: str, model: Model, tmp_path: Path) -> None:
    model.save(tmp_path / "model")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    loaded = family(name).load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict_proba(NEW), model.predict_proba(NEW))
    assert loaded.to_onnx() == model.to_onnx()


def test_the_seed_decides(name: str, model: Model) -> None:
    again = family(name)(len(GENRES), seed=1).fit(*EXAMPLES)
    other = family(name)(len(GENRES), seed=2).fit(*EXAMPLES)
    np.testing.assert_array_equal(again.predict_proba(NEW), model.predict_proba(NEW))
    assert (other.predict_proba(NEW) != model.predict_proba(NEW)).any()


def test_a_genre_that_was_never_seen_keeps_its_column(name: str, tmp_path: Path) -> None:
    seen = EXAMPLES[1] != 1
    model = family(name)(len(GENRES) + 1).fit(*(part[seen] for part in EXAMPLES))
    probabilities = model.predict_proba(NEW)
    assert probabilities.shape[1] == len(GENRES) + 1
    assert probabilities[:, [1, len(GENRES)]].max() < 1e-3
    exported = OnnxModel(model.to_onnx().SerializeToString(), GenreClassifier.OUTPUT)
    np.testing.assert_allclose(exported(NEW), probabilities, atol=1e-5)
    model.save(tmp_path / "model")
    np.testing.assert_array_equal(family(name).load(tmp_path / "model").predict_proba(NEW), probabilities)


def test_many_genres_are_learnt_too(name: str) -> None:
    genres = tuple(f"genre {number:02d}" for number in range(FEW_GENRES + 1))
    rows = track_table(400, genres)
    labels = labels_of(rows, genres)
    model = family(name)(len(genres)).fit(vectors_of(rows), labels, np.ones(len(rows)))
    exported = OnnxModel(model.to_onnx().SerializeToString(), GenreClassifier.OUTPUT)
    probabilities = model.predict_proba(vectors_of(rows))
    np.testing.assert_allclose(exported(vectors_of(rows)), probabilities, atol=1e-5)
    assert (probabilities.argmax(axis=1) == labels).mean() > 2 / len(genres)


def test_the_default_is_one_of_those_that_are_compared() -> None:
    assert {default_family(2), default_family(6), default_family(114)} <= set(DEFAULT_FAMILIES) <= set(FAMILIES)


def test_an_unknown_family_is_refused_by_name() -> None:
    with pytest.raises(SystemExit, match="no family 'oracle'; there are lightgbm"):
        family("oracle")
