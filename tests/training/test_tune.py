"""A search finds something better than its first try, keeps what it did, and goes on from there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.training.tables import track_table
from training import tune as stage
from training.data.artifacts import write_json, write_table
from training.data.rows import genres_of, labels_of, new_artist_rows
from training.evaluation.parameter_search import ARTIST_POWERS, Tuned, choose_artist_power, open_storage, tune
from training.fitting.recipe import Recipe
from training.fitting.trained_classifier import fit_classifier
from training.models import stored_parameters
from training.models.stored_parameters import StoredParameters, write_parameters

ROWS = track_table(160)


def test_a_grid_is_tried_out_whole_and_the_best_is_taken(tmp_path: Path) -> None:
    counted: list[int] = []
    storage = open_storage(tmp_path / "trials.sqlite")
    tuned = tune(ROWS, "new_artists", "nearest_neighbours", 100, storage, "a", ended=lambda: counted.append(1))
    assert tuned.n_trials == len(counted) == 8
    assert set(tuned.parameters) == {"neighbours", "votes"}
    assert tuned.probabilities.shape == (len(tuned.rows), 4)
    labels = labels_of(tuned.rows, genres_of(ROWS))
    assert (tuned.probabilities.argmax(axis=1) == labels).mean() > 0.6


def test_an_interrupted_search_ends_where_it_would_have_ended(tmp_path: Path) -> None:
    rows = track_table(80)
    whole = tune(rows, "random", "lightgbm", 5, open_storage(tmp_path / "whole.sqlite"), "a")
    tune(rows, "random", "lightgbm", 3, open_storage(tmp_path / "parts.sqlite"), "a")
    counted: list[int] = []
    parts = tune(rows, "random", "lightgbm", 5, open_storage(tmp_path / "parts.sqlite"), "a", ended=lambda: counted.append(1))
    assert len(counted) == 2
    assert (parts.parameters, parts.temperature, parts.loss) == (whole.parameters, whole.temperature, whole.loss)
    np.testing.assert_array_equal(parts.probabilities, whole.probabilities)


def test_a_search_without_a_budget_asks_about_the_kept_parameters() -> None:
    tuned = tune(ROWS, "random", "lightgbm", 1)
    assert tuned.parameters == stored_parameters.read_parameters("lightgbm", 4).parameters
    assert tuned.n_trials == 1


def test_the_weights_of_artists_are_those_with_the_least_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    real = tune
    losses: dict[float | None, float] = {}

    def listening(*arguments: Any, recipe: Recipe, **more: Any) -> Tuned:
        tuned = real(*arguments, recipe=recipe, **more)
        losses[recipe.artist_power] = tuned.loss
        return tuned

    monkeypatch.setattr("training.evaluation.parameter_search.tune", listening)
    chosen = choose_artist_power(ROWS, "new_artists")
    assert set(losses) == set(ARTIST_POWERS)
    assert len(set(losses.values())) == len(ARTIST_POWERS)
    assert losses[chosen] == min(losses.values())


def test_the_inner_folds_are_those_of_the_split() -> None:
    both = pd.concat([ROWS, ROWS.head(20).assign(track_genre="metal")], ignore_index=True)
    assert len(tune(both, "random", "majority", 1).rows) == len(both)
    pd.testing.assert_frame_equal(tune(both, "new_artists", "majority", 1).rows, new_artist_rows(both))


def test_the_command_keeps_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "parameters.json"
    path.write_bytes(stored_parameters.PATH.read_bytes())
    monkeypatch.setattr(stored_parameters, "PATH", path)
    write_parameters(4, {}, "lightgbm", path, artist_power=-0.1)
    write_table(tmp_path / "rows.parquet", ROWS)
    write_json(tmp_path / "prepare.json", {"fingerprint": "f" * 64, "genres": dict.fromkeys(genres_of(ROWS), 40)})
    arguments = [
        "--family",
        "nearest_neighbours",
        "--trials",
        "8",
        "--build",
        str(tmp_path),
        "--storage",
        str(tmp_path / "t.sqlite"),
    ]
    stage.main([*arguments, "--keep"])
    assert "nearest_neighbours: log loss" in capsys.readouterr().out
    content = json.loads(path.read_text())["few_genres"]
    assert set(content["families"]["nearest_neighbours"]["parameters"]) == {"neighbours", "votes"}
    # What all families have is not chosen for one of them.
    assert content["artist_power"] == -0.1
    monkeypatch.setattr(stage, "DEFAULT_FAMILIES", ("nearest_neighbours",))
    monkeypatch.setattr(stage, "choose_artist_power", lambda *_, **__: -0.5)
    stage.main([*arguments[2:], "--keep"])
    assert json.loads(path.read_text())["few_genres"]["artist_power"] == -0.5


def test_keeping_leaves_other_families_and_sizes_alone(tmp_path: Path) -> None:
    path = tmp_path / "parameters.json"
    path.write_bytes(stored_parameters.PATH.read_bytes())
    before = json.loads(path.read_text())
    write_parameters(6, {"svm": StoredParameters({"C": 3.0}, 1.25)}, "svm", path)
    after = json.loads(path.read_text())
    assert after["few_genres"]["champion"] == "svm"
    assert after["few_genres"]["families"].pop("svm") == {"parameters": {"C": 3.0}, "temperature": 1.25}
    before["few_genres"]["families"].pop("svm", None)
    assert after["few_genres"]["families"] == before["few_genres"]["families"]
    assert after["few_genres"]["artist_power"] == before["few_genres"]["artist_power"]
    assert after["many_genres"] == before["many_genres"]


def test_the_recipe_as_served_has_the_weights_that_were_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "parameters.json"
    path.write_bytes(stored_parameters.PATH.read_bytes())
    monkeypatch.setattr(stored_parameters, "PATH", path)
    write_parameters(4, {}, "lightgbm", path, artist_power=0)
    said = {
        power: fit_classifier(ROWS, "lightgbm", recipe=Recipe(artist_power=power)).predict_rows(ROWS)
        for power in (None, 0.0, -0.5)
    }
    np.testing.assert_array_equal(said[None], said[0.0])
    assert (said[None] != said[-0.5]).any()
