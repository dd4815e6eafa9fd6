"""Boosted trees and a network with a hundred genres and more, on the first fold of both splits.

Tuning inside folds would take days here: the parameters are the kept ones for many genres. Trees are stopped at several
numbers of rounds, and networks made of several widths, for the curve of accuracy against what a model costs to serve.

Public names: FIELD, judge_many.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from training.models import Parameters
from training.models.kept import kept
from training.pool import spread
from training.protocol import Split, score, top_share
from training.recipe import core_rows, fit_classifier, genres_of, labels_of
from training.study.footprint import exported_footprint

N_PROOF_ROWS = 5000

ROUNDS = (25, 75, 150)
WIDTHS = (128, 512)


@dataclass(frozen=True, slots=True)
class Size:
    """One model of a family: `parameters` laid over the kept ones."""

    family: str
    size: str
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class _Job:
    split: str
    size: Size


def field(quick: bool = False) -> list[Size]:
    """Every family with its sizes, the slowest first."""
    rounds = {"catboost": "iterations", "lightgbm": "num_iterations", "xgboost": "num_boost_round"}
    sizes = [
        Size(family, f"{number} rounds", {name: number})
        for number in ((2,) if quick else reversed(ROUNDS))
        for family, name in rounds.items()
    ]
    epochs = {"epochs": 2} if quick else {}
    return sizes + [Size("mlp", f"width {width}", {"width": width, **epochs}) for width in WIDTHS[:: 2 if quick else 1]]


def judge_many(
    splits: Mapping[str, Split], seed: int = 0, workers: int | None = None, quick: bool = False
) -> list[dict[str, Any]]:
    """A row a model and split: top-1, 3 and 5 of the first fold, seconds of fitting, and the footprint of new artists'."""
    jobs = [_Job(split, size) for size in field(quick) for split in splits]
    return [row for _, row in spread(_judged, (splits, seed), jobs, workers)]


def _judged(shared: tuple[Mapping[str, Split], int], job: _Job) -> dict[str, Any]:
    splits, seed = shared
    split, size = splits[job.split], job.size
    genres = genres_of(split.rows)
    train, test = (split.rows.iloc[places] for places in split.folds[0])
    parameters = {**kept(size.family, len(genres)).parameters, **size.parameters}
    started = time.perf_counter()
    fitted = fit_classifier(train, size.family, genres, seed, parameters=parameters)
    seconds = time.perf_counter() - started
    labels, probabilities = labels_of(test, genres), np.asarray(fitted.predict_rows(test))
    core = np.asarray(fitted.predict_rows(core_rows(test)))
    found = {
        "split": job.split,
        "family": size.family,
        "size": size.size,
        "rows": len(train),
        "fit_seconds": round(seconds, 1),
        **{f"top_{k}": round(top_share(labels, probabilities, k), 4) for k in (1, 3, 5)},
        "core_only_top_1": round(top_share(labels, core, 1), 4),
        "log_loss": round(score(labels, probabilities, genres).log_loss, 4),
    }
    if job.split == "new_artists":
        found["footprint"] = exported_footprint(fitted, test.head(N_PROOF_ROWS))
    return found
