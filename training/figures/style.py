"""One look for all figures: colours, sizes, texts that any font can show, and files that are the same bytes on each run.

A figure is drawn through matplotlib's objects, never through pyplot, which keeps figures and settings for the whole process.
Whatever draws is decorated by `@look()`, since texts take their settings when they are made. Sizes are in inches; 10 of
width is about what a page shows at full size.

Public names: look, new_figure, headline, panels, save, WIDTH, PALETTE, INK, MUTED, FAINT, DIVERGING, SEQUENTIAL, colours,
ink_on, percent, signed, printable, shortened,
bars_in_columns, bars_over, bars_height.
"""

from __future__ import annotations

import math
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, cast

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ticker import MaxNLocator

from training.data.artifacts import write_file

WIDTH = 10.0
DOTS_PER_INCH = 130

INK, MUTED, FAINT = "#262626", "#6B6B6B", "#D9D9D9"

PALETTE = (
    *("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9"),
    *("#1A1A1A", "#9000F0", "#603000", "#000090", "#D8C078", "#900060"),
)
"""The first six are of Okabe and Ito (https://jfly.uni-koeln.de/color/). The others were chosen one by one, each as far from
all before it as can be in CIELAB, for full colour vision and the three kinds of its lack (Machado et al., 2009)."""

DIVERGING, SEQUENTIAL = "RdBu_r", "Blues"

_FONT = "DejaVu Sans"
_UNKNOWN = "\N{WHITE SQUARE}"

_SETTINGS: dict[str, Any] = {
    "font.family": [_FONT],  # It comes with matplotlib, so that figures are the same everywhere.
    "font.size": 9,
    "text.color": INK,
    "text.parse_math": False,  # A name may hold dollars.
    "text.usetex": False,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.labelsize": 8.5,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "axes.facecolor": "white",
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "savefig.bbox": None,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 1.4,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "figure.constrained_layout.h_pad": 0.06,
    "figure.constrained_layout.w_pad": 0.06,
    "svg.fonttype": "path",  # Texts as shapes: a page may lack the font.
    "svg.hashsalt": "kamerton",
}


@contextmanager
def look() -> Iterator[None]:
    """The settings of all figures, in force inside `with look():` or in a function under `@look()`."""
    with matplotlib.rc_context(_SETTINGS):  # type: ignore[arg-type]  # their keys are a literal type of 300 names
        yield


def new_figure(height: float, width: float = WIDTH) -> Figure:
    """An empty figure of so many inches, whose parts make room for one another."""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def headline(figure: Figure, title: str) -> None:
    """The sentence over a figure, which says what is seen in it; wrapped to the figure's width."""
    per_line = int(figure.get_figwidth() * 10.4)
    figure.suptitle("\n".join(textwrap.wrap(printable(title), per_line)), x=0.012, ha="left", fontsize=12.5, fontweight="bold")


def panels(figure: Figure, number: int, columns: int, **keywords: Any) -> list[Axes]:
    """So many axes in rows of `columns`; what is left of the last row stays empty."""
    grid = figure.subplots(math.ceil(number / columns), columns, squeeze=False, **keywords)
    axes = cast("list[Axes]", grid.ravel().tolist())
    for unused in axes[number:]:
        unused.remove()
    return axes[:number]


@look()
def save(figure: Figure, stem: Path) -> tuple[Path, Path]:
    """`stem`.png and `stem`.svg, each written whole or not at all, without a date; the paths of both.

    There is nothing to close: no registry knows of the figure.
    """
    # The parts are laid out once for both files.
    figure.draw_without_rendering()
    figure.set_layout_engine(None)
    png, svg = (stem.with_name(f"{stem.name}.{kind}") for kind in ("png", "svg"))
    write_file(png, lambda path: figure.savefig(path, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None}))
    write_file(
        svg, lambda path: figure.savefig(path, format="svg", dpi=DOTS_PER_INCH, metadata={"Date": None, "Creator": None})
    )
    return png, svg


