"""Means over tracks with intervals over artists: tracks of one artist are alike, so whole artists are drawn again.

Public names: Values, Means, interval, rounded.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Values = NDArray[np.float64]

_N_DRAWS = 2000


class Means:
    """Means of figures, of the tracks as they are (first) and of bootstrap samples of artists: the same samples for all."""

    def __init__(self, artists: Sequence[str], seed: int) -> None:
        self._labels, names = pd.factorize(np.array(artists, dtype=object))
        n_artists = len(names)
        samples = np.random.default_rng(seed).multinomial(n_artists, np.full(n_artists, 1 / n_artists), _N_DRAWS)
        self._weights = np.vstack([np.ones(n_artists), samples])

    def drawn(self, figures: Values) -> Values:
        """float64 [1 + draws, n_figures]; NaN where no track of a sample has the figure."""
        known = ~np.isnan(figures)
        sums = self._by_artist(np.where(known, figures, 0.0))
        counts = self._by_artist(known.astype(np.float64))
        weight = self._weights @ counts
        return np.divide(self._weights @ sums, weight, out=np.full(weight.shape, np.nan), where=weight > 0)

    def _by_artist(self, values: Values) -> Values:
        return np.stack([np.bincount(self._labels, column) for column in values.T], axis=1)


def interval(drawn: Values) -> dict[str, float | None]:
    """`drawn` float64 [1 + draws]: its first value, and the bounds of the middle 95 % of the others."""
    known = drawn[1:][~np.isnan(drawn[1:])]
    low, high = np.quantile(known, (0.025, 0.975)) if len(known) else (np.nan, np.nan)
    return {name: rounded(value) for name, value in (("value", drawn[0]), ("low", low), ("high", high))}


def rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)
