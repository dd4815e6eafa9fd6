"""Points with intervals in rows: the two figures of a model that always stand side by side, new artists above random.

Public names: NEW, RANDOM, Dots, dot_rows, at_the_right, key, dashed_at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from training.figures import style

NEW, RANDOM = style.PALETTE[0], "#9A9A9A"

_BELOW = 0.3
_DASHES = (0, (4, 3))
_STYLES = ((RANDOM, _BELOW, 4.5), (NEW, 0.0, 6.5))


@dataclass(frozen=True, slots=True)
class Dots:
    """Of one row: values, and the ends of their intervals (NaN where not known), on new artists and at random."""

    name: str
    new: float
    new_ends: Sequence[float | None]
    random: float
    random_ends: Sequence[float | None]
    text: str
    """What stands at its end."""


def dot_rows(ax: Axes, rows: Sequence[Dots]) -> None:
    """The rows from top to bottom, named at the left, with their texts at the right."""
    places = np.arange(len(rows))
    _points(ax, places, [row.random for row in rows], [row.random_ends for row in rows], *_STYLES[0])
    _points(ax, places, [row.new for row in rows], [row.new_ends for row in rows], *_STYLES[1])
    for place, row in enumerate(rows):
        at_the_right(ax, place + _BELOW / 2, row.text)
    ax.set_yticks(places + _BELOW / 2, [row.name for row in rows])
    ax.set_ylim(len(rows) - 0.3, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")


def at_the_right(ax: Axes, place: float, text: str) -> None:
    ax.annotate(
        text, (1, place), (6, 0), ("axes fraction", "data"), "offset points", va="center", fontsize=8, color=style.MUTED
    )


def key(ax: Axes, dashed: str | None = None) -> None:
    """What the colours are, and the dashed line if there is one."""
    lines = [Line2D([], [], color=colour, marker="o", markersize=size * 0.8) for colour, _, size in reversed(_STYLES)]
    names = ["new artists", "random"]
    if dashed:
        lines.append(_dashed_line())
        names.append(dashed)
    ax.legend(lines, names, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(names), borderaxespad=0.2, handlelength=1.6)


def _dashed_line() -> Line2D:
    return Line2D([], [], color=style.INK, linewidth=0.8, linestyle=_DASHES)


def dashed_at(ax: Axes, value: float) -> None:
    ax.axvline(value, color=style.INK, linewidth=0.8, linestyle=_DASHES)


def _points(
    ax: Axes,
    places: np.ndarray,
    values: Sequence[float],
    ends: Sequence[Sequence[float | None]],
    colour: str,
    offset: float,
    size: float,
) -> None:
    low, high = np.array(ends, dtype=np.float64).T
    ax.hlines(places + offset, low, high, color=colour, linewidth=1.4)
    ax.plot(values, places + offset, "o", color=colour, markersize=size)
