"""The families of models, compared by the fixed protocol -> reports/evaluation.json, which names the champion.

The champion is the family with the highest accuracy for new artists. That one family is better than another is only said by
an interval (rows of one artist are alike, so artists are what is drawn again): of those that cannot be told from the best,
the one with the least log loss for new artists is the champion. Beside its figures stand those of the others, of two
baselines, and of the recommendations that it makes.

Public names: evaluate.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.data.artifacts import read_json, read_table, write_json
from training.data.rows import first_artists, genres_of, labels_of, new_artist_rows
from training.evaluation.cross_validation import Prediction, cross_validate
from training.evaluation.protocol import PROTOCOL, SPLITS, Split, score
from training.evaluation.recommendations import NothingToAsk, evaluate_recommendations
from training.fitting.recipe import SERVED, Recipe, add_recipe_options, recipe_of, settled
from training.fitting.trained_classifier import TrainedClassifier, fit_classifier
from training.models import BASELINES, DEFAULT_FAMILIES, FAMILIES
from training.statistics.intervals import advantage_of


def evaluate(
    rows: pd.DataFrame,
    families: Sequence[str],
    fold_seed: int = 0,
    seed: int = 0,
    workers: int | None = None,
    recipe: Recipe = SERVED,
) -> dict[str, Any]:
    """The report, ready for JSON, without what is said of the data and of recommendations."""
    splits = {name: make(rows, fold_seed) for name, make in SPLITS.items()}
    predictions = cross_validate(list(splits.values()), [*families, *BASELINES], seed, workers, recipe)
    figures = {name: _figures(name, splits, predictions) for name in (*families, *BASELINES)}
    split = splits["new_artists"]
    hits = {name: _hits(split, predictions["new_artists", name]) for name in families}

    def advantage(ours: str, theirs: str) -> dict[str, Any]:
        return advantage_of(hits[ours], hits[theirs], first_artists(split.rows), seed)

    best = max(families, key=lambda name: figures[name]["new_artists"]["accuracy"])
    equals = [name for name in families if advantage(best, name)["interval_95"][0] <= 0]
    champion = min(equals, key=lambda name: figures[name]["new_artists"]["log_loss"])
    return {
        **figures[champion],
        "champion": champion,
        "champion_against": {name: advantage(champion, name) for name in families if name != champion},
        "families": {name: figures[name] for name in families},
        "baselines": {name: figures[name] for name in BASELINES},
        "splits": {
            name: {"rows": len(split.rows), "artists": int(first_artists(split.rows).nunique())}
            for name, split in splits.items()
        },
        "recipe": asdict(settled(recipe, len(genres_of(rows)))),
        "protocol": f"{PROTOCOL} Fold seed {fold_seed}, model seed {seed}. Parameters are the kept ones: on the catalog that "
        "they were tuned on, the study's figures are the honest ones.",
    }


def _figures(name: str, splits: dict[str, Split], predictions: dict[tuple[str, str], Prediction]) -> dict[str, Any]:
    """Scores on both splits, and on new artists when only the core nine features are known."""
    figures = {split: _scores(splits[split], predictions[split, name].full) for split in splits}
    return {**figures, "core_only": _scores(splits["new_artists"], predictions["new_artists", name].core)}


def _scores(split: Split, probabilities: NDArray[np.float32]) -> dict[str, Any]:
    genres = genres_of(split.rows)
    return score(labels_of(split.rows, genres), probabilities.astype(np.float64), genres).as_dict()


def _hits(split: Split, prediction: Prediction) -> NDArray[np.bool_]:
    return np.asarray(prediction.full.argmax(axis=1) == labels_of(split.rows, genres_of(split.rows)))


def _recommendations(rows: pd.DataFrame, build: Path, champion: str, seed: int, recipe: Recipe) -> dict[str, Any]:
    """The report, or `{"missing": why}` for a catalog in which nothing can be asked."""

    def fit(known: pd.DataFrame) -> TrainedClassifier:
        # The rows that `train` learns from.
        return fit_classifier(new_artist_rows(known), champion, seed=seed, recipe=recipe)

    try:
        return evaluate_recommendations(rows, read_table(build / "tracks.parquet", "prepare"), fit, seed)
    except NothingToAsk as error:
        print(error)
        return {"missing": str(error)}


def _report(report: dict[str, Any], seconds: float) -> None:
    champion = report["champion"]
    print(f"{'accuracy':24}{'random':>10}{'new artists':>14}{'core nine only':>16}")
    for name, figures in (report["families"] | report["baselines"]).items():
        title = f"{name} (champion)" if name == champion else name
        random, new_artists, core = (figures[split]["accuracy"] for split in ("random", "new_artists", "core_only"))
        print(f"{title:24}{random:10.3f}{new_artists:14.3f}{core:16.3f}")
    for name, advantage in report["champion_against"].items():
        low, high = advantage["interval_95"]
        print(f"{champion} over {name}, new artists: {advantage['difference']:+.4f} (95 %: {low:+.4f} to {high:+.4f})")
    print(f"evaluated in {seconds:.0f} s")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("a whole number from 1 on")
    return number


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__.splitlines()[0])
    parser.add_argument("--family", action="append", choices=list(FAMILIES), help="compare only this one (may be repeated)")
    parser.add_argument("--build", type=Path, default=Path("build"), help="where prepare wrote (default: build)")
    parser.add_argument("--report", type=Path, default=Path("reports/evaluation.json"), help="where to write")
    parser.add_argument("--fold-seed", type=int, default=0, help="seed of the folds (default: 0)")
    parser.add_argument("--workers", type=_positive, help="processes (default: as many as processors)")
    parser.add_argument("--only-genres", action="store_true", help="do not judge recommendations")
    add_recipe_options(parser)
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    data = read_json(options.build / "prepare.json", "prepare")
    rows = read_table(options.build / "rows.parquet", "prepare")
    recipe = recipe_of(options, len(data["genres"]))
    report = evaluate(rows, options.family or DEFAULT_FAMILIES, options.fold_seed, 0, options.workers, recipe)
    _report(report, time.perf_counter() - started)
    if not options.only_genres:
        report["recommendations"] = _recommendations(rows, options.build, report["champion"], 0, recipe)
    write_json(options.report, {**report, "data": data})
    print(f"-> {options.report} ({time.perf_counter() - started:.0f} s in all)")


if __name__ == "__main__":
    main()
