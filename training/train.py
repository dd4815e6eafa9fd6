"""The champion and the embedder, fitted on everything -> build/classifier.{json,model}, build/embedding.npz.

The classifier learns from the rows of the protocol's second split (one genre an id, each track once), all of them.
`classifier.json` has the family, its temperature, the genres in the order of the columns, the names of the features and the
data's fingerprint; `classifier.model` is the family's own.

Public names: train, train_embedding, champion.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from kamerton.music.features import FEATURE_NAMES
from training.data.artifacts import read_json, read_table, write_file, write_json
from training.data.rows import new_artist_rows
from training.fitting.recipe import SERVED, Recipe, add_recipe_options, recipe_of, settled
from training.fitting.trained_classifier import CLASSIFIER, DESCRIPTION, TrainedClassifier, fit_classifier
from training.models import FAMILIES, ExportableModel
from training.models.stored_parameters import champion as kept_champion
from training.similarity.embedding import EMBEDDING, Embedding, fit_embedding

ONE_THREAD_ROWS = 20_000
"""Up to so many rows, threads wait for one another longer than they work: ten times as long on a busy machine."""


def train(build: Path, family_name: str, fingerprint: str, seed: int = 0, recipe: Recipe = SERVED) -> TrainedClassifier:
    """The classifier, fitted on `build`/rows.parquet and saved beside it."""
    rows = new_artist_rows(read_table(build / "rows.parquet", "prepare"))
    threads = (os.cpu_count() or 1) if len(rows) > ONE_THREAD_ROWS else 1
    classifier = fit_classifier(rows, family_name, seed=seed, threads=threads, recipe=recipe)
    write_file(build / CLASSIFIER, cast(ExportableModel, classifier.model).save)
    description = {
        "family": family_name,
        "temperature": classifier.temperature,
        "recipe": asdict(settled(recipe, len(classifier.genres))),
        "genres": list(classifier.genres),
        "feature_names": list(FEATURE_NAMES),
        "fingerprint": fingerprint,
        "rows": len(rows),
        "seed": seed,
    }
    write_json(build / DESCRIPTION, description)
    return classifier


def train_embedding(build: Path, seed: int = 0) -> Embedding:
    """The space of similarity, fitted on `build`/tracks.parquet and saved beside it."""
    embedding = fit_embedding(read_table(build / "tracks.parquet", "prepare"), seed)
    write_file(build / EMBEDDING, embedding.save)
    return embedding


def champion(report: Path, fingerprint: str, recipe: Recipe = SERVED) -> str | None:
    """The family that `evaluate` found to be the best on this data by this recipe; None when it was asked nothing of these."""
    if not report.exists():
        return None
    evaluation: dict[str, Any] = read_json(report, "evaluate")
    name = evaluation.get("champion")
    same = evaluation.get("data", {}).get("fingerprint") == fingerprint and evaluation.get("recipe") == asdict(recipe)
    return name if name in FAMILIES and same else None


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.train", description=__doc__.splitlines()[0])
    parser.add_argument("--family", choices=list(FAMILIES), help="default: the champion of the report, if it is of this data")
    parser.add_argument("--build", type=Path, default=Path("build"), help="where prepare wrote (default: build)")
    parser.add_argument("--report", type=Path, default=Path("reports/evaluation.json"), help="what evaluate wrote")
    parser.add_argument("--seed", type=int, default=0)
    add_recipe_options(parser)
    options = parser.parse_args(arguments)
    data = read_json(options.build / "prepare.json", "prepare")
    recipe = recipe_of(options, len(data["genres"]))
    chosen = options.family or champion(options.report, data["fingerprint"], recipe) or kept_champion(len(data["genres"]))
    started = time.perf_counter()
    print(f"Fitting {chosen} on {data['source']} ...", flush=True)
    classifier = train(options.build, chosen, data["fingerprint"], options.seed, recipe)
    print(f"{chosen} fitted on {len(classifier.genres)} genres -> {options.build / CLASSIFIER}")
    embedding = train_embedding(options.build, options.seed)
    seconds = time.perf_counter() - started
    print(f"embedding of {embedding.dimensions} dimensions -> {options.build / EMBEDDING} ({seconds:.1f} s in all)")


if __name__ == "__main__":
    main()
