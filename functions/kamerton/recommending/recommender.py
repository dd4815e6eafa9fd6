"""Tracks that sound like seeds: candidates, score, no repeats, variety, reasons.

Candidates come from the shards of the seed's likeliest genres, and from the services outside, ordered by one score. Versions of
the seed and of one another are left out, an artist has at most `artist_cap` tracks, and a near-copy of a chosen track has to be
clearly better to be chosen too. The list is in the order of choice, so that a longer one begins with a shorter one, and a page
goes on where the page before ended. Reasons are values; `presenting` puts them into sentences. The same release, seed and
candidates give the same answer.

Public names: Recommender.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from msgspec import UNSET

from kamerton.deadline import Deadline
from kamerton.errors import BadQuery, FilterUnknown
from kamerton.music.track import Track
from kamerton.music.years import Years, parse_years
from kamerton.recommending.candidate_embedding import CandidateEmbedder
from kamerton.recommending.candidate_pool import CandidatePool, Entries, PoolFilter, ScoredCandidate
from kamerton.recommending.likeness import Likeness
from kamerton.recommending.liking import Liking
from kamerton.recommending.question import ListOptions
from kamerton.recommending.reasons import (
    AskedGenre,
    AskedShift,
    CloseFeatures,
    Closeness,
    LikedTrack,
    LikelyGenre,
    OtherGenre,
    Reason,
    SameGenre,
    SimilarSound,
)
from kamerton.recommending.recommendation import Recommendation
from kamerton.recommending.rules import Rules
from kamerton.recommending.seed import Seed
from kamerton.release.classifier import GenreClassifier
from kamerton.release.distances import squared_distances
from kamerton.release.embedder import Embedder
from kamerton.release.release import Release
from kamerton.release.track_index import TrackIndex

_LEAST_LIKELY = 0.25
"""A genre that the seed has with less than this probability, one in four, is not called likely."""


@dataclass(frozen=True, slots=True)
class Recommender:
    """Of one release, or of the same parts from elsewhere."""

    classifier: GenreClassifier
    embedder: Embedder
    index: TrackIndex
    catalog: Entries
    closeness: Closeness
    likeness_bounds: Sequence[float] = ()
    _candidate_embedder: CandidateEmbedder = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_candidate_embedder", CandidateEmbedder(self.classifier, self.embedder))

    @classmethod
    def of(cls, release: Release) -> Recommender:
        closeness = Closeness(release.manifest.feature_quantiles)
        bounds = release.manifest.likeness_bounds
        return cls(release.classifier, release.embedder, release.index, release.catalog, closeness, bounds)

    def recommend(
        self,
        seeds: Sequence[Seed],
        options: ListOptions,
        unlike: Sequence[Seed] = (),
        deadline: Deadline | None = None,
        liking: Liking | None = None,
    ) -> list[Recommendation]:
        """Tracks like any of the seeds, as many of each, and not like those of `unlike`, the best first: at most
        `options.limit` after the first `options.offset`. Fewer when the nearest few thousand hold no more that may be
        recommended.

        Raises `BadQuery` for years that are none, `FilterUnknown` where nobody knows when tracks came out, or which are
        explicit; `DeadlineExceeded`.
        """
        if deadline is not None:
            deadline.check()
        pool_filter = self._pool_filter(options, unlike, liking)
        pools = [self._pool(seed, pool_filter) for seed in seeds]
        rules = _rules(seeds, unlike, options, liking)
        chosen = _select(pools, rules, options.offset + options.limit, deadline)
        # From the first one on, so that what is told on a page follows from the pages before.
        return self._recommendations(chosen, options, liking)[options.offset :]

    def _pool_filter(self, options: ListOptions, unlike: Sequence[Seed], liking: Liking | None) -> PoolFilter:
        """Raises `BadQuery` for what is no years, and `FilterUnknown` where no track has any, or none is marked."""
        clean, allowed = options.explicit == 0, None
        if years := _years(options):
            if self.catalog.years is None:
                raise FilterUnknown("year_unknown")
            allowed = (self.catalog.years >= years.first) & (self.catalog.years <= years.last)
        if clean:
            if self.catalog.is_clean is None:
                raise FilterUnknown("explicit_unknown")
            allowed = self.catalog.is_clean if allowed is None else allowed & self.catalog.is_clean
        places = tuple(seed.embedding for seed in unlike)
        return PoolFilter(
            options.only_genre,
            places,
            options.popularity,
            options.shift,
            allowed,
            clean,
            years is not None,
            liking,
        )

    def _pool(self, seed: Seed, pool_filter: PoolFilter) -> CandidatePool:
        embedded = self._candidate_embedder.embed(seed.embedding, seed.candidates)
        return CandidatePool(self.index, self.catalog, seed, embedded, pool_filter)

    def _liked(self, item: ScoredCandidate, liking: Liking | None) -> tuple[LikedTrack, ...]:
        liked = None if liking is None else liking.because_of(item.vector, self.index.typical_distance)
        # Of the seed itself the list is already.
        return (LikedTrack(liked.title),) if liked and liked != item.seed.track else ()

    def _shown_score(self, score: float) -> float:
        """The index's score on a scale of 0 to 1: one half at the typical distance of two tracks of the catalog."""
        # float32 may leave a copy of the seed a little above 0.
        return float(np.exp2(2 * min(score, 0.0) / self.index.typical_distance))

    def _recommendations(
        self, chosen: Sequence[ScoredCandidate], options: ListOptions, liking: Liking | None
    ) -> list[Recommendation]:
        likeness = Likeness(self.likeness_bounds, self.index.typical_distance)
        shift = options.shift.asked
        asked = (AskedShift({name: by > 0 for name, by in shift.items()}),) if shift else ()
        told: Counter[str] = Counter()
        lowest: dict[int, float] = {}
        recommendations = []
        for item in chosen:
            close = self.closeness.close_features(item.seed.features, item.features, told, shift)
            told.update(close)
            sound = CloseFeatures(close) if close else SimilarSound()
            reasons = (_genre_reason(item.seed, item.genre, options), *asked, *self._liked(item, liking), sound)
            # A track that was chosen for variety may score more than the one before; told is what holds for both.
            score = min(self._shown_score(item.score), lowest.get(id(item.seed), 1.0))
            lowest[id(item.seed)] = score
            band = likeness.band(float(squared_distances(item.vector[np.newaxis], item.seed.embedding)[0]))
            recommendations.append(
                Recommendation(item.track, item.features, score, item.genre, reasons, item.origin, item.seed.track, band)
            )
        return recommendations


