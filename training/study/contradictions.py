"""Where models and labels contradict each other, and how far labels can be trusted at all.

The bound is of what labels say of themselves: the same track filed twice (one id, or one title by the same artists), and the
tracks of one artist. A model that hears cannot say two genres of one sound, so that it is wrong at least as often as a track
that is filed twice contradicts itself; and whoever knew nothing but the artist's most frequent genre would be right as often
as artists agree with themselves.

Public names: label_bound, most_confident.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from training.data.rows import first_artists
from training.evaluation.protocol import Split
from training.study.comparison import Results, judged


def label_bound(rows: pd.DataFrame) -> dict[str, Any]:
    """Of all usable rows, as `prepare` writes them."""
    track = rows["track_name"] + "\x1f" + rows["artists"]
    return {
        "same_id": _agreement(rows, rows["track_id"]),
        "same_title_and_artists": _agreement(rows, track),
        "same_first_artist": _agreement(rows.loc[~track.duplicated()], first_artists(rows.loc[~track.duplicated()])),
    }


def _agreement(rows: pd.DataFrame, groups: pd.Series) -> dict[str, Any]:
    """Of rows that share a group with others: how many there are, how many pairs of them have one label, and the accuracy of
    whoever always says the most frequent label of the group."""
    counts = rows.groupby([groups, rows["track_genre"]]).size()
    sizes = counts.groupby(level=0).sum()
    several = sizes[sizes > 1].index
    counts, sizes = counts[counts.index.get_level_values(0).isin(several)], sizes[several]
    pairs, agreeing = (sizes * (sizes - 1)).sum(), (counts * (counts - 1)).sum()
    n_rows = int(sizes.sum())
    return {
        "rows": n_rows,
        "groups": len(several),
        "pairs_that_agree": round(float(agreeing / pairs), 4) if pairs else None,
        "most_frequent_label": round(float(counts.groupby(level=0).max().sum() / n_rows), 4) if n_rows else None,
    }


def most_confident(split: Split, results: Results, genres: Sequence[str], n: int = 25) -> list[dict[str, Any]]:
    """The `n` tracks of which a model that had not seen the artist is surest that their label is wrong."""
    said = judged(split, results)
    likeliest = said.probabilities.argmax(axis=1)
    surest = [place for place in (-said.probabilities.max(axis=1)).argsort(kind="stable") if not said.hits[place]][:n]
    return [
        {
            "title": str(split.rows["track_name"].iloc[said.places[place]]),
            "artists": str(split.rows["artists"].iloc[said.places[place]]),
            "label": genres[said.labels[place]],
            "predicted": genres[likeliest[place]],
            "probability": round(float(said.probabilities[place, likeliest[place]]), 3),
            "of_the_label": round(float(said.probabilities[place, said.labels[place]]), 3),
        }
        for place in surest
    ]
