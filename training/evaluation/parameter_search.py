"""The parameters of a family of models, found by folds inside the rows that it may learn from.

A family whose space is a grid is tried out whole; others are searched by Optuna's tree-structured Parzen estimator (Bergstra
et al., NeurIPS 2011), within a budget of trials. A trial is judged by the log loss of the rows that it did not see, at its best
temperature: in a fold of 900 rows it tells models apart that have the same accuracy, and being too sure is mended anyway. One
that is behind the median after a fold is given up. Trials are kept in an SQLite file as they end, and a search goes on from
them; each of a search has a seed of its own, so that one that was interrupted ends where it would have ended.

How much an artist's many tracks count is chosen in the same way, before all else and once for all families, so that an ensemble
of them has one: what helps with new artists is a loss where the same artists come again.

Public names: Tuned, tune, choose_artist_power, ARTIST_POWERS, POWER_JUDGE, trial_budget,
open_storage.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import optuna
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import ParameterGrid

from training.data.rows import genres_of, labels_of
from training.evaluation.protocol import SPLITS, Split
from training.fitting.recipe import SERVED, Recipe
from training.fitting.trained_classifier import fit_classifier
from training.models import Parameters, family
from training.models.space import Choice, Real, Space, Value, Whole, is_grid
from training.models.stored_parameters import read_parameters
from training.statistics.calibration import fit_temperature, tempered

N_INNER_FOLDS = 3
INNER_SEED = 100
"""Of the inner folds; no outer ones are made by it."""

ARTIST_POWERS = (0.0, -0.25, -0.5)
POWER_JUDGE = "lightgbm"
"""The quickest of those that profit from weights."""

_N_RANDOM_TRIALS = 8
"""Before the estimator has seen enough to say where to look."""

_ENDED = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)


@dataclass(frozen=True, slots=True)
class Tuned:
    """`probabilities` are what a model with `parameters` said of the rows of the inner folds without having seen them,
    float32 [n, n_genres] of `rows`; `loss` is their log loss at `temperature`."""

    parameters: Parameters
    temperature: float
    loss: float
    n_trials: int
    rows: pd.DataFrame
    probabilities: NDArray[np.float32]


def tune(
    rows: pd.DataFrame,
    split: str,
    family_name: str,
    n_trials: int,
    storage: optuna.storages.BaseStorage | None = None,
    name: str | None = None,
    genres: Sequence[str] | None = None,
    seed: int = 0,
    recipe: Recipe = SERVED,
    ended: Callable[[], object] = lambda: None,
) -> Tuned:
    """The best of `n_trials` (of the whole grid, if that is less) by folds of `rows` made as the `split` of the protocol.

    `ended` is called after each trial. With a budget of one, or nothing to choose, the stored parameters are asked about.
    """
    inner = SPLITS[split](rows, INNER_SEED + seed, N_INNER_FOLDS)
    search = _Search(inner, family_name, tuple(genres or genres_of(rows)), seed, recipe)
    space = family(family_name).space
    if not space or n_trials < 2:
        parameters: Parameters = read_parameters(family_name, len(search.genres)).parameters
        loss, n_ended = search.judged(parameters), 1
    else:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        study = optuna.create_study(
            storage=storage, study_name=name, load_if_exists=True, pruner=optuna.pruners.MedianPruner(n_startup_trials=4)
        )
        n_ended = _searched(study, search, space, n_trials, seed, ended)
        parameters, loss = study.best_trial.user_attrs["parameters"], study.best_trial.value or 0.0
    probabilities = search.of(parameters)
    labels = labels_of(inner.rows, search.genres)
    return Tuned(parameters, fit_temperature(probabilities, labels), loss, n_ended, inner.rows, probabilities)


def choose_artist_power(rows: pd.DataFrame, split: str, genres: Sequence[str] | None = None, seed: int = 0) -> float:
    """The one of `ARTIST_POWERS` with which LightGBM, with its stored parameters, has the least loss on the inner folds."""

    def loss(power: float) -> float:
        weighted = replace(SERVED, artist_power=power)
        return tune(rows, split, POWER_JUDGE, 1, genres=genres, seed=seed, recipe=weighted).loss

    return min(ARTIST_POWERS, key=loss)


def open_storage(path: Path) -> optuna.storages.BaseStorage:
    """The SQLite file of all searches; several processes may write to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return optuna.storages.RDBStorage(f"sqlite:///{path}", engine_kwargs={"connect_args": {"timeout": 120}})


