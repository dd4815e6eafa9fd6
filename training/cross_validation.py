"""Candidates fitted and asked on folds, on as many processes as there are processors.

A model is fitted by one thread: on small tables two models side by side are quicker than two threads on one, and figures
do not depend on the machine.

Public names: Candidate, Job, Outcome, Prediction, cross_validate, run, shown, joined, mixed.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from training.models import Parameters
from training.models.ensemble import Ensemble
from training.models.kept import kept
from training.pool import spread
from training.protocol import Split
from training.recipe import SERVED, Recipe, core_rows, fit_classifier, genres_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is fitted; `parameters` and `temperature` are the kept ones unless given."""

    family: str
    recipe: Recipe = SERVED
    parameters: Parameters | None = None
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One candidate, called `name`, on fold number `fold` of the split called `split`."""

    split: str
    fold: int
    name: str
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Outcome:
    """float32 [n_test, n_genres] of a fold's rows, with all features and with only the core nine known; seconds it took."""

    full: NDArray[np.float32]
    core: NDArray[np.float32]
    fit_seconds: float
    predict_seconds: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """float32 [n, n_genres] of all rows of a split, as in `Outcome`; seconds are those of all folds."""

    full: NDArray[np.float32]
    core: NDArray[np.float32]
    fit_seconds: float = 0.0
    predict_seconds: float = 0.0


def cross_validate(
    splits: Sequence[Split], names: Sequence[str], seed: int = 0, workers: int | None = None, recipe: Recipe = SERVED
) -> dict[tuple[str, str], Prediction]:
    """The prediction of each (split, family), with kept parameters; an ensemble costs nothing beside its members."""
    single = _fitted_themselves(names, len(genres_of(splits[0].rows)))
    jobs = [
        Job(split.name, fold, name, Candidate(name, recipe))
        for split in splits
        for fold in range(len(split.folds))
        for name in single
    ]
    with tqdm(total=len(jobs), desc="evaluate", unit="fit", mininterval=1) as progress:
        predictions = joined(splits, shown(run(splits, jobs, seed, workers), progress))
    return {(split.name, name): _prediction(predictions, split, name) for split in splits for name in names}


def run(
    splits: Sequence[Split], jobs: Sequence[Job], seed: int = 0, workers: int | None = None
) -> Iterator[tuple[Job, Outcome]]:
    """The outcome of each job, in the order in which they end; see `training.pool`."""
    return spread(_run, ({split.name: split for split in splits}, seed), jobs, workers)


def shown(outcomes: Iterable[tuple[Job, Outcome]], progress: tqdm) -> Iterator[tuple[Job, Outcome]]:
    for job, outcome in outcomes:
        progress.set_postfix_str(f"{job.split}, fold {job.fold + 1}: {job.name}", refresh=False)
        progress.update()
        yield job, outcome


def joined(splits: Sequence[Split], outcomes: Iterable[tuple[Job, Outcome]]) -> dict[tuple[str, str], Prediction]:
    """Folds put together: the prediction of each (split, name); rows of folds that were not asked about are 0."""
    by_name = {split.name: split for split in splits}
    found: dict[tuple[str, str], Prediction] = {}
    for job, outcome in outcomes:
        split = by_name[job.split]
        blank = np.zeros((2, len(split.rows), outcome.full.shape[1]), dtype=np.float32)
        before = found.get((job.split, job.name), Prediction(*blank))
        test = split.folds[job.fold][1]
        before.full[test], before.core[test] = outcome.full, outcome.core
        found[job.split, job.name] = Prediction(
            before.full,
            before.core,
            before.fit_seconds + outcome.fit_seconds,
            before.predict_seconds + outcome.predict_seconds,
        )
    return found


def mixed(weights: Mapping[str, float], members: Mapping[str, Prediction]) -> Prediction:
    """What an ensemble with these weights says, given what its members said."""
    return Prediction(
        Ensemble.mean(weights, {name: members[name].full for name in weights}).astype(np.float32),
        Ensemble.mean(weights, {name: members[name].core for name in weights}).astype(np.float32),
        sum(members[name].fit_seconds for name in weights),
        sum(members[name].predict_seconds for name in weights),
    )


def _members(name: str, n_genres: int) -> Mapping[str, float]:
    weights: Mapping[str, float] = kept(name, n_genres).parameters.get("members", {})
    return weights


def _fitted_themselves(names: Iterable[str], n_genres: int) -> list[str]:
    return list(dict.fromkeys(member for name in names for member in _members(name, n_genres) or (name,)))


def _prediction(predictions: dict[tuple[str, str], Prediction], split: Split, name: str) -> Prediction:
    weights = _members(name, len(genres_of(split.rows)))
    members = {member: predictions[split.name, member] for member in weights}
    return mixed(weights, members) if weights else predictions[split.name, name]


def _run(shared: tuple[Mapping[str, Split], int], job: Job) -> Outcome:
    splits, seed = shared
    split, candidate = splits[job.split], job.candidate
    train, test = (split.rows.iloc[places] for places in split.folds[job.fold])
    started = time.perf_counter()
    model = fit_classifier(
        train,
        candidate.family,
        genres_of(split.rows),
        seed,
        recipe=candidate.recipe,
        parameters=candidate.parameters,
        temperature=candidate.temperature,
    )
    fitted = time.perf_counter()
    full = model.predict_rows(test).astype(np.float32)
    asked = time.perf_counter()
    core = model.predict_rows(core_rows(test)).astype(np.float32)
    return Outcome(full, core, fitted - started, asked - fitted)
