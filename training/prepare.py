"""A table of tracks -> build/rows.parquet (labelled rows), build/tracks.parquet (one row a track), build/prepare.json.

`rows.parquet` has every usable row in its original order, without exact repeats of (track_id, track_genre). A track
there is one id; in `tracks.parquet` it is one song: rows with the same folded title and the same folded artists are one,
the most popular of them (the first, when none is) stands for all, with their genres and the other ids. Marks as "live" or
"remix" are part of the title, since such a version does sound different.

Public names: Prepared, prepare, fingerprint.
"""

from __future__ import annotations

import argparse
import hashlib
import shlex
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kamerton.music import features
from kamerton.music.normalise import normalise_name
from training.data.artifacts import write_json, write_table
from training.data.cell_values import joined_spellings, spelling_key
from training.data.source_table import TEXTS, default_catalog, read_table, split_broken

MIN_TRACKS = 10
"""A genre with fewer is left out: in five folds two tracks are too few to learn from, or to be judged by."""


@dataclass(frozen=True, slots=True)
class Prepared:
    rows: pd.DataFrame
    tracks: pd.DataFrame
    summary: dict[str, Any]


def prepare(
    sources: Sequence[tuple[str, Path]], genres: Sequence[str] = (), columns: Mapping[str, str] | None = None
) -> Prepared:
    """`sources` are names and paths of tables, taken as one; `genres` those to keep, all if it names none, however spelt.
    `columns` are columns of the tables with our names for them.

    Raises SystemExit when nothing to learn from is left, or when there is none of a genre that was asked for.
    """
    dropped: Counter[str] = Counter()
    usable, n_read = [], 0
    for name, path in sources:
        table = read_table(path, columns)
        asked = _of_genres(table, genres)
        dropped["is of a genre that was not asked for"] += len(table) - len(asked)
        good, problems = split_broken(asked)
        for problem in problems:
            print(f"{name}: {problem}")
            dropped[problem.reason] += problem.n_rows * problem.breaks_rows
        n_read += len(table)
        usable.append(good)
    together = pd.concat(usable, ignore_index=True)
    if together.empty:
        raise SystemExit("No row can be used: every one is broken, as said above.")
    rows = _distinct_rows(_with_one_spelling(together), dropped)
    _require_genres(rows, genres)
    rows = _without_small_genres(rows, dropped)
    tracks = one_row_a_track(rows)
    return Prepared(rows, tracks, _summary([name for name, _ in sources], n_read, dropped, rows, tracks))