def colours(names: Sequence[str]) -> dict[str, str]:
    """A colour for each name by its place; from the thirteenth on they begin again, so show no more than twelve by colour."""
    return {name: PALETTE[place % len(PALETTE)] for place, name in enumerate(names)}


def ink_on(background: Any) -> str:
    """White or ink, whichever can be read on a colour."""
    red, green, blue = to_rgb(background)
    return "white" if 0.299 * red + 0.587 * green + 0.114 * blue < 0.5 else INK


def percent(share: float, digits: int = 0) -> str:
    """0.426 as "43 %"."""
    return f"{100 * share:.{digits}f} %"


def signed(value: float, digits: int) -> str:
    """With a sign of its own width, and none for what is rounded to 0."""
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0 else text.replace("-", "\N{MINUS SIGN}")


def printable(text: str) -> str:
    """`text` with a white square for every character that the font lacks, in one line, without marks that show nothing."""
    shown = (" " if mark.isspace() else mark for mark in unicodedata.normalize("NFC", text))
    kept = (mark for mark in shown if unicodedata.category(mark) not in {"Cc", "Cf", "Cs", "Co", "Cn"} and not _selects(mark))
    return "".join(mark if ord(mark) in _glyphs() else _UNKNOWN for mark in kept).strip() or _UNKNOWN


def shortened(text: str, limit: int = 22) -> str:
    """`printable(text)`, cut to so many characters."""
    shown = printable(text)
    return shown if len(shown) <= limit else f"{shown[: limit - 1].rstrip()}…"


@look()
def bars_in_columns(
    figure: Figure, names: Sequence[str], values: Sequence[float], unit: str, texts: Sequence[str], colour: str = PALETTE[0]
) -> list[Axes]:
    """Bars from top to bottom in as many columns as they need, all on one scale, with a text at the end of each.

    `unit` stands below each column. See `bars_height` for how high the figure should be.
    """
    n_columns, per_column = _columns_of_bars(len(names))
    axes = panels(figure, n_columns, n_columns, sharex=True)
    for place, ax in enumerate(axes):
        part = slice(place * per_column, (place + 1) * per_column)
        _bars(ax, [shortened(name, 30 if n_columns == 1 else 18) for name in names[part]], values[part], texts[part], colour)
        ax.set_ylim(per_column - 0.4, -0.6)
        ax.set_xlabel(unit)
    axes[0].set_xlim(0, max(*values, 1e-9) * (1.12 if n_columns == 1 else 1.45))
    return axes


def bars_over(axes: Sequence[Axes], values: Sequence[float], colour: str = PALETTE[0]) -> None:
    """A second value for each bar of `bars_in_columns`, drawn over the first."""
    _, per_column = _columns_of_bars(len(values))
    for place, ax in enumerate(axes):
        part = values[place * per_column : (place + 1) * per_column]
        ax.barh(np.arange(len(part)), part, height=0.72, color=colour)


def bars_height(number: int) -> float:
    """Inches for a figure of so many bars."""
    n_columns, per_column = _columns_of_bars(number)
    return 1.35 + per_column * (0.3 if n_columns == 1 else 0.17)


def _columns_of_bars(number: int) -> tuple[int, int]:
    n_columns = 1 if number <= 24 else min(math.ceil(number / 40), 4)
    return n_columns, math.ceil(number / n_columns)


def _bars(ax: Axes, names: Sequence[str], values: Sequence[float], texts: Sequence[str], colour: str) -> None:
    places = np.arange(len(names))
    ax.barh(places, values, height=0.72, color=colour)
    ax.set_yticks(places, names)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    for place, value, text in zip(places, values, texts, strict=True):
        ax.annotate(text, (value, place), (3, 0), textcoords="offset points", va="center", fontsize=7.5, color=MUTED)


def _selects(mark: str) -> bool:
    # Variation selectors choose between shapes of the mark before them.
    return 0xFE00 <= ord(mark) <= 0xFE0F


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties(family=_FONT))).get_charmap())
