"""Boosted trees and a network with a hundred genres and more, on the first fold of both splits.

Tuning inside folds would take days here: the parameters are the stored ones for many genres. Trees are asked after several
numbers of rounds, and networks made of several widths, for the curve of accuracy against what a model costs to serve.

Public names: Entrant, field, judge_many.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import pandas as pd
from tqdm import tqdm

from training.data.rows import core_rows, genres_of, labels_of
from training.evaluation.process_pool import spread
from training.evaluation.protocol import Split, score, top_share
from training.fitting.trained_classifier import TrainedClassifier, fit_classifier
from training.models import BoostedModel, Parameters
from training.models.stored_parameters import read_parameters
from training.study.footprint import exported_footprint

N_PROOF_ROWS = 2000
"""Of the rows that were not learnt from; `export` proves a model that is served on all."""

ROUNDS = (25, 75, 150)
WIDTHS = (512,)

_NAMES_OF_ROUNDS = {"catboost": "iterations", "xgboost": "num_boost_round", "lightgbm": "num_iterations"}


@dataclass(frozen=True, slots=True)
class Entrant:
    """One model of a family, `parameters` laid over the stored ones; trees are asked after each of `rounds`."""

    family: str
    parameters: Parameters
    rounds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Job:
    split: str
    entrant: Entrant


def field(quick: bool = False) -> list[Entrant]:
    """Everyone, the slowest first."""
    rounds = (2, 4) if quick else ROUNDS
    trees = [Entrant(family, {name: max(rounds)}, rounds) for family, name in _NAMES_OF_ROUNDS.items()]
    epochs = {"epochs": 2} if quick else {}
    return trees + [Entrant("mlp", {"width": width, **epochs}) for width in WIDTHS[: 1 if quick else None]]


def judge_many(
    splits: Mapping[str, Split], seed: int = 0, workers: int | None = None, quick: bool = False
) -> list[dict[str, Any]]:
    """A row a size of a model and split: top-1, 3 and 5 of the first fold, and for new artists the footprint."""
    jobs = [_Job(split, entrant) for entrant in field(quick) for split in splits]
    done = spread(_judged, (splits, seed), jobs, workers)
    return [row for _, rows in tqdm(done, total=len(jobs), desc="models", unit="model", mininterval=1) for row in rows]


def _judged(shared: tuple[Mapping[str, Split], int], job: _Job) -> list[dict[str, Any]]:
    splits, seed = shared
    split, entrant = splits[job.split], job.entrant
    genres = genres_of(split.rows)
    train, test = (split.rows.iloc[places] for places in split.folds[0])
    parameters = {**read_parameters(entrant.family, len(genres)).parameters, **entrant.parameters}
    started = time.perf_counter()
    fitted = fit_classifier(train, entrant.family, genres, seed, parameters=parameters)
    of_all = {"split": job.split, "family": entrant.family, "rows": len(train)}
    of_all |= {"fit_seconds": round(time.perf_counter() - started, 1)}
    return [
        {**of_all, "size": size, **_figures(model, test), **_cost(model, test, job.split)}
        for size, model in _sizes(fitted, entrant)
    ]


def _sizes(fitted: TrainedClassifier, entrant: Entrant) -> Iterator[tuple[str, TrainedClassifier]]:
    if not entrant.rounds:
        yield f"width {entrant.parameters['width']}", fitted
    for number in entrant.rounds:
        yield f"{number} rounds", replace(fitted, model=cast(BoostedModel, fitted.model).shortened(number))


def _figures(model: TrainedClassifier, test: pd.DataFrame) -> dict[str, float]:
    labels, probabilities = labels_of(test, model.genres), np.asarray(model.predict_rows(test))
    core = np.asarray(model.predict_rows(core_rows(test)))
    return {
        **{f"top_{k}": round(top_share(labels, probabilities, k), 4) for k in (1, 3, 5)},
        "core_only_top_1": round(top_share(labels, core, 1), 4),
        "log_loss": round(score(labels, probabilities, model.genres).log_loss, 4),
    }


def _cost(model: TrainedClassifier, test: pd.DataFrame, split: str) -> dict[str, Any]:
    return {"footprint": exported_footprint(model, test.head(N_PROOF_ROWS))} if split == "new_artists" else {}
