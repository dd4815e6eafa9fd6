"""The tracks of a catalog laid out for the index: one shard of vectors a genre.

Each vector is mixed with the mean of its artist's other tracks: what a track shares with its artist's others is heard
again by who likes it, what it does not share is mostly noise of the features. The artist is the first one named.

Public names: ARTIST_SHARE, FloatArray, shard_layout.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamerton.music.features import FloatArray
from training.data.rows import first_artists

ARTIST_SHARE = 0.5
"""The weight of the artist's other tracks in a vector, for an artist with many (measured on artists left out)."""


def shard_layout(
    tracks: pd.DataFrame, embeddings: FloatArray
) -> tuple[FloatArray, NDArray[np.int32], dict[str, tuple[int, int]]]:
    """What `TrackIndex` takes: vectors float32 [n_rows, d], rows int32 [n_rows], shards [start, stop).

    `tracks` needs `artists` and `genres`; `embeddings` is float32 [n_tracks, d] in the same order. The rows are sorted by
    genre, then by the track's place in `tracks`; a track stands once in each of its genres.
    """
    genres = _filed(tracks["genres"])
    rows = genres.index.to_numpy(dtype=np.int32)
    names, starts = np.unique(genres.to_numpy(dtype=str), return_index=True)
    stops = np.append(starts[1:], len(rows))
    shards = {str(name): (int(start), int(stop)) for name, start, stop in zip(names, starts, stops, strict=True)}
    return _mixed_with_artist(first_artists(tracks), embeddings)[rows], rows, shards


def _filed(genres: pd.Series) -> pd.Series:
    """One genre a row, sorted; the index is the track's place."""
    filed = pd.Series([sorted(set(names)) for names in genres], dtype=object).explode()
    return filed.dropna().sort_values(kind="stable")


def _mixed_with_artist(artists: pd.Series, embeddings: FloatArray) -> FloatArray:
    """(1 - w) * own + w * mean of the artist's n - 1 others, w = ARTIST_SHARE * (n - 1) / n."""
    labels = pd.factorize(artists)[0]
    counts = np.bincount(labels)
    sums = np.zeros((len(counts), embeddings.shape[1]))
    np.add.at(sums, labels, embeddings)
    n = counts[labels][:, np.newaxis]
    weight = ARTIST_SHARE * (n - 1) / n
    mixed = (1 - weight) * embeddings + ARTIST_SHARE / n * (sums[labels] - embeddings)
    return np.asarray(mixed.astype(np.float32))
