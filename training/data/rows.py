"""Labelled rows as `prepare` writes them: their artists, genres and labels, and rows with less known of each track.

Public names: first_artists, new_artist_rows, genres_of, labels_of, core_rows, rough_rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamerton.music import features


def new_artist_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of one genre only, the first of each (track_name, artists), with a plain index."""
    n_genres = rows.groupby("track_id")["track_genre"].transform("nunique")
    return rows[n_genres == 1].drop_duplicates(["track_name", "artists"]).reset_index(drop=True)


def first_artists(rows: pd.DataFrame) -> pd.Series:
    """The artist that is named first, a str a row."""
    return rows["artists"].str.split(";").str[0]


def genres_of(rows: pd.DataFrame) -> tuple[str, ...]:
    return tuple(sorted(rows["track_genre"].unique()))


def labels_of(rows: pd.DataFrame, genres: Sequence[str]) -> NDArray[np.intp]:
    """The places of the rows' genres in `genres`."""
    return np.asarray(rows["track_genre"].map({genre: label for label, genre in enumerate(genres)}).to_numpy(dtype=np.intp))


def core_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """A copy of rows in which only the features are known that every source has."""
    return rows.assign(**dict.fromkeys(features.OPTIONAL, np.nan))


def rough_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows as a source tells them that knows a tempo to a beat and a duration to a second."""
    return rows.assign(tempo=rows["tempo"].round(), duration_ms=(rows["duration_ms"] / 1000).round() * 1000)
