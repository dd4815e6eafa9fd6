"""Audio features out of a source's answer: a value that is missing, no number, or out of range is not known."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from kamerton.features import CORE, RANGES, AudioFeatures


def read_features(row: Mapping[str, Any], names: Iterable[str]) -> AudioFeatures:
    """The named values of one row of an answer."""
    return AudioFeatures(**{name: _number(row.get(name), *RANGES[name]) for name in names})


def has_core(features: AudioFeatures) -> bool:
    """Whether all of the core nine are known: without one of them a track cannot be learnt from."""
    return all(name in features.known for name in CORE)


def _number(value: Any, low: float, high: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and low <= value <= high else None
