"""Charts of the audio features in the whole catalog: how they go together, what is missing, and what outlier removal does.

Public names: correlations, missing_values, outlier_removal.
"""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator
from numpy.typing import ArrayLike, NDArray

from training.data.outliers import CONTINUOUS, FENCE_IQRS, OutlierRule, continuous_values
from training.figures import style
from training.figures.gallery import Chart
from training.figures.quantities import QUANTITIES, measured

_BINS = 40
_BEFORE = "#C4C4C4"
_FENCE: dict[str, Any] = {"color": style.INK, "linewidth": 0.9, "linestyle": (0, (4, 3))}
_BESIDE = {"album_name": "Album name (shown only)", "popularity": "Popularity (order only)"}
_CIRCLE = {"key_fifths_sin": "Key on the circle of fifths, sine", "key_fifths_cos": "Key on the circle of fifths, cosine"}


@style.look()
def correlations(rows: pd.DataFrame) -> Chart:
    """Spearman's rank correlation of every two features, key as a point on the circle of fifths."""
    table = _ranked_columns(rows)
    matrix = table.corr(method="spearman", min_periods=3).to_numpy()
    title, caption = _said_of(matrix, list(table.columns))
    figure = style.new_figure(7.6)
    (ax,) = style.panels(figure, 1, 1)
    lower = np.ma.masked_where(np.triu(np.ones_like(matrix, dtype=bool)), matrix)
    colormap = matplotlib.colormaps[style.DIVERGING]
    mesh = ax.pcolormesh(lower[1:, :-1], cmap=colormap, vmin=-1, vmax=1, edgecolors="white", linewidth=0.8)
    _write_correlations(ax, matrix, colormap)
    ax.set_xticks(np.arange(len(matrix) - 1) + 0.5, table.columns[:-1], rotation=40, ha="right", rotation_mode="anchor")
    ax.set_yticks(np.arange(len(matrix) - 1) + 0.5, table.columns[1:])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.invert_yaxis()
    bar = figure.colorbar(mesh, ax=ax, shrink=0.6, aspect=30, pad=0.01)
    bar.set_label("rank correlation, −1 to 1")
    bar.outline.set_visible(False)
    style.headline(figure, title)
    return Chart("correlations", title, caption, figure)


def _ranked_columns(rows: pd.DataFrame) -> pd.DataFrame:
    values = measured(rows)
    angle = 2 * np.pi * (7 * values["key"] % 12) / 12
    circle = pd.DataFrame(
        {_CIRCLE["key_fifths_sin"]: np.sin(angle).round(6), _CIRCLE["key_fifths_cos"]: np.cos(angle).round(6)}
    )
    named = values.rename(columns={name: quantity.name for name, quantity in QUANTITIES.items()})
    return pd.concat([named.drop(columns=QUANTITIES["key"].name), circle], axis=1)


def _said_of(matrix: NDArray[np.float64], names: list[str]) -> tuple[str, str]:
    pairs = [(matrix[row, column], column, row) for row in range(len(names)) for column in range(row)]
    known = sorted((pair for pair in pairs if np.isfinite(pair[0])), key=lambda pair: -abs(pair[0]))
    if not known:
        return "No two audio features can be compared", "Fewer than three rows have two features each."
    value, one, other = known[0]
    together = "rise together" if value > 0 else "go against each other"
    title = f"{names[one]} and {names[other].lower()} {together} ({style.signed(value, 2)}), more than any other two"
    listed = "; ".join(
        f"{names[one].lower()} with {names[other].lower()} {style.signed(value, 2)}" for value, one, other in known[:4]
    )
    weak = np.mean([abs(pair[0]) < 0.2 for pair in known])
    caption = (
        "Spearman's rank correlation over all rows: +1 is the same order, −1 the reverse, 0 none; it is the same on any scale "
        f"of the values. The strongest: {listed}. {style.percent(weak)} of the pairs are weaker than 0.2."
    )
    return title, caption


def _write_correlations(ax: Axes, matrix: NDArray[np.float64], colormap: matplotlib.colors.Colormap) -> None:
    for row in range(1, len(matrix)):
        for column in range(row):
            value = matrix[row, column]
            text = style.signed(value, 2) if np.isfinite(value) else "–"
            ink = style.ink_on(colormap((value + 1) / 2)[:3]) if np.isfinite(value) else style.MUTED
            ax.text(column + 0.5, row - 0.5, text, ha="center", va="center", fontsize=8, color=ink)


