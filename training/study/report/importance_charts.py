"""Charts of the audio features that a model goes by. `study` is what `python -m training.study` writes.

Public names: importance, importance_of_genres, part_named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib
import numpy as np

from training.figures import style
from training.figures.gallery import Chart
from training.figures.quantities import QUANTITIES
from training.study.report.dot_rows import NEW
from training.study.report.model_names import called

_PANELS = {
    "permutation": ("accuracy lost, points", 100.0),
    "gain": ("share of the trees' gain, %", 100.0),
    "shap": ("mean size of its part in a score", 1.0),
}


def part_named(part: str) -> str:
    """A part of the vector, see `training.study.feature_importance`, as a reader knows it."""
    return QUANTITIES[part].name if part in QUANTITIES else part.capitalize()


@style.look()
def importance(study: Mapping[str, Any]) -> Chart:
    """Three answers to what matters, side by side, the features in the order of the first."""
    found = study["importance"]
    names = [part_named(name) for name in found["features"]]
    figure = style.new_figure(1.5 + 0.27 * len(names))
    axes = figure.subplots(1, len(_PANELS), sharey=True)
    for ax, (kind, (label, scale)) in zip(axes, _PANELS.items(), strict=True):
        deviation = found.get(f"{kind}_deviation")
        ax.barh(
            np.arange(len(names)),
            scale * np.array(found[kind]),
            height=0.7,
            color=NEW,
            xerr=None if deviation is None else scale * np.array(deviation),
            error_kw={"ecolor": style.INK, "elinewidth": 0.8},
        )
        ax.set_title(kind.upper() if kind == "shap" else kind.capitalize())
        ax.set_xlabel(label)
        ax.axvline(0, color=style.MUTED, linewidth=0.6)
        ax.spines["left"].set_visible(False)
        ax.tick_params(axis="y", length=0)
    axes[0].set_yticks(np.arange(len(names)), names)
    axes[0].set_ylim(len(names) - 0.4, -0.6)
    firsts = {kind: names[int(np.argmax(found[kind]))].lower() for kind in _PANELS}
    title = (
        f"All three ways put {firsts['shap']} first"
        if len(set(firsts.values())) == 1
        else f"First by permutation is {firsts['permutation']}, by gain {firsts['gain']}, by SHAP {firsts['shap']}"
    )
    style.headline(figure, title)
    caption = (
        f"{called(found['family'])}, first fold of new artists. Permutation: what accuracy loses on unseen tracks when the "
        "values of the feature are dealt out anew (thin lines: the deviation of repeats); what is made of it and others is a "
        "part of its own, and stays as it is. Gain: its share in what the trees' "
        "questions won while they were fitted. SHAP: the mean size of its part in the scores of unseen tracks. Features that "
        "say the same share their importance, and so seem less important than they are."
    )
    return Chart("importance", title, caption, figure)


@style.look()
def importance_of_genres(study: Mapping[str, Any]) -> Chart:
    """The mean size of each feature's part in the score of each genre."""
    found = study["importance"]
    genres = list(found["shap_of_genres"])
    sizes = np.array([found["shap_of_genres"][genre] for genre in genres])
    names = [part_named(name) for name in found["features"]]
    figure = style.new_figure(1.9 + 0.34 * len(genres))
    (ax,) = style.panels(figure, 1, 1)
    colormap = matplotlib.colormaps[style.SEQUENTIAL]
    top = max(float(sizes.max()), 1e-9)
    columns, rows = (np.arange(number + 1) - 0.5 for number in (len(names), len(genres)))
    ax.pcolormesh(columns, rows, sizes, cmap=colormap, vmin=0, vmax=top)
    ax.invert_yaxis()
    ax.set_xticks(np.arange(len(names)), names, rotation=40, ha="left", rotation_mode="anchor")
    ax.set_yticks(np.arange(len(genres)), [style.shortened(genre) for genre in genres])
    ax.tick_params(length=0, labeltop=True, labelbottom=False)
    ax.spines[:].set_visible(False)
    for (row, column), size in np.ndenumerate(sizes):
        ink = style.ink_on(colormap(size / top)[:3])
        ax.text(column, row, f"{size:.2f}", ha="center", va="center", fontsize=7.5, color=ink)
    row, column = np.unravel_index(sizes.argmax(), sizes.shape)
    title = f"No feature says more of a genre than {names[column].lower()} of {genres[row]}"
    style.headline(figure, title)
    leading = "; ".join(f"{genre}: {names[int(of.argmax())].lower()}" for genre, of in zip(genres[:12], sizes, strict=False))
    caption = (
        "SHAP by genre: the mean size, for or against, of a feature's part in the score of the genre, over unseen tracks of "
        f"all genres. What says most of each: {leading}."
    )
    return Chart("importance_of_genres", title, caption, figure)
