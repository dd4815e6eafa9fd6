"""Each family on each fold: tuned by folds inside the rows that it may learn from, fitted on them, asked about the others.
The weights of artists are chosen by such folds too, for all families alike (`training.study.artist_powers`).

What a fold gave is kept in a file of its own as soon as it is there, and is not asked for again: a study goes on where it was
stopped. The trials of a search that was stopped in its middle are kept too (`training.evaluation.parameter_search`).

Public names: Entry, Task, FoldResult, Plan, run_tasks.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from training.data.artifacts import write_file
from training.data.rows import core_rows, genres_of, labels_of, rough_rows
from training.evaluation.parameter_search import open_storage, tune
from training.evaluation.process_pool import spread
from training.evaluation.protocol import WHOLE, Split
from training.fitting.recipe import SERVED, Recipe, settled
from training.fitting.trained_classifier import fit_classifier
from training.models import Parameters, family
from training.models.stored_parameters import read_parameters
from training.study.artist_powers import chosen_powers
from training.study.result_names import kept_name

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Entry:
    """A model that takes part, under the name that the report gives it."""

    name: str
    family: str
    n_trials: int
    """Of the search in each fold; with 0 the family has the `parameters` given here, or its stored ones."""

    parameters: Parameters | None = None
    recipe: Recipe | None = None
    """Unless given, the one that is served, but for the power of the weights of artists, which inner folds choose."""


@dataclass(frozen=True, slots=True)
class Task:
    split: str
    fold: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class FoldResult:
    """float32 arrays of [n, n_genres]: `full`, `core` and `rough` of the fold's test rows, with all features, with the core
    nine alone, and with tempo and duration known only to a beat and a second; `inner` of the rows of the inner folds, labelled
    `inner_labels` [n]. Probabilities are as the model gives them, before any temperature; `temperature` is what the inner
    folds ask for."""

    parameters: Parameters | None
    temperature: float
    n_trials: int
    full: Array
    core: Array
    rough: Array
    inner: Array
    inner_labels: NDArray[np.intp]
    tune_seconds: float
    fit_seconds: float
    predict_seconds: float
    artist_power: float
    history: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        rest = {name: getattr(self, name) for name in _REST}
        with path.open("wb") as file:
            np.savez_compressed(file, **arrays, rest=np.array(json.dumps(rest)))

    @classmethod
    def load(cls, path: Path) -> FoldResult:
        with np.load(path) as archive:
            return cls(**{name: archive[name] for name in _ARRAYS}, **json.loads(str(archive["rest"])))


_ARRAYS = ("full", "core", "rough", "inner", "inner_labels")
_REST = ("parameters", "temperature", "n_trials", "tune_seconds", "fit_seconds", "predict_seconds", "artist_power", "history")


@dataclass(frozen=True, slots=True)
class Plan:
    """What all tasks look at. `folder` is where results are kept; its name says which data they are of."""

    splits: Mapping[str, Split]
    folder: Path
    seed: int

    def path(self, task: Task) -> Path:
        return self.folder / f"{self.name(task)} trials-{task.entry.n_trials}.npz"

    def name(self, task: Task) -> str:
        """By all that decides what is fitted."""
        n_genres, entry = len(genres_of(self.splits[task.split].rows)), task.entry
        made_of = (
            entry.family,
            entry.recipe,
            sorted((entry.parameters or {}).items()),
            sorted(read_parameters(entry.family, n_genres).parameters.items()),
            sorted(family(entry.family).space.items()),
        )
        return kept_name((task.split, task.fold), entry.name, self.seed, *made_of)


def run_tasks(plan: Plan, tasks: Sequence[Task], workers: int | None = None) -> Iterator[tuple[Task, FoldResult]]:
    """The result of each task, whose recipe is known then: first those that are there from before, then the others as they
    end."""
    tasks = _with_recipes(plan, tasks, workers)
    rest = [task for task in tasks if not plan.path(task).exists()]
    yield from ((task, FoldResult.load(plan.path(task))) for task in tasks if task not in rest)
    if not rest:
        return
    # Its tables are made here, before several processes would make them at once.
    open_storage(plan.folder / "tuning.sqlite")
    with tqdm(total=len(tasks), initial=len(tasks) - len(rest), desc="folds", unit="fold", mininterval=1) as progress:
        for task, result in spread(_run, plan, rest, workers):
            place = "all rows" if task.fold == WHOLE else f"fold {task.fold + 1}"
            progress.set_postfix_str(f"{task.split}, {place}: {task.entry.name}", refresh=False)
            progress.update()
            yield task, result


def _with_recipes(plan: Plan, tasks: Sequence[Task], workers: int | None) -> list[Task]:
    places = [(task.split, task.fold) for task in tasks if task.entry.recipe is None]
    powers = chosen_powers(plan.splits, plan.folder, plan.seed, places, workers)

    def recipe(task: Task) -> Recipe:
        if task.entry.recipe is None:
            return replace(SERVED, artist_power=powers[task.split, task.fold])
        return settled(task.entry.recipe, len(genres_of(plan.splits[task.split].rows)))

    return [replace(task, entry=replace(task.entry, recipe=recipe(task))) for task in tasks]


def _run(plan: Plan, task: Task) -> FoldResult:
    split, entry = plan.splits[task.split], task.entry
    genres = genres_of(split.rows)
    train, test = split.parts(task.fold)
    assert entry.recipe is not None
    assert entry.recipe.artist_power is not None
    started = time.perf_counter()
    found = _tuned(plan, task, train, genres)
    tuned = time.perf_counter()
    model = fit_classifier(train, entry.family, genres, plan.seed, 1, entry.recipe, found["parameters"], temperature=1.0)
    fitted = time.perf_counter()
    full, core, rough = (_asked(model, rows, len(genres)) for rows in (test, core_rows(test), rough_rows(test)))
    asked = (time.perf_counter() - fitted) / 3
    history = {name: [float(value) for value in values] for name, values in getattr(model.model, "history", {}).items()}
    result = FoldResult(
        **found,
        full=full,
        core=core,
        rough=rough,
        tune_seconds=tuned - started,
        fit_seconds=fitted - tuned,
        predict_seconds=asked,
        artist_power=entry.recipe.artist_power,
        history=history,
    )
    write_file(plan.path(task), result.save)
    return result


def _asked(model: Any, rows: pd.DataFrame, n_genres: int) -> Array:
    if rows.empty:
        return np.zeros((0, n_genres), dtype=np.float32)
    return np.asarray(model.predict_rows(rows), dtype=np.float32)


def _tuned(plan: Plan, task: Task, rows: pd.DataFrame, genres: Sequence[str]) -> dict[str, Any]:
    entry = task.entry
    if not entry.n_trials:
        nothing = np.zeros((0, len(genres)), dtype=np.float32)
        untuned = {"parameters": entry.parameters, "temperature": 1.0, "n_trials": 0}
        return {**untuned, "inner": nothing, "inner_labels": np.zeros(0, dtype=np.intp)}
    assert entry.recipe is not None
    storage = open_storage(plan.folder / "tuning.sqlite")
    tuned = tune(rows, task.split, entry.family, entry.n_trials, storage, plan.name(task), genres, plan.seed, entry.recipe)
    return {
        "parameters": tuned.parameters,
        "temperature": tuned.temperature,
        "n_trials": tuned.n_trials,
        "inner": tuned.probabilities,
        "inner_labels": labels_of(tuned.rows, genres),
    }
