"""Which families an ensemble is made of, and how much each says: chosen on rows that none of them has seen.

Caruana et al., "Ensemble selection from libraries of models" (ICML 2004): begin with the best, and go on adding whichever
member makes the mean best, the same more than once if need be; how often it was taken is its weight.

Public names: choose_members, mix.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from training.models.ensemble import Ensemble
from training.statistics.calibration import LEAST_PROBABILITY, fit_temperature
from training.study.fold_results import FoldResult

N_STEPS = 20
MOST_MEMBERS = 4
"""More say the same again, and each is loaded by every instance."""


def choose_members(
    probabilities: Mapping[str, NDArray[np.floating]], labels: NDArray[np.intp], most: int = MOST_MEMBERS
) -> dict[str, float]:
    """The weights, which sum to 1, of at most `most` families, by the least log loss of their mean for `labels` [n].

    `probabilities` are float [n, n_genres] of each family that may be taken.
    """
    of_truth = {name: given[np.arange(len(labels)), labels].astype(np.float64) for name, given in probabilities.items()}
    taken: Counter[str] = Counter()
    total, best, best_loss = np.zeros(len(labels)), Counter[str](), np.inf
    for step in range(1, N_STEPS + 1):
        open_to = of_truth if len(taken) < most else {name: of_truth[name] for name in taken}
        losses = {name: _log_loss((total + values) / step) for name, values in open_to.items()}
        chosen = min(losses, key=lambda name: losses[name])
        taken[chosen] += 1
        total += of_truth[chosen]
        if losses[chosen] < best_loss:
            best, best_loss = taken.copy(), losses[chosen]
    return {name: count / best.total() for name, count in sorted(best.items())}


def _log_loss(of_truth: NDArray[np.float64]) -> float:
    return float(-np.log(np.maximum(of_truth, LEAST_PROBABILITY)).mean())


def mix(members: Mapping[str, FoldResult]) -> FoldResult:
    """The result of the ensemble of these members in a fold, its weights chosen by what they said of the inner folds."""
    some = next(iter(members.values()))
    labels = some.inner_labels
    weights = choose_members({name: result.inner for name, result in members.items()}, labels)
    taken = {name: members[name] for name in weights}
    inner = _mean(weights, {name: result.inner for name, result in taken.items()})
    return FoldResult(
        parameters={"members": weights, **{name: result.parameters for name, result in taken.items()}},
        temperature=fit_temperature(inner, labels),
        n_trials=sum(result.n_trials for result in taken.values()),
        full=_mean(weights, {name: result.full for name, result in taken.items()}),
        core=_mean(weights, {name: result.core for name, result in taken.items()}),
        rough=_mean(weights, {name: result.rough for name, result in taken.items()}),
        inner=inner,
        inner_labels=labels,
        tune_seconds=sum(result.tune_seconds for result in members.values()),
        fit_seconds=sum(result.fit_seconds for result in taken.values()),
        predict_seconds=sum(result.predict_seconds for result in taken.values()),
        artist_power=some.artist_power,
    )


def _mean(weights: Mapping[str, float], said: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    return Ensemble.mean(weights, said).astype(np.float32)
