"""A fold's model is tuned and fitted on the rows of its training part alone, and what was done is not done again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.training.tables import track_table
from training.evaluation.parameter_search import Tuned, tune
from training.evaluation.protocol import SPLITS, WHOLE
from training.fitting.recipe import Recipe
from training.fitting.trained_classifier import TrainedClassifier, fit_classifier
from training.models.stored_parameters import StoredParameters
from training.study.artist_powers import chosen_powers
from training.study.fold_results import Entry, Plan, Task, run_tasks

ROWS = track_table(160)
NEIGHBOURS = Entry("neighbours", "nearest_neighbours", 3)
MAJORITY = Entry("majority", "majority", 0)


def plan_of(rows: pd.DataFrame, folder: Path) -> Plan:
    return Plan({name: make(rows, 0) for name, make in SPLITS.items()}, folder, 0)


def test_each_task_has_its_result(tmp_path: Path) -> None:
    plan = plan_of(ROWS, tmp_path)
    tasks = [Task("random", 0, NEIGHBOURS), Task("new_artists", 4, NEIGHBOURS), Task("new_artists", WHOLE, NEIGHBOURS)]
    results = {(task.split, task.fold): result for task, result in run_tasks(plan, tasks, workers=1)}
    assert set(results) == {("random", 0), ("new_artists", 4), ("new_artists", WHOLE)}
    for (split, fold), result in results.items():
        n_test = 0 if fold == WHOLE else len(plan.splits[split].folds[fold][1])
        n_train = len(plan.splits[split].rows) - n_test
        assert result.full.shape == result.core.shape == (n_test, 4)
        assert result.inner.shape == (len(result.inner_labels), 4) == (n_train, 4)
        assert result.n_trials == 3


def test_the_rows_that_are_asked_about_change_nothing_that_was_learnt(tmp_path: Path) -> None:
    """The labels and features of the test rows are spoilt: the answers on inner folds and the parameters stay."""
    plan = plan_of(ROWS, tmp_path / "clean")
    split = plan.splits["new_artists"]
    test = split.folds[1][1]
    spoilt_rows = split.rows.copy()
    spoilt_rows.loc[test, ["energy", "loudness", "valence"]] = [0.5, -1.0, 0.5]
    labels = spoilt_rows["track_genre"].to_numpy()
    labels[test] = np.roll(labels[test], 1)
    spoilt_rows["track_genre"] = labels
    spoilt = replace(plan, folder=tmp_path / "spoilt", splits={"new_artists": replace(split, rows=spoilt_rows)})
    task = Task("new_artists", 1, Entry("lightgbm", "lightgbm", 2))
    ((_, clean),) = run_tasks(plan, [task], workers=1)
    ((_, other),) = run_tasks(spoilt, [task], workers=1)
    assert clean.artist_power == other.artist_power
    assert clean.parameters == other.parameters
    assert clean.temperature == other.temperature
    np.testing.assert_array_equal(clean.inner, other.inner)
    assert (clean.full != other.full).any()


def test_the_families_of_a_fold_have_the_same_weights_and_a_given_recipe_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power is chosen once a fold, on the rows of that fold; it is what the models are fitted with."""
    chosen_on: list[int] = []
    fitted_with: list[float | None] = []
    tuned_with: list[float | None] = []

    def chosen(rows: pd.DataFrame, *_: object) -> float:
        chosen_on.append(len(rows))
        return -0.5

    def tuned(*arguments: Any) -> Tuned:
        tuned_with.append(arguments[8].artist_power)
        return tune(*arguments)

    def fitted(*arguments: Any, **more: Any) -> TrainedClassifier:
        fitted_with.append(arguments[5].artist_power)
        return fit_classifier(*arguments, **more)

    monkeypatch.setattr("training.study.artist_powers.choose_artist_power", chosen)
    monkeypatch.setattr("training.study.fold_results.tune", tuned)
    monkeypatch.setattr("training.study.fold_results.fit_classifier", fitted)
    plan = plan_of(ROWS, tmp_path)
    given = Entry("as given", "majority", 0, recipe=Recipe(artist_power=0))
    tasks = [Task("random", 0, entry) for entry in (MAJORITY, NEIGHBOURS, given)]
    powers = [result.artist_power for _, result in run_tasks(plan, tasks, workers=1)]
    assert powers == [-0.5, -0.5, 0]
    assert tuned_with == [-0.5]
    assert fitted_with == [-0.5, -0.5, 0]
    assert chosen_on == [len(plan.splits["random"].folds[0][0])]


