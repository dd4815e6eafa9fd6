"""Tracks that sound like a seed: candidates, score, no repeats, variety, reasons.

Candidates come from the shards of the seed's likeliest genres and from the world, ordered by one score. Versions of the seed
and of one another are left out, an artist has at most `artist_cap` tracks, and a near-copy of a chosen track has to be clearly
better to be chosen too. Reasons are values; `texts` says them. The same release, seed and candidates of the world give the same
answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from kamerton.music.candidate import Candidate
from kamerton.music.features import AudioFeatures, vector
from kamerton.music.track import Track
from kamerton.recommending.candidate_embedding import Placer
from kamerton.recommending.candidate_pool import INDEX, Entries, Narrowing, Origin, Pick, Pool
from kamerton.recommending.question import Wish
from kamerton.recommending.reasons import (
    AskedGenre,
    CloseFeatures,
    Closeness,
    LikelyGenre,
    OtherGenre,
    Reason,
    SameGenre,
    SimilarSound,
)
from kamerton.recommending.rules import Rules
from kamerton.recommending.seed import Seed
from kamerton.recommending.selection import choose
from kamerton.release.classifier import GenreClassifier

if TYPE_CHECKING:
    from kamerton.deadline import Deadline
    from kamerton.release.embedder import Embedder
    from kamerton.release.track_index import TrackIndex


_LEAST_LIKELY = 0.05
"""A genre that the seed has with less than this probability is not called likely."""


class Likening(Struct, frozen=True):
    """A seed with the world's candidates for it, without those that the catalog holds."""

    seed: Seed
    candidates: tuple[Candidate, ...] = ()


class Recommendation(Struct, frozen=True):
    """`score` falls from 1 (the same sound and genre) towards 0; a random track of the catalog has about 0.5 or less. `origin`
    is where the track is from, the index or the world, and `seed` the track that it was chosen for."""

    track: Track
    features: AudioFeatures
    score: float
    genre: str
    reasons: tuple[Reason, ...]
    origin: Origin = INDEX
    seed: Track | None = None


@dataclass(frozen=True, slots=True)
class Recommender:
    classifier: GenreClassifier
    embedder: Embedder
    index: TrackIndex
    catalog: Entries
    closeness: Closeness
    _placer: Placer = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_placer", Placer(self.classifier, self.embedder))

    def seed(self, features: AudioFeatures, track: Track | None = None) -> Seed:
        numbers = vector(features)
        return Seed(features, self.embedder.embed(numbers), tuple(self.classifier.predict(numbers)), track)

    def recommend(self, seed: Seed, limit: int, artist_cap: int = 1, deadline: Deadline | None = None) -> list[Recommendation]:
        """At most `limit` tracks of the index, the best first; fewer when the nearest few thousand hold no more that may be
        named. Raises `DeadlineExceeded`."""
        return self.fulfil(Wish(limit, artist_cap), [Likening(seed)], (), deadline)

    def fulfil(
        self, wish: Wish, likenings: Sequence[Likening], unlike: Sequence[Seed], deadline: Deadline | None = None
    ) -> list[Recommendation]:
        """Tracks like any of the seeds, as many of each, and not like those of `unlike`; the best first.

        Raises `DeadlineExceeded`.
        """
        if deadline is not None:
            deadline.check()
        narrowing = Narrowing(wish.genre, tuple(seed.embedding for seed in unlike))
        pools = [self._pool(likening, narrowing) for likening in likenings]
        named = [seed.track for seed in (*(likening.seed for likening in likenings), *unlike) if seed.track]
        rules = Rules(named, wish.artist_cap, wish.excluded_artists)
        picks = choose(pools, rules, wish.offset + wish.limit, deadline)[wish.offset :]
        # Chosen for variety, shown by merit.
        return [self._recommendation(pick, wish) for pick in sorted(picks, key=lambda pick: -pick.score)]

    def _pool(self, likening: Likening, narrowing: Narrowing) -> Pool:
        placed = self._placer.place(likening.seed.embedding, likening.candidates)
        return Pool(self.index, self.catalog, likening.seed, placed, narrowing)

    def _shown_score(self, score: float) -> float:
        """The index's score on a scale of 0 to 1: one half at the typical distance of two tracks of the catalog."""
        # float32 may leave a copy of the seed a little above 0.
        return float(np.exp2(2 * min(score, 0.0) / self.index.typical_distance))

    def _recommendation(self, pick: Pick, wish: Wish) -> Recommendation:
        seed, score = pick.seed, self._shown_score(pick.score)
        close = self.closeness.close_features(seed.features, pick.features)
        second = CloseFeatures(close) if close else SimilarSound()
        reasons = (_genre_reason(seed, pick.genre, wish), second)
        return Recommendation(pick.track, pick.features, score, pick.genre, reasons, pick.origin, seed.track)


def _genre_reason(seed: Seed, genre: str, wish: Wish) -> Reason:
    probability = seed.probabilities.get(genre, 0.0)
    if genre in (seed.genres[0].genre, *(seed.track.genres if seed.track else ())):
        return SameGenre(genre, probability)
    if wish.genre:
        return AskedGenre(genre)
    return LikelyGenre(genre, probability) if probability >= _LEAST_LIKELY else OtherGenre(genre)
