"""The tracks of a release: by Spotify's id, by their number, and by a text that a person types.

One read-only SQLite file, written by `training.indexing.catalog_writer`. Tables:

    tracks    a row a track under its number; features as `SCALES` says, genres as labels joined by commas; `prominence` (0 to
              100) says how likely a shared name means it, null where no track has a popularity
    ids       every id that finds a track: its own, and those of the same song's other releases
    genres    the name of each label
    examples  popular tracks of each genre, place by place
    tokens    the tracks that have a token (see `kamerton.release.trigram_search`), as encoded ranks, and how many they are
    artists, artist_tracks   see `kamerton.release.catalog_artists`
    arrays    numbers (int32, the track of each rank) and lengths (uint8, its tokens); years (int16, of each track, 0: unknown)
              and explicit (uint8: 0 no, 1 yes, 2 unknown) where any is known; little-endian, kept in memory

Public names: Catalog, CatalogEntry, CatalogHit, CatalogArtist, shares_less_known; SCALES, APPLICATION_ID, SCHEMA_VERSION and
split_artists for the writer.
"""

from __future__ import annotations

import heapq
import json
import sqlite3
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from cachetools import FIFOCache
from msgspec import Struct
from numpy.typing import NDArray

from kamerton.deadline import Deadline
from kamerton.errors import DeadlineExceeded, ReleaseError
from kamerton.matching.name_fit import LEAST_FIT, SURE_FIT, fit
from kamerton.matching.prominence import PROMINENCE_WEIGHT
from kamerton.matching.typed_name import TypedName, read_name
from kamerton.music.features import NAMES, AudioFeatures, FloatArray
from kamerton.music.track import Track
from kamerton.release.catalog_artists import has_artists, read_artist
from kamerton.release.trigram_search import (
    Ranks,
    affordable,
    artist_end,
    artist_start,
    best_ranks,
    decode_ranks,
    norms,
    query_tokens,
    title_end,
    title_start,
)

APPLICATION_ID = 0x4B4D5254
SCHEMA_VERSION = 2

SCALES: dict[str, int] = {
    "acousticness": 10**6,
    "danceability": 10**4,
    "energy": 10**4,
    "instrumentalness": 10**8,
    "liveness": 10**4,
    "loudness": 10**3,
    "speechiness": 10**4,
    "tempo": 10**3,
    "valence": 10**4,
    "key": 1,
    "mode": 1,
    "duration_ms": 1,
    "explicit": 1,
}
"""A feature is stored as the integer value * scale (two bytes mostly) if that gives the value back exactly, else as REAL."""

_MOST_INSIDE = 32
_LEAST_OF_A_DECADE = 20
# Of an entry some 1.2 kB.
_MOST_READ = 4096
# SQLite calls the progress handler after so many steps of its virtual machine: a few microseconds.
_STEPS_BETWEEN_LOOKS = 200
_COLUMNS = "number, id, title, artists, album, genres, popularity, " + ", ".join(NAMES)
_FEATURES_START = 7
_NO_RANKS = np.zeros(0, np.int64)
_SCALE_LIST = tuple(SCALES[name] for name in NAMES)
_DURATION, _EXPLICIT = (_FEATURES_START + NAMES.index(name) for name in ("duration_ms", "explicit"))


class CatalogEntry(Struct, frozen=True):
    """`number` is the track's place in the catalog, and in the index of vectors."""

    number: int
    track: Track
    features: AudioFeatures


class CatalogHit(Struct, frozen=True):
    """A track that a text may mean; `fit` is 0 to 100, and so is `prominence`, None where no track has a popularity."""

    entry: CatalogEntry
    fit: float
    prominence: float | None


class CatalogArtist(Struct, frozen=True):
    """`tracks` are the best known first, of `n_tracks` in all; `alike` are the names of the artists whose tracks lie nearest,
    the nearest first."""

    name: str
    n_tracks: int
    tracks: tuple[CatalogEntry, ...]
    alike: tuple[str, ...]


