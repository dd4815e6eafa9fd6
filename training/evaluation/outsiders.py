"""How well a catalog tells tracks of its own genres from tracks of others.

    python -m training.evaluation.outsiders --outsiders tracks.csv [--build build]

A fifth of the catalog's artists is held out of the models, as for recommendations; their tracks should be at home. Of the
table's genres that the catalog has not, up to 40 tracks each, by artists that it has not, should be foreign. Printed are the
areas under the ROC curve of the mean distance to the nearest tracks, which is served, and of the classifier's largest
probability, beside it; and the share of each genre that is called foreign when a twentieth of the catalog's own is.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from kamerton.music.features import FloatArray
from kamerton.recommending.foreignness import NEAREST
from kamerton.release.distances import mean_of_nearest, squared_distances
from training.data.artifacts import read_json, read_table
from training.data.inputs import vectors_of
from training.data.rows import first_artists
from training.data.source_table import read_table as read_source
from training.data.source_table import split_broken
from training.evaluation.trial import hold_out
from training.fitting.trained_classifier import fit_classifier
from training.indexing.foreign_distance import SHARE
from training.similarity.embedding import fit_embedding

_OF_A_GENRE = 40


def measure(rows: pd.DataFrame, tracks: pd.DataFrame, others: pd.DataFrame, family: str, seed: int = 0) -> pd.DataFrame:
    """A row a genre of `others`, and one, "all", of all of them: how many `tracks`, the share of them that is called `foreign`,
    and the areas under the curve by `distance` and by `probability`."""
    trial = hold_out(tracks, seed, len(tracks))
    held_out = first_artists(tracks).isin(trial.artists)
    known, own = tracks[~held_out].reset_index(drop=True), tracks[held_out].reset_index(drop=True)
    classifier = fit_classifier(rows[~first_artists(rows).isin(trial.artists)].reset_index(drop=True), family, seed=seed)
    embedding = fit_embedding(known, seed)
    outside = _drawn(others, rows, tracks, seed)
    near = embedding.embed(vectors_of(known))
    distances = [_distances(near, embedding.embed(vectors_of(table))) for table in (own, outside)]
    doubts = [-classifier.predict_proba(vectors_of(table)).max(axis=1) for table in (own, outside)]
    bound = np.quantile(distances[0], SHARE)
    genres = outside["track_genre"].to_numpy()
    report = {}
    for genre in ["all", *sorted(set(genres))]:
        chosen = np.ones(len(genres), np.bool_) if genre == "all" else genres == genre
        foreign = float((distances[1][chosen] > bound).mean())
        areas = [_area(inside, outer[chosen]) for inside, outer in (distances, doubts)]
        report[genre] = {"tracks": int(chosen.sum()), "foreign": foreign, "distance": areas[0], "probability": areas[1]}
    return pd.DataFrame.from_dict(report, orient="index")


def _drawn(others: pd.DataFrame, rows: pd.DataFrame, tracks: pd.DataFrame, seed: int) -> pd.DataFrame:
    ids = {*rows["track_id"], *(other for ids in tracks["other_ids"] for other in ids)}
    foreign = others[~others["track_genre"].isin(set(rows["track_genre"])) & ~others["track_id"].isin(ids)]
    foreign = foreign[~first_artists(foreign).isin(set(first_artists(rows)))].drop_duplicates("track_id")
    return foreign.sample(frac=1, random_state=seed).groupby("track_genre").head(_OF_A_GENRE).reset_index(drop=True)


def _distances(index: FloatArray, embeddings: FloatArray) -> NDArray[np.float64]:
    return np.array([mean_of_nearest(squared_distances(index, one), NEAREST) for one in embeddings])


def _area(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> float:
    labels = np.r_[np.zeros(len(inside)), np.ones(len(outside))]
    return float(roc_auc_score(labels, np.r_[inside, outside]))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.evaluation.outsiders", description=__doc__.splitlines()[0])
    parser.add_argument("--outsiders", type=Path, action="append", required=True, help="a table of other tracks; or several")
    parser.add_argument("--build", type=Path, default=Path("build"), help="folder of the stages' files (default: build)")
    options = parser.parse_args(arguments)
    rows, tracks = (read_table(options.build / name, "prepare") for name in ("rows.parquet", "tracks.parquet"))
    others = pd.concat([split_broken(read_source(path))[0] for path in options.outsiders], ignore_index=True)
    report = measure(rows, tracks, others, read_json(options.build / "classifier.json", "train")["family"])
    print(report.sort_values("foreign", ascending=False).round(3).to_string())


if __name__ == "__main__":
    main()
