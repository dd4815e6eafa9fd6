"""The parameters of families of models, searched on all rows -> training/models/parameters.json with `--keep`.

The search is that of `training.evaluation.parameter_search`, on all rows: what a served model may be tuned on. When no family
is named, the power of the artists' weights is chosen first, once for all families. The study tunes inside its own folds, so
that what it reports has been tuned on nothing that it is judged by.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from training.data.artifacts import read_json, read_table
from training.evaluation.parameter_search import choose_artist_power, open_storage, trial_budget, tune
from training.evaluation.protocol import SPLITS
from training.fitting.recipe import SERVED
from training.models import DEFAULT_FAMILIES, FAMILIES, family
from training.models.stored_parameters import StoredParameters, champion, read_artist_power, write_parameters


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.tune", description=__doc__.splitlines()[0])
    parser.add_argument("--family", action="append", choices=list(FAMILIES), help="may be repeated (default: those compared)")
    parser.add_argument("--trials", type=int, default=40, help="of each family (default: 40)")
    parser.add_argument("--split", choices=list(SPLITS), default="new_artists", help="how the inner folds are made")
    parser.add_argument("--build", type=Path, default=Path("build"), help="where prepare wrote (default: build)")
    parser.add_argument("--storage", type=Path, default=Path("build/tuning.sqlite"), help="where trials are kept")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", action="store_true", help="put what was found into training/models/parameters.json")
    options = parser.parse_args(arguments)
    data = read_json(options.build / "prepare.json", "prepare")
    rows = read_table(options.build / "rows.parquet", "prepare")
    storage = open_storage(options.storage)
    power = read_artist_power(len(data["genres"]))
    if not options.family:
        # All families have the same, so that it is not chosen for one of them.
        print("Choosing the weights of rows ...", flush=True)
        power = choose_artist_power(rows, options.split, seed=options.seed)
    print(f"weights of rows: the number of their artist's rows to the power of {power:g}")
    recipe = replace(SERVED, artist_power=power)
    found: dict[str, StoredParameters] = {}
    for name in options.family or [name for name in DEFAULT_FAMILIES if family(name).space]:
        study = f"{data['fingerprint'][:16]} {options.split} {name} power {power} seed {options.seed}"
        with tqdm(total=trial_budget(family(name).space, options.trials), desc=name, unit="trial") as progress:
            searched = rows, options.split, name, options.trials, storage, study
            tuned = tune(*searched, seed=options.seed, recipe=recipe, ended=progress.update)
        found[name] = StoredParameters(tuned.parameters, tuned.temperature)
        print(f"{name}: log loss {tuned.loss:.4f} at temperature {tuned.temperature}, {_said(tuned.parameters)}")
    if options.keep:
        write_parameters(len(data["genres"]), found, champion(len(data["genres"])), artist_power=power)


def _said(parameters: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}" for name, value in parameters.items()
    )


if __name__ == "__main__":
    main()