class Catalog:
    """The catalog in the file at `path`, which must not change while it is open; safe to use from many threads.

    Raises `ReleaseError` when the file is not a catalog of this version, and from any method when it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._uri = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = False
        self._read: FIFOCache[int, CatalogEntry] = FIFOCache(_MOST_READ)
        self._lock = threading.Lock()
        with self._reading() as connection:
            _check(connection)
            self._genres = tuple(name for (name,) in connection.execute("SELECT name FROM genres ORDER BY label"))
            has_popularity = bool(connection.execute("SELECT 1 FROM tracks WHERE prominence IS NOT NULL LIMIT 1").fetchone())
            self.has_artists = has_artists(connection)
            arrays = dict(connection.execute("SELECT name, data FROM arrays").fetchall())
        self._numbers = np.frombuffer(arrays["numbers"], np.dtype("<i4"))
        self._norms = norms(np.frombuffer(arrays["lengths"], np.uint8))
        self.years = np.frombuffer(arrays["years"], np.dtype("<i2")) if "years" in arrays else None
        """When each track came out, int16 [n_tracks], 0 where nobody knows; None where no year is known."""
        self.is_clean = np.frombuffer(arrays["explicit"], np.uint8) != 1 if "explicit" in arrays else None
        """Whether each track is not marked as explicit, bool [n_tracks]; None where nobody marks tracks."""
        self.popularity = shares_less_known(self._numbers) if has_popularity else None
        """The share of the catalog that is less known than each track, float32 [n_tracks]; None where no track has a
        popularity."""

    @cached_property
    def decades(self) -> tuple[int, ...]:
        """The first years of those in which enough tracks came out to make a list of, in order."""
        if self.years is None:
            return ()
        decades, counts = np.unique(self.years[self.years > 0] // 10 * 10, return_counts=True)
        return tuple(int(decade) for decade in decades[counts >= _LEAST_OF_A_DECADE])

    def __len__(self) -> int:
        return len(self._numbers)

    def close(self) -> None:
        """Close the file. A request under way goes on, and leaves no connection behind."""
        self._closed = True
        self._close_idle()

    def find(self, track_id: str) -> CatalogEntry | None:
        """The track that has this id among its ids."""
        with self._reading() as connection:
            row = connection.execute("SELECT number FROM ids WHERE id = ?", (_storable(track_id),)).fetchone()
            return self._entries(connection, row)[0] if row else None

    def known(self, track_ids: Iterable[str]) -> set[str]:
        """The ids, of these, that find a track."""
        ids = json.dumps([_storable(track_id) for track_id in track_ids])
        with self._reading() as connection:
            rows = connection.execute("SELECT id FROM ids WHERE id IN (SELECT value FROM json_each(?))", (ids,))
            return {track_id for (track_id,) in rows}

    def artist(self, name: str, most_tracks: int) -> CatalogArtist | None:
        """The artist of a name, with up to `most_tracks` tracks; None when nobody here is called so."""
        if not self.has_artists:
            return None
        with self._reading() as connection:
            row = read_artist(connection, name)
            if row is None:
                return None
            tracks = self._entries(connection, row.tracks[:most_tracks])
            return CatalogArtist(row.name, len(row.tracks), tuple(tracks), row.alike)

    def entries(self, numbers: Sequence[int]) -> list[CatalogEntry]:
        """The tracks in the order of `numbers`; raises `ReleaseError` for a number that is not in the catalog."""
        with self._reading() as connection:
            return self._entries(connection, numbers)

    def examples(self, per_genre: int) -> list[CatalogEntry]:
        """Popular tracks, up to `per_genre` of each genre, no track twice: first one of every genre, then the second ones."""
        with self._reading() as connection:
            rows = connection.execute("SELECT number FROM examples WHERE place < ? ORDER BY place, label", (per_genre,))
            return self._entries(connection, [number for (number,) in rows])

    def search(self, query: str, limit: int, deadline: Deadline | None = None) -> list[CatalogEntry]:
        """The tracks of `search_hits`."""
        return [hit.entry for hit in self.search_hits(query, limit, deadline)]

    def search_hits(self, query: str, limit: int, deadline: Deadline | None = None) -> list[CatalogHit]:
        """Up to `limit` tracks that the text may mean, the best first; raises `DeadlineExceeded`.

        Names and artists are found by any part, in any order, and with typing errors; a text that fits no name finds nothing.
        Only the first characters of a long text count: see `read_name`.
        """
        typed = read_name(query)
        hits: dict[int, _Hit] = {}
        with self._reading(deadline) as connection:
            for form in filter(None, (*typed.forms, *typed.reduced)):
                numbers = [
                    number for number in self._numbers[_ranks(connection, form, self._norms)].tolist() if number not in hits
                ]
                if deadline is not None:
                    deadline.check()
                hits.update((hit.number, hit) for hit in _hits(connection, typed, numbers))
                # The other spellings find what the first one has missed.
                if any(hit.fit >= SURE_FIT for hit in hits.values()):
                    break
            best = heapq.nsmallest(limit, (hit for hit in hits.values() if hit.fit >= LEAST_FIT), key=_Hit.order)
            entries = self._entries(connection, [hit.number for hit in best])
            return [CatalogHit(entry, hit.fit, hit.prominence) for entry, hit in zip(entries, best, strict=True)]

    def _entries(self, connection: sqlite3.Connection, numbers: Sequence[int]) -> list[CatalogEntry]:
        entries = {int(number): entry for number in numbers if (entry := self._read.get(int(number))) is not None}
        unread = [int(number) for number in numbers if int(number) not in entries]
        if unread:
            entries.update(self._remembered(connection, unread))
        try:
            return [entries[number] for number in numbers]
        except KeyError as error:
            raise ReleaseError(f"no track {error} among the {len(self)} of the catalog") from error

    def _remembered(self, connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, CatalogEntry]:
        """The entries as they are read, each of which is kept for the next answer."""
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM tracks WHERE number IN (SELECT value FROM json_each(?))", (json.dumps(numbers),)
        )
        entries = {row[0]: self._entry(row) for row in rows}
        with self._lock:
            self._read.update(entries)
        return entries

    def _entry(self, row: tuple[Any, ...]) -> CatalogEntry:
        number, track_id, title, artists, album, labels, popularity, *columns = row
        values = [value / scale if type(value) is int else value for value, scale in zip(columns, _SCALE_LIST, strict=True)]
        features = AudioFeatures(*values)
        track = Track(
            id=track_id,
            title=title,
            artists=split_artists(artists),
            album=album,
            duration_ms=None if features.duration_ms is None else round(features.duration_ms),
            explicit=None if features.explicit is None else features.explicit > 0,
            genres=_genres(labels, self._genres),
            popularity=None if popularity is None else float(popularity),
            year=None if self.years is None else int(self.years[number]) or None,
        )
        return CatalogEntry(number, track, features)

    @contextmanager
    def _reading(self, deadline: Deadline | None = None) -> Iterator[sqlite3.Connection]:
        """A connection for this thread alone, whose queries end with the deadline."""
        try:
            connection = self._take()
            try:
                _bound(connection, deadline)
                yield connection
            finally:
                self._give_back(connection)
        except sqlite3.Error as error:
            if deadline is not None and deadline.passed:
                raise DeadlineExceeded("deadline") from error
            raise ReleaseError(f"the catalog cannot be read: {error}") from error

    def _take(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return _connect(self._uri)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        self._idle.append(connection)
        if self._closed:
            self._close_idle()

    def _close_idle(self) -> None:
        while self._idle:
            try:
                self._idle.pop().close()
            except IndexError:
                return


def shares_less_known(numbers: NDArray[np.int32]) -> FloatArray:
    """The share that is less known than each track, float32 [n_tracks], from the tracks' numbers, the best known first."""
    shares = np.empty(len(numbers), np.float32)
    shares[numbers] = 1 - (np.arange(len(numbers), dtype=np.float32) + 0.5) / len(numbers)
    return shares


