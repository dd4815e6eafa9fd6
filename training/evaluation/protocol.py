"""How a model of genres is judged: two ways to split the rows, and the figures.

The protocol is fixed, so that figures can be compared (`PROTOCOL` says it in words). Both splits take the rows that
`prepare` wrote: valid, in their original order, each (track_id, track_genre) once.

    random       rows as they come, stratified: comparable with what others publish, and too kind, since tracks and
                 artists repeat across folds
    new_artists  what a listener gets for a track of an artist that the model never saw

Public names: PROTOCOL, Split, WHOLE, SPLITS, random_split, new_artists_split, Scores, score, top_share, reliability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from training.data.rows import first_artists, new_artist_rows

N_FOLDS = 5
N_BINS = 15

PROTOCOL = (
    "5 folds, every row predicted once by a model that was fitted on the other folds; accuracy pooled over the folds. "
    "random: stratified folds over the valid rows, each (track_id, genre) once. "
    "new_artists: ids with two genres dropped, the first row of each (track_name, artists) kept, stratified folds that never "
    "part the tracks of a first artist."
)

IntArray = NDArray[np.intp]
Probabilities = NDArray[np.float64]


WHOLE = -1
"""Instead of the number of a fold: all rows are learnt from, and none is left to be asked about."""


@dataclass(frozen=True, slots=True)
class Split:
    """`rows` with a plain index, and folds of (positions to fit on, positions to predict)."""

    name: str
    rows: pd.DataFrame
    folds: tuple[tuple[IntArray, IntArray], ...]

    def parts(self, fold: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The rows to fit on, and those to predict; of `WHOLE` all, and none."""
        if fold == WHOLE:
            return self.rows, self.rows.iloc[:0]
        train, test = self.folds[fold]
        return self.rows.iloc[train], self.rows.iloc[test]


@dataclass(frozen=True, slots=True)
class Scores:
    """All but `recall` and `precision` (a genre) are of all rows together.

    `roc_auc` is the mean over genres of one against the rest; `calibration_error` is the expected one, over 15 equal bins.
    """

    accuracy: float
    macro_f1: float
    log_loss: float
    top_2: float
    roc_auc: float
    calibration_error: float
    recall: dict[str, float]
    precision: dict[str, float]

    def as_dict(self, digits: int = 4) -> dict[str, Any]:
        return {
            name: {genre: round(share, digits) for genre, share in value.items()}
            if isinstance(value, dict)
            else round(value, digits)
            for name, value in asdict(self).items()
        }


def random_split(rows: pd.DataFrame, fold_seed: int = 0, n_folds: int = N_FOLDS) -> Split:
    """5 stratified folds over all rows."""
    rows = rows.reset_index(drop=True)
    folds = StratifiedKFold(n_folds, shuffle=True, random_state=fold_seed)
    return Split("random", rows, tuple(folds.split(rows, rows["track_genre"])))


def new_artists_split(rows: pd.DataFrame, fold_seed: int = 0, n_folds: int = N_FOLDS) -> Split:
    """5 stratified folds over `new_artist_rows(rows)`; no first artist is in two of them."""
    rows = new_artist_rows(rows)
    if first_artists(rows).nunique() < n_folds:
        raise SystemExit(
            f"New artists cannot be judged: {n_folds} folds need as many artists. `make train EVALUATE=0` trains without."
        )
    folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=fold_seed)
    return Split("new_artists", rows, tuple(folds.split(rows, rows["track_genre"], first_artists(rows))))


class MakeSplit(Protocol):
    def __call__(self, rows: pd.DataFrame, fold_seed: int = 0, n_folds: int = N_FOLDS) -> Split: ...


SPLITS: dict[str, MakeSplit] = {"random": random_split, "new_artists": new_artists_split}


def score(labels: IntArray, probabilities: Probabilities, genres: Sequence[str]) -> Scores:
    """`labels` [n] are positions in `genres`, `probabilities` [n, n_genres] have rows that sum to 1."""
    predicted = probabilities.argmax(axis=1)
    hits = predicted == labels
    of_truth = probabilities[np.arange(len(labels)), labels]
    return Scores(
        accuracy=float(hits.mean()),
        macro_f1=float(f1_score(labels, predicted, labels=np.unique(labels), average="macro", zero_division=0)),
        log_loss=float(-np.log(np.maximum(of_truth, 1e-15)).mean()),
        top_2=top_share(labels, probabilities, 2),
        roc_auc=_roc_auc(labels, probabilities),
        calibration_error=_calibration_error(probabilities.max(axis=1), hits),
        recall=_shares(hits, labels, genres),
        precision=_shares(hits, predicted, genres),
    )


def top_share(labels: IntArray, probabilities: Probabilities, k: int) -> float:
    """The share of rows whose genre is among the `k` likeliest."""
    likeliest = np.argsort(-probabilities, axis=1, kind="stable")[:, :k]
    return float((likeliest == labels[:, np.newaxis]).any(axis=1).mean())


def reliability(labels: IntArray, probabilities: Probabilities) -> list[dict[str, float]]:
    """Of each of 15 equal bins of confidence that is not empty: its mean `confidence`, `accuracy` and number of `rows`."""
    confidence, hits = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    bins = _bins(confidence)
    return [
        {"confidence": float(confidence[inside].mean()), "accuracy": float(hits[inside].mean()), "rows": int(inside.sum())}
        for number in range(N_BINS)
        if (inside := bins == number).any()
    ]


def _shares(hits: NDArray[np.bool_], of: IntArray, genres: Sequence[str]) -> dict[str, float]:
    return {genre: float(hits[of == label].mean()) for label, genre in enumerate(genres) if (of == label).any()}


def _roc_auc(labels: IntArray, probabilities: Probabilities) -> float:
    """Genres that no row or every row has are left out; 0.5 when none is left."""
    told_apart = [label for label in np.unique(labels) if (labels != label).any()]
    return float(np.mean([roc_auc_score(labels == label, probabilities[:, label]) for label in told_apart] or [0.5]))


def _calibration_error(confidence: Probabilities, hits: NDArray[np.bool_]) -> float:
    """Mean distance of confidence and accuracy over bins of equal width, weighted by rows (Naeini et al., AAAI 2015)."""
    bins = _bins(confidence)
    gaps = np.bincount(bins, weights=confidence, minlength=N_BINS) - np.bincount(bins, weights=hits, minlength=N_BINS)
    return float(np.abs(gaps).sum() / len(hits))


def _bins(confidence: Probabilities) -> IntArray:
    return np.minimum((confidence * N_BINS).astype(np.intp), N_BINS - 1)
