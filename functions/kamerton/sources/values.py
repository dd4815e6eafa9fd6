"""Audio features out of a source's answer: a value that is missing, no number, or out of range is not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kamerton.features import CORE, RANGES, AudioFeatures

_WHOLE = ("key", "mode")


def read_features(row: Mapping[str, Any], names: Iterable[str]) -> AudioFeatures:
    """The named values of one row of an answer."""
    return AudioFeatures(**{name: _number(name, row.get(name)) for name in names})


def has_core(features: AudioFeatures) -> bool:
    """Whether all of the core nine are known: without one of them a track cannot be learnt from."""
    return all(name in features.known for name in CORE)


def _number(name: str, value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    low, high = RANGES[name]
    # The range first: it holds no NaN, and no number too large for a float.
    known = low <= value <= high and (name not in _WHOLE or value % 1 == 0)
    return float(value) if known else None
