"""How far the labels of a catalog are to be trusted, by the other tracks of the same artists.

Public names: label_confusion.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import pandas as pd

from training.data.rows import first_artists

_SMOOTHING = 0.02
"""The share that is spread evenly over all genres: no label is certain."""


def label_confusion(tracks: pd.DataFrame) -> dict[str, dict[str, float]]:
    """For each label the share of each genre among the other tracks by the artists of the tracks that have it, summing to 1.

    An artist with n tracks counts as the square root of n. An artist with a single track says nothing.
    """
    genres = sorted({genre for of_track in tracks["genres"] for genre in of_track})
    numbers = {genre: number for number, genre in enumerate(genres)}
    counts = np.zeros((len(genres), len(genres)))
    for filed in _by_artist(tracks).values():
        if len(filed) > 1:
            counts += _pairs([_shares(labels, numbers) for labels in filed]) / np.sqrt(len(filed))
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.eye(len(genres)), where=totals > 0)
    smoothed = (1 - _SMOOTHING) * shares + _SMOOTHING / len(genres)
    return {
        label: {genre: float(f"{smoothed[row, column]:.4g}") for genre, column in numbers.items()}
        for label, row in numbers.items()
    }


def _by_artist(tracks: pd.DataFrame) -> dict[str, list[Sequence[str]]]:
    by_artist: dict[str, list[Sequence[str]]] = defaultdict(list)
    for artist, labels in zip(first_artists(tracks), tracks["genres"], strict=True):
        by_artist[str(artist)].append(labels)
    return by_artist


def _shares(labels: Sequence[str], numbers: dict[str, int]) -> np.ndarray:
    shares = np.zeros(len(numbers))
    shares[[numbers[label] for label in labels]] = 1 / len(labels)
    return shares


def _pairs(filed: Sequence[np.ndarray]) -> np.ndarray:
    """[n_genres, n_genres]: over all ordered pairs of two tracks, each track weighing one in all."""
    stacked = np.stack(filed)
    total = stacked.sum(axis=0)
    return np.asarray((stacked.T @ (total - stacked)) / (len(filed) - 1))
