"""The numbers that a model of genres may see of a track. One set of them is served; the study compares the others with it.

    served             the vector of `kamerton.features`
    without_logs       the same features on the scales that Spotify gives them
    key_as_number      key from 0 to 11 instead of a point on the circle of fifths
    products           served, with products and ratios that mean something
    tempo_folded       served, with the tempo folded into one octave beside: half and double time are heard as one
    standardised       served, each feature with mean 0 and standard deviation 1 over the rows that are fitted on

Public names: SERVED_INPUTS, INPUTS, Inputs, fit_inputs, vectors_of.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from sklearn.preprocessing import StandardScaler

from kamerton import features
from kamerton.features import FloatArray

SERVED_INPUTS = "served"

Inputs = Callable[[pd.DataFrame], FloatArray]
"""Rows as `prepare` writes them to float32 [n, n_inputs], NaN where a value is not known."""

_TEMPO_OCTAVE_BPM = 70.0
"""Where the folded octave of tempo begins: people tap mostly between 70 and 140 (Moelants, 2002)."""

_KEY = [features.FEATURE_NAMES.index(name) for name in ("key_fifths_sin", "key_fifths_cos")]


def vectors_of(rows: pd.DataFrame) -> FloatArray:
    """float32 [n, n_features]; see `kamerton.features`."""
    return features.vectors({name: rows[name] for name in features.NAMES if name in rows})


def fit_inputs(name: str, rows: pd.DataFrame) -> Inputs:
    """The inputs called `name`, fitted on `rows` where there is something to fit."""
    if name == "standardised":
        scaler = StandardScaler().fit(vectors_of(rows))
        return lambda others: np.asarray(scaler.transform(vectors_of(others)), dtype=np.float32)
    return INPUTS[name]


def _without_logs(rows: pd.DataFrame) -> FloatArray:
    numbers = rows[[*features.CORE, "mode", "duration_ms", "explicit"]].to_numpy(np.float32)
    return np.hstack([numbers, vectors_of(rows)[:, _KEY]])


def _key_as_number(rows: pd.DataFrame) -> FloatArray:
    return _beside(np.delete(vectors_of(rows), _KEY, axis=1), rows["key"].where(rows["key"] >= 0))


def _products(rows: pd.DataFrame) -> FloatArray:
    amplitude = 10 ** (rows["loudness"] / 20)
    return _beside(
        vectors_of(rows),
        # Thayer's two axes of mood, turned by 45 degrees: cheerful against tense, and aroused against calm.
        rows["energy"] * rows["valence"],
        rows["energy"] * (1 - rows["valence"]),
        # How hard it drives for how loud it is mastered.
        rows["energy"] / (amplitude + 0.1),
        # A played or a programmed beat to dance to.
        rows["danceability"] * (1 - rows["acousticness"]),
        rows["danceability"] * rows["tempo"],
        # A voice that speaks against one that sings over music.
        rows["speechiness"] * (1 - rows["instrumentalness"]),
        # Beats in the whole track.
        rows["tempo"] * rows["duration_ms"] / 60_000,
    )


def _tempo_folded(rows: pd.DataFrame) -> FloatArray:
    tempo = rows["tempo"].where(rows["tempo"] > 0)
    return _beside(vectors_of(rows), np.log2(tempo / _TEMPO_OCTAVE_BPM) % 1)


def _beside(vectors: FloatArray, *columns: pd.Series) -> FloatArray:
    return np.column_stack([vectors, *columns]).astype(np.float32)


INPUTS: dict[str, Inputs] = {
    SERVED_INPUTS: vectors_of,
    "without_logs": _without_logs,
    "key_as_number": _key_as_number,
    "products": _products,
    "tempo_folded": _tempo_folded,
}
"""Those that need no fitting, by name; `standardised` is fitted."""
