"""Every fold of every split, predicted by every family, on as many processes as there are processors.

A model is fitted by one thread: on small tables two models side by side are quicker than two threads on one, and figures
do not depend on the machine.

Public names: Prediction, cross_validate.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from kamerton.features import FloatArray
from training.baselines import BASELINES
from training.models import family
from training.protocol import N_FOLDS, Split
from training.recipe import core_only, fit_classifier, genres_of, labels_of, vectors_of

Job = tuple[str, int, str]
"""Split, number of the fold, family or baseline."""

_splits: dict[str, Split] = {}
"""A worker's own, made when it starts."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """float32 [n, n_genres] of the rows of a split, with all features and with only the core nine known."""

    full: NDArray[np.float32]
    core: NDArray[np.float32]


def cross_validate(
    splits: Sequence[Split], names: Sequence[str], seed: int = 0, workers: int | None = None
) -> dict[tuple[str, str], Prediction]:
    """The prediction of each (split, name); a family that is the mean of others costs nothing beside them.

    `workers` is the number of processes, that of the processors unless given; 1 works in this one.
    """
    single = _fitted_themselves(names)
    jobs = [(split.name, fold, name) for split in splits for fold in range(N_FOLDS) for name in single]
    predictions = {
        (split.name, name): Prediction(*np.zeros((2, len(split.rows), len(genres_of(split.rows))), dtype=np.float32))
        for split in splits
        for name in single
    }
    by_name = {split.name: split for split in splits}
    with tqdm(total=len(jobs), desc="evaluate", unit="fit", mininterval=1) as progress:
        for (split_name, fold, name), (full, core) in _results(splits, jobs, seed, workers or os.cpu_count() or 1):
            test = by_name[split_name].folds[fold][1]
            predictions[split_name, name].full[test] = full
            predictions[split_name, name].core[test] = core
            progress.set_postfix_str(f"{split_name}, fold {fold + 1}: {name}", refresh=False)
            progress.update()
    return {(split.name, name): _prediction(predictions, split.name, name) for split in splits for name in names}


def _fitted_themselves(names: Iterable[str]) -> list[str]:
    members = (member for name in names for member in (name in BASELINES and (name,)) or family(name).members or (name,))
    return list(dict.fromkeys(members))


def _prediction(predictions: dict[tuple[str, str], Prediction], split: str, name: str) -> Prediction:
    if (split, name) in predictions:
        return predictions[split, name]
    mean = family(name).mean
    members = [predictions[split, member] for member in family(name).members]
    return Prediction(mean([member.full for member in members]), mean([member.core for member in members]))


def _results(
    splits: Sequence[Split], jobs: Sequence[Job], seed: int, workers: int
) -> Iterator[tuple[Job, tuple[FloatArray, FloatArray]]]:
    if workers == 1:
        _start_worker(splits)
        yield from ((job, _run(job, seed)) for job in jobs)
        return
    # Spawned, because a fork in the middle of a library's threads may hang.
    with ProcessPoolExecutor(workers, get_context("spawn"), _start_worker, (splits,)) as pool:
        futures = {pool.submit(_run, job, seed): job for job in jobs}
        yield from ((futures[future], future.result()) for future in as_completed(futures))


def _start_worker(splits: Sequence[Split]) -> None:
    _splits.update({split.name: split for split in splits})


def _run(job: Job, seed: int) -> tuple[FloatArray, FloatArray]:
    split_name, fold, name = job
    split = _splits[split_name]
    train, test = split.folds[fold]
    fitted, genres, vectors = split.rows.iloc[train], genres_of(split.rows), vectors_of(split.rows.iloc[test])
    if name in BASELINES:
        model = BASELINES[name](len(genres)).fit(vectors_of(fitted), labels_of(fitted, genres))
    else:
        model = fit_classifier(fitted, name, genres, seed)
    return model.predict_proba(vectors).astype(np.float32), model.predict_proba(core_only(vectors)).astype(np.float32)
