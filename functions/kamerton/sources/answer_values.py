"""Values of a source's answer, read with distrust: a value that is missing, of another kind, or out of range is None.

No source promises more than a track's id, title and artist: a wrong value beside them costs that value, never the track.

Public names: read_features, has_core, read_as, text_of, whole_number, duration_of, flag, fields_of, rows_of.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from kamerton.music.features import CORE, RANGES, AudioFeatures

T = TypeVar("T")

_WHOLE = ("key", "mode")
# JSON may hold half of a surrogate pair, which nothing that we write to can hold.
_HALF = re.compile(r"[\ud800-\udfff]")


def read_features(row: Mapping[str, Any], names: Iterable[str]) -> AudioFeatures:
    """The named values of one row of an answer."""
    return AudioFeatures(**{name: _number(name, row.get(name)) for name in names})


def has_core(features: AudioFeatures) -> bool:
    """Whether all of the core nine are known: without one of them a track cannot be learnt from."""
    return all(name in features.known for name in CORE)


def read_as(value: Any, kind: type[T]) -> T | None:
    """The value as this type, which `prepare_decoders` has learnt before threads read; None when the value is not of it."""
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, UnicodeEncodeError):
        # UnicodeEncodeError: half of a surrogate pair in place of another type than a text.
        return None


def text_of(value: Any) -> str:
    """The text without the spaces around it; empty when the value is no text."""
    return value.strip() if isinstance(value, str) and not _HALF.search(value) else ""


def whole_number(value: Any, low: float, high: float = math.inf) -> int | None:
    """The number, if it is whole and from `low` to `high`, both included. JSON may write a whole number with a point."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # Neither NaN nor infinity has the remainder 0.
    return int(value) if low <= value <= high and value % 1 == 0 else None


def duration_of(value: Any) -> int | None:
    """A track's length in milliseconds. A source may say 0 where it does not know."""
    return whole_number(value, *RANGES["duration_ms"])


def flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def fields_of(value: Any) -> Mapping[str, Any]:
    """The fields of a JSON object; empty for any other value."""
    return value if isinstance(value, dict) else {}


def rows_of(value: Any) -> list[Any]:
    """The items of a list; empty for any other value."""
    return value if isinstance(value, list) else []


def _number(name: str, value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    low, high = RANGES[name]
    # The range first: it holds no NaN, and no number too large for a float.
    is_valid = low <= value <= high and (name not in _WHOLE or value % 1 == 0)
    return float(value) if is_valid else None
