"""Which column of a table is which of ours, by the names that people and programs give them.

Names are compared without case, spaces, brackets and signs: "Artist Name(s)", "artist.name.s" and "artist_name_s" are one.
Known are the names of Spotify's own API, of Exportify, and of the public sets of tracks. Whoever has others says which is
which.

Public names: renamed, hint, ALIASES.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

import pandas as pd

# The first that a table has is taken; our own name always is.
ALIASES: dict[str, tuple[str, ...]] = {
    "track_id": (
        *("spotify track id", "spotify id", "track uri", "spotify track uri", "spotify uri", "track url", "spotify url"),
        *("id", "uri", "song id", "url", "track href", "href"),
    ),
    "track_name": ("track", "track title", "song", "song name", "song title", "title", "name"),
    "artists": (
        *("artist", "artist name", "artist names", "artist s name", "artist name s", "artists name", "artists names"),
        *("track artist", "artist s", "performer", "band"),
    ),
    "album_name": ("album", "track album name", "album title", "track album"),
    "track_genre": (
        "genre",
        "genres",
        "playlist genre",
        "top genre",
        "main genre",
        "artist genres",
        "music genre",
        "genre name",
    ),
    "popularity": ("track popularity", "track pop", "song popularity", "pop"),
    "duration_ms": ("duration", "track duration", "track duration ms", "length", "length duration", "dur", "song duration ms"),
    "tempo": ("bpm", "beats per minute", "beats per minute bpm", "tempo bpm"),
    "loudness": ("loudness db", "db"),
    "energy": ("nrgy",),
    "danceability": ("dnce", "dance"),
    "valence": ("val",),
    "liveness": ("live",),
    "acousticness": ("acous", "acoustic"),
    "speechiness": ("spch", "speech"),
    "instrumentalness": ("instrumental", "instr", "ins", "instrum"),
    "key": ("track key",),
    "mode": ("audio mode", "track mode"),
    "explicit": ("track explicit", "is explicit"),
    "year": ("release year", "released year", "release date", "album release date", "track album release date", "released"),
}


def renamed(table: pd.DataFrame, chosen: Mapping[str, str], name: str) -> tuple[pd.DataFrame, dict[str, str]]:
    """The table with our names, and what each of them was called there. `chosen` are columns of the table with our names for
    them. SystemExit for a choice that cannot be."""
    present = [column for column in table.columns if column]
    taken = _chosen(chosen, present, name)
    by_form = {_form(column): column for column in reversed(present)}
    for ours, aliases in ALIASES.items():
        if ours in taken.values():
            continue
        forms = (_form(ours), *aliases)
        found = next((by_form[form] for form in forms if form in by_form and by_form[form] not in taken), None)
        if found is not None:
            taken[found] = ours
    for column, ours in taken.items():
        if column != ours:
            print(f'{name}: "{column}" is taken for {ours}.')
    return table[list(taken)].rename(columns=taken), {ours: column for column, ours in taken.items()}


def hint(ours: str, present: Sequence[str]) -> str:
    """A column that may be misspelt, as a question; empty when none is close."""
    forms = {_form(column): column for column in present}
    close = get_close_matches(_form(ours), forms, n=1, cutoff=0.85)
    return f' (is it "{forms[close[0]]}" there?)' if close else ""


def _chosen(chosen: Mapping[str, str], present: Sequence[str], name: str) -> dict[str, str]:
    for column, ours in chosen.items():
        if ours not in ALIASES:
            raise SystemExit(f"{ours!r} is no column of ours: choose among {', '.join(ALIASES)}.")
        if column not in present:
            raise SystemExit(f"{name} has no column {column!r}: it has {', '.join(present[:30])}.")
    return dict(chosen)


def _form(column: str) -> str:
    """ "Beats.Per.Minute (BPM)" is "beats per minute bpm", "danceability_%" is "danceability"."""
    return " ".join(re.sub(r"[\W_]+", " ", column.casefold()).split())
