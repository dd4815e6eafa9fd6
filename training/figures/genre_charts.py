"""Charts of the genres: how many tracks each has, what it sounds like in the middle, and how much of it lies outside.

Public names: MOST_SHOWN, shown_genres, genre_sizes, genre_profiles, genre_outliers.
"""

from __future__ import annotations

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from training.data.outliers import OutlierRule, Scale, continuous_values
from training.figures import style
from training.figures.gallery import Chart
from training.figures.quantities import QUANTITIES, measured

MOST_SHOWN = 12
"""Genres that can be told apart by colour, or be read in many small panels."""

_PALE = "#A9CCE3"

_EXTREME = 2.0
"""Standard deviations at which the colours of profiles end."""


def shown_genres(rows: pd.DataFrame) -> list[str]:
    """All genres in the order of the alphabet, or the largest of them when they are too many to show."""
    sizes = rows["track_genre"].value_counts().sort_index()
    return sorted(sizes.sort_values(ascending=False, kind="stable").index[:MOST_SHOWN])


def of_all(rows: pd.DataFrame) -> str:
    """What to add to a sentence about `shown_genres`: nothing, or that there are more."""
    number = rows["track_genre"].nunique()
    return "" if number <= MOST_SHOWN else f" (the largest {MOST_SHOWN} of {number} genres)"


