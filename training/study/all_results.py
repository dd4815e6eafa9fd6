"""All models on all folds: their figures, what can be said of their differences, and the champion.

Public names: AllResults, gathered, on_folds, figures, champion_of, comparisons.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from training.data.rows import genres_of
from training.evaluation.protocol import WHOLE
from training.models import FAMILIES, is_exported
from training.study.comparison import Results, compared, figures_of, ranked
from training.study.fold_results import FoldResult, Plan, Task, run_tasks
from training.study.mixing import mix
from training.study.participants import UNTUNED, member_names

AllResults = Mapping[str, Mapping[str, Mapping[int, FoldResult]]]
"""Split -> model -> number of the fold -> what it gave."""


def gathered(plan: Plan, tasks: Sequence[Task], workers: int | None = None) -> AllResults:
    """The results of all tasks, and beside them those of the ensembles that are chosen in each fold."""
    results: dict[str, dict[str, dict[int, FoldResult]]] = defaultdict(lambda: defaultdict(dict))
    for task, result in run_tasks(plan, tasks, workers):
        results[task.split][task.entry.name][task.fold] = result
    ensembles = member_names(len(genres_of(plan.splits["random"].rows)))
    for models in results.values():
        for fold in sorted({fold for of in models.values() for fold in of}):
            for ensemble, allowed in ensembles.items():
                members = {name: models[name][fold] for name in allowed if fold in models.get(name, {})}
                if members := {name: result for name, result in members.items() if len(result.inner)}:
                    models[ensemble][fold] = mix(members)
    return results


def on_folds(results: AllResults) -> AllResults:
    """Without what was learnt from all rows."""
    return {
        split: {name: folds for name, of in models.items() if (folds := {fold: of[fold] for fold in of if fold != WHOLE})}
        for split, models in results.items()
    }


def figures(plan: Plan, results: AllResults, names: Sequence[str]) -> dict[str, Any]:
    """Model -> split -> figures, ready for JSON."""
    return {name: {split: figures_of(plan.splits[split], results[split][name]) for split in plan.splits} for name in names}


def champion_of(plan: Plan, models: Mapping[str, Any], results: AllResults) -> str:
    """The least log loss among those that can be served and are as accurate for new artists as any, but for chance."""
    n_genres = len(genres_of(plan.splits["random"].rows))
    served = {name: figures for name, figures in models.items() if name in FAMILIES and is_exported(name, n_genres)}
    best = ranked(served, "new_artists")[0]
    split, of = plan.splits["new_artists"], results["new_artists"]
    equals = [name for name in served if compared(split, of[best], of[name], plan.seed)["interval_95"][0] <= 0]
    return min(equals, key=lambda name: models[name]["new_artists"]["log_loss"])


def comparisons(plan: Plan, models: Mapping[str, Any], results: AllResults, winner: str) -> dict[str, Any]:
    """Split -> the first two, and the champion over what nobody tuned."""
    return {split: _pairs(plan, models, results[split], split, winner) for split in plan.splits}


def _pairs(plan: Plan, models: Mapping[str, Any], of: Mapping[str, Results], split: str, winner: str) -> dict[str, Any]:
    first, second = ranked(models, split)[:2]
    pairs = {"first_over_second": (first, second), "champion_over_untuned": (winner, UNTUNED)}
    return {
        name: {"ours": ours, "theirs": theirs, **compared(plan.splits[split], of[ours], of[theirs], plan.seed)}
        for name, (ours, theirs) in pairs.items()
    }
