"""The whole study of the rows that `prepare` wrote -> reports/study.json and reports/study.html.

With `--quick`, a sample of the artists, two folds, two trials: it shows that everything works, and its figures mean nothing.
What was done is kept in build/study, and is not done again. `--keep` puts what was found on all rows, parameters and weights of
artists, and the champion into training/models/parameters.json. With many genres only boosted trees and a network take part, on
the first fold: see `training.study.many_genres`.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from training.data.artifacts import read_json, read_table, write_json
from training.data.rows import first_artists, genres_of
from training.evaluation.protocol import PROTOCOL, SPLITS, WHOLE
from training.fitting.recipe import SERVED, Recipe
from training.models import FAMILIES, FEW_GENRES
from training.models.stored_parameters import StoredParameters, champion, write_parameters
from training.study.ablation import ablation, variant_entries
from training.study.all_results import AllResults, champion_of, comparisons, figures, gathered, on_folds
from training.study.comparison import ranked
from training.study.contradictions import label_bound, most_confident
from training.study.feature_importance import N_REPEATS, importance
from training.study.fold_results import Entry, Plan, Task
from training.study.footprint import footprints
from training.study.many_genres import judge_many
from training.study.participants import ENSEMBLE, WITH_NETWORK, entries, member_names, quick_entries
from training.study.report.html_report import made, write_report

QUICK_ROWS = 900
QUICK_FOLDS = 2


def study(
    plan: Plan, n_trials: int, quick: bool = False, workers: int | None = None, families: Container[str] = FAMILIES
) -> tuple[dict[str, Any], AllResults]:
    """What all models can, ready for JSON, and the results that it is made from."""
    taking_part = quick_entries(families) if quick else entries(n_trials, families)
    results = gathered(plan, _tasks(plan, [*taking_part, *variant_entries(quick, families)], quick), workers)
    folds, new_artists = on_folds(results), plan.splits["new_artists"]
    names = [*(entry.name for entry in taking_part), ENSEMBLE, WITH_NETWORK]
    models = figures(plan, folds, names)
    winner = champion_of(plan, models, folds)
    return {
        "champion": winner,
        "trials": n_trials,
        "artist_powers": _artist_powers(results),
        "models": models,
        "comparisons": comparisons(plan, models, folds, winner),
        "ablation": ablation(plan.splits, folds, plan.seed),
        "learning_curves": {name: result.history for name in names if (result := folds["new_artists"][name][0]).history},
        "importance": importance(new_artists, plan.seed, 2 if quick else N_REPEATS),
        "label_bound": label_bound(plan.splits["random"].rows),
        "contradictions": most_confident(new_artists, folds["new_artists"][winner], genres_of(new_artists.rows)),
        "footprints": footprints(new_artists.rows, _whole(results), plan.seed, workers, _whole_recipe(results)),
    }, results


def study_many(plan: Plan, quick: bool = False, workers: int | None = None) -> dict[str, Any]:
    """The same with many genres."""
    return {
        "champion": champion(len(genres_of(plan.splits["random"].rows))),
        "many_genres": judge_many(plan.splits, plan.seed, workers, quick),
        "label_bound": label_bound(plan.splits["random"].rows),
    }


def _tasks(plan: Plan, taking_part: Sequence[Entry], quick: bool) -> list[Task]:
    folds = range(QUICK_FOLDS if quick else len(plan.splits["random"].folds))
    whole = [Task("new_artists", WHOLE, entry) for entry in taking_part if entry.n_trials]
    return whole + [Task(split, fold, entry) for entry in taking_part for split in plan.splits for fold in folds]


def _artist_powers(results: AllResults) -> dict[str, list[float]]:
    """Split -> of each fold, what the inner folds chose."""
    ensembles = {split: of[ENSEMBLE] for split, of in on_folds(results).items()}
    return {split: [of[fold].artist_power for fold in sorted(of)] for split, of in ensembles.items()}


def _whole(results: AllResults) -> dict[str, Any]:
    """Family -> the parameters that were found on all rows."""
    return {name: of[WHOLE].parameters for name, of in results["new_artists"].items() if WHOLE in of}


def _whole_recipe(results: AllResults) -> Recipe:
    return replace(SERVED, artist_power=results["new_artists"][ENSEMBLE][WHOLE].artist_power)


def _sample(rows: pd.DataFrame, n_rows: int, seed: int) -> pd.DataFrame:
    """All rows of some artists, in their order: about `n_rows`."""
    artists = first_artists(rows)
    names = artists.unique()
    np.random.default_rng(seed).shuffle(names)
    sizes = artists.value_counts().reindex(names).cumsum()
    return rows[artists.isin(set(names[: int((sizes < n_rows).sum()) + 1]))].reset_index(drop=True)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.study", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="show that everything works, with figures that mean nothing")
    parser.add_argument("--trials", type=int, default=20, help="of each search in each fold (default: 20)")
    parser.add_argument("--family", action="append", choices=list(FAMILIES), help="only this one (may be repeated)")
    parser.add_argument("--build", type=Path, default=Path("build"), help="where prepare wrote (default: build)")
    parser.add_argument("--report", type=Path, default=Path("reports/study.json"), help="where to write; the page beside it")
    parser.add_argument("--figures", type=Path, default=Path("reports/figures"), help="where explore wrote, for the page")
    parser.add_argument("--fold-seed", type=int, default=0, help="seed of the outer folds (default: 0)")
    parser.add_argument("--seed", type=int, default=0, help="seed of models and searches")
    parser.add_argument("--workers", type=int, help="processes (default: as many as processors)")
    parser.add_argument("--keep", action="store_true", help="put what was found into training/models/parameters.json")
    options = parser.parse_args(arguments)
    if options.keep and options.quick:
        parser.error("what a quick study finds means nothing, and is not to be kept")
    started = time.perf_counter()
    command = shlex.join(["python", "-m", "training.study", *(sys.argv[1:] if arguments is None else arguments)])
    data = read_json(options.build / "prepare.json", "prepare")
    rows = read_table(options.build / "rows.parquet", "prepare")
    n_genres = len(data["genres"])
    if options.family and not set(options.family) & set(member_names(n_genres)[ENSEMBLE]):
        parser.error("none of these families can be served, so that there would be no champion")
    if options.quick:
        rows = _sample(rows, QUICK_ROWS, options.seed)
    plan = Plan({name: make(rows, options.fold_seed) for name, make in SPLITS.items()}, _folder(options, data), options.seed)
    if n_genres > FEW_GENRES:
        report = study_many(plan, options.quick, options.workers)
    else:
        report, results = study(plan, options.trials, options.quick, options.workers, options.family or FAMILIES)
        if options.keep:
            _keep(results, report["champion"], n_genres)
    report = {
        "quick": options.quick,
        "protocol": f"{PROTOCOL} Fold seed {options.fold_seed}, model seed {options.seed}. Tuned inside the training folds.",
        "splits": {
            name: {"rows": len(split.rows), "artists": int(first_artists(split.rows).nunique())}
            for name, split in plan.splits.items()
        },
        **report,
        "data": data,
        "made": made(datetime.now(UTC), command),
        "seconds": round(time.perf_counter() - started),
    }
    write_json(options.report, report)
    page = options.report.with_suffix(".html")
    write_report(report, options.figures, page)
    _print(report)
    print(f"-> {options.report}, {page} ({report['seconds']} s)")


def _folder(options: argparse.Namespace, data: Mapping[str, Any]) -> Path:
    kind = "quick" if options.quick else "full"
    folder: Path = options.build / "study" / f"{data['fingerprint'][:16]} {kind} fold-seed-{options.fold_seed}"
    return folder


def _keep(results: AllResults, winner: str, n_genres: int) -> None:
    found = {
        name: of[WHOLE] for name, of in results["new_artists"].items() if WHOLE in of and name in FAMILIES and name != ENSEMBLE
    }
    families = {name: StoredParameters(one.parameters or {}, one.temperature) for name, one in found.items()}
    whole = results["new_artists"][ENSEMBLE][WHOLE]
    members = (whole.parameters or {})["members"]
    ensemble = {ENSEMBLE: StoredParameters({"members": members}, whole.temperature)}
    write_parameters(n_genres, families | ensemble, winner, artist_power=whole.artist_power)


def _print(report: Mapping[str, Any]) -> None:
    if "many_genres" in report:
        for row in report["many_genres"]:
            print(
                f"{row['split']:12} {row['family']:10} {row['size']:12} "
                + " ".join(f"{row[f'top_{k}']:.3f}" for k in (1, 3, 5))
            )
        return
    print(f"{'accuracy':24}{'random':>10}{'new artists':>14}{'core nine only':>16}{'log loss':>10}")
    for name in ranked(report["models"], "new_artists"):
        random, new = (report["models"][name][split] for split in ("random", "new_artists"))
        title = f"{name} (champion)" if name == report["champion"] else name
        accuracies = f"{random['accuracy']:10.3f}{new['accuracy']:14.3f}{new['core_only_accuracy']:16.3f}"
        print(f"{title:24}{accuracies}{new['log_loss']:10.3f}")


if __name__ == "__main__":
    main()
