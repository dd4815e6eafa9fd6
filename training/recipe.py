"""What a model of genres is fitted on: vectors, labels, a weight for each row, and rows in which something is missing.

Rows are weighted by the power -1/4 of the number of their artist's rows, so that an artist with forty tracks does not
become a genre of its own. Every row stands there twice, the second time at a lower weight and with gaps, as the sources that
are asked for audio features leave them.

Public names: TrainedClassifier, fit_classifier, genres_of, labels_of, vectors_of, core_only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamerton import features
from kamerton.features import FloatArray
from training.models import LabelArray, Model, Probabilities, family
from training.protocol import first_artists

_ALL = slice(None)
_COLUMNS = {name: column for column, name in enumerate(features.FEATURE_NAMES)}
_N_CORE = len(features.CORE)
_KEY = [_COLUMNS[name] for name in ("key_fifths_sin", "key_fifths_cos", "mode")]
_CONTEXT = [_COLUMNS[name] for name in ("duration_log", "explicit")]

GAPS = ([*_KEY, *_CONTEXT], _KEY, _CONTEXT)
"""Columns that are missing together: an uploaded clip, a clip that Spotify knows, a look-up by ReccoBeats alone."""

GAP_WEIGHT = 0.3
"""Of a row with gaps, beside its whole twin. A weight of 1 was no better in any figure (fold seed 1)."""

ARTIST_POWER = -0.25
"""Of the weights. New artists: no difference from -0.5 or 0 beyond noise (fold seeds 3 and 4); random rows: 0.003 over -0.5."""

CORE_GAP_SHARE = 0.03
"""How often one of the core nine is missing in a row with gaps: whoever asks by raw features may leave some out."""


@dataclass(frozen=True, slots=True)
class TrainedClassifier:
    """`genres` are the labels, in the order of the model's columns."""

    family: str
    genres: tuple[str, ...]
    model: Model

    def predict_proba(self, vectors: FloatArray) -> Probabilities:
        """float32 [n, n_features] to float64 [n, n_genres]."""
        return self.model.predict_proba(vectors)


def fit_classifier(
    rows: pd.DataFrame, family_name: str, genres: Sequence[str] | None = None, seed: int = 0, threads: int = 1
) -> TrainedClassifier:
    """A model of `family_name` fitted on labelled rows; `genres` are all there are, those of the rows unless given."""
    genres = tuple(genres or genres_of(rows))
    if len(genres) < 2:
        raise SystemExit("At least two genres must be left once tracks of several genres are set aside, to tell them apart.")
    vectors, labels, weights = with_gaps(vectors_of(rows), labels_of(rows, genres), artist_weights(rows), seed)
    return TrainedClassifier(family_name, genres, family(family_name)(len(genres), seed, threads).fit(vectors, labels, weights))


def genres_of(rows: pd.DataFrame) -> tuple[str, ...]:
    return tuple(sorted(rows["track_genre"].unique()))


def labels_of(rows: pd.DataFrame, genres: Sequence[str]) -> LabelArray:
    """The places of the rows' genres in `genres`."""
    return rows["track_genre"].map({genre: label for label, genre in enumerate(genres)}).to_numpy(dtype=np.intp)


def vectors_of(rows: pd.DataFrame) -> FloatArray:
    """float32 [n, n_features]; see `kamerton.features`."""
    return features.vectors({name: rows[name] for name in features.NAMES if name in rows})


def core_only(vectors: FloatArray) -> FloatArray:
    """A copy in which only the features are known that every source has."""
    return _without(vectors, _ALL, list(range(_N_CORE, vectors.shape[1])))


def artist_weights(rows: pd.DataFrame) -> NDArray[np.float64]:
    """[n] with a mean of 1."""
    artists = first_artists(rows)
    weights = artists.map(artists.value_counts()).to_numpy(dtype=np.float64) ** ARTIST_POWER
    return weights / weights.mean()


def with_gaps(
    vectors: FloatArray, labels: LabelArray, weights: NDArray[np.float64], seed: int
) -> tuple[FloatArray, LabelArray, NDArray[np.float64]]:
    """The rows, and then their twins with gaps."""
    random = np.random.default_rng(seed)
    gaps = random.integers(len(GAPS), size=len(vectors))
    twins = vectors
    for number, columns in enumerate(GAPS):
        twins = _without(twins, gaps == number, columns)
    twins[:, :_N_CORE][random.random((len(twins), _N_CORE)) < CORE_GAP_SHARE] = np.nan
    return (
        np.concatenate([vectors, twins]),
        np.concatenate([labels, labels]),
        np.concatenate([weights, GAP_WEIGHT * weights]),
    )


def _without(vectors: FloatArray, rows: slice | NDArray[np.bool_], columns: list[int]) -> FloatArray:
    copied = vectors.copy()
    chosen = copied[rows]
    chosen[:, columns] = np.nan
    copied[rows] = chosen
    return copied
