"""The artists of a catalog: who made which tracks, and whose tracks lie near.

Tables of the catalog's file, written by `training.indexing.artist_rows`:

    artists         a row an artist: its name in search form, as it is written, and `alike`, the numbers of the artists whose
                    tracks lie nearest, as a list in JSON
    artist_tracks   the tracks of each artist, the best known first

Public names: ArtistRow, read_artist, has_artists, ARTIST_SCHEMA.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from msgspec import Struct

from kamerton.music.normalise import normalise_name

ARTIST_SCHEMA = """
CREATE TABLE artists (artist INTEGER PRIMARY KEY, form UNIQUE, name, alike);
CREATE TABLE artist_tracks (artist, place, number, PRIMARY KEY (artist, place)) WITHOUT ROWID;
"""


class ArtistRow(Struct, frozen=True):
    """`tracks` are numbers in the catalog, and `alike` names, the nearest first."""

    name: str
    tracks: tuple[int, ...]
    alike: tuple[str, ...]


def has_artists(connection: sqlite3.Connection) -> bool:
    """Whether the file has these tables: those of older releases have not."""
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'artist_tracks'").fetchone() is not None


def read_artist(connection: sqlite3.Connection, name: str) -> ArtistRow | None:
    """The artist of a name, however it is spelled; None when nobody in the catalog is called so."""
    row = connection.execute("SELECT artist, name, alike FROM artists WHERE form = ?", (normalise_name(name),)).fetchone()
    if row is None:
        return None
    artist, written, alike = row
    numbers = connection.execute("SELECT number FROM artist_tracks WHERE artist = ? ORDER BY place", (artist,))
    return ArtistRow(written, tuple(number for (number,) in numbers), tuple(_names(connection, json.loads(alike))))


def _names(connection: sqlite3.Connection, artists: Sequence[int]) -> list[str]:
    rows = connection.execute(
        "SELECT artist, name FROM artists WHERE artist IN (SELECT value FROM json_each(?))", (json.dumps(artists),)
    )
    names = dict(rows.fetchall())
    return [names[artist] for artist in artists]
