"""The figures of each model, side by side, and what can be said of their differences.

Accuracy has an interval over the folds (Student's t). That a model is better than another is said by three things on the same
rows: the difference, its interval over artists (drawn again, 2000 times), and a test over folds that knows that they share
rows.

Public names: Results, Judged, judged, figures_of, ranked, compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.data.rows import first_artists, genres_of, labels_of
from training.evaluation.protocol import Split, reliability, score, top_share
from training.statistics.calibration import tempered
from training.statistics.intervals import advantage_of, fold_interval, fold_test
from training.study.fold_results import FoldResult

Results = Mapping[int, FoldResult]
"""Of one model on one split: number of the fold -> what it gave. Folds may be missing in a quick study."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The rows of the folds that were asked about, fold after fold: labels [n], folds [n], probabilities [n, n_genres] after
    the temperature of each fold, before it, and (after it) with the core nine only and with a rough tempo and duration.
    `places` [n] are rows of the split."""

    places: NDArray[np.intp]
    folds: NDArray[np.intp]
    labels: NDArray[np.intp]
    probabilities: NDArray[np.float64]
    uncalibrated: NDArray[np.float64]
    core: NDArray[np.float64]
    rough: NDArray[np.float64]

    @property
    def hits(self) -> NDArray[np.bool_]:
        hits: NDArray[np.bool_] = self.probabilities.argmax(axis=1) == self.labels
        return hits

    def of_folds(self, values: NDArray[Any]) -> list[float]:
        """The mean of `values` [n] in each fold."""
        return [float(values[self.folds == fold].mean()) for fold in np.unique(self.folds)]


def judged(split: Split, results: Results) -> Judged:
    """What was said of the rows of `split` by models that had not seen them."""
    folds = sorted(results)
    places = np.concatenate([split.folds[fold][1] for fold in folds])
    return Judged(
        places,
        np.concatenate([np.full(len(split.folds[fold][1]), fold) for fold in folds]),
        labels_of(split.rows.iloc[places], genres_of(split.rows)),
        np.concatenate([tempered(results[fold].full, results[fold].temperature) for fold in folds]),
        np.concatenate([np.asarray(results[fold].full, dtype=np.float64) for fold in folds]),
        np.concatenate([tempered(results[fold].core, results[fold].temperature) for fold in folds]),
        np.concatenate([tempered(results[fold].rough, results[fold].temperature) for fold in folds]),
    )


def figures_of(split: Split, results: Results) -> dict[str, Any]:
    """One model on one split, ready for JSON."""
    said, genres = judged(split, results), genres_of(split.rows)
    before = score(said.labels, said.uncalibrated, genres)
    accuracies = said.of_folds(said.hits)
    n_tracks = len(said.labels)
    return {
        **score(said.labels, said.probabilities, genres).as_dict(),
        "top_3": round(top_share(said.labels, said.probabilities, 3), 4),
        "accuracy_of_folds": [round(value, 4) for value in accuracies],
        "accuracy_95": fold_interval(accuracies),
        "core_only_accuracy": round(float((said.core.argmax(axis=1) == said.labels).mean()), 4),
        "rough_accuracy": round(float((said.rough.argmax(axis=1) == said.labels).mean()), 4),
        "before_temperature": {"log_loss": round(before.log_loss, 4), "calibration_error": round(before.calibration_error, 4)},
        "temperatures": [results[fold].temperature for fold in sorted(results)],
        "parameters": [results[fold].parameters for fold in sorted(results)],
        "trials": max(result.n_trials for result in results.values()),
        "tune_seconds": _mean_of(results, "tune_seconds", 1),
        "fit_seconds": _mean_of(results, "fit_seconds", 2),
        "predict_ms_a_track": round(1000 * sum(result.predict_seconds for result in results.values()) / n_tracks, 4),
        "confusion": _confusion(said.labels, said.probabilities.argmax(axis=1), len(genres)),
        "reliability": {
            "before": _rounded(reliability(said.labels, said.uncalibrated)),
            "after": _rounded(reliability(said.labels, said.probabilities)),
        },
    }


def ranked(figures: Mapping[str, Mapping[str, Any]], split: str) -> list[str]:
    """The names of models, the most accurate on `split` first."""
    return sorted(figures, key=lambda name: -figures[name][split]["accuracy"])


def compared(split: Split, ours: Results, theirs: Results, seed: int = 0) -> dict[str, Any]:
    """What `ours` is better by than `theirs` in accuracy on the rows of `split`."""
    first, second = judged(split, ours), judged(split, theirs)
    artists = first_artists(split.rows.iloc[first.places]).to_list()
    gains = first.of_folds(first.hits.astype(float) - second.hits)
    share = len(first.labels) / len(np.unique(first.folds)) / len(split.rows)
    return {
        **advantage_of(first.hits, second.hits, artists, seed),
        "of_folds": [round(gain, 4) for gain in gains],
        "p_over_folds": round(fold_test(gains, share), 4),
    }


def _mean_of(results: Results, name: str, digits: int) -> float:
    return round(float(np.mean([getattr(result, name) for result in results.values()])), digits)


def _confusion(labels: NDArray[np.intp], predicted: NDArray[np.intp], n_genres: int) -> list[list[int]]:
    """Rows are true genres, columns predicted ones."""
    counts = np.bincount(labels * n_genres + predicted, minlength=n_genres**2)
    return [[int(count) for count in row] for row in counts.reshape(n_genres, n_genres)]


def _rounded(bins: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    return [{name: round(value, 4) for name, value in one.items()} for one in bins]
