"""Charts of one model of a study: what it takes for what, whether it is as sure as it should be, and each genre's figures.

`study` is what `python -m training.study` writes into reports/study.json.

Public names: confusion, reliability, genre_scores, genres_of_study.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from training.figures import style
from training.figures.gallery import Chart
from training.study.report.dot_rows import NEW
from training.study.report.model_names import called

_TITLES = {"new_artists": "New artists", "random": "Random"}
_PRECISION = style.PALETTE[1]
_BESIDE = 9
"""Genres up to which two matrices can be read side by side."""

_TELLING = 10
"""Tracks that a bin needs for a line to be drawn through it."""


def genres_of_study(study: Mapping[str, Any]) -> list[str]:
    """In label order; numbers where a quick study's sample has not all genres of the data."""
    n_genres = len(study["models"][study["champion"]]["new_artists"]["confusion"])
    for names in (sorted(study["data"]["genres"]), sorted(study["importance"]["shap_of_genres"])):
        if len(names) == n_genres:
            return names
    return [str(number + 1) for number in range(n_genres)]


@style.look()
def confusion(study: Mapping[str, Any]) -> Chart:
    """Of each genre (a row), which genres the champion names."""
    genres = genres_of_study(study)
    counts = {split: np.array(study["models"][study["champion"]][split]["confusion"]) for split in _TITLES}
    beside = len(genres) <= _BESIDE
    width = 0.62 * len(genres) if beside else 0.42 * len(genres)
    figure = style.new_figure((1.6 + width) if beside else 1.2 + 2 * (1.1 + width))
    axes = style.panels(figure, 2, 2 if beside else 1)
    for ax, (split, matrix) in zip(axes, counts.items(), strict=True):
        _matrix(ax, matrix, genres[: len(matrix)], small=not beside)
        ax.set_title(_TITLES[split])
        ax.set_xlabel("named by the model")
    axes[0].set_ylabel("label in the data")
    title, said = _most_confused(counts["new_artists"], genres)
    style.headline(figure, title)
    caption = (
        f"{called(study['champion'])}. A row is all tracks of one label; a cell says which share of them, in %, is taken for "
        f"the genre of its column, and below how many tracks these are. {said}"
    )
    return Chart("confusion", title, caption, figure)


def _shares(counts: NDArray[np.intp]) -> NDArray[np.float64]:
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))


def _most_confused(counts: NDArray[np.intp], genres: Sequence[str]) -> tuple[str, str]:
    shares = _shares(counts)
    np.fill_diagonal(shares, 0)
    row, column = map(int, np.unravel_index(shares.argmax(), shares.shape))
    one, other = genres[row], genres[column]
    if not counts[row, column] or row == column:
        return "No genre is taken for another", ""
    title = f"{one.capitalize()} is taken for {other} more than any genre for another: {style.percent(shares[row, column])}"
    return title, f"The other way round, {other} is taken for {one} in {style.percent(shares[column, row])} of its tracks."


def _matrix(ax: Axes, counts: NDArray[np.intp], genres: Sequence[str], *, small: bool) -> None:
    shares = _shares(counts)
    colormap = matplotlib.colormaps[style.SEQUENTIAL]
    ax.pcolormesh(*(np.arange(len(genres) + 1) - 0.5,) * 2, shares, cmap=colormap, vmin=0, vmax=1)
    ax.invert_yaxis()
    names = [style.shortened(genre, 14) for genre in genres]
    ax.set_xticks(np.arange(len(genres)), names, rotation=40, ha="right", rotation_mode="anchor")
    ax.set_yticks(np.arange(len(genres)), names)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    for (row, column), count in np.ndenumerate(counts):
        if count:
            ink = style.ink_on(colormap(shares[row, column])[:3])
            text = f"{100 * shares[row, column]:.0f}" + ("" if small else f"\n({count:,})")
            ax.text(column, row, text, ha="center", va="center", fontsize=7 if small else 7.5, color=ink)


