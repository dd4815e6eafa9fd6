"""Which genres of a track are shown, and in words how sure the likeliest one is.

Public names: shown_genres, sureness.
"""

from __future__ import annotations

from collections.abc import Sequence

from kamerton.release.classifier import GenreScore
from kamerton.texts.translations import translation

_SURENESS = ((0.9, "sure"), (0.6, "most_likely"), (0.4, "probable"), (0.0, "uncertain"))
"""Keys of the texts `sureness` with the least probability of the likeliest genre for each, the surest first."""


def shown_genres(scores: Sequence[GenreScore], most: int, least_probability: float) -> list[GenreScore]:
    """The likeliest genre, and those of the next that are likely enough; `most` in all. `scores` are the likeliest first."""
    likeliest, *others = scores[:most]
    return [likeliest, *(score for score in others if score.probability >= least_probability)]


def sureness(probability: float, genre: str, language: str) -> str:
    """The likeliest genre in words, such as "Most likely metal"."""
    key = next(key for least, key in _SURENESS if probability >= least)
    return translation(language).sureness[key].format(genre=genre)
