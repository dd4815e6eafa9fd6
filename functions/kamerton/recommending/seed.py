"""What recommendations should sound like. Public names: Seed, Models, new_seed, likeliest, GENRE_MASS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from msgspec import Struct

from kamerton.music.candidate import Candidate
from kamerton.music.features import AudioFeatures, FloatArray, vector
from kamerton.music.track import Track
from kamerton.release.classifier import GenreClassifier, GenreScore
from kamerton.release.embedder import Embedder

GENRE_MASS = 0.95
"""Shards are searched, the likeliest first, until their genres hold this share of the probability."""


class Models(Protocol):
    """The models of a release."""

    @property
    def classifier(self) -> GenreClassifier: ...

    @property
    def embedder(self) -> Embedder: ...


class Seed(Struct, frozen=True):
    """What to sound like. `track` is None when only its features are known; `genres` are those that are heard, the likeliest
    first, and `filed_genres` those of a track of the catalog, by what is heard and by what it is filed under.

    `features_source` says who has the features, `candidates` are tracks outside the catalog that services named for the seed,
    and `alternatives` are what the name of the track may have meant instead."""

    features: AudioFeatures
    embedding: FloatArray
    genres: tuple[GenreScore, ...]
    track: Track | None = None
    features_source: str = ""
    candidates: tuple[Candidate, ...] = ()
    alternatives: tuple[Track, ...] = ()
    filed_genres: tuple[GenreScore, ...] = ()
    is_foreign: bool = False
    """Whether the sound is foreign to the catalog: see `kamerton.recommending.foreignness`."""
    other_genre: str = ""
    """What is heard in a sound, where that is none of the catalog's genres."""

    @property
    def likely_genres(self) -> tuple[GenreScore, ...]:
        """The genres by all that is known, the likeliest first: recommendations go by them."""
        return self.filed_genres or self.genres

    @property
    def probabilities(self) -> dict[str, float]:
        return {score.genre: score.probability for score in self.likely_genres}


def new_seed(models: Models, features: AudioFeatures, track: Track | None = None, **fields: Any) -> Seed:
    """The seed with these features, placed and classified by the models of a release; `fields` are the others of `Seed`."""
    numbers = vector(features)
    return Seed(features, models.embedder.embed(numbers), tuple(models.classifier.predict(numbers)), track, **fields)


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
