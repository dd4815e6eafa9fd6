"""What a model goes by, asked in three ways of LightGBM, on the first fold of new artists.

    gain          the share in all that the trees' questions gained while they were fitted
    permutation   what is lost in accuracy on unseen rows when its values are dealt out anew (Breiman, 2001)
    shap          the mean size of its part in the scores of unseen rows (Lundberg et al., 2018)

Each audio feature by itself is one part, its numbers in the vector being taken together; what two features say together and
what says on which grid a recording was made are parts of their own.

Public names: importance, PARTS.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from kamerton.music import features
from kamerton.music.features import FloatArray
from training.data.inputs import vectors_of
from training.data.rows import genres_of, labels_of
from training.evaluation.protocol import Split
from training.fitting.trained_classifier import fit_classifier
from training.models.lightgbm import LightGBM

FAMILY = "lightgbm"
N_REPEATS = 10

_OTHER_NAMES = {"key_fifths_sin": "key", "key_fifths_cos": "key", "duration_log": "duration_ms"}
_GROUPS = {
    "tempo on a grid": [name for name in features.GRID_NAMES if name.startswith("tempo")],
    "whole bars": [name for name in features.GRID_NAMES if "bars" in name or "beats" in name],
    "frames of a disc": [name for name in features.GRID_NAMES if name.startswith("frames")],
    "two features together": list(features.RELATION_NAMES),
}


def _parts() -> dict[str, list[int]]:
    names = {name: _OTHER_NAMES.get(name, name.removesuffix("_logit").removesuffix("_log")) for name in features.SOUND_NAMES}
    groups = {part: [name for name, of in names.items() if of == part] for part in features.NAMES} | _GROUPS
    return {part: [features.FEATURE_NAMES.index(name) for name in group] for part, group in groups.items()}


PARTS = _parts()
"""Name -> the columns of the vector."""


def importance(split: Split, seed: int = 0, n_repeats: int = N_REPEATS) -> dict[str, Any]:
    """The three figures of each part, those that matter most first; `shap_of_genres` has a list a genre."""
    genres = genres_of(split.rows)
    train, test = (split.rows.iloc[places] for places in split.folds[0])
    model = cast(LightGBM, fit_classifier(train, FAMILY, genres, seed).model)
    vectors = vectors_of(test)
    losses = _permuted(model, vectors, labels_of(test, genres), n_repeats, seed)
    # [n_genres, n_parts]
    sizes = np.abs(_summed(model.contributions(vectors))).mean(axis=0)
    order = np.argsort(-losses.mean(axis=1), kind="stable")
    return {
        "family": FAMILY,
        "features": [list(PARTS)[place] for place in order],
        "gain": _rounded(_summed(model.gains())[order]),
        "permutation": _rounded(losses.mean(axis=1)[order]),
        "permutation_deviation": _rounded(losses.std(axis=1)[order]),
        "shap": _rounded(sizes.mean(axis=0)[order]),
        "shap_of_genres": {genre: _rounded(sizes[label][order]) for label, genre in enumerate(genres)},
    }


def _permuted(model: LightGBM, vectors: FloatArray, labels: NDArray[np.intp], n_repeats: int, seed: int) -> NDArray[np.float64]:
    """[n_parts, n_repeats]: the accuracy that is lost by each dealing."""
    random = np.random.default_rng(seed)
    whole = _accuracy(model, vectors, labels)

    def dealt(columns: list[int]) -> FloatArray:
        copied = vectors.copy()
        copied[:, columns] = random.permutation(vectors[:, columns])
        return copied

    losses = [[whole - _accuracy(model, dealt(columns), labels) for _ in range(n_repeats)] for columns in PARTS.values()]
    return np.array(losses)


def _accuracy(model: LightGBM, vectors: FloatArray, labels: NDArray[np.intp]) -> float:
    return float((model.predict_proba(vectors).argmax(axis=1) == labels).mean())


def _summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """[..., n_features] to [..., n_parts], what is of one part added up."""
    return np.stack([values[..., columns].sum(axis=-1) for columns in PARTS.values()], axis=-1)


def _rounded(values: NDArray[np.float64]) -> list[float]:
    return [round(float(value), 4) for value in values]
