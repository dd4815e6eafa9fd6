"""Which audio features a model goes by, asked in three ways of LightGBM, on the first fold of new artists.

    gain          the share of a feature in all that the trees' questions gained while they were fitted
    permutation   what is lost in accuracy on unseen rows when the feature's values are dealt out anew (Breiman, 2001)
    shap          the mean size of its part in the scores of unseen rows (Lundberg et al., 2018)

Key is one feature here, though it is two numbers in the vector.

Public names: importance.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamerton import features
from training.inputs import vectors_of
from training.models.lightgbm import LightGBM
from training.protocol import Split
from training.recipe import fit_classifier, genres_of, labels_of

FAMILY = "lightgbm"
N_REPEATS = 10

_SOURCES = {"key_fifths_sin": "key", "key_fifths_cos": "key", "duration_log": "duration_ms"}


def importance(split: Split, seed: int = 0, n_repeats: int = N_REPEATS) -> dict[str, Any]:
    """The three figures of each audio feature, those that matter most first; `shap_of_genres` has a list a genre."""
    genres = genres_of(split.rows)
    train, test = (split.rows.iloc[places] for places in split.folds[0])
    fitted = fit_classifier(train, FAMILY, genres, seed)
    model = cast(LightGBM, fitted.model)
    labels = labels_of(test, genres)
    losses = _permuted(model, test, labels, n_repeats, seed)
    # [n_genres, n_features]
    sizes = np.abs(_summed(model.contributions(vectors_of(test)))).mean(axis=0)
    order = np.argsort(-losses.mean(axis=1), kind="stable")
    return {
        "family": FAMILY,
        "features": [features.NAMES[place] for place in order],
        "gain": _rounded(_summed(model.gains())[order]),
        "permutation": _rounded(losses.mean(axis=1)[order]),
        "permutation_deviation": _rounded(losses.std(axis=1)[order]),
        "shap": _rounded(sizes.mean(axis=0)[order]),
        "shap_of_genres": {genre: _rounded(sizes[label][order]) for label, genre in enumerate(genres)},
    }


def _permuted(model: LightGBM, rows: pd.DataFrame, labels: NDArray[np.intp], n_repeats: int, seed: int) -> NDArray[np.float64]:
    """[n_features, n_repeats]: the accuracy that is lost by each dealing."""
    random = np.random.default_rng(seed)
    whole = _accuracy(model, rows, labels)
    return np.array(
        [
            [
                whole - _accuracy(model, rows.assign(**{name: random.permutation(rows[name].to_numpy())}), labels)
                for _ in range(n_repeats)
            ]
            for name in features.NAMES
        ]
    )


def _accuracy(model: LightGBM, rows: pd.DataFrame, labels: NDArray[np.intp]) -> float:
    return float((model.predict_proba(vectors_of(rows)).argmax(axis=1) == labels).mean())


def _summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """[..., n entries of a vector] to [..., n_features], entries of one feature added up."""
    sources = [_SOURCES.get(entry, entry.removesuffix("_logit").removesuffix("_log")) for entry in features.FEATURE_NAMES]
    entries = ([place for place, source in enumerate(sources) if source == name] for name in features.NAMES)
    return np.stack([values[..., places].sum(axis=-1) for places in entries], axis=-1)


def _rounded(values: NDArray[np.float64]) -> list[float]:
    return [round(float(value), 4) for value in values]
