"""One contract for every family of models."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import cast

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx.numpy_helper import to_array

from kamerton.music.features import FEATURE_NAMES, FloatArray
from kamerton.release.classifier import GenreClassifier
from kamerton.release.onnx_model import OnnxModel
from tests.training.tables import track_table
from training.data.inputs import core_only, vectors_of
from training.data.rows import genres_of, labels_of
from training.fitting.examples import artist_weights, with_gaps
from training.models import DEFAULT_FAMILIES, FAMILIES, FEW_GENRES, BoostedModel, ExportableModel, Model, family, is_exported
from training.models.space import Choice
from training.models.stored_parameters import champion

ROWS = track_table(160)
GENRES = genres_of(ROWS)
ROWS_WITH_GAPS, WEIGHTS = with_gaps(ROWS, artist_weights(ROWS, -0.25), seed=0)
EXAMPLES = vectors_of(ROWS_WITH_GAPS), labels_of(ROWS_WITH_GAPS, GENRES), WEIGHTS
NEW = vectors_of(track_table(160, seed=5))
NOTHING = np.full((1, len(FEATURE_NAMES)), np.nan, np.float32)
EXPORTED = [name for name in FAMILIES if is_exported(name, len(GENRES))]
TREES = ["lightgbm", "catboost", "xgboost", "extra_trees"]
LEARNING = [name for name in FAMILIES if name != "majority"]


@lru_cache
def fitted(name: str) -> Model:
    return family(name)(len(GENRES), seed=1).fit(*EXAMPLES)


@pytest.fixture(params=list(FAMILIES))
def model(request: pytest.FixtureRequest) -> Model:
    return fitted(request.param)


@pytest.fixture(params=EXPORTED)
def exportable(request: pytest.FixtureRequest) -> ExportableModel:
    return cast(ExportableModel, fitted(request.param))


def graph_of(model: Model) -> OnnxModel:
    return OnnxModel(cast(ExportableModel, model).to_onnx().SerializeToString(), GenreClassifier.OUTPUT)


def graph_proto(name: str) -> onnx.ModelProto:
    return cast(ExportableModel, fitted(name)).to_onnx()


def with_holes(vectors: FloatArray) -> FloatArray:
    holes = np.random.default_rng(0).random(vectors.shape) < 0.3
    return np.where(holes, np.float32(np.nan), vectors)


@pytest.mark.parametrize("vectors", [NEW, core_only(NEW), with_holes(NEW), NOTHING], ids=["full", "core", "holes", "nothing"])
def test_probabilities_are_of_all_genres_and_sum_to_one(model: Model, vectors: FloatArray) -> None:
    probabilities = model.predict_proba(vectors)
    assert probabilities.shape == (len(vectors), len(GENRES))
    assert probabilities.min() >= 0
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("name", LEARNING)
def test_it_learns(name: str) -> None:
    labels = labels_of(track_table(160, seed=5), GENRES)
    assert (fitted(name).predict_proba(NEW).argmax(axis=1) == labels).mean() > 0.6
    assert (fitted(name).predict_proba(core_only(NEW)).argmax(axis=1) == labels).mean() > 0.6


@pytest.mark.parametrize("vectors", [NEW, core_only(NEW), with_holes(NEW), NOTHING], ids=["full", "core", "holes", "nothing"])
def test_the_graph_says_the_same(exportable: ExportableModel, vectors: FloatArray) -> None:
    exported = graph_of(exportable)
    assert exported.width == len(GENRES)
    np.testing.assert_allclose(exported(vectors), exportable.predict_proba(vectors), atol=1e-5)


@pytest.mark.parametrize("name", TREES)
def test_the_graph_says_the_same_on_the_borders_of_its_questions(name: str) -> None:
    constants = {constant.name: to_array(constant) for constant in graph_proto(name).graph.initializer}
    vectors = on_the_borders(constants["columns"], constants["borders"])
    np.testing.assert_allclose(graph_of(fitted(name))(vectors), fitted(name).predict_proba(vectors), atol=1e-5)


def on_the_borders(columns: NDArray[np.int64], borders: FloatArray) -> FloatArray:
    """float32 [400, n_features]: borders of the feature, the numbers right above and below them, zeros, and gaps."""
    random = np.random.default_rng(0)
    vectors = np.zeros((400, len(FEATURE_NAMES)), np.float32)
    # LightGBM takes numbers below 1e-35 for zero; no feature has such.
    is_number = (np.abs(borders) > 1e-30) & (np.abs(borders) < 1e30)
    for feature in range(len(FEATURE_NAMES)):
        asked = borders[is_number & (columns % len(FEATURE_NAMES) == feature)]
        near = np.concatenate([asked, *(np.nextafter(asked, np.float32(end)) for end in (-np.inf, np.inf))])
        vectors[:, feature] = random.choice(np.append(near, np.float32(0)), len(vectors))
    return with_holes(vectors)


def test_the_graph_carries_no_history(exportable: ExportableModel) -> None:
    graph = exportable.to_onnx()
    assert not graph.metadata_props
    assert not graph.doc_string
    assert not graph.graph.doc_string


def test_what_was_saved_is_what_is_loaded(exportable: ExportableModel, tmp_path: Path) -> None:
    exportable.save(tmp_path / "model")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    loaded = type(exportable).load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict_proba(NEW), exportable.predict_proba(NEW))
    assert loaded.to_onnx() == exportable.to_onnx()


@pytest.mark.parametrize("name", FAMILIES)
def test_the_same_seed_gives_the_same_model(name: str) -> None:
    again = family(name)(len(GENRES), seed=1).fit(*EXAMPLES)
    np.testing.assert_array_equal(again.predict_proba(NEW), fitted(name).predict_proba(NEW))


@pytest.mark.parametrize("name", FAMILIES)
def test_a_genre_that_was_never_seen_keeps_its_column(name: str, tmp_path: Path) -> None:
    seen = EXAMPLES[1] != 1
    model = family(name)(len(GENRES) + 1).fit(*(part[seen] for part in EXAMPLES))
    probabilities = model.predict_proba(NEW)
    assert probabilities.shape[1] == len(GENRES) + 1
    assert probabilities[:, [1, len(GENRES)]].max() < 1e-3
    if name in EXPORTED:
        np.testing.assert_allclose(graph_of(model)(NEW), probabilities, atol=1e-5)
        cast(ExportableModel, model).save(tmp_path / "model")
        loaded = cast(type[ExportableModel], family(name)).load(tmp_path / "model")
        np.testing.assert_array_equal(loaded.predict_proba(NEW), probabilities)


def test_an_ensemble_of_all_kinds_is_one_graph() -> None:
    members = {"lightgbm": 1, "xgboost": 1, "svm": 1, "extra_trees": 2}
    small = {"xgboost": {"num_boost_round": 20}, "extra_trees": {"n_estimators": 10}}
    model = family("ensemble")(len(GENRES), parameters={"members": members, **small}).fit(*EXAMPLES)
    vectors = with_holes(NEW)
    np.testing.assert_allclose(graph_of(model)(vectors), model.predict_proba(vectors), atol=1e-5)


@pytest.mark.parametrize("name", ["svm", "xgboost", "extra_trees"])
def test_two_genres_are_told_apart_and_exported(name: str) -> None:
    of_two = EXAMPLES[1] < 2
    model = family(name)(2).fit(*(part[of_two] for part in EXAMPLES))
    assert (model.predict_proba(EXAMPLES[0][of_two]).argmax(axis=1) == EXAMPLES[1][of_two]).mean() > 0.8
    np.testing.assert_allclose(graph_of(model)(NEW), model.predict_proba(NEW), atol=1e-5)


def test_support_vectors_may_see_features_as_they_are() -> None:
    model = family("svm")(len(GENRES), parameters={"scale": False}).fit(*EXAMPLES)
    assert np.abs(model.predict_proba(NEW) - fitted("svm").predict_proba(NEW)).max() > 0.01
    np.testing.assert_allclose(graph_of(model)(with_holes(NEW)), model.predict_proba(with_holes(NEW)), atol=1e-5)


def test_support_vectors_expect_of_what_is_missing_what_goes_with_the_rest() -> None:
    random, level = np.random.default_rng(0), np.arange(400) % 2
    vectors = (np.outer(level, np.ones(len(FEATURE_NAMES))) + 0.1 * random.normal(size=(400, len(FEATURE_NAMES)))).astype(
        np.float32
    )
    model = family("svm")(2).fit(vectors, level, np.ones(400))
    vectors[:, 1:] = np.nan
    assert (model.predict_proba(vectors).argmax(axis=1) == level).mean() > 0.95


@pytest.mark.parametrize("name", LEARNING)
def test_many_genres_are_learnt_too(name: str) -> None:
    genres = tuple(f"genre {number:02d}" for number in range(FEW_GENRES + 1))
    rows = track_table(400, genres)
    labels = labels_of(rows, genres)
    model = family(name)(len(genres)).fit(vectors_of(rows), labels, np.ones(len(rows)))
    probabilities = model.predict_proba(vectors_of(rows))
    assert (probabilities.argmax(axis=1) == labels).mean() > 2 / len(genres)
    if is_exported(name, len(genres)):
        np.testing.assert_allclose(graph_of(model)(vectors_of(rows)), probabilities, atol=1e-5)


@pytest.mark.parametrize("name", FAMILIES)
def test_what_may_be_tuned_can_be_set(name: str) -> None:
    for parameter, choice in family(name).space.items():
        values = choice.values if isinstance(choice, Choice) else (choice.low, choice.high)
        assert values[0] != values[-1]
        family(name)(len(GENRES), parameters={parameter: values[0]})


def test_the_default_is_one_of_those_that_are_compared() -> None:
    assert {champion(2), champion(6), champion(114)} <= set(DEFAULT_FAMILIES) <= set(FAMILIES)


@pytest.mark.parametrize("n_genres", [2, 6, 114])
def test_the_default_can_be_served(n_genres: int) -> None:
    assert is_exported(champion(n_genres), n_genres)


def test_an_unknown_family_is_refused_by_name() -> None:
    with pytest.raises(SystemExit, match="no family 'oracle'; there are lightgbm"):
        family("oracle")


@pytest.mark.parametrize("name", ["lightgbm", "catboost", "xgboost"])
def test_trees_can_be_asked_after_fewer_rounds(name: str) -> None:
    rounds = {"lightgbm": "num_iterations", "catboost": "iterations", "xgboost": "num_boost_round"}[name]
    long, short = (family(name)(len(GENRES), 1, parameters={rounds: number}).fit(*EXAMPLES) for number in (12, 5))
    shortened = cast(BoostedModel, long).shortened(5)
    np.testing.assert_allclose(shortened.predict_proba(NEW), short.predict_proba(NEW), atol=1e-7)
    np.testing.assert_allclose(graph_of(shortened)(NEW), shortened.predict_proba(NEW), atol=1e-5)
    assert np.abs(shortened.predict_proba(NEW) - long.predict_proba(NEW)).max() > 1e-3