def one_row_a_track(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that stand for their songs, in order, with `genres` and `other_ids` (lists of str, sorted) of all of them."""
    # By the first spelling of an id's names: an id belongs to one song, or a link to it could mean two.
    song = pd.Series(_song_keys(rows), index=rows.index).groupby(rows["track_id"]).transform("first")
    popularity = rows["popularity"].fillna(-1) if "popularity" in rows else pd.Series(0, index=rows.index)
    # Stable, so that the first row wins among equals.
    order = popularity.sort_values(ascending=False, kind="stable").index
    chosen = rows.loc[np.sort(song.loc[order].drop_duplicates().index)]
    chosen_song = song.loc[chosen.index]
    genres = rows["track_genre"].groupby(song).agg(lambda values: sorted(set(values)))
    ids = rows["track_id"].groupby(song).agg(set)
    tracks = chosen.drop(columns="track_genre").reset_index(drop=True)
    tracks["genres"] = genres.loc[chosen_song].to_list()
    if "year" in rows:
        # A song came out with the first of its releases: others are remastered, or compiled.
        tracks["year"] = rows["year"].groupby(song).min().loc[chosen_song].to_numpy()
    tracks["other_ids"] = [sorted(ids[key] - {own}) for key, own in zip(chosen_song, tracks["track_id"], strict=True)]
    return tracks


def fingerprint(rows: pd.DataFrame) -> str:
    """SHA-256 over the names of the columns and the values in their order, whatever file they came in."""
    digest = hashlib.sha256()
    for name in sorted(rows.columns):
        values = rows[name]
        digest.update(f"\x1d{name}\x1d".encode())
        if values.dtype == np.float64:
            digest.update(values.to_numpy().astype("<f8").tobytes())
        else:
            digest.update("\x1f".join("" if pd.isna(value) else str(value) for value in values).encode())
    return digest.hexdigest()


def _of_genres(table: pd.DataFrame, genres: Sequence[str]) -> pd.DataFrame:
    """The rows with any of the genres, and of their genres those alone."""
    if not genres:
        return table
    asked = {spelling_key(genre) for genre in genres}
    kept = [[name for name in names if spelling_key(name) in asked] for names in table["track_genre"]]
    return table.assign(track_genre=pd.Series(kept, index=table.index, dtype=object))[[bool(names) for names in kept]]


def _with_one_spelling(rows: pd.DataFrame) -> pd.DataFrame:
    spellings = joined_spellings(rows["track_genre"].tolist())
    for name, best in sorted(spellings.items()):
        if name != best:
            print(f"The genre {name!r} is taken for {best!r}.")
    return rows.assign(track_genre=rows["track_genre"].map(spellings))


def _require_genres(rows: pd.DataFrame, genres: Sequence[str]) -> None:
    present = {spelling_key(genre): genre for genre in rows["track_genre"].unique()}
    if absent := sorted(genre for genre in genres if spelling_key(genre) not in present):
        known = ", ".join(sorted(present.values())[:30])
        raise SystemExit(f"No usable row is of the genre {absent[0]!r}: there are {known}.")


def _distinct_rows(table: pd.DataFrame, dropped: Counter[str]) -> pd.DataFrame:
    """`table` with every column that later stages know (features that the source lacks are NaN), each (id, genre) once."""
    columns = [*TEXTS[:3], "album_name", *(name for name in ("popularity", "year") if name in table), *features.NAMES, TEXTS[3]]
    rows = table.reindex(columns=columns)
    rows["track_genre"] = rows["track_genre"].str.strip()
    rows = rows.astype(dict.fromkeys(features.NAMES, np.float64))
    if "popularity" in rows:
        rows["popularity"] = rows["popularity"].where(np.isfinite(rows["popularity"]))
    distinct = rows.drop_duplicates(["track_id", "track_genre"], ignore_index=True)
    dropped["repeats an id in its genre"] += len(rows) - len(distinct)
    return distinct


def _without_small_genres(rows: pd.DataFrame, dropped: Counter[str]) -> pd.DataFrame:
    n_tracks = pd.Series(_song_keys(rows), index=rows.index).groupby(rows["track_genre"]).nunique()
    small = n_tracks[n_tracks < MIN_TRACKS]
    for genre, number in small.items():
        print(f"The genre {genre!r} is left out: it has {number} tracks, and {MIN_TRACKS} are needed.")
    kept = rows[~rows["track_genre"].isin(small.index)].reset_index(drop=True)
    dropped["is of a genre with too few tracks"] += len(rows) - len(kept)
    if kept["track_genre"].nunique() < 2:
        raise SystemExit(f"At least two genres with {MIN_TRACKS} different tracks each are needed to tell them apart.")
    return kept


def _song_keys(rows: pd.DataFrame) -> list[str]:
    artists = {text: ";".join(_folded(artist) for artist in text.split(";")) for text in rows["artists"].unique()}
    return [f"{_folded(title)}|{artists[text]}" for title, text in zip(rows["track_name"], rows["artists"], strict=True)]


def _folded(name: str) -> str:
    # "???" folds to nothing, and is no version of "!!!".
    return normalise_name(name).strip()


def _summary(
    sources: list[str], n_read: int, dropped: Counter[str], rows: pd.DataFrame, tracks: pd.DataFrame
) -> dict[str, Any]:
    return {
        "source": "; ".join(sources),
        "fingerprint": fingerprint(rows),
        "read": n_read,
        "dropped": {reason: number for reason, number in sorted(dropped.items()) if number},
        "rows": len(rows),
        "tracks": len(tracks),
        "artists": int(rows["artists"].str.split(";").explode().nunique()),
        "genres": {str(genre): int(number) for genre, number in rows["track_genre"].value_counts().sort_index().items()},
    }


def _report(summary: dict[str, Any], seconds: float) -> None:
    for reason, number in summary["dropped"].items():
        print(f"  dropped {number:,}: {reason}")
    print(
        f"{summary['source']}: {summary['read']:,} rows read, {summary['rows']:,} usable, {summary['tracks']:,} tracks by "
        f"{summary['artists']:,} artists in {len(summary['genres'])} genres ({seconds:.1f} s)"
    )


def _names(text: str) -> list[str]:
    return [name for part in text.split(",") if (name := part.strip())]


def _paths(text: str) -> list[Path]:
    """One path, with spaces in it or without; else several, with quotes around those that have spaces."""
    whole = Path(text.strip())
    return [whole] if whole.exists() else [Path(part) for part in shlex.split(text)]


def _columns(text: str) -> dict[str, str]:
    pairs = [part.rpartition("=") for part in text.split(",") if part.strip()]
    if not all(theirs.strip() and ours.strip() for theirs, _, ours in pairs):
        raise argparse.ArgumentTypeError(f'{text!r} is not of the form "theirs=ours,theirs=ours"')
    return {theirs.strip(): ours.strip() for theirs, _, ours in pairs}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.prepare", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--catalog",
        type=Path,
        action="append",
        help="CSV, Excel or Parquet; give it twice for two parts",
    )
    parser.add_argument(
        "--catalogs", type=_paths, default=[], help="the same in one text: a path, or several with spaces between"
    )
    parser.add_argument("--build", type=Path, default=Path("build"), help="where to write (default: build)")
    parser.add_argument("--genres", type=_names, default=[], help="genres to keep, with commas between (default: all)")
    parser.add_argument(
        "--columns", type=_columns, default={}, help='which columns are which, as in "song=track_name,who=artists"'
    )
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    sources = [(path.name, path) for path in (*(options.catalog or ()), *options.catalogs)] or [default_catalog()]
    prepared = prepare(sources, options.genres, options.columns)
    write_table(options.build / "rows.parquet", prepared.rows)
    write_table(options.build / "tracks.parquet", prepared.tracks)
    write_json(options.build / "prepare.json", prepared.summary)
    _report(prepared.summary, time.perf_counter() - started)


if __name__ == "__main__":
    main()
