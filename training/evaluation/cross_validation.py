"""Every fold of every split, predicted by every family with its stored parameters, on as many processes as processors.

A model is fitted by one thread: on small tables two models side by side are quicker than two threads on one, and figures
do not depend on the machine.

Public names: Prediction, cross_validate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from training.data.rows import core_rows, genres_of
from training.evaluation.process_pool import spread
from training.evaluation.protocol import Split
from training.fitting.recipe import SERVED, Recipe
from training.fitting.trained_classifier import fit_classifier
from training.models.ensemble import Ensemble
from training.models.stored_parameters import read_parameters
from training.statistics.calibration import tempered

Job = tuple[str, int, str]
"""Split, number of the fold, family."""

_Shared = tuple[Mapping[str, Split], int, Recipe]


@dataclass(frozen=True, slots=True)
class Prediction:
    """float32 [n, n_genres] of the rows of a split, or of a fold, with all features and with only the core nine known."""

    full: NDArray[np.float32]
    core: NDArray[np.float32]


def cross_validate(
    splits: Sequence[Split], names: Sequence[str], seed: int = 0, workers: int | None = None, recipe: Recipe = SERVED
) -> dict[tuple[str, str], Prediction]:
    """The prediction of each (split, family); an ensemble costs nothing beside its members."""
    by_name = {split.name: split for split in splits}
    single = _fitted_themselves(names, len(genres_of(splits[0].rows)))
    jobs: list[Job] = [(split.name, fold, name) for split in splits for fold in range(len(split.folds)) for name in single]
    said = {(split.name, name): _blank(split) for split in splits for name in single}
    with tqdm(total=len(jobs), desc="evaluate", unit="fit", mininterval=1) as progress:
        for (split_name, fold, name), of_fold in spread(_run, (by_name, seed, recipe), jobs, workers):
            test = by_name[split_name].folds[fold][1]
            said[split_name, name].full[test], said[split_name, name].core[test] = of_fold.full, of_fold.core
            progress.set_postfix_str(f"{split_name}, fold {fold + 1}: {name}", refresh=False)
            progress.update()
    return {(split.name, name): _of_family(said, split, name) for split in splits for name in names}


def _blank(split: Split) -> Prediction:
    return Prediction(*np.zeros((2, len(split.rows), len(genres_of(split.rows))), dtype=np.float32))


def _members(name: str, n_genres: int) -> Mapping[str, float]:
    """The weights of the members of an ensemble; of another family, itself."""
    weights: Mapping[str, float] = read_parameters(name, n_genres).parameters.get("members", {name: 1.0})
    return weights


def _fitted_themselves(names: Iterable[str], n_genres: int) -> list[str]:
    return list(dict.fromkeys(member for name in names for member in _members(name, n_genres)))


def _of_family(said: Mapping[tuple[str, str], Prediction], split: Split, name: str) -> Prediction:
    """At the family's stored temperature: members of an ensemble say what they say before any."""
    n_genres = len(genres_of(split.rows))
    weights, temperature = _members(name, n_genres), read_parameters(name, n_genres).temperature
    full = Ensemble.mean(weights, {member: said[split.name, member].full for member in weights})
    core = Ensemble.mean(weights, {member: said[split.name, member].core for member in weights})
    return Prediction(*(tempered(one, temperature).astype(np.float32) for one in (full, core)))


def _run(shared: _Shared, job: Job) -> Prediction:
    splits, seed, recipe = shared
    split_name, fold, name = job
    split = splits[split_name]
    train, test = (split.rows.iloc[places] for places in split.folds[fold])
    model = fit_classifier(train, name, genres_of(split.rows), seed, recipe=recipe, temperature=1.0)
    return Prediction(*(model.predict_rows(rows).astype(np.float32) for rows in (test, core_rows(test))))
