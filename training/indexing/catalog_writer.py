"""Write the catalog of a release: one SQLite file that `kamerton.release.catalog` reads.

Columns of the tracks, one row a track, in the order of their catalog numbers:

    track_id, track_name, artists        str; artists joined by ";" as in Spotify's data
    album_name, popularity, year         may be absent or null
    the names in kamerton.music.features.NAMES the optional ones may be absent; any may be null
    genres, other_ids                    list[str]: the track's genres; ids of its other releases, which find it too

Public names: build_catalog.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd

from kamerton.matching.name_forms import spellings
from kamerton.music.features import CORE, NAMES, FloatArray
from kamerton.music.titles import plain_title
from kamerton.music.track import Track
from kamerton.music.track_kinds import kind_of
from kamerton.release.catalog import APPLICATION_ID, SCALES, SCHEMA_VERSION, split_artists
from kamerton.release.catalog_artists import ARTIST_SCHEMA
from kamerton.release.trigram_search import encode_ranks, track_tokens
from training.indexing.artist_rows import PlacedTracks, artist_rows
from training.indexing.prominence import by_prominence, has_popularity, prominences_of

NEEDED = ("track_id", "track_name", "artists", *CORE, "genres", "other_ids")

PAGE_SIZE = 8192
MOST_EXAMPLES = 12
"""How many examples of a genre are kept."""

_SCHEMA = f"""
PRAGMA page_size = {PAGE_SIZE};
PRAGMA journal_mode = OFF;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
CREATE TABLE tracks (number INTEGER PRIMARY KEY, id, title, artists, album, genres, popularity, prominence, {", ".join(NAMES)});
CREATE TABLE ids (id PRIMARY KEY, number) WITHOUT ROWID;
CREATE TABLE genres (label INTEGER PRIMARY KEY, name);
CREATE TABLE examples (place, label, number, PRIMARY KEY (place, label)) WITHOUT ROWID;
CREATE TABLE tokens (token PRIMARY KEY, tracks, ranks) WITHOUT ROWID;
CREATE TABLE arrays (name PRIMARY KEY, data);
"""


def build_catalog(tracks: pd.DataFrame, path: Path, embeddings: FloatArray | None = None) -> None:
    """Write the file at `path` whole or not at all; the same tracks give the same bytes. `embeddings`, float32 [n_tracks, d],
    tell which artists are alike.

    Raises `ValueError` when a needed column is missing or holds no numbers, a name is null, or two tracks have one id.
    """
    _check(tracks)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    unfinished = Path(name)
    try:
        with closing(sqlite3.connect(unfinished)) as connection:
            _fill(connection, tracks, embeddings)
        unfinished.chmod(0o644)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _check(tracks: pd.DataFrame) -> None:
    missing = [name for name in NEEDED if name not in tracks]
    if missing:
        raise ValueError(f"the tracks lack the columns {', '.join(missing)}")
    for name in ("track_id", "track_name", "artists"):
        if tracks[name].isna().any():
            raise ValueError(f"{name} is null in {int(tracks[name].isna().sum())} tracks")
    repeated = tracks["track_id"][tracks["track_id"].duplicated()]
    if len(repeated):
        raise ValueError(f"{len(repeated)} tracks repeat an id, the first is {repeated.iloc[0]}")


def _fill(connection: sqlite3.Connection, tracks: pd.DataFrame, embeddings: FloatArray | None) -> None:
    genres = sorted({genre for of_track in tracks["genres"] for genre in of_track})
    order = by_prominence(tracks).tolist()
    kinds = _kinds(tracks)
    names = [split_artists(names) for names in tracks["artists"]]
    artists = artist_rows(names, order, _placed(tracks, genres, kinds, embeddings))
    connection.executescript(_SCHEMA + ARTIST_SCHEMA)
    with connection:
        _insert(connection, "tracks", _track_rows(tracks, genres))
        _insert(connection, "ids", _id_rows(tracks))
        _insert(connection, "genres", enumerate(genres))
        _insert(connection, "examples", _example_rows(tracks, genres, order, kinds))
        _insert(connection, "artists", artists.artists())
        _insert(connection, "artist_tracks", artists.artist_tracks())
        _fill_search(connection, tracks, order)
        _insert(connection, "arrays", _filter_arrays(tracks))
    connection.execute("VACUUM")


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[Sequence[object]]) -> None:
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    statement = f"INSERT INTO {table} VALUES ({', '.join('?' * len(first))})"
    connection.execute(statement, first)
    connection.executemany(statement, rows)


def _track_rows(tracks: pd.DataFrame, genres: Sequence[str]) -> Iterator[tuple[object, ...]]:
    labels = {genre: str(label) for label, genre in enumerate(genres)}
    prominence = prominences_of(tracks).round(1).tolist() if has_popularity(tracks) else [None] * len(tracks)
    columns = [[_stored(value, SCALES[name]) for value in _column(tracks, name)] for name in NAMES]
    return zip(
        range(len(tracks)),
        tracks["track_id"],
        tracks["track_name"],
        tracks["artists"],
        _albums(tracks),
        [",".join(labels[genre] for genre in of_track) for of_track in tracks["genres"]],
        [_stored(value, 1) for value in _column(tracks, "popularity")],
        prominence,
        *columns,
        strict=True,
    )


def _column(tracks: pd.DataFrame, name: str) -> list[float | None]:
    """The numbers of a column, None where it is null or absent."""
    if name not in tracks:
        return [None] * len(tracks)
    try:
        values = tracks[name].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} holds something that is no number: {error}") from error
    return [None if np.isnan(value) else float(value) for value in values]


def _stored(value: float | None, scale: int) -> int | float | None:
    """The integer value * scale if dividing it by the scale gives the value back to the last bit, else the value."""
    if value is None:
        return None
    scaled = round(value * scale)
    return scaled if scaled / scale == value else value


def _id_rows(tracks: pd.DataFrame) -> list[tuple[str, int]]:
    """Every id once: a track's own before another's alternative, then the first in the catalog's order."""
    numbers: dict[str, int] = {track_id: number for number, track_id in enumerate(tracks["track_id"])}
    for number, other_ids in enumerate(tracks["other_ids"]):
        for other_id in other_ids:
            numbers.setdefault(other_id, number)
    return sorted(numbers.items())


