"""How alike two tracks sound, in three bands that a listener understands, by their distance in the space of sounds.

Training measures the bands' bounds on the catalog: how far apart an artist's tracks are. A tenth of an artist's tracks are very
close to one another, half are close, four fifths share a mood; of tracks drawn at random 1, 5 and 15 of 100 are.

Public names: Band, Likeness, BANDS.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Band = Literal["very_close", "close", "same_mood", "apart"]
BANDS: tuple[Band, ...] = ("very_close", "close", "same_mood")

_SHARES_OF_TYPICAL = (0.18, 0.38, 0.6)
"""The bounds, as shares of the median squared distance of two tracks, where a release was made without measuring them."""


class Likeness:
    """`bounds`: the greatest squared distance of each band but the last, rising; `typical` that of two random tracks."""

    def __init__(self, bounds: Sequence[float], typical: float) -> None:
        self._bounds = tuple(bounds) if len(bounds) == len(BANDS) else tuple(share * typical for share in _SHARES_OF_TYPICAL)

    def band(self, squared_distance: float) -> Band:
        return next((band for band, bound in zip(BANDS, self._bounds, strict=True) if squared_distance <= bound), "apart")
