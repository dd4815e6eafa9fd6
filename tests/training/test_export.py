"""What leaves training is what was trained, or nothing leaves."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnx
import pandas as pd
import pytest

from kamerton.music.features import CORE, FEATURE_NAMES, OPTIONAL, RANGES, AudioFeatures, vector
from kamerton.release.classifier import GenreClassifier
from kamerton.release.onnx_model import OnnxModel
from tests.training.tables import GENRES, track_table
from training import export, prepare, train
from training.data.inputs import core_only, vectors_of
from training.data.rows import new_artist_rows
from training.fitting.examples import GAPS, with_gaps
from training.fitting.recipe import SERVED, Recipe
from training.fitting.trained_classifier import fit_classifier, load_classifier


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stages")
    track_table().to_parquet(folder / "table.parquet", index=False)
    prepare.main(["--catalog", str(folder / "table.parquet"), "--build", str(folder / "build")])
    train.main(["--build", str(folder / "build"), "--report", str(folder / "none.json"), "--family", "lightgbm"])
    return folder / "build"


def test_stages_end_in_a_model_that_serving_loads(build: Path) -> None:
    export.main(["--build", str(build)])
    data = (build / "release" / "model.onnx").read_bytes()
    description = json.loads((build / "classifier.json").read_text())
    assert description["genres"] == sorted(GENRES)
    assert description["family"] == "lightgbm"
    assert description["fingerprint"] == json.loads((build / "prepare.json").read_text())["fingerprint"]
    classifier = GenreClassifier(OnnxModel(data, GenreClassifier.OUTPUT), description["genres"])
    features = AudioFeatures(**{name: sum(ends) / 2 for name, ends in RANGES.items()})
    scores = classifier.predict(vector(features))
    native = load_classifier(build).predict_proba(vector(features)[np.newaxis])[0]
    said = {score.genre: score.probability for score in scores}
    assert said == pytest.approx(dict(zip(sorted(GENRES), native, strict=True)), abs=1e-5)
    assert str(build) not in data.decode("latin-1")
    assert not list(build.glob("unfinished*"))


def test_a_graph_that_says_something_else_stops_the_export(build: Path) -> None:
    classifier = load_classifier(build)
    vectors = vectors_of(pd.read_parquet(build / "rows.parquet"))
    graph = classifier.to_onnx()
    assert export.prove_parity(classifier, _opened(graph), vectors) < 1e-5
    graph = fit_classifier(new_artist_rows(pd.read_parquet(build / "rows.parquet")), "lightgbm", seed=1).to_onnx()
    with pytest.raises(SystemExit, match="is not the trained one"):
        export.prove_parity(classifier, _opened(graph), vectors)


def test_a_graph_of_another_width_stops_the_export(build: Path) -> None:
    fewer = fit_classifier(track_table(genres=GENRES[:3]), "lightgbm")
    with pytest.raises(SystemExit, match="knows 3 genres"):
        export.prove_parity(load_classifier(build), _opened(fewer.model.to_onnx()), vectors_of(track_table()))


def test_export_before_train_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"run `python -m training\.train` first"):
        export.main(["--build", str(tmp_path)])


def test_train_takes_the_champion_of_the_same_data_only(tmp_path: Path) -> None:
    report = tmp_path / "evaluation.json"
    assert train.champion(report, "abc") is None
    report.write_text(json.dumps({"champion": "catboost", "data": {"fingerprint": "abc"}, "recipe": asdict(SERVED)}))
    assert train.champion(report, "abc") == "catboost"
    assert train.champion(report, "another") is None
    assert train.champion(report, "abc", Recipe(artist_power=0)) is None


def test_every_row_is_learnt_whole_and_with_gaps() -> None:
    rows = track_table()
    n = len(rows)
    weights = np.linspace(0.5, 1.5, n)
    examples, given = with_gaps(rows, weights, seed=0)
    whole, twins = examples[:n], examples[n:].reset_index(drop=True)
    pd.testing.assert_frame_equal(whole, rows, check_dtype=False)
    assert (twins["track_genre"] == rows["track_genre"]).all()
    np.testing.assert_array_equal(given[:n], weights)
    assert (given[n:] < weights).all()
    optional = twins[list(OPTIONAL)].isna()
    assert {frozenset(optional.columns[row]) for row in optional.to_numpy()} == {frozenset(gap) for gap in GAPS}
    assert 0 < twins[list(CORE)].isna().to_numpy().mean() < 0.1
    assert not rows.isna().to_numpy().any()


def test_without_a_weight_there_are_no_twins() -> None:
    rows, weights = track_table(), np.ones(240)
    assert with_gaps(rows, weights, seed=0, gap_weight=0)[0] is rows


def test_core_only_leaves_the_core_and_the_original() -> None:
    vectors = vectors_of(track_table())
    before = vectors.copy()
    assert np.isnan(core_only(vectors)).sum(axis=1).tolist() == [len(FEATURE_NAMES) - 9] * len(vectors)
    np.testing.assert_array_equal(vectors, before)


def _opened(graph: onnx.ModelProto) -> OnnxModel:
    return OnnxModel(graph.SerializeToString(), GenreClassifier.OUTPUT)
