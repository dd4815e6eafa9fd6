"""The map of music: where each track lies on a plane on which tracks that sound alike are near one another.

The space is the embedder's, without what an artist's other tracks add to the index: a track lies where it sounds, not where its
artist is at home. A track of several genres has the colour of the one whose centre it is nearest to.

Public names: map_rows.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from kamerton.music.features import FloatArray
from kamerton.release.music_map import SIDE
from training.statistics.projection import Points


def map_rows(
    plane: Points, embeddings: FloatArray, rows: NDArray[np.int32], shards: Mapping[str, tuple[int, int]]
) -> NDArray[np.uint16]:
    """uint16 [n_tracks, 3], what `kamerton.release.music_map.MusicMap` takes.

    `plane` [n_tracks, 2] comes from `training.statistics.projection`; `rows` and `shards` are those of
    `kamerton.release.track_index`.
    """
    labels = _labels(embeddings, rows, list(shards.values()))
    return np.column_stack([_in_the_square(plane), labels]).astype(np.uint16)


def _in_the_square(plane: Points) -> Points:
    """Whole numbers from 0 to SIDE - 1, the same scale along both axes, what is narrower in the middle."""
    low, high = plane.min(axis=0), plane.max(axis=0)
    extent = max(float((high - low).max()), 1e-12)
    return np.asarray(np.rint(((plane - (low + high) / 2) / extent + 0.5) * (SIDE - 1)))


def _labels(embeddings: FloatArray, rows: NDArray[np.int32], spans: list[tuple[int, int]]) -> NDArray[np.int64]:
    """[n_tracks]: the place among the shards of one of each track's genres."""
    labels = np.zeros(len(embeddings), np.int64)
    nearest = np.full(len(embeddings), np.inf)
    for label, (start, stop) in enumerate(spans):
        filed = rows[start:stop]
        distances = np.linalg.norm(embeddings[filed] - embeddings[filed].mean(axis=0), axis=1)
        nearer = distances < nearest[filed]
        labels[filed[nearer]] = label
        nearest[filed[nearer]] = distances[nearer]
    return labels