@style.look()
def missing_values(rows: pd.DataFrame, n_read: int | None = None) -> Chart:
    """The share of rows in which each feature is missing; `n_read` is how many rows the table had before `prepare`."""
    shares = _missing_shares(rows)
    gaps = shares[shares > 0]
    of_features = [name for name in gaps.index if name not in _BESIDE.values()]
    title = (
        f"{gaps[of_features].idxmax()} is missing in {_percent(gaps[of_features].max())} of the rows"
        if of_features
        else "No audio feature is missing in any row"
    )
    figure = style.new_figure(1.5 + 0.26 * len(shares))
    (ax,) = style.bars_in_columns(
        figure,
        shares.index.tolist(),
        (100 * shares).tolist(),
        "% of rows without the value",
        [_percent(share) if share else "none" for share in shares],
    )
    ax.set_xlim(0, max(1.0, 115 * shares.max()))
    style.headline(figure, title)
    listed = "; ".join(f"{name} {_percent(share)}" for name, share in gaps.items())
    left_out = "" if n_read is None else f"Of {n_read:,} rows in the table {n_read - len(rows):,} were left out before. "
    caption = (
        f"{left_out}Of {len(rows):,} rows in use, what is missing: {listed or 'nothing'}. A key of -1 and a tempo of 0 "
        "stand for “not detected” and count as missing. A row without one of the core nine features is never used."
    )
    return Chart("missing_values", title, caption, figure)


def _missing_shares(rows: pd.DataFrame) -> pd.Series:
    named = measured(rows).rename(columns={name: quantity.name for name, quantity in QUANTITIES.items()})
    shares = named.isna().mean()
    for name, shown in _BESIDE.items():
        shares[shown] = float(rows[name].isna().mean()) if name in rows else 1.0
    return shares


def _percent(share: float) -> str:
    return "less than 0.1 %" if 0 < share < 0.001 else style.percent(share, 1)


@style.look()
def outlier_removal(rows: pd.DataFrame) -> Chart:
    """The distribution of each continuous feature before and after the rows outside Tukey's fences are set aside."""
    values = continuous_values(rows, "raw")
    rule = OutlierRule.fit(values)
    inside = rule.inside(values)
    outside = pd.Series(rule.outside(values).mean(axis=0), index=CONTINUOUS["raw"])
    title = f"Outlier removal by {FENCE_IQRS:g} IQR would set {style.percent(1 - inside.mean())} of all rows aside"
    figure = style.new_figure(9.2)
    axes = style.panels(figure, len(outside), 3)
    for place, (ax, name) in enumerate(zip(axes, outside.index, strict=True)):
        quantity = QUANTITIES[name]
        fences = np.array([rule.low[place], rule.high[place]]) / quantity.per_unit
        _before_and_after(ax, values[:, place] / quantity.per_unit, inside, fences)
        ax.set_title(f"{quantity.name}: {_percent(outside[name])} outside")
        ax.set_xlabel(quantity.unit)
    _key_to_colours(axes[0])
    style.headline(figure, title)
    worst = outside.sort_values(ascending=False, kind="stable")
    listed = ", ".join(f"{QUANTITIES[name].name.lower()} ({_percent(share)})" for name, share in worst.head(3).items())
    caption = (
        f"Grey: all {len(rows):,} rows; blue: the {int(inside.sum()):,} in which no continuous feature is outside; dashed: the "
        f"fences, {FENCE_IQRS:g} interquartile ranges beyond the quartiles (Tukey 1977), on the scales of the table. "
        f"Most values are outside in {listed}: the long tail of a lopsided feature counts as outside. The last bar of a panel "
        "holds all that lies further out; the axis of rows is drawn by square roots, so that small bars can be seen."
    )
    return Chart("outlier_removal", title, caption, figure)


def _before_and_after(ax: Axes, values: NDArray[np.float64], inside: NDArray[np.bool_], fences: NDArray[np.float64]) -> None:
    known = ~np.isnan(values)
    ax.set_ylabel("rows")
    if not known.any():
        ax.text(0.5, 0.5, "not known", transform=ax.transAxes, ha="center", va="center", color=style.MUTED)
        return
    # The furthest thousandth would squeeze all others into a few bins.
    edges = np.histogram_bin_edges(values[known], _BINS, (values[known].min(), _far(values[known])))
    ax.hist(np.clip(values[known], edges[0], edges[-1]), edges.tolist(), color=_BEFORE)
    ax.hist(np.clip(values[known & inside], edges[0], edges[-1]), edges.tolist(), histtype="step", color=style.PALETTE[0])
    ax.set_yscale("function", functions=(_root, np.square))
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_locator(FixedLocator(_round_counts(ax.get_ylim()[1])))
    for fence in fences[(fences > edges[0]) & (fences < edges[-1])]:
        ax.axvline(fence, **_FENCE)


def _root(counts: ArrayLike) -> NDArray[np.float64]:
    return np.sqrt(np.maximum(counts, 0))


def _round_counts(top: float) -> list[float]:
    """0 and two or three counts of one digit, about evenly spaced by their roots."""
    wanted = [top * share for share in (0.04, 0.25, 0.8)]
    return [0.0, *(max(1.0, round(count, -int(np.log10(max(count, 1))))) for count in wanted)]


def _far(known: NDArray[np.float64]) -> float:
    return float(max(np.quantile(known, 0.999), known.min() + 1e-9))


def _key_to_colours(ax: Axes) -> None:
    before, after, fence = Patch(color=_BEFORE), Line2D([], [], color=style.PALETTE[0]), Line2D([], [], **_FENCE)
    ax.legend([before, after, fence], ["before", "after", "fence"], loc="upper right", handlelength=1.4)
