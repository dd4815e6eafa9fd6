"""Charts of all models of a study, which is what `python -m training.study` writes into reports/study.json.

Public names: accuracies, learning_curves, ablation, best_epoch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from training.figures import style
from training.figures.gallery import Chart
from training.models import BASELINES
from training.statistics.intervals import excludes_zero
from training.study.ablation import AS_SERVED
from training.study.comparison import ranked
from training.study.participants import UNTUNED
from training.study.report.dot_rows import NEW, RANDOM, Dots, at_the_right, dashed_at, dot_rows, key
from training.study.report.model_names import called

_LEAST_COLUMNS = 3


@style.look()
def accuracies(study: Mapping[str, Any]) -> Chart:
    """Accuracy of each model on both splits with its interval over the folds, the best for new artists on top."""
    models = study["models"]
    names = ranked(models, "new_artists")
    best = models[names[0]]["new_artists"]["accuracy"]
    title = f"For artists never seen before, no model is right more often than {called(names[0])}: {style.percent(best, 1)}"
    figure = style.new_figure(1.5 + 0.36 * len(names))
    (ax,) = style.panels(figure, 1, 1)
    if UNTUNED in models:
        dashed_at(ax, 100 * models[UNTUNED]["new_artists"]["accuracy"])
    dot_rows(ax, [_accuracies_of(name, models[name]) for name in names])
    at_the_right(ax, -0.62, "new · random")
    for name, label in zip(names, ax.get_yticklabels(), strict=True):
        label.set_color(style.MUTED if name in (*BASELINES, UNTUNED) else style.INK)
        label.set_fontweight("bold" if name == study["champion"] else "normal")
    ax.set_xlabel("% of tracks whose genre is named rightly")
    key(ax, "untuned LightGBM, new artists" if UNTUNED in models else None)
    style.headline(figure, title)
    caption = (
        "Dots are accuracies over all folds; lines are 95 % intervals over the folds (Student's t). Blue: tracks of artists "
        "that the model never saw; grey: tracks dealt out at random, where artists and recordings repeat. In bold the "
        "champion, in grey the baselines."
    )
    return Chart("accuracies", title, caption, figure)


def _accuracies_of(name: str, of: Mapping[str, Any]) -> Dots:
    new, random = (of[split] for split in ("new_artists", "random"))
    ends = [np.clip(100 * np.array(one["accuracy_95"]), 0, 100).tolist() for one in (new, random)]
    text = f"{100 * new['accuracy']:.1f} · {100 * random['accuracy']:.1f}"
    return Dots(called(name), 100 * new["accuracy"], ends[0], 100 * random["accuracy"], ends[1], text)


@style.look()
def learning_curves(study: Mapping[str, Any]) -> Chart:
    """Loss (above) and accuracy (below) of each network by epoch, on what it is fitted on and on what it is stopped by."""
    curves = study["learning_curves"]
    figure = style.new_figure(4.8)
    axes = figure.subplots(2, max(len(curves), _LEAST_COLUMNS), squeeze=False, sharey="row", sharex="col")
    for column, (name, curve) in enumerate(curves.items()):
        _curve(axes[0, column], curve, "loss")
        _curve(axes[1, column], curve, "accuracy")
        axes[0, column].set_title(called(name))
        axes[1, column].set_xlabel("epoch")
    for unused in axes[:, len(curves) :].ravel():
        unused.remove()
    axes[0, 0].set_ylabel("loss")
    axes[1, 0].set_ylabel("accuracy")
    marks = [Line2D([], [], color=RANDOM), Line2D([], [], color=NEW), Line2D([], [], color=NEW, marker="o", linestyle="none")]
    figure.legend(marks, ["fitted on", "held out", "epoch that is kept"], loc="outside lower left", ncols=3, handlelength=1.3)
    kept = ", ".join(f"{called(name)} {best_epoch(curve)} of {len(curve['loss'])}" for name, curve in curves.items())
    first, last = (choose(best_epoch(curve) for curve in curves.values()) for choose in (min, max))
    title = f"Networks are at their best after {f'{first} to {last}' if first < last else first} epochs"
    style.headline(figure, title)
    caption = (
        "On the first fold of new artists. Grey: the rows that a network is fitted on, as they are while it learns, with "
        "weights and with what keeps it from learning by heart; blue: the rows held out of them, by which it is stopped. The "
        f"dot is the epoch with the least loss on those, whose weights are kept: {kept}."
    )
    return Chart("learning_curves", title, caption, figure)


def best_epoch(curve: Mapping[str, Sequence[float]]) -> int:
    """The number, from 1, of the epoch whose weights are kept: without rows held out it is the last."""
    held_out = curve.get("val_loss")
    return int(np.argmin(held_out)) + 1 if held_out else len(curve["loss"])


def _curve(ax: Axes, curve: Mapping[str, Sequence[float]], quantity: str) -> None:
    for name, colour in ((quantity, RANDOM), (f"val_{quantity}", NEW)):
        if values := curve.get(name):
            ax.plot(np.arange(1, len(values) + 1), values, color=colour)
    if held_out := curve.get(f"val_{quantity}"):
        ax.plot(best_epoch(curve), held_out[best_epoch(curve) - 1], "o", color=NEW, markersize=5)
    ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    ax.grid(axis="y")


@style.look()
def ablation(study: Mapping[str, Any]) -> Chart:
    """What each change of the recipe does to accuracy, in points, with its interval over artists."""
    changes = [row for row in study["ablation"] if row["variant"] != AS_SERVED.name]
    names = dict.fromkeys(row["family"] for row in changes)
    families = {name: [row for row in changes if row["family"] == name] for name in names}
    figure = style.new_figure(1.5 + 0.36 * len(changes) + 0.5 * len(families))
    sizes = [len(rows) + 0.3 for rows in families.values()]
    axes = figure.subplots(len(sizes), 1, squeeze=False, sharex=True, height_ratios=sizes)[:, 0]
    for ax, (family, rows) in zip(axes, families.items(), strict=True):
        ax.axvline(0, color=style.INK, linewidth=0.8)
        dot_rows(ax, [_difference(row) for row in rows])
        ax.set_ylabel(called(family), color=style.INK, fontweight="bold")
    axes[-1].set_xlabel("percentage points of accuracy that the change wins (right) or loses (left)")
    key(axes[0])
    told = [row for row in changes if excludes_zero(row["new_artists"]["interval_95"])]
    title = f"Of {len(changes)} changes of the recipe, {len(told) or 'none'} can be told from chance on new artists"
    style.headline(figure, title)
    caption = (
        "Each row is the recipe with one thing changed and the same parameters, judged on the same tracks as the recipe as "
        "served (the line at 0). Lines are 95 % intervals over artists: one that holds zero does not show that nothing "
        "changes, only that these tracks cannot tell."
    )
    return Chart("ablation", title, caption, figure)


def _difference(row: Mapping[str, Any]) -> Dots:
    new, random = (row[split] for split in ("new_artists", "random"))
    ends = [[None if end is None else 100 * end for end in one["interval_95"]] for one in (new, random)]
    text = " · ".join(style.signed(100 * one["difference"], 1) for one in (new, random))
    return Dots(row["variant"], 100 * new["difference"], ends[0], 100 * random["difference"], ends[1], text)
