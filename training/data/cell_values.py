"""The values of a column as people write them, read as ours: lists in text, percent, minutes and seconds, keys by name.

What cannot be read stays as it stands, so that it is found and named. Units are told by the whole column, and a line says what
was converted.

Public names: texts, artist_lists, genre_lists, joined_spellings, spelling_key, numbers, years, implausible, TELLING.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

_MISSING = frozenset(("", "nan", "none", "null", "n/a", "na", "?", "-", "--", "[]", "unknown", "<na>"))
_LIST = re.compile(r"\s*[\[(].*[\])]\s*", re.DOTALL)
_LONGEST_LIST = 5000
_GENRE_SEPARATORS = re.compile(r"[,;|]")
_GUESTS = re.compile(r"\s+(?:feat\.?|featuring|ft\.?)\s+", re.IGNORECASE)

_KEYS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11, "h": 11}
_KEY = re.compile(r"([A-Ha-h])\s*(#|♯|b|♭|sharp|flat)?\s*(?:maj(?:or)?|min(?:or)?|m)?\.?", re.IGNORECASE)
_WORDS = {"true": 1.0, "yes": 1.0, "y": 1.0, "false": 0.0, "no": 0.0, "n": 0.0, "major": 1.0, "minor": 0.0}
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:\.\d+)?")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:[,\s']\d{3})+(?:\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[-+]?\d*,\d+")
TELLING = ("loudness", "tempo")
"""The columns by which a table is told that was scaled, or has lost its signs."""

_YEAR = re.compile(r"(?<!\d)(?:18[6-9]\d|19\d\d|20\d\d)(?!\d)")

_SHARES = ("acousticness", "danceability", "energy", "instrumentalness", "liveness", "speechiness", "valence")
# Of these -1 or 0 says that nobody knows.
_NEVER_NEGATIVE = ("duration_ms", "popularity", "tempo")


def texts(column: pd.Series) -> pd.Series:
    """str, several joined by ";", or None."""
    return pd.Series([_text(value) for value in column], index=column.index, dtype=object)


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return ";".join(_listed(value)) if _LIST.fullmatch(value) and _listed(value) else value
    if isinstance(value, list | tuple | np.ndarray):
        return ";".join(map(str, value))
    return None if pd.isna(value) else str(value)


def _listed(text: str) -> list[str]:
    """The texts of a list that Python or JSON wrote; empty for any other text."""
    if len(text) > _LONGEST_LIST:
        return []
    try:
        value = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return []
    is_list = isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
    return [each.strip() for each in value if each.strip()] if is_list else []


def artist_lists(column: pd.Series, several: bool) -> pd.Series:
    """Artists with ";" between them. A comma or "&" separates where the table shows it: its header says so (`several`), or a
    part stands by itself in another row, so that "Tyler, The Creator" stays one."""
    if any(isinstance(text, str) and ";" in text for text in column):
        return column
    alone = {text.strip().casefold() for text in column if isinstance(text, str)}

    def separated(text: Any) -> Any:
        if not isinstance(text, str):
            return text
        artists: list[str] = []
        for part in _GUESTS.split(text):
            names = [name.strip() for name in part.split(",")]
            split = len(names) > 1 and (several or any(name.casefold() in alone for name in names))
            for name in names if split else [part.strip()]:
                pair = [each.strip() for each in name.split(" & ")]
                artists += pair if len(pair) > 1 and all(each.casefold() in alone for each in pair) else [name]
        return ";".join(filter(None, artists)) or text

    return pd.Series([separated(text) for text in column], index=column.index, dtype=object)


def genre_lists(column: pd.Series) -> pd.Series:
    """The genres of each cell, list[str], none twice; empty where there is none."""

    def read(text: Any) -> list[str]:
        if not isinstance(text, str) or text.strip().casefold() in _MISSING:
            return []
        parts = (part.strip() for part in _GENRE_SEPARATORS.split(text))
        return list(dict.fromkeys(part for part in parts if part.casefold() not in _MISSING))

    return pd.Series([read(text) for text in column], index=column.index, dtype=object)


def joined_spellings(names: Sequence[str]) -> dict[str, str]:
    """Each spelling of a genre, and the most frequent of those that differ in case, spaces and hyphens only."""
    counts = Counter(names)
    best: dict[str, str] = {}
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        best.setdefault(spelling_key(name), name)
    return {name: best[spelling_key(name)] for name in counts}


def spelling_key(name: str) -> str:
    return re.sub(r"[\s_'’.-]+", "", name.casefold())


def numbers(name: str, column: pd.Series, where: str) -> pd.Series:
    """Numbers in our units; None where there is none, and what cannot be read as it stands there."""
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        values = pd.Series(column.to_numpy(dtype=np.float64, na_value=np.nan), index=column.index, dtype=object)
    else:
        thousands = name in _NEVER_NEGATIVE and _are_thousands(column)
        values = pd.Series([_value(name, cell, thousands) for cell in column], index=column.index, dtype=object)
    return _in_our_units(name, values, where)


def years(column: pd.Series) -> pd.Series:
    """The year that stands first in each cell, of a number, a date or a text; NaN where none is from 1860 to 2100."""
    found = (_YEAR.search(str(cell)) for cell in column)
    return pd.Series([float(match[0]) if match else np.nan for match in found], index=column.index, dtype=np.float64)


def _value(name: str, cell: Any, thousands: bool) -> Any:
    if cell is None or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell)):
        return None
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    if text.casefold() in _MISSING:
        return None
    plain = text.rstrip("%").strip()
    if thousands and _THOUSANDS.fullmatch(plain):
        plain = re.sub(r"[,\s']", "", plain)
    elif _DECIMAL_COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        pass
    if text.casefold() in _WORDS:
        return _WORDS[text.casefold()]
    if name == "key" and (match := _KEY.fullmatch(text)):
        step = {"#": 1, "♯": 1, "sharp": 1, "b": -1, "♭": -1, "flat": -1}.get((match[2] or "").casefold(), 0)
        return float((_KEYS[match[1].casefold()] + step) % 12)
    if name == "duration_ms" and (match := _CLOCK.fullmatch(text)):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return float(((hours * 60 + minutes) * 60 + seconds) * 1000)
    return cell


def _are_thousands(column: pd.Series) -> bool:
    """Whether the commas of the column stand between thousands: each of its values with one is written so."""
    with_comma = [cell.strip() for cell in column if isinstance(cell, str) and re.search(r"\d[,\s']\d", cell)]
    return bool(with_comma) and all(_THOUSANDS.fullmatch(cell) for cell in with_comma)


def _in_our_units(name: str, values: pd.Series, where: str) -> pd.Series:
    known = np.array([value for value in values if isinstance(value, int | float) and np.isfinite(value)], dtype=np.float64)
    if name in _NEVER_NEGATIVE and (known == -1).any():
        values = values.map(lambda value: None if isinstance(value, int | float) and value == -1 else value)
        known = known[known != -1]
    if not len(known):
        return values
    factor, unit = _factor(name, known)
    if factor == 1:
        return values
    print(f"{where}: {name} is in {unit}, and is converted.")
    return values.map(lambda value: value * factor if isinstance(value, int | float) and np.isfinite(value) else value)


def _factor(name: str, known: np.ndarray) -> tuple[float, str]:
    """By what the values of a column have to be multiplied, and what they are in."""
    middle = float(np.median(known))
    if name in _SHARES and 1 < known.max() <= 100 and known.min() >= 0 and np.mean(known > 1) > 0.02:
        return 0.01, "percent"
    if name == "duration_ms" and 0.5 < middle < 20:
        return 60_000.0, "minutes"
    if name == "duration_ms" and 20 <= middle < 3600:
        return 1000.0, "seconds"
    if name == "popularity" and 0 < known.max() <= 1 and np.mean((known > 0) & (known < 1)) > 0.2:
        return 100.0, "shares of one"
    return 1.0, ""


def implausible(table: pd.DataFrame) -> str:
    """What is wrong with a column as a whole, in a sentence; empty when nothing is."""
    loudness, tempo = (_finite(table[name]) for name in TELLING)
    if len(loudness) and loudness.min() >= 0 and loudness.max() <= 1 and loudness.max() > loudness.min():
        return (
            "loudness lies from 0 to 1, so the table was scaled from its least to its greatest value: audio features are "
            "needed as they were before, loudness in dB below 0"
        )
    if len(loudness) and np.mean(loudness > 0) > 0.5:
        return "loudness is above 0 in most rows, and should be in dB below 0: its sign may have been lost"
    if len(tempo) and tempo.max() <= 1 and tempo.max() > tempo.min():
        return "tempo lies from 0 to 1, so it was scaled: beats a minute are needed"
    return ""


def _finite(column: pd.Series) -> np.ndarray:
    values = np.array([value for value in column if isinstance(value, int | float)], dtype=np.float64)
    return values[np.isfinite(values)]
