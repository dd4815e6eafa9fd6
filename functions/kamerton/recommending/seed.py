"""What recommendations should sound like. Public names: Seed, likeliest, GENRE_MASS."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from kamerton.music.features import AudioFeatures, FloatArray
from kamerton.music.track import Track
from kamerton.release.classifier import GenreScore

GENRE_MASS = 0.95
"""Shards are searched, the likeliest first, until their genres hold this share of the probability."""


class Seed(Struct, frozen=True):
    """What to sound like. `track` is None when only its features are known; `genres` are the likeliest first."""

    features: AudioFeatures
    embedding: FloatArray
    genres: tuple[GenreScore, ...]
    track: Track | None = None

    @property
    def probabilities(self) -> dict[str, float]:
        return {score.genre: score.probability for score in self.genres}


def likeliest(genres: Sequence[GenreScore], mass: float = GENRE_MASS) -> list[str]:
    """The shortest list of genres, the likeliest first, that holds `mass` of the probability."""
    chosen: list[str] = []
    total = 0.0
    for score in genres:
        if chosen and total >= mass:
            break
        chosen.append(score.genre)
        total += score.probability
    return chosen
