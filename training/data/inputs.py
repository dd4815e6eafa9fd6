"""The numbers that a model of genres may see of a track. One set of them is served; the study compares the others with it.

    served             the vector of `kamerton.music.features`
    sound              its first part alone: the features themselves
    core               served, of rows that have the core nine alone
    without_grid       all but what says how the recording was made
    without_relations  all but what two features say together
    without_logs       the features on the scales that Spotify gives them, beside the other two parts
    key_as_number      key from 0 to 11 instead of a point on the circle of fifths
    products           served, with products and ratios of more features
    standardised       served, each number with mean 0 and standard deviation 1 over the rows that are fitted on

Public names: SERVED_INPUTS, INPUTS, Inputs, fit_inputs, vectors_of, sound_of, core_only.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from sklearn.preprocessing import StandardScaler

from kamerton.music import features
from kamerton.music.features import FloatArray

SERVED_INPUTS = "served"

Inputs = Callable[[pd.DataFrame], FloatArray]
"""Rows as `prepare` writes them to float32 [n, n_inputs], NaN where a value is not known."""

_KEY = [features.FEATURE_NAMES.index(name) for name in ("key_fifths_sin", "key_fifths_cos")]
_N_SOUND = len(features.SOUND_NAMES)
_N_RELATIONS = len(features.RELATION_NAMES)


def vectors_of(rows: pd.DataFrame) -> FloatArray:
    """float32 [n, n_features]; see `kamerton.music.features`."""
    return features.vectors({name: rows[name] for name in features.NAMES if name in rows})


def sound_of(rows: pd.DataFrame) -> FloatArray:
    """float32 [n, len(SOUND_NAMES)]: the part of the vectors in which a distance can be heard."""
    return vectors_of(rows)[:, :_N_SOUND]


def core_only(vectors: FloatArray) -> FloatArray:
    """A copy of vectors in which only the features are known that every source has."""
    copied = vectors.copy()
    copied[:, len(features.CORE) :] = np.nan
    return copied


def fit_inputs(name: str, rows: pd.DataFrame) -> Inputs:
    """The inputs called `name`, fitted on `rows` where there is something to fit."""
    if name == "standardised":
        scaler = StandardScaler().fit(vectors_of(rows))
        return lambda others: np.asarray(scaler.transform(vectors_of(others)), dtype=np.float32)
    return INPUTS[name]


def _core(rows: pd.DataFrame) -> FloatArray:
    return vectors_of(rows.drop(columns=list(features.OPTIONAL), errors="ignore"))


def _without_grid(rows: pd.DataFrame) -> FloatArray:
    return vectors_of(rows)[:, : _N_SOUND + _N_RELATIONS]


def _without_relations(rows: pd.DataFrame) -> FloatArray:
    return np.delete(vectors_of(rows), slice(_N_SOUND, _N_SOUND + _N_RELATIONS), axis=1)


def _without_logs(rows: pd.DataFrame) -> FloatArray:
    numbers = rows[[*features.CORE, "mode", "duration_ms", "explicit"]].to_numpy(np.float32)
    vectors = vectors_of(rows)
    return np.hstack([numbers, vectors[:, _KEY], vectors[:, _N_SOUND:]])


def _key_as_number(rows: pd.DataFrame) -> FloatArray:
    return _beside(np.delete(vectors_of(rows), _KEY, axis=1), rows["key"].where(rows["key"] >= 0))


def _products(rows: pd.DataFrame) -> FloatArray:
    amplitude = 10 ** (rows["loudness"] / 20)
    return _beside(
        vectors_of(rows),
        # Tense against calm, the other of Thayer's two axes of mood.
        rows["energy"] * (1 - rows["valence"]),
        # How hard it drives for how loud it is mastered, on the scale of the wave itself.
        rows["energy"] / (amplitude + 0.1),
        # A played or a programmed beat to dance to.
        rows["danceability"] * (1 - rows["acousticness"]),
        # A voice that speaks against one that sings over music.
        rows["speechiness"] * (1 - rows["instrumentalness"]),
        # A room with an audience against a studio without singers.
        rows["liveness"] * (1 - rows["instrumentalness"]),
    )


def _beside(vectors: FloatArray, *columns: pd.Series) -> FloatArray:
    return np.column_stack([vectors, *columns]).astype(np.float32)


INPUTS: dict[str, Inputs] = {
    SERVED_INPUTS: vectors_of,
    "sound": sound_of,
    "core": _core,
    "without_grid": _without_grid,
    "without_relations": _without_relations,
    "without_logs": _without_logs,
    "key_as_number": _key_as_number,
    "products": _products,
}
"""Those that need no fitting, by name; `standardised` is fitted."""