@style.look()
def reliability(study: Mapping[str, Any]) -> Chart:
    """How often the champion is right when it is so sure, before and after its temperature."""
    of = study["models"][study["champion"]]
    figure = style.new_figure(5.6)
    axes = figure.subplots(2, 2, height_ratios=(3.4, 1), sharex=True, sharey="row", squeeze=False)
    for column, split in enumerate(_TITLES):
        bins = of[split]["reliability"]
        axes[0, column].plot([0, 100], [0, 100], color=style.FAINT, linewidth=1, zorder=0)
        for when, colour in (("before", _PRECISION), ("after", NEW)):
            _sureness(axes[0, column], bins[when], colour, f"{when} the temperature")
        confidence, rows = (np.array([one[name] for one in bins["after"]]) for name in ("confidence", "rows"))
        axes[1, column].bar(100 * confidence, rows, width=4.5, color=NEW)
        axes[0, column].set_title(_TITLES[split])
        axes[1, column].set_xlabel("how sure the model is of its first genre, %")
    axes[0, 0].set_ylabel("how often it is right, %")
    axes[1, 0].set_ylabel("tracks")
    axes[0, 0].legend(loc="lower right", handlelength=1.4)
    new = of["new_artists"]
    before, after = new["before_temperature"]["calibration_error"], new["calibration_error"]
    title = f"{called(study['champion'])} says how sure it is to within {100 * after:.1f} points on new artists"
    style.headline(figure, title)
    caption = (
        "Tracks in 15 bins by the probability of the first genre; on the grey line a model is right as often as it says, "
        "below it it is too sure, above it not sure enough. Bins of few tracks (see the bars) lie where chance puts them. The "
        f"mean distance from the line, over new artists' tracks, is {100 * before:.1f} points before the temperature and "
        f"{100 * after:.1f} after."
    )
    return Chart("reliability", title, caption, figure)


def _sureness(ax: Axes, bins: Sequence[Mapping[str, float]], colour: str, label: str) -> None:
    confidence, accuracy, rows = (
        np.array([one[name] for one in bins], dtype=np.float64) for name in ("confidence", "accuracy", "rows")
    )
    telling = rows >= _TELLING
    ax.plot(100 * confidence[telling], 100 * accuracy[telling], color=colour, linewidth=1, alpha=0.8, label=label)
    ax.scatter(100 * confidence, 100 * accuracy, 10 + 90 * rows / rows.max(), color=colour, alpha=0.8, linewidth=0)


@style.look()
def genre_scores(study: Mapping[str, Any]) -> Chart:
    """Recall and precision of each genre, the one that is found best for new artists on top."""
    of = study["models"][study["champion"]]
    recall = of["new_artists"]["recall"]
    genres = sorted(recall, key=lambda genre: -recall[genre])
    figure = style.new_figure(1.6 + 0.3 * len(genres))
    axes = figure.subplots(1, 2, sharex=True, sharey=True)
    for ax, split in zip(axes, _TITLES, strict=True):
        ax.hlines(np.arange(len(genres)), 0, 100, color=style.FAINT, linewidth=0.6)
        for name, colour, marker in (("precision", _PRECISION, "D"), ("recall", NEW, "o")):
            values = [100 * of[split][name].get(genre, np.nan) for genre in genres]
            ax.plot(values, np.arange(len(genres)), marker, color=colour, markersize=6, label=name)
        ax.set_yticks(np.arange(len(genres)), [style.shortened(genre) for genre in genres])
        ax.set_ylim(len(genres) - 0.4, -0.6)
        ax.set_xlim(0, 100)
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
        ax.set_title(_TITLES[split])
        ax.set_xlabel("%")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower left", ncols=2, handletextpad=0.2)
    best, worst = genres[0], genres[-1]
    title = (
        f"Of new artists' tracks, {best} is found most surely ({style.percent(recall[best])}) and {worst} least "
        f"({style.percent(recall[worst])})"
    )
    style.headline(figure, title)
    caption = (
        f"{called(study['champion'])}. Recall: of the tracks with the label, how many are named so. Precision: of the tracks "
        "that are named so, how many have the label."
    )
    return Chart("genre_scores", title, caption, figure)
