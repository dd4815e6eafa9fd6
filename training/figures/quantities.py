"""The audio features as a reader knows them: a name in words, a unit, and values in that unit.

Public names: Quantity, QUANTITIES, KEYS, measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamerton.music import features

KEYS = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
"""The names of the keys 0 to 11."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """`per_unit` values of the table make one of `unit`; a logarithmic axis is for values that span ratios."""

    name: str
    unit: str = "share, 0 to 1"
    per_unit: float = 1.0
    logarithmic: bool = False

    @property
    def label(self) -> str:
        """For an axis that shows this alone."""
        return f"{self.name} ({self.unit})"


QUANTITIES: dict[str, Quantity] = {name: Quantity(name.capitalize()) for name in features.NAMES} | {
    "loudness": Quantity("Loudness", "dB"),
    "tempo": Quantity("Tempo", "beats a minute"),
    "key": Quantity("Key", "pitch class"),
    "mode": Quantity("Mode", "1 major, 0 minor"),
    "duration_ms": Quantity("Duration", "minutes", 60_000.0, logarithmic=True),
    "explicit": Quantity("Explicit", "1 explicit, 0 not"),
}


def measured(rows: pd.DataFrame) -> pd.DataFrame:
    """float64, the features of `rows` in the units of `QUANTITIES`, NaN where missing, as are a key of -1 and a tempo of 0."""
    raw = rows.reindex(columns=list(features.NAMES)).astype(np.float64)
    known = raw.assign(key=raw["key"].where(raw["key"] >= 0), tempo=raw["tempo"].where(raw["tempo"] > 0))
    return known / [QUANTITIES[name].per_unit for name in features.NAMES]
