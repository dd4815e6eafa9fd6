"""How a model of genres is judged: two ways to split the rows, and the figures.

The protocol is fixed, so that figures can be compared (`PROTOCOL` says it in words). Both splits take the rows that
`prepare` wrote: valid, in their original order, each (track_id, track_genre) once.

    random       rows as they come, stratified: comparable with what others publish, and too kind, since tracks and
                 artists repeat across folds
    new_artists  what a listener gets for a track of an artist that the model never saw

Public names: PROTOCOL, Split, SPLITS, random_split, new_artists_split, new_artist_rows, first_artists, Scores, score.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

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


@dataclass(frozen=True, slots=True)
class Split:
    """`rows` with a plain index, and folds of (positions to fit on, positions to predict)."""

    name: str
    rows: pd.DataFrame
    folds: tuple[tuple[IntArray, IntArray], ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """All but `recall` (a genre) are of all rows together. `calibration_error` is the expected one, over 15 equal bins."""

    accuracy: float
    macro_f1: float
    log_loss: float
    top_2: float
    calibration_error: float
    recall: dict[str, float]

    def as_dict(self, digits: int = 4) -> dict[str, Any]:
        return {
            name: {genre: round(share, digits) for genre, share in value.items()} if name == "recall" else round(value, digits)
            for name, value in asdict(self).items()
        }


def random_split(rows: pd.DataFrame, fold_seed: int = 0) -> Split:
    """5 stratified folds over all rows."""
    rows = rows.reset_index(drop=True)
    folds = StratifiedKFold(N_FOLDS, shuffle=True, random_state=fold_seed)
    return Split("random", rows, tuple(folds.split(rows, rows["track_genre"])))


def new_artists_split(rows: pd.DataFrame, fold_seed: int = 0) -> Split:
    """5 stratified folds over `new_artist_rows(rows)`; no first artist is in two of them."""
    rows = new_artist_rows(rows)
    if first_artists(rows).nunique() < N_FOLDS:
        raise SystemExit(
            f"New artists cannot be judged: {N_FOLDS} folds need as many artists. `make train EVALUATE=0` trains without."
        )
    folds = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=fold_seed)
    return Split("new_artists", rows, tuple(folds.split(rows, rows["track_genre"], first_artists(rows))))


SPLITS: dict[str, Callable[[pd.DataFrame, int], Split]] = {"random": random_split, "new_artists": new_artists_split}


def new_artist_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of one genre only, the first of each (track_name, artists), with a plain index."""
    n_genres = rows.groupby("track_id")["track_genre"].transform("nunique")
    return rows[n_genres == 1].drop_duplicates(["track_name", "artists"]).reset_index(drop=True)


def first_artists(rows: pd.DataFrame) -> pd.Series:
    """The artist that is named first, a str a row."""
    return rows["artists"].str.split(";").str[0]


def score(labels: IntArray, probabilities: Probabilities, genres: Sequence[str]) -> Scores:
    """`labels` [n] are positions in `genres`, `probabilities` [n, n_genres] have rows that sum to 1."""
    predicted = probabilities.argmax(axis=1)
    hits = predicted == labels
    of_truth = probabilities[np.arange(len(labels)), labels]
    return Scores(
        accuracy=float(hits.mean()),
        macro_f1=float(f1_score(labels, predicted, labels=np.unique(labels), average="macro", zero_division=0)),
        log_loss=float(-np.log(np.maximum(of_truth, 1e-15)).mean()),
        top_2=float((np.argsort(-probabilities, axis=1, kind="stable")[:, :2] == labels[:, np.newaxis]).any(axis=1).mean()),
        calibration_error=_calibration_error(probabilities.max(axis=1), hits),
        recall={genre: float(hits[labels == label].mean()) for label, genre in enumerate(genres) if (labels == label).any()},
    )


def _calibration_error(confidence: Probabilities, hits: NDArray[np.bool_]) -> float:
    """Mean distance of confidence and accuracy over bins of equal width, weighted by rows (Naeini et al., AAAI 2015)."""
    bins = np.minimum((confidence * N_BINS).astype(int), N_BINS - 1)
    gaps = np.bincount(bins, weights=confidence, minlength=N_BINS) - np.bincount(bins, weights=hits, minlength=N_BINS)
    return float(np.abs(gaps).sum() / len(hits))
