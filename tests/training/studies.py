"""Studies of made-up answers, judged by the functions that judge real ones: in the form that `training.study` writes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.training.tables import track_table
from training.data.rows import first_artists, genres_of, labels_of
from training.evaluation.protocol import SPLITS, Split
from training.study.ablation import AS_SERVED, VARIANTS, ablation, entry_name
from training.study.all_results import comparisons
from training.study.comparison import figures_of
from training.study.contradictions import label_bound, most_confident
from training.study.feature_importance import PARTS
from training.study.fold_results import FoldResult, Plan

SHARES = {
    "ensemble": 0.95,
    "lightgbm": 0.8,
    "catboost": 0.75,
    "mlp": 0.7,
    "lstm": 0.6,
    "nearest_neighbours": 0.5,
    "untuned_lightgbm": 0.4,
    "majority": 0.25,
}
"""Model -> how often it is right, but for chance."""

CHAMPION = "ensemble"
_SERVED = ("ensemble", "lightgbm", "catboost", "mlp")


def made_study(quick: bool = False) -> dict[str, Any]:
    """Of all models in `SHARES`, on the table of `tests.training.tables`."""
    rows = track_table(240)
    splits = {name: make(rows, 0) for name, make in SPLITS.items()}
    plan = Plan(splits, Path("nowhere"), 0)
    answers = {
        split: {name: _answers(of, share, name) for name, share in (SHARES | _variants()).items()}
        for split, of in splits.items()
    }
    models = {name: {split: figures_of(splits[split], answers[split][name]) for split in splits} for name in SHARES}
    new_artists = splits["new_artists"]
    return {
        **_beginning(rows, splits, quick),
        "champion": CHAMPION,
        "trials": 7,
        "artist_powers": {"random": [0.0] * 5, "new_artists": [-0.25] * 4 + [-0.5]},
        "models": models,
        "comparisons": comparisons(plan, models, answers, CHAMPION),
        "ablation": ablation(splits, answers),
        "learning_curves": {name: _curve() for name in ("mlp", "lstm")},
        "importance": _importance(genres_of(rows)),
        "label_bound": label_bound(rows),
        "contradictions": most_confident(new_artists, answers["new_artists"][CHAMPION], genres_of(rows), 5),
        "footprints": {name: _footprint(place) for place, name in enumerate(_SERVED)},
    }


def made_study_of_many(quick: bool = False) -> dict[str, Any]:
    """With more genres than are tuned inside folds."""
    rows = track_table(840, tuple(f"genre {number}" for number in range(24)))
    splits = {name: make(rows, 0) for name, make in SPLITS.items()}
    models = [("catboost", "25 rounds"), ("catboost", "75 rounds"), ("mlp", "width 128"), ("mlp", "width 512")]
    return {
        **_beginning(rows, splits, quick),
        "champion": "mlp",
        "many_genres": [_row_of_many(split, *model, place) for split in splits for place, model in enumerate(models)],
        "label_bound": label_bound(rows),
    }


def _variants() -> dict[str, float]:
    return {
        entry_name(family, variant): 0.8 - 0.1 * place
        for family, variants in VARIANTS.items()
        for place, variant in enumerate(variants[:3])
    } | {entry_name(family, AS_SERVED): 0.8 for family in VARIANTS}


def _answers(split: Split, share: float, name: str) -> dict[int, FoldResult]:
    # The same answers in each process: hashes of texts are not.
    random = np.random.default_rng(list(name.encode()))
    labels, n_genres = labels_of(split.rows, genres_of(split.rows)), len(genres_of(split.rows))
    found = {}
    for fold, (_, test) in enumerate(split.folds):
        said = np.where(random.random(len(test)) < share, labels[test], random.integers(n_genres, size=len(test)))
        sure = random.uniform(0.3, 0.9, (len(test), 1))
        full = ((1 - sure) / n_genres + sure * np.eye(n_genres)[said]).astype(np.float32)
        parameters = None if name == "majority" else {"width": 64, "rate": 0.05}
        found[fold] = FoldResult(parameters, 1.1, 3, full, full, full, full[:0], labels[:0], 2.0, 1.0, 0.5, -0.25)
    return found


def _beginning(rows: pd.DataFrame, splits: Mapping[str, Split], quick: bool) -> dict[str, Any]:
    return {
        "quick": quick,
        "protocol": "As it is.",
        "splits": {
            name: {"rows": len(split.rows), "artists": int(first_artists(split.rows).nunique())}
            for name, split in splits.items()
        },
        "data": {
            "source": "table.csv",
            "fingerprint": "0123abcd" * 8,
            "read": len(rows) + 7,
            "dropped": {"has no tempo": 7},
            "rows": len(rows),
            "tracks": len(rows),
            "artists": 60,
            "genres": {genre: int(number) for genre, number in rows["track_genre"].value_counts().sort_index().items()},
        },
        "made": {"at": "2026-01-02T03:04:05+00:00", "command": "python -m training.study", "versions": {"numpy": "2.4.6"}},
        "seconds": 1234,
    }


def _curve() -> dict[str, list[float]]:
    falling, rising = [1.2, 0.9, 0.8], [0.4, 0.6, 0.7]
    return {"loss": falling, "val_loss": [1.1, 0.95, 1.0], "accuracy": rising, "val_accuracy": rising}


def _importance(genres: tuple[str, ...]) -> dict[str, Any]:
    falling = [round(0.2 - 0.01 * place, 4) for place in range(len(PARTS))]
    return {
        "family": "lightgbm",
        "features": list(PARTS),
        "gain": falling,
        "permutation": falling,
        "permutation_deviation": [0.01] * len(falling),
        "shap": falling,
        "shap_of_genres": dict.fromkeys(genres, falling),
    }


def _footprint(place: int) -> dict[str, Any]:
    return {
        "bytes": 400_000 * (place + 1),
        "load_ms": 5.0 + place,
        "memory_mb": 3.0 + place,
        "predict_ms": 0.1,
        "largest_difference": 1e-6,
    }


def _row_of_many(split: str, family: str, size: str, place: int) -> dict[str, Any]:
    row = {"split": split, "family": family, "size": size, "rows": 600, "fit_seconds": 3.0, "log_loss": 2.5}
    shares = {f"top_{k}": round(0.2 + 0.02 * place + 0.05 * k, 4) for k in (1, 3, 5)}
    footprint = {"footprint": _footprint(place)} if split == "new_artists" else {}
    return {**row, **shares, "core_only_top_1": 0.2, **footprint}