def _example_rows(
    tracks: pd.DataFrame, genres: Sequence[str], order: Sequence[int], kinds: Sequence[str | None]
) -> Iterator[tuple[int, int, int]]:
    """(place, label, number): in each round every genre names its most popular track that no genre has named, if it can by
    an artist that none has named."""
    queues: dict[str, list[int]] = {genre: [] for genre in genres}
    of_track, artists = tracks["genres"].tolist(), [name.split(";")[0] for name in tracks["artists"]]
    for number in order:
        # Nobody should be greeted with a carol in June.
        for genre in of_track[number] if kinds[number] is None else ():
            queues[genre].append(number)
    taken: set[int] = set()
    heard: set[str] = set()
    for place in range(MOST_EXAMPLES):
        for label, genre in enumerate(genres):
            left = [number for number in queues[genre] if number not in taken]
            if left:
                number = next((number for number in left if artists[number] not in heard), left[0])
                taken.add(number)
                heard.add(artists[number])
                yield place, label, number


def _placed(
    tracks: pd.DataFrame, genres: Sequence[str], kinds: Sequence[str | None], embeddings: FloatArray | None
) -> PlacedTracks | None:
    if embeddings is None:
        return None
    # A carol says nothing of who sings it.
    counted = np.array([kind is None for kind in kinds], np.bool_)
    filed = np.zeros((len(tracks), len(genres)))
    for number, of_track in enumerate(tracks["genres"]):
        for genre in of_track:
            filed[number, genres.index(genre)] = 1 / len(of_track)
    return PlacedTracks(embeddings, filed, counted)


def _kinds(tracks: pd.DataFrame) -> list[str | None]:
    columns = (tracks["track_id"], tracks["track_name"], tracks["artists"], _albums(tracks), _column(tracks, "duration_ms"))
    return [
        kind_of(Track(track_id, title, split_artists(artists), album, None if duration is None else round(duration)))
        for track_id, title, artists, album, duration in zip(*columns, strict=True)
    ]


def _albums(tracks: pd.DataFrame) -> list[str | None]:
    return [None if pd.isna(album) else album for album in tracks.get("album_name", [None] * len(tracks))]


def _tokens(title: str, artists: str) -> set[str]:
    titles = {*spellings(title), *spellings(plain_title(title))}
    return track_tokens(titles, {form for artist in split_artists(artists) for form in spellings(artist)})


def _fill_search(connection: sqlite3.Connection, tracks: pd.DataFrame, order: Sequence[int]) -> None:
    names = list(zip(tracks["track_name"], tracks["artists"], strict=True))
    tokens = [_tokens(*names[number]) for number in order]
    ranks: dict[str, list[int]] = {}
    for rank, of_track in enumerate(tokens):
        for token in of_track:
            ranks.setdefault(token, []).append(rank)
    _insert(connection, "tokens", ((token, len(ranks[token]), encode_ranks(ranks[token])) for token in sorted(ranks)))
    lengths = np.array([min(255, len(of_track)) for of_track in tokens], np.uint8)
    _insert(connection, "arrays", [("numbers", np.array(order, "<i4").tobytes()), ("lengths", lengths.tobytes())])


def _filter_arrays(tracks: pd.DataFrame) -> Iterator[tuple[str, bytes]]:
    """What lists are narrowed by, where the tracks tell it."""
    years = [round(year) if year else 0 for year in _column(tracks, "year")]
    if any(years):
        yield "years", np.array(years, "<i2").tobytes()
    explicit = [2 if value is None else int(value > 0) for value in _column(tracks, "explicit")]
    if 1 in explicit:
        yield "explicit", np.array(explicit, np.uint8).tobytes()
