"""The whole study of the rows that `prepare` wrote -> reports/study.json and reports/study.html.

With `--quick`, a sample of the artists, two folds, two trials: it shows that everything works, and its figures mean nothing.
What was done is kept in build/study, and is not done again. `--keep` puts the parameters that were found on all rows, and the
champion, into training/models/parameters.json.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from training.artifacts import read_json, read_table, write_json
from training.models import is_exported
from training.models.kept import Kept, keep
from training.protocol import PROTOCOL, SPLITS, Split, first_artists
from training.recipe import genres_of
from training.study.comparison import Results, compared, figures_of, ranked
from training.study.field import ENSEMBLE, UNTUNED, entries, member_names, quick_entries
from training.study.mixing import mix
from training.study.nested import WHOLE, FoldResult, Plan, Task, run_tasks

QUICK_ROWS = 900
QUICK_FOLDS = 2

AllResults = dict[str, dict[str, dict[int, FoldResult]]]
"""Split -> model -> number of the fold -> what it gave."""


def study(plan: Plan, tasks: Sequence[Task], workers: int | None = None) -> tuple[dict[str, Any], AllResults]:
    """The figures of all models, ready for JSON, and what they are made from."""
    results = _gathered(plan, tasks, workers)
    on_folds = {
        split: {name: {fold: one for fold, one in of.items() if fold != WHOLE} for name, of in models.items()}
        for split, models in results.items()
    }
    names = [name for name in on_folds["random"] if all(on_folds[split].get(name) for split in plan.splits)]
    models = {name: {split: figures_of(plan.splits[split], on_folds[split][name]) for split in plan.splits} for name in names}
    winner = _champion(plan, models, on_folds)
    return {
        "champion": winner,
        "models": models,
        "comparisons": {split: _comparisons(plan, models, on_folds, split, winner) for split in plan.splits},
        "splits": {
            name: {"rows": len(split.rows), "artists": int(first_artists(split.rows).nunique())}
            for name, split in plan.splits.items()
        },
    }, results


def _gathered(plan: Plan, tasks: Sequence[Task], workers: int | None) -> AllResults:
    results: AllResults = defaultdict(lambda: defaultdict(dict))
    for task, result in run_tasks(plan, tasks, workers):
        results[task.split][task.entry.name][task.fold] = result
    allowed = member_names(len(genres_of(plan.splits["random"].rows)))
    for of_split in results.values():
        for fold in sorted({fold for of in of_split.values() for fold in of}):
            members = {name: of_split[name][fold] for name in allowed if fold in of_split.get(name, {})}
            if members := {name: result for name, result in members.items() if len(result.inner)}:
                of_split[ENSEMBLE][fold] = mix(members)
    return results


def _champion(plan: Plan, models: Mapping[str, Any], results: Mapping[str, Mapping[str, Results]]) -> str:
    """The least log loss among those that can be served and are as accurate for new artists as any, but for chance."""
    n_genres = len(genres_of(plan.splits["random"].rows))
    served = {name: figures for name, figures in models.items() if name != UNTUNED and is_exported(name, n_genres)}
    best = ranked(served, "new_artists")[0]
    split, of = plan.splits["new_artists"], results["new_artists"]
    equals = [name for name in served if compared(split, of[best], of[name], plan.seed)["interval_95"][0] <= 0]
    return min(equals, key=lambda name: models[name]["new_artists"]["log_loss"])


def _comparisons(
    plan: Plan, models: Mapping[str, Any], results: Mapping[str, Mapping[str, Results]], split: str, winner: str
) -> dict[str, Any]:
    first, second = ranked(models, split)[:2]
    of = results[split]
    pairs = {"first_over_second": (first, second), "champion_over_untuned": (winner, UNTUNED)}
    return {
        name: {"ours": ours, "theirs": theirs, **compared(plan.splits[split], of[ours], of[theirs], plan.seed)}
        for name, (ours, theirs) in pairs.items()
    }


def _sample(rows: pd.DataFrame, n_rows: int, seed: int) -> pd.DataFrame:
    """All rows of some artists, in their order: about `n_rows`."""
    artists = first_artists(rows)
    names = artists.unique()
    np.random.default_rng(seed).shuffle(names)
    sizes = artists.value_counts().reindex(names).cumsum()
    return rows[artists.isin(set(names[: int((sizes < n_rows).sum()) + 1]))].reset_index(drop=True)


def _tasks(plan: Plan, quick: bool, n_trials: int) -> list[Task]:
    folds = range(QUICK_FOLDS if quick else len(plan.splits["random"].folds))
    taking_part = quick_entries() if quick else entries(n_trials)
    whole = [Task("new_artists", WHOLE, entry) for entry in taking_part if entry.n_trials]
    return whole + [Task(split, fold, entry) for entry in taking_part for split in plan.splits for fold in folds]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.study", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="show that everything works, with figures that mean nothing")
    parser.add_argument("--trials", type=int, default=20, help="of each search in each fold (default: 20)")
    parser.add_argument("--build", type=Path, default=Path("build"), help="where prepare wrote (default: build)")
    parser.add_argument("--report", type=Path, default=Path("reports/study.json"), help="where to write")
    parser.add_argument("--fold-seed", type=int, default=0, help="seed of the outer folds (default: 0)")
    parser.add_argument("--seed", type=int, default=0, help="seed of models and searches")
    parser.add_argument("--workers", type=int, help="processes (default: as many as processors)")
    parser.add_argument("--keep", action="store_true", help="put what was found into training/models/parameters.json")
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    data = read_json(options.build / "prepare.json", "prepare")
    rows = read_table(options.build / "rows.parquet", "prepare")
    if options.quick:
        rows = _sample(rows, QUICK_ROWS, options.seed)
    splits: dict[str, Split] = {name: make(rows, options.fold_seed) for name, make in SPLITS.items()}
    kind = "quick" if options.quick else "full"
    folder = options.build / "study" / f"{data['fingerprint'][:16]} {kind} fold-seed-{options.fold_seed}"
    plan = Plan(splits, folder, options.seed)
    report, results = study(plan, _tasks(plan, options.quick, options.trials), options.workers)
    report = {
        "quick": options.quick,
        "protocol": f"{PROTOCOL} Fold seed {options.fold_seed}, model seed {options.seed}. Tuned inside the training folds.",
        **report,
        "data": data,
        "seconds": round(time.perf_counter() - started),
    }
    write_json(options.report, report)
    _print(report)
    if options.keep:
        _keep(results["new_artists"], report["champion"], len(data["genres"]))


def _keep(results: Mapping[str, Mapping[int, FoldResult]], winner: str, n_genres: int) -> None:
    found = {name: of[WHOLE] for name, of in results.items() if WHOLE in of and name != ENSEMBLE}
    families = {name: Kept(one.parameters or {}, one.temperature) for name, one in found.items() if one.n_trials > 1}
    whole = results[ENSEMBLE][WHOLE]
    members = (whole.parameters or {})["members"]
    keep(n_genres, families | {ENSEMBLE: Kept({"members": members}, whole.temperature)}, winner)


def _print(report: Mapping[str, Any]) -> None:
    print(f"{'accuracy':24}{'random':>10}{'new artists':>14}{'core nine only':>16}{'log loss':>10}")
    for name in ranked(report["models"], "new_artists"):
        figures = report["models"][name]
        new = figures["new_artists"]
        title = f"{name} (champion)" if name == report["champion"] else name
        print(
            f"{title:24}{figures['random']['accuracy']:10.3f}{new['accuracy']:14.3f}{new['core_only_accuracy']:16.3f}"
            f"{new['log_loss']:10.3f}"
        )


if __name__ == "__main__":
    main()
