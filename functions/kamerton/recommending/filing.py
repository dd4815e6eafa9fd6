"""The genres of a track of the catalog, by what the models hear and by what it is filed under.

The labels of a catalog are right mostly and not always. How often is measured by training: `confusion[filed][genre]` is the
share of the other tracks by the artists of tracks filed under the one that are filed under the other. Taken as independent of
the sound, given the genre, the two make a posterior by Bayes' rule.

Public names: filed_genres, Confusion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kamerton.release.classifier import GenreScore

Confusion = Mapping[str, Mapping[str, float]]

_TRUST = 0.9
"""The probability that a label is right, where a release was made without measuring it."""


def filed_genres(heard: Sequence[GenreScore], filed: Sequence[str], confusion: Confusion) -> tuple[GenreScore, ...]:
    """The genres, the likeliest first, of a track that is filed under `filed`; as heard for one that is filed nowhere."""
    known = [genre for genre in filed if any(score.genre == genre for score in heard)]
    if not known:
        return tuple(heard)
    weights = {score.genre: score.probability * _trust(score.genre, known, confusion, len(heard)) for score in heard}
    total = sum(weights.values())
    if total <= 0:
        return tuple(heard)
    genres = [GenreScore(genre, weight / total) for genre, weight in weights.items()]
    return tuple(sorted(genres, key=lambda score: -score.probability))


def _trust(genre: str, filed: Sequence[str], confusion: Confusion, n_genres: int) -> float:
    """The probability of the genre given the labels alone, the mean over the labels."""
    return sum(_given(label, genre, confusion, n_genres) for label in filed) / len(filed)


def _given(label: str, genre: str, confusion: Confusion, n_genres: int) -> float:
    if label in confusion:
        return confusion[label].get(genre, 0.0)
    return _TRUST if label == genre else (1 - _TRUST) / max(1, n_genres - 1)