class _Search:
    """Models of one family on inner folds; what the best of them said is remembered."""

    def __init__(self, inner: Split, family_name: str, genres: Sequence[str], seed: int, recipe: Recipe) -> None:
        self.genres = tuple(genres)
        self._inner, self._family, self._seed, self._recipe = inner, family_name, seed, recipe
        self._labels = labels_of(inner.rows, genres)
        self._best: tuple[float, Parameters, NDArray[np.float32]] | None = None

    def judged(self, parameters: Parameters, trial: optuna.Trial | None = None) -> float:
        """The log loss after all folds. Raises `optuna.TrialPruned` when those so far are behind."""
        probabilities = np.zeros((len(self._labels), len(self.genres)), dtype=np.float32)
        seen = np.zeros(len(self._labels), dtype=bool)
        loss = np.inf
        for number, (train, test) in enumerate(self._inner.folds):
            fitted = self._fitted(self._inner.rows.iloc[train], parameters)
            probabilities[test], seen[test] = fitted.predict_rows(self._inner.rows.iloc[test]), True
            loss = _tempered_loss(probabilities[seen], self._labels[seen])
            if trial and number + 1 < len(self._inner.folds):
                trial.report(loss, number)
                if trial.should_prune():
                    raise optuna.TrialPruned
        if self._best is None or loss < self._best[0]:
            self._best = loss, parameters, probabilities
        return loss

    def of(self, parameters: Parameters) -> NDArray[np.float32]:
        """What models with `parameters` say of the rows that they did not see: remembered, or asked again."""
        if self._best is None or self._best[1] != parameters:
            self._best = None
            self.judged(parameters)
        assert self._best is not None
        return self._best[2]

    def _fitted(self, rows: pd.DataFrame, parameters: Parameters) -> Any:
        return fit_classifier(
            rows, self._family, self.genres, self._seed, recipe=self._recipe, parameters=parameters, temperature=1.0
        )


def _tempered_loss(probabilities: NDArray[np.float32], labels: NDArray[np.intp]) -> float:
    sure = tempered(probabilities, fit_temperature(probabilities, labels))
    return float(-np.log(sure[np.arange(len(labels)), labels]).mean())


def _searched(study: optuna.Study, search: _Search, space: Space, n_trials: int, seed: int, ended: Callable[[], object]) -> int:
    """The number of trials that have ended, `n_trials` or the whole grid."""

    def judged(trial: optuna.Trial) -> float:
        parameters = {name: _suggested(trial, name, choice) for name, choice in space.items()}
        trial.set_user_attr("parameters", parameters)
        return search.judged(parameters, trial)

    while (number := len(study.get_trials(deepcopy=False, states=_ENDED))) < trial_budget(space, n_trials):
        study.sampler = _sampler(space, seed, number)
        study.optimize(judged, n_trials=1)
        ended()
    return number


def trial_budget(space: Space, n_trials: int) -> int:
    return min(n_trials, len(ParameterGrid(_grid(space)))) if is_grid(space) else n_trials


def _grid(space: Space) -> dict[str, tuple[Value, ...]]:
    return {name: choice.values for name, choice in space.items() if isinstance(choice, Choice)}


def _sampler(space: Space, seed: int, number: int) -> optuna.samplers.BaseSampler:
    if is_grid(space):
        return optuna.samplers.GridSampler(_grid(space), seed)
    return optuna.samplers.TPESampler(n_startup_trials=_N_RANDOM_TRIALS, seed=1000 * seed + number)


def _suggested(trial: optuna.Trial, name: str, choice: Choice | Whole | Real) -> Value:
    if isinstance(choice, Choice):
        return cast(Value, trial.suggest_categorical(name, choice.values))
    if isinstance(choice, Whole):
        return trial.suggest_int(name, choice.low, choice.high, log=choice.log)
    return trial.suggest_float(name, choice.low, choice.high, log=choice.log)
