"""How likely a name that several tracks share is to mean each of them.

Popularity alone is wrong at times: 0 for many well-known tracks, high for a cover. So three numbers from 0 to 100 are added up
with weights: the popularity, or a guess where it says nothing; the mean popularity of the artist's other tracks; and
on how many releases the song is.

Public names: prominences, prominences_of, by_prominence, has_popularity.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_OWN, _ARTIST, _RELEASES = 0.6, 0.25, 0.15
# Public tables of Spotify's tracks say 1 to 5 of many well-known songs, which they have from a compilation, and 0 of releases
# that nobody plays.
_LEAST_KNOWN = 5.0
_OF_COMPILATION, _UNPLAYED, _UNKNOWN = 45.0, 15.0, 30.0
_MANY_RELEASES = 4


def has_popularity(tracks: pd.DataFrame) -> bool:
    """Whether any track has a popularity but 0: otherwise nobody has measured how well known the tracks are."""
    return any(_popularity(tracks))


def by_prominence(tracks: pd.DataFrame) -> NDArray[np.int32]:
    """The places of the tracks, the most prominent first, ties in their order."""
    return np.argsort(-prominences_of(tracks), kind="stable").astype(np.int32)


def prominences_of(tracks: pd.DataFrame) -> NDArray[np.float64]:
    """The prominence of each track, float64 [n_tracks], by `artists`, `other_ids` and, where there is one, `popularity`."""
    return prominences(tracks["artists"].tolist(), _popularity(tracks), tracks["other_ids"].map(len).tolist())


def _popularity(tracks: pd.DataFrame) -> list[float | None]:
    if "popularity" not in tracks:
        return [None] * len(tracks)
    return [None if pd.isna(value) else float(value) for value in tracks["popularity"]]


def prominences(artists: Sequence[str], popularity: Sequence[float | None], n_other_ids: Sequence[int]) -> NDArray[np.float64]:
    """The prominence of each track, 0 to 100, float64 [n_tracks]; artists joined by ";", the first one counts."""
    first = [names.split(";")[0].casefold() for names in artists]
    known = [value if value is not None and value > _LEAST_KNOWN else None for value in popularity]
    by_artist: dict[str, list[float]] = defaultdict(list)
    for artist, value in zip(first, known, strict=True):
        if value is not None:
            by_artist[artist].append(value)
    result = []
    for artist, said, value, n_others in zip(first, popularity, known, n_other_ids, strict=True):
        total, number = sum(by_artist[artist]), len(by_artist[artist])
        own = value if value is not None else _guess(said)
        others = number - (value is not None)
        rest = (total - (value or 0.0)) / others if others else own
        releases = 100 * min((1 + n_others) / _MANY_RELEASES, 1.0)
        result.append(_OWN * own + _ARTIST * rest + _RELEASES * releases)
    return np.array(result)


def _guess(said: float | None) -> float:
    """A popularity in the place of one that says nothing."""
    if said is None:
        return _UNKNOWN
    return _OF_COMPILATION if said else _UNPLAYED
