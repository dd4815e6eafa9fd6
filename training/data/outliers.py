"""Rows that lie far from the others in some audio feature, by Tukey's fences: an option in training, and a picture of the data.

A value is outside when it is more than 1.5 interquartile ranges (IQR) below the first or above the third quartile (J. W. Tukey,
Exploratory Data Analysis, Addison-Wesley 1977, chapter 2: the inner fences; quartiles by linear interpolation, as numpy has
them). A row is inside when none of its values is outside. What is missing is not outside. A column whose IQR is 0, or of which
nothing is known, judges nothing: when half of all values are the same, the rule would set aside every other one.

Only continuous features are judged: key, mode and explicit name kinds of tracks, and a rare kind is no error. There are two
scales for the fences: "raw", in Spotify's units, is what studies of such tables do; "vector", on the scales of
`kamerton.music.features`, spares the long tails of shares that crowd at 0. The rule is fitted on the rows that a model is
fitted on, never on those that it is judged by, and nothing is ever set aside of the latter.

Public names: OutlierRule, Scale, SCALES, FENCE_IQRS, CONTINUOUS, continuous_values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kamerton.music import features

Scale = Literal["raw", "vector"]
SCALES: tuple[Scale, ...] = get_args(Scale)

FENCE_IQRS = 1.5
"""Tukey's inner fences."""

_KINDS = {"key", "key_fifths_sin", "key_fifths_cos", "mode", "explicit"}

CONTINUOUS: dict[Scale, tuple[str, ...]] = {
    "raw": tuple(name for name in features.NAMES if name not in _KINDS),
    "vector": tuple(name for name in features.SOUND_NAMES if name not in _KINDS),
}
"""The columns of `continuous_values`."""

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OutlierRule:
    """`low` and `high` are float64 [k], the last values inside; infinite where a column judges nothing."""

    low: Values
    high: Values

    @classmethod
    def fit(cls, values: ArrayLike, fence_iqrs: float = FENCE_IQRS) -> OutlierRule:
        """`values` are float [n, k], NaN where missing."""
        table = np.asarray(values, dtype=np.float64)
        fences = [_fences(column[~np.isnan(column)], fence_iqrs) for column in table.T]
        low, high = np.array(fences, dtype=np.float64).reshape(-1, 2).T
        return cls(low, high)

    def inside(self, values: ArrayLike) -> NDArray[np.bool_]:
        """bool [n]: the rows with no value outside."""
        return np.asarray(~self.outside(values).any(axis=1))

    def outside(self, values: ArrayLike) -> NDArray[np.bool_]:
        """bool [n, k]: the values beyond a fence."""
        table = np.asarray(values, dtype=np.float64)
        return (table < self.low) | (table > self.high)


def continuous_values(rows: pd.DataFrame, scale: Scale = "raw") -> Values:
    """float64 [n, len(CONTINUOUS[scale])]; a tempo of 0 is Spotify's "not detected", and NaN on both scales."""
    if scale == "raw":
        raw = rows.reindex(columns=list(CONTINUOUS["raw"])).astype(np.float64)
        return np.asarray(raw.assign(tempo=raw["tempo"].where(raw["tempo"] > 0)).to_numpy())
    vectors = features.vectors({name: rows[name] for name in features.NAMES if name in rows})
    return vectors[:, [features.FEATURE_NAMES.index(name) for name in CONTINUOUS["vector"]]].astype(np.float64)


def _fences(known: Values, fence_iqrs: float) -> tuple[float, float]:
    if not len(known):
        return -np.inf, np.inf
    first, third = np.quantile(known, [0.25, 0.75])
    iqr = third - first
    if iqr <= 0:
        return -np.inf, np.inf
    return first - fence_iqrs * iqr, third + fence_iqrs * iqr
