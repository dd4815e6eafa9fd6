"""Charts of accuracy against what a model costs where it is served. `study` is what `python -m training.study` writes.

Public names: costs, costs_of_sizes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from training.figures import style
from training.figures.gallery import Chart
from training.study.report.model_names import called

_COSTS = {"bytes": ("ONNX file, MB", 1e-6), "load_ms": ("time to load, ms", 1.0), "memory_mb": ("memory, MB", 1.0)}
_LEAST = 0.01
"""What stands for no cost that can be measured, on a logarithmic axis."""

_CHARACTER, _LINE, _DOT = 0.022, 0.05, 0.02
"""The width of a letter, the height of a text and half the width of a point, in shares of a panel."""

_WHAT_COSTS_ARE = (
    "Each model is exported to ONNX and opened in a process of its own; memory is what that process holds more than without a "
    "model. Up and left is better. Costs are on logarithmic axes; times are of one machine, and compare models, not machines."
)


@dataclass(frozen=True, slots=True)
class _Point:
    name: str
    cost: float
    accuracy: float
    colour: str = style.PALETTE[0]


@style.look()
def costs(study: Mapping[str, Any]) -> Chart:
    """Accuracy for new artists against file, time to load and memory of each model that can be served."""
    footprints = study["footprints"]
    accuracy = {name: 100 * study["models"][name]["new_artists"]["accuracy"] for name in footprints}
    figure = style.new_figure(4.3)
    axes = figure.subplots(1, len(_COSTS), sharey=True)
    for ax, cost in zip(axes, _COSTS, strict=True):
        points = [_Point(called(name), _value(of, cost), accuracy[name]) for name, of in footprints.items()]
        _limits(ax, points, cost)
        for point in points:
            ax.plot(point.cost, point.accuracy, "o", color=point.colour, markersize=6)
        _names(ax, points)
    axes[0].set_ylabel("% right for new artists")
    smallest = min(footprints, key=lambda name: footprints[name]["bytes"])
    best = max(accuracy, key=lambda name: accuracy[name])
    title = (
        f"{called(best)} is both the most accurate and the smallest file"
        if smallest == best
        else f"{called(best)} is the most accurate in {megabytes(footprints[best]['bytes'])}, {called(smallest)} the smallest "
        f"in {megabytes(footprints[smallest]['bytes'])}"
    )
    style.headline(figure, title)
    return Chart("costs", title, f"Models fitted on all rows. {_WHAT_COSTS_ARE}", figure)


@style.look()
def costs_of_sizes(study: Mapping[str, Any]) -> Chart:
    """With many genres: the same, a line a family from its smallest size to its largest."""
    rows = [row for row in study["many_genres"] if "footprint" in row]
    families = list(dict.fromkeys(row["family"] for row in rows))
    colours = style.colours(families)
    figure = style.new_figure(4.6)
    axes = figure.subplots(1, len(_COSTS), sharey=True)
    for ax, cost in zip(axes, _COSTS, strict=True):
        points = [
            _Point(row["size"], _value(row["footprint"], cost), 100 * row["top_1"], colours[row["family"]]) for row in rows
        ]
        _limits(ax, points, cost)
        for family in families:
            line = sorted(
                ((point.cost, point.accuracy) for point, row in zip(points, rows, strict=True) if row["family"] == family)
            )
            ax.plot(*zip(*line, strict=True), "o-", color=colours[family], markersize=5, label=called(family))
        if cost == "bytes":
            _names(ax, points)
    axes[0].set_ylabel("% right for new artists")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower left", ncols=len(families))
    best = max(rows, key=lambda row: row["top_1"])
    title = (
        f"{called(best['family'])} with {best['size']} is right most often: {style.percent(best['top_1'], 1)}, in "
        f"{megabytes(best['footprint']['bytes'])}"
    )
    style.headline(figure, title)
    return Chart("costs_of_sizes", title, f"Models of the first fold. {_WHAT_COSTS_ARE}", figure)


def megabytes(number: float) -> str:
    """Bytes as "0.4 MB", or "12 MB"."""
    size = number / 1e6
    return f"{size:.0f} MB" if size >= 10 else f"{size:.1f} MB" if size >= 0.1 else f"{size:.2f} MB"


def _value(footprint: Mapping[str, float], cost: str) -> float:
    return max(footprint[cost] * _COSTS[cost][1], _LEAST)


def _limits(ax: Axes, points: Sequence[_Point], cost: str) -> None:
    values, accuracies = (np.array([getattr(point, name) for point in points]) for name in ("cost", "accuracy"))
    room = max(np.ptp(accuracies) * 0.12, 0.5)
    ax.set_xscale("log")
    ax.set_xlim(values.min() / 1.7, values.max() * 1.7)
    ax.set_ylim(accuracies.min() - room, accuracies.max() + room)
    ax.set_xlabel(_COSTS[cost][0])
    ax.xaxis.set_major_locator(
        LogLocator(subs=(1, 2, 5) if values.max() > 8 * values.min() else (1, 2, 3, 4, 5, 7), numticks=12)
    )
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.grid()


def _names(ax: Axes, points: Iterable[_Point]) -> None:
    """Beside each point, on the side where there is room, higher when another name is there."""
    low, high = np.log(ax.get_xlim())
    bottom, top = ax.get_ylim()
    places = {
        point: ((np.log(point.cost) - low) / (high - low), (point.accuracy - bottom) / (top - bottom)) for point in points
    }
    taken = [(across - _DOT, across + _DOT, up) for across, up in places.values()]
    for point, (across, place) in sorted(places.items(), key=lambda item: item[0].accuracy):
        width = _CHARACTER * len(point.name)
        start, end = (across - _DOT - width, across - _DOT) if across > 0.5 else (across + _DOT, across + _DOT + width)
        for other_start, other_end, other in sorted(taken, key=lambda one: one[2]):
            if start < other_end and other_start < end and abs(place - other) < _LINE:
                place = other + _LINE
        taken.append((start, end, place))
        ax.annotate(
            point.name,
            (point.cost, bottom + place * (top - bottom)),
            (-6 if across > 0.5 else 6, 0),
            textcoords="offset points",
            ha="right" if across > 0.5 else "left",
            va="center",
            fontsize=8,
        )