def test_the_weights_are_chosen_on_what_may_be_learnt_from_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And for each fold by its own rows, in as many processes as there are: nobody writes what another writes."""
    plan = plan_of(ROWS, tmp_path)
    seen: dict[str, list[pd.DataFrame]] = {}

    def chosen(rows: pd.DataFrame, split: str, *_: object) -> float:
        seen.setdefault(split, []).append(rows)
        return 0.0

    monkeypatch.setattr("training.study.artist_powers.choose_artist_power", chosen)
    places = [("random", 0), ("new_artists", 1), ("random", 0), ("new_artists", WHOLE)]
    assert chosen_powers(plan.splits, plan.folder, 0, places, workers=1) == dict.fromkeys(places, 0.0)
    (random,), (new, whole) = seen["random"], seen["new_artists"]
    pd.testing.assert_frame_equal(random, plan.splits["random"].rows.iloc[plan.splits["random"].folds[0][0]])
    pd.testing.assert_frame_equal(new, plan.splits["new_artists"].rows.iloc[plan.splits["new_artists"].folds[1][0]])
    pd.testing.assert_frame_equal(whole, plan.splits["new_artists"].rows)
    # They are kept, until something else would be chosen by.
    assert chosen_powers(plan.splits, plan.folder, 0, places, workers=1) == dict.fromkeys(places, 0.0)
    assert len(seen["random"]) == 1
    monkeypatch.setattr("training.study.artist_powers.read_parameters", lambda *_: StoredParameters({"num_leaves": 7}))
    chosen_powers(plan.splits, plan.folder, 0, places, workers=1)
    assert len(seen["random"]) == 2


def test_another_power_is_another_result(tmp_path: Path) -> None:
    plan = plan_of(ROWS, tmp_path)
    names = {plan.name(Task("random", 0, Entry("a", "majority", 0, recipe=Recipe(power)))) for power in (0.0, -0.25, -0.5)}
    assert len(names) == 3


def test_what_was_done_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, task = plan_of(ROWS, tmp_path), Task("random", 0, NEIGHBOURS)
    ((_, first),) = run_tasks(plan, [task], workers=1)

    def never(*_: object) -> None:
        raise AssertionError("fitted again")

    monkeypatch.setattr("training.study.fold_results.fit_classifier", never)
    ((_, again),) = run_tasks(plan, [task], workers=1)
    np.testing.assert_array_equal(again.full, first.full)
    assert (again.parameters, again.temperature, again.fit_seconds) == (first.parameters, first.temperature, first.fit_seconds)


def test_a_half_written_result_is_none(tmp_path: Path) -> None:
    plan, task = plan_of(ROWS, tmp_path), Task("random", 0, MAJORITY)
    (tmp_path / f"unfinished-{plan.path(task).name}").write_bytes(b"half")
    ((_, result),) = run_tasks(plan, [task], workers=1)
    assert len(result.full) == len(plan.splits["random"].folds[0][1])


def test_processes_change_nothing(tmp_path: Path) -> None:
    tasks = [Task("random", fold, NEIGHBOURS) for fold in range(2)]
    alone = {task.fold: result for task, result in run_tasks(plan_of(ROWS, tmp_path / "one"), tasks, workers=1)}
    shared = {task.fold: result for task, result in run_tasks(plan_of(ROWS, tmp_path / "two"), tasks, workers=2)}
    for fold, result in alone.items():
        np.testing.assert_array_equal(result.full, shared[fold].full)
        assert result.parameters == shared[fold].parameters
