"""How each audio feature is spread in each genre: one panel a feature, the genres in the same order in all of them.

Continuous features are violins; of mode and explicit, which are one or the other, the share; of key, the share of each.

Public names: feature_violins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from numpy.typing import NDArray

from training.figures import style
from training.figures.gallery import Chart
from training.figures.genre_charts import of_all, shown_genres
from training.figures.quantities import KEYS, QUANTITIES, Quantity, measured

_COLUMNS = 3
_NEARLY_ALL = 0.995
_SHARES = {"mode": "share of tracks in major, 0 to 1", "explicit": "share of explicit tracks, 0 to 1"}
_ROUND_MINUTES = (0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256)

Column = NDArray[np.float64]


@style.look()
def feature_violins(rows: pd.DataFrame) -> Chart:
    """All thirteen features for every genre, or for the largest when there are many."""
    genres = shown_genres(rows)
    values = measured(rows)
    by_genre = {name: [_known(values.loc[rows["track_genre"] == genre, name]) for genre in genres] for name in values}
    names = [name for name in values if name != "key"]
    n_rows = -(-len(names) // _COLUMNS)
    figure = style.new_figure(0.9 + (n_rows + 1) * (0.85 + 0.2 * len(genres)))
    grid = figure.add_gridspec(n_rows + 1, _COLUMNS)
    labels = [style.shortened(genre, 18) for genre in genres]
    for place, name in enumerate(names):
        ax = figure.add_subplot(grid[divmod(place, _COLUMNS)])
        _panel(ax, name, by_genre[name], genres)
        _name_genres(ax, labels if place % _COLUMNS == 0 else [])
    _key_panel(figure.add_subplot(grid[n_rows, :]), by_genre["key"], labels)
    shown = rows["track_genre"].isin(genres)
    title, explained = _explained(values[shown].drop(columns="key"), rows.loc[shown, "track_genre"])
    title += of_all(rows)
    style.headline(figure, title)
    caption = (
        "The width of a violin is how many tracks of the genre have the value; the dark bar is the middle half of them, the "
        f"white dot the median. {explained}An axis of shares ends where {style.percent(_NEARLY_ALL, 1)} of the tracks do."
    )
    return Chart("feature_violins", title, caption, figure)


def _known(column: pd.Series) -> Column:
    return np.asarray(column.dropna().to_numpy())


def _panel(ax: Axes, name: str, by_genre: Sequence[Column], genres: Sequence[str]) -> None:
    quantity = QUANTITIES[name]
    colours = list(style.colours(genres).values())
    ax.set_title(quantity.name)
    ax.grid(axis="x")
    if name in _SHARES:
        shares = [values.mean() if len(values) else 0.0 for values in by_genre]
        ax.barh(np.arange(len(genres)), shares, height=0.6, color=colours)
        ax.set_xlim(0, 1)
    else:
        _violins(ax, by_genre, colours, quantity)
    ax.set_xlabel(_SHARES.get(name, quantity.unit))
    if not any(map(len, by_genre)):
        ax.text(0.5, 0.5, "not known", transform=ax.transAxes, ha="center", va="center", color=style.MUTED)
    ax.set_ylim(len(genres) - 0.4, -0.6)


def _violins(ax: Axes, by_genre: Sequence[Column], colours: Sequence[str], quantity: Quantity) -> None:
    shown = [
        (place, np.log10(values) if quantity.logarithmic else values) for place, values in enumerate(by_genre) if len(values)
    ]
    if shown:
        places, columns = zip(*shown, strict=True)
        parts = ax.violinplot(columns, places, orientation="horizontal", widths=0.9, showextrema=False)
        for place, body in zip(places, cast("list[PolyCollection]", parts["bodies"]), strict=True):
            body.set(facecolor=colours[place], edgecolor="none", alpha=0.6)
        low, median, high = np.array([np.percentile(column, [25, 50, 75]) for column in columns]).T
        ax.hlines(places, low, high, color=style.INK, linewidth=2.4)
        ax.scatter(median, places, s=9, color="white", zorder=3)
    if quantity.logarithmic:
        _round_ticks(ax)
    elif quantity.unit == "share, 0 to 1":
        ax.set_xlim(0, _end([columns for columns in by_genre if len(columns)]))


def _end(by_genre: Sequence[Column]) -> float:
    """The tenth by which nearly all shares are passed."""
    shares = np.concatenate(by_genre) if by_genre else np.ones(1)
    return float(np.clip(np.ceil(10 * np.quantile(shares, _NEARLY_ALL)) / 10, 0.1, 1.0))


def _round_ticks(ax: Axes) -> None:
    low, high = ax.get_xlim()
    ticks = [minutes for minutes in _ROUND_MINUTES if low <= np.log10(minutes) <= high]
    ax.set_xticks(np.log10(ticks), [f"{minutes:g}" for minutes in ticks])


def _name_genres(ax: Axes, labels: Sequence[str]) -> None:
    ax.set_yticks(np.arange(len(labels)), labels)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def _key_panel(ax: Axes, by_genre: Sequence[Column], labels: Sequence[str]) -> None:
    counts = np.array([np.bincount(values.astype(int), minlength=len(KEYS)) for values in by_genre], dtype=np.float64)
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(100 * counts, totals, out=np.full_like(counts, np.nan), where=totals > 0)
    colormap = matplotlib.colormaps[style.SEQUENTIAL].with_extremes(bad=style.FAINT)
    top = np.nanmax(shares) if totals.any() else 1.0
    ax.pcolormesh(np.ma.masked_invalid(shares), cmap=colormap, vmin=0, vmax=top)
    for (row, column), share in np.ndenumerate(shares):
        if np.isfinite(share):
            ink = style.ink_on(colormap(share / top)[:3])
            ax.text(column + 0.5, row + 0.5, f"{share:.0f}", ha="center", va="center", fontsize=8, color=ink)
    ax.set_title(QUANTITIES["key"].name)
    ax.set_xlabel("pitch class of the key: % of the genre's tracks")
    ax.set_xticks(np.arange(len(KEYS)) + 0.5, KEYS)
    ax.set_yticks(np.arange(len(labels)) + 0.5, labels)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.invert_yaxis()


def _explained(values: pd.DataFrame, genres: pd.Series) -> tuple[str, str]:
    """A title and a sentence: how much of the variance of a feature's ranks lies between genres (eta squared)."""
    ranks = values.rank()
    means = ranks.groupby(genres).transform("mean").where(ranks.notna())
    shares = (means.var(ddof=0) / ranks.var(ddof=0).replace(0, np.nan)).dropna().sort_values(ascending=False, kind="stable")
    if len(shares) < 2:
        return "How the audio features are spread in each genre", ""
    names = [QUANTITIES[name].name.lower() for name in shares.index]
    listed = ", ".join(f"{name} {style.percent(share)}" for name, share in zip(names, shares, strict=True))
    sentence = f"Of the variance of a feature's ranks so much lies between genres: {listed}. "
    return f"Genres differ most in {names[0]}, and least in {names[-1]}", sentence