def _rules(seeds: Sequence[Seed], unlike: Sequence[Seed], options: ListOptions, liking: Liking | None) -> Rules:
    if liking is None:
        return Rules(_tracks(seeds), _tracks(unlike), options.artist_cap, options.exclude_artist)
    return Rules(
        _tracks(seeds),
        (*_tracks(unlike), *liking.disliked),
        options.artist_cap,
        (*options.exclude_artist, *liking.blocked),
        liking.unwanted,
    )


def _years(options: ListOptions) -> Years | None:
    if options.year is UNSET:
        return None
    years = parse_years(options.year)
    if years is None:
        raise BadQuery("year_form")
    return years


def _tracks(seeds: Sequence[Seed]) -> list[Track]:
    return [seed.track for seed in seeds if seed.track]


def _genre_reason(seed: Seed, genre: str, options: ListOptions) -> Reason:
    probability = seed.probabilities.get(genre, 0.0)
    if genre in (seed.likely_genres[0].genre, *(seed.track.genres if seed.track else ())):
        return SameGenre(genre, probability)
    if options.genre:
        return AskedGenre(genre)
    return LikelyGenre(genre, probability) if probability >= _LEAST_LIKELY else OtherGenre(genre)


def _select(pools: Sequence[CandidatePool], rules: Rules, n: int, deadline: Deadline | None) -> list[ScoredCandidate]:
    """At most `n` candidates, each pool's best by turns: the seeds are kept apart, and never averaged. Raises
    `DeadlineExceeded`."""
    chosen: list[ScoredCandidate] = []
    waiting = list(pools)
    while waiting and len(chosen) < n:
        for pool in tuple(waiting):
            best = pool.best(rules, deadline) if len(chosen) < n else None
            if best is None:
                waiting.remove(pool)
                continue
            chosen.append(best)
            for other in pools:
                other.push_away(best.vector)
    return chosen