@style.look()
def genre_sizes(rows: pd.DataFrame, tracks: pd.DataFrame) -> Chart:
    """Rows a genre; `tracks` has one row a track, with all its genres."""
    sizes = rows["track_genre"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    several = int((tracks["genres"].map(len) > 1).sum())
    n_tracks = tracks["genres"].explode().value_counts().reindex(sizes.index, fill_value=0)
    low, high = int(sizes.min()), int(sizes.max())
    title = (
        f"All {len(sizes)} genres have {high:,} rows each"
        if low == high
        else f"The {len(sizes)} genres have from {low:,} to {high:,} rows each"
    )
    figure = style.new_figure(style.bars_height(len(sizes)))
    texts = [f"{n_rows:,} ({number:,})" for n_rows, number in zip(sizes, n_tracks, strict=True)]
    unit = "rows (dark: different tracks)"
    axes = style.bars_in_columns(figure, sizes.index.tolist(), sizes.tolist(), unit, texts, _PALE)
    style.bars_over(axes, n_tracks.tolist())
    style.headline(figure, title)
    caption = (
        f"{len(rows):,} rows are {len(tracks):,} different tracks by {rows['artists'].str.split(';').str[0].nunique():,} first "
        f"artists, since a song is often listed under several ids; {several:,} tracks are in more than one genre. "
        f"The largest genre is {sizes.index[0]} ({high:,} rows), the smallest {sizes.index[-1]} ({low:,})."
    )
    return Chart("genre_sizes", title, caption, figure)


@style.look()
def genre_outliers(rows: pd.DataFrame, scale: Scale = "raw") -> Chart:
    """The share of each genre that the rule of 1.5 IQR, fitted on all rows, would set aside."""
    values = continuous_values(rows, scale)
    outside = pd.Series(~OutlierRule.fit(values).inside(values), index=rows.index)
    shares = outside.groupby(rows["track_genre"]).mean().sort_values(ascending=False, kind="stable")
    most, least = shares.index[0], shares.index[-1]
    first, last = style.percent(shares.iloc[0]), style.percent(shares.iloc[-1])
    title = f"Outlier removal would cost {most} {first} of its rows, and {least} {last}"
    figure = style.new_figure(style.bars_height(len(shares)))
    axes = style.bars_in_columns(
        figure,
        shares.index.tolist(),
        (100 * shares).tolist(),
        "% of its rows that lie outside",
        [style.percent(share) for share in shares],
        style.PALETTE[4],
    )
    axes[0].set_xlim(0, 115)
    axes[0].set_xticks([0, 25, 50, 75, 100])
    style.headline(figure, title)
    caption = (
        f"Of all rows {style.percent(outside.mean(), 1)} have a value outside Tukey's fences (1.5 interquartile ranges beyond "
        "the quartiles). What is rare in the whole catalog may be what a genre is about, so the rule takes more from some "
        "genres. Here it is fitted on all rows; in training, on the training rows alone."
    )
    return Chart("genre_outliers", title, caption, figure)


@style.look()
def genre_profiles(rows: pd.DataFrame) -> Chart:
    """The mean of each feature in each genre, in standard deviations from the mean of all rows; key is left out."""
    values = measured(rows).drop(columns="key")
    scaled = (values - values.mean()) / values.std(ddof=0).replace(0, np.nan)
    profiles = scaled.groupby(rows["track_genre"]).mean()
    title, strongest = _strongest(profiles)
    n_columns = 1 if len(profiles) <= 40 else 3
    parts = np.array_split(np.arange(len(profiles)), n_columns)
    figure = style.new_figure(2.1 + max(1.2, len(parts[0]) * (0.34 if n_columns == 1 else 0.17)))
    axes = style.panels(figure, n_columns, n_columns)
    for ax, part in zip(axes, parts, strict=True):
        _profile_map(ax, profiles.iloc[part], len(parts[0]), with_numbers=n_columns == 1)
    _profile_scale(figure, axes)
    style.headline(figure, title)
    caption = (
        "The mean of each audio feature in each genre, in standard deviations from the mean of all rows: red is above, blue "
        f"below. {strongest} Key has no mean, since it goes in a circle; grey is not known."
    )
    return Chart("genre_profiles", title, caption, figure)


def _strongest(profiles: pd.DataFrame) -> tuple[str, str]:
    stacked = profiles.stack().dropna()
    if stacked.empty:
        return "What each genre sounds like in the mean", ""
    genre, name = stacked.abs().idxmax()
    value = stacked[genre, name]
    side = "above" if value > 0 else "below"
    said = f"{abs(value):.1f} standard deviations {side} the mean of all"
    feature = QUANTITIES[name].name
    return f"The strongest mark of a genre is the {feature.lower()} of {genre}", f"{feature} in {genre} is {said}."


def _profile_map(ax: Axes, profiles: pd.DataFrame, n_rows: int, *, with_numbers: bool) -> None:
    values = profiles.to_numpy()
    colormap = matplotlib.colormaps[style.DIVERGING].with_extremes(bad=style.FAINT)
    ax.pcolormesh(np.ma.masked_invalid(values), cmap=colormap, vmin=-_EXTREME, vmax=_EXTREME, rasterized=not with_numbers)
    ax.set_ylim(n_rows, 0)
    ax.set_yticks(np.arange(len(profiles)) + 0.5, [style.shortened(genre, 18) for genre in profiles.index])
    names = [QUANTITIES[name].name for name in profiles.columns]
    ax.set_xticks(
        np.arange(len(names)) + 0.5, names, rotation=40 if with_numbers else 90, ha="left" if with_numbers else "center"
    )
    ax.tick_params(length=0, labeltop=True, labelbottom=False)
    ax.spines[:].set_visible(False)
    if with_numbers:
        _write_numbers(ax, values, colormap)
    else:
        ax.tick_params(labelsize=7)


def _write_numbers(ax: Axes, values: NDArray[np.float64], colormap: matplotlib.colors.Colormap) -> None:
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            ink = style.ink_on(colormap(np.clip(0.5 + value / (2 * _EXTREME), 0, 1))[:3])
            ax.text(column + 0.5, row + 0.5, style.signed(value, 1), ha="center", va="center", fontsize=8, color=ink)


def _profile_scale(figure: Figure, axes: list[Axes]) -> None:
    scale = matplotlib.cm.ScalarMappable(matplotlib.colors.Normalize(-_EXTREME, _EXTREME), style.DIVERGING)
    bar = figure.colorbar(scale, ax=axes, orientation="horizontal", aspect=50, extend="both", shrink=0.5, pad=0.02)
    bar.set_label("mean of the genre, in standard deviations from the mean of all rows")
    bar.outline.set_visible(False)
