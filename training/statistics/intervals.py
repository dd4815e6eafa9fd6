"""Means over tracks with intervals over artists: tracks of one artist are alike, so whole artists are drawn again.

Public names: Values, Means, interval, excludes_zero, rounded, advantage_of, fold_interval, fold_test.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

Values = NDArray[np.float64]

_N_DRAWS = 2000
_N_AT_ONCE = 100


class Means:
    """Means of figures, of the tracks as they are (first) and of bootstrap samples of artists: the same samples for all."""

    def __init__(self, artists: Sequence[str], seed: int) -> None:
        self._labels, names = pd.factorize(np.array(artists, dtype=object))
        n_artists = len(names)
        random, shares = np.random.default_rng(seed), np.full(n_artists, 1 / n_artists)
        samples = (random.multinomial(n_artists, shares, _N_AT_ONCE).astype(np.uint16) for _ in range(_N_DRAWS // _N_AT_ONCE))
        # Blocks of small numbers: of thirty thousand artists all samples would take half a gigabyte.
        self._weights = [np.ones((1, n_artists), dtype=np.uint16), *samples]

    def drawn(self, figures: Values) -> Values:
        """float64 [1 + draws, n_figures]; NaN where no track of a sample has the figure."""
        known = ~np.isnan(figures)
        sums = self._by_artist(np.where(known, figures, 0.0))
        counts = self._by_artist(known.astype(np.float64))
        weight = np.vstack([block @ counts for block in self._weights])
        total = np.vstack([block @ sums for block in self._weights])
        return np.asarray(np.divide(total, weight, out=np.full(weight.shape, np.nan), where=weight > 0))

    def _by_artist(self, values: Values) -> Values:
        return np.stack([np.bincount(self._labels, column) for column in values.T], axis=1)


def interval(drawn: Values) -> dict[str, float | None]:
    """`drawn` float64 [1 + draws]: its first value, and the bounds of the middle 95 % of the others."""
    known = drawn[1:][~np.isnan(drawn[1:])]
    low, high = np.quantile(known, (0.025, 0.975)) if len(known) else (np.nan, np.nan)
    return {name: rounded(value) for name, value in (("value", drawn[0]), ("low", low), ("high", high))}


def excludes_zero(interval: Sequence[float | None]) -> bool:
    """Whether both ends [2] are known, and on one side of zero."""
    low, high = interval
    return low is not None and high is not None and (low > 0 or high < 0)


def rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)


def advantage_of(ours: NDArray[np.bool_], theirs: NDArray[np.bool_], artists: Sequence[str], seed: int = 0) -> dict[str, Any]:
    """The `difference` in accuracy of two models on the same rows, bool [n], with its `interval_95` over artists."""
    gains = ours.astype(np.float64) - theirs
    found = interval(Means(artists, seed).drawn(gains[:, np.newaxis])[:, 0])
    return {"difference": found["value"], "interval_95": [found["low"], found["high"]]}


def fold_interval(values: Sequence[float]) -> list[float]:
    """The 95 % interval of the mean of `values`, one a fold, by Student's t; of one fold, or of equal ones, it is a point.

    Rather too narrow: it takes folds for independent, and they share most of the rows that they are fitted on.
    """
    reach = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values) if len(set(values)) > 1 else 0.0
    mean = float(np.mean(values))
    return [round(mean - float(reach), 4), round(mean + float(reach), 4)]


def fold_test(differences: Sequence[float], test_share: float) -> float:
    """The p-value of "no difference" for `differences`, one a fold, by the corrected resampled t-test.

    Folds share most of the rows that they are fitted on, so that a plain test is too sure: the variance is multiplied by
    1/n + test/train instead of 1/n (Nadeau and Bengio, Machine Learning 52, 2003). 1 when all folds agree on none, and of one
    fold, which says nothing of the spread.
    """
    n = len(differences)
    if n < 2:
        return 1.0
    variance = float(np.var(differences, ddof=1))
    if variance == 0:
        return float(np.mean(differences) == 0)
    t = float(np.mean(differences)) / np.sqrt(variance * (1 / n + test_share / (1 - test_share)))
    return float(2 * stats.t.sf(abs(t), n - 1))