def _storable(text: str) -> str:
    """The text without halves of surrogate pairs, which no file holds."""
    return text.encode("utf-8", "replace").decode()


def _connect(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
    # Mapping the file would save half a millisecond of a query, and count as 20 MB of each process that has read all of it.
    connection.execute("PRAGMA mmap_size = 0")
    connection.execute("PRAGMA cache_size = -256")
    return connection


def _check(connection: sqlite3.Connection) -> None:
    kind = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if (kind, version) != (APPLICATION_ID, SCHEMA_VERSION):
        raise ReleaseError(f"the catalog is not one of version {SCHEMA_VERSION}")


def _bound(connection: sqlite3.Connection, deadline: Deadline | None) -> None:
    if deadline is None:
        connection.set_progress_handler(None, 0)
        return
    deadline.check()
    connection.set_progress_handler(lambda: deadline.passed, _STEPS_BETWEEN_LOOKS)


def split_artists(artists: str) -> tuple[str, ...]:
    """The names of a track's artists, which stand in one text with semicolons between."""
    return tuple(filter(None, map(str.strip, artists.split(";")))) or (artists,)


@lru_cache(maxsize=4096)
def _genres(labels: str, genres: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(genres[int(label)] for label in labels.split(",")) if labels else ()


def _ranks(connection: sqlite3.Connection, form: str, norms: FloatArray) -> list[int]:
    """The candidates for a query in search form."""
    tokens = json.dumps(sorted(query_tokens(form)))
    counts = dict(
        connection.execute("SELECT token, tracks FROM tokens WHERE token IN (SELECT value FROM json_each(?))", (tokens,))
    )
    titles, artists = (title_start(form), title_end(form)), (artist_start(form), artist_end(form))
    lists = _lists(connection, [*affordable(dict(counts)), *titles, *artists])
    edges = {token: lists.pop(token, _NO_RANKS) for token in (*titles, *artists)}
    if len(form) < 3:
        lists[form] = _ranks_inside(connection, form, len(norms))
    return best_ranks(lists, (edges[titles[0]], edges[titles[1]]), (edges[artists[0]], edges[artists[1]]), norms)


def _hits(connection: sqlite3.Connection, typed: TypedName, numbers: Sequence[int]) -> list[_Hit]:
    rows = connection.execute(
        "SELECT number, title, artists, prominence FROM tracks WHERE number IN (SELECT value FROM json_each(?))",
        (json.dumps(numbers),),
    )
    return [_Hit.of(typed, *row) for row in rows]


def _ranks_inside(connection: sqlite3.Connection, form: str, n_tracks: int) -> Ranks:
    """The tracks with one or two characters anywhere, through the commonest tokens that start with them."""
    rows = connection.execute(
        "SELECT token FROM tokens WHERE token >= ? AND token < ? ORDER BY tracks DESC, token LIMIT ?",
        (form, form + "\U0010ffff", _MOST_INSIDE),
    )
    lists = _lists(connection, [token for (token,) in rows])
    contains = np.zeros(n_tracks, np.bool_)
    for ranks in lists.values():
        contains[ranks] = True
    return np.flatnonzero(contains)


def _lists(connection: sqlite3.Connection, tokens: Sequence[str]) -> dict[str, Ranks]:
    """The ranks of the tracks that have each token, ascending; without the tokens that no track has."""
    rows = connection.execute(
        "SELECT token, tracks, ranks FROM tokens WHERE token IN (SELECT value FROM json_each(?))", (json.dumps(tokens),)
    ).fetchall()
    counts = [count for _, count, _ in rows]
    ranks = decode_ranks(b"".join(encoded for _, _, encoded in rows), counts)
    return dict(zip((token for token, _, _ in rows), ranks, strict=True))


class _Hit(Struct, frozen=True):
    number: int
    fit: float
    prominence: float | None

    @classmethod
    def of(cls, typed: TypedName, number: int, title: str, artists: str, prominence: float | None) -> _Hit:
        return cls(number, fit(typed, title, split_artists(artists)), prominence)

    def order(self) -> tuple[float, float, int]:
        """Sorts the likeliest first: by fit with a little prominence, then by prominence, then by number."""
        prominence = self.prominence or 0.0
        return (-self.fit - PROMINENCE_WEIGHT * prominence, -prominence, self.number)
