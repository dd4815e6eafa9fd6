"""The artists of a catalog as rows of its file: their tracks, and the artists whose tracks lie nearest.

An artist lies at the mean place of its tracks, and is filed as they are; two artists score as a track and a seed do, by the
squared distance and by the genres that they share. Without the genres the means of many tracks, which all lie near the middle,
are near to anybody's. One with a single track is named as near to nobody: one track says little of an artist.

Public names: ArtistRows, PlacedTracks, artist_rows, MOST_ALIKE.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kamerton.music.features import FloatArray
from kamerton.music.normalise import normalise_name
from kamerton.release.track_index import GENRE_WEIGHT

MOST_ALIKE = 12
_LEAST_TRACKS = 2
_CHUNK = 1024
_STRAY = 0.05
"""Added to an artist's number of tracks in each genre: who has none in it may make some yet."""


@dataclass(frozen=True, slots=True)
class PlacedTracks:
    """`embeddings` float32 [n_tracks, d]; `genres` float64 [n_tracks, n_genres], the part of a track filed under each;
    `counted` bool [n_tracks], whether it counts for its artists."""

    embeddings: FloatArray
    genres: NDArray[np.float64]
    counted: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ArtistRows:
    """Each artist has the number of its place. `tracks` are the numbers of its tracks, in the order of the catalog's `order`;
    `alike` the numbers of other artists, the nearest first."""

    forms: list[str]
    names: list[str]
    tracks: list[list[int]]
    alike: list[list[int]]

    def artists(self) -> Iterator[tuple[int, str, str, str]]:
        rows = zip(self.forms, self.names, map(json.dumps, self.alike), strict=True)
        return ((artist, *row) for artist, row in enumerate(rows))

    def artist_tracks(self) -> Iterator[tuple[int, int, int]]:
        return ((artist, place, number) for artist, tracks in enumerate(self.tracks) for place, number in enumerate(tracks))


def artist_rows(artists: Sequence[Sequence[str]], order: Sequence[int], placed: PlacedTracks | None) -> ArtistRows:
    """`artists` are the names of each track's artists, `order` the numbers of the tracks, the best known first. Without
    `placed` nobody is alike."""
    found: dict[str, int] = {}
    names: list[str] = []
    tracks: list[list[int]] = []
    for number in order:
        # The same artist may be named twice.
        for form, name in {normalise_name(name): name for name in artists[number]}.items():
            if form not in found:
                found[form] = len(names)
                names.append(name)
                tracks.append([])
            tracks[found[form]].append(number)
    return ArtistRows(list(found), names, tracks, _alike(tracks, placed) if placed else [[] for _ in names])


def _alike(tracks: Sequence[Sequence[int]], placed: PlacedTracks) -> list[list[int]]:
    counted = [[number for number in of_artist if placed.counted[number]] for of_artist in tracks]
    artists = np.array([artist for artist, numbers in enumerate(counted) if numbers], np.int64)
    alike: list[list[int]] = [[] for _ in tracks]
    if not len(artists):
        return alike
    means = np.stack([placed.embeddings[counted[artist]].mean(axis=0, dtype=np.float64) for artist in artists])
    filed = np.stack([placed.genres[counted[artist]].sum(axis=0) for artist in artists]) + _STRAY
    filed /= filed.sum(axis=1, keepdims=True)
    known = np.array([len(counted[artist]) >= _LEAST_TRACKS for artist in artists])
    others, their_means, their_genres = artists[known], means[known], filed[known]
    halves = (their_means**2).sum(axis=1) / 2
    for start in range(0, len(artists), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        shared = np.log(filed[chunk] @ their_genres.T)
        scores = means[chunk] @ their_means.T - halves + GENRE_WEIGHT * shared
        for artist, row in zip(artists[chunk], scores, strict=True):
            alike[artist] = _best(others, row, int(artist))
    return alike


def _best(others: NDArray[np.int64], scores: NDArray[np.float64], artist: int) -> list[int]:
    n = min(MOST_ALIKE + 1, len(others))
    best = np.argpartition(-scores, n - 1)[:n] if n else np.empty(0, np.int64)
    ordered = best[np.lexsort((others[best], -scores[best]))]
    return [int(other) for other in others[ordered] if other != artist][:MOST_ALIKE]
