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

from kamerton.candidates import Candidate
from kamerton.classifier import GenreClassifier
from kamerton.features import AudioFeatures, vector
from kamerton.placing import Placer
from kamerton.pool import INDEX, Entries, Origin, Pick, Pool, Seed, choose
from kamerton.reasons import CloseFeatures, Closeness, LikelyGenre, Reason, SameGenre, SimilarSound
from kamerton.rules import Rules
from kamerton.tracks import Track

if TYPE_CHECKING:
    from kamerton.deadline import Deadline
    from kamerton.embedder import Embedder
    from kamerton.index import TrackIndex


@dataclass(frozen=True, slots=True)
class Recommendation:
    """`score` falls from 1 (the same sound and genre) towards 0; a random track of the catalog has about 0.5 or less. `origin`
    is where the track is from, the index or the world."""

    track: Track
    features: AudioFeatures
    score: float
    genre: str
    reasons: tuple[Reason, ...]
    origin: Origin = INDEX


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

    def recommend(
        self,
        seed: Seed,
        limit: int,
        artist_cap: int = 1,
        deadline: Deadline | None = None,
        candidates: Sequence[Candidate] = (),
    ) -> list[Recommendation]:
        """At most `limit` tracks, the best first; fewer when the nearest few thousand hold no more that may be named.

        `candidates` are the world's, without what the catalog holds. Raises `DeadlineExceeded`.
        """
        if deadline is not None:
            deadline.check()
        pool = Pool(self.index, self.catalog, seed, self._placer.place(seed.embedding, candidates))
        picks = choose([pool], Rules([seed.track] if seed.track else [], artist_cap), limit, deadline)
        # Chosen for variety, shown by merit.
        return [self._recommendation(pick) for pick in sorted(picks, key=lambda pick: -pick.score)]

    def _shown_score(self, score: float) -> float:
        """The index's score on a scale of 0 to 1: one half at the typical distance of two tracks of the catalog."""
        # float32 may leave a copy of the seed a little above 0.
        return float(np.exp2(2 * min(score, 0.0) / self.index.typical_distance))

    def _recommendation(self, pick: Pick) -> Recommendation:
        seed = pick.seed
        own = {seed.genres[0].genre, *(seed.track.genres if seed.track else ())}
        kind = SameGenre if pick.genre in own else LikelyGenre
        close = self.closeness.close_features(seed.features, pick.features)
        second = CloseFeatures(close) if close else SimilarSound()
        reasons = (kind(pick.genre, seed.probabilities.get(pick.genre, 0.0)), second)
        return Recommendation(pick.track, pick.features, self._shown_score(pick.score), pick.genre, reasons, pick.origin)
