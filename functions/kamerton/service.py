"""The use case: from what a person typed to an answer. No I/O but through the objects that it is given."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from kamerton.catalog import LONGEST_QUERY, CatalogEntry
from kamerton.classifier import GenreScore
from kamerton.deadline import Deadline
from kamerton.errors import BadQuery, FeaturesUnavailable, TrackNotFound
from kamerton.features import AudioFeatures
from kamerton.keeper import ReleaseKeeper
from kamerton.recommender import Recommendation, Seed
from kamerton.release import Release
from kamerton.tracks import Track, parse_track_reference

MOST_ALTERNATIVES = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """`track` is None when the question was audio features alone. `alternatives` are what the name may have meant instead."""

    track: Track | None
    features: AudioFeatures
    features_source: str
    genres: tuple[GenreScore, ...]
    recommendations: tuple[Recommendation, ...]
    alternatives: tuple[Track, ...]
    release: str


class Kamerton:
    """Answers from the release in force."""

    def __init__(self, keeper: ReleaseKeeper) -> None:
        self._keeper = keeper

    def release(self, deadline: Deadline) -> Release:
        """The release that a request should use from beginning to end; raises `NotReady`."""
        return self._keeper.release(deadline)

    def answer(self, release: Release, query: str, limit: int, artist_cap: int, deadline: Deadline) -> Answer:
        """The genres of the track that `query` names, and at most `limit` tracks that sound like it (0: none are sought).

        Raises `BadQuery`, `TrackNotFound`, `FeaturesUnavailable` or `DeadlineExceeded`.
        """
        entry, alternatives = resolve(release, query, deadline)
        seed = release.recommender.seed(entry.features, entry.track)
        return _answer(release, seed, "catalog", alternatives, limit, artist_cap, deadline)

    def answer_features(
        self, release: Release, features: AudioFeatures, limit: int, artist_cap: int, deadline: Deadline
    ) -> Answer:
        """The same for audio features that the asker brings. Raises `BadQuery` when none is known, or `DeadlineExceeded`."""
        if not features.known:
            raise BadQuery("no_features")
        return _answer(release, release.recommender.seed(features), "request", (), limit, artist_cap, deadline)

    def search(self, release: Release, query: str, limit: int, deadline: Deadline) -> list[Track]:
        """The tracks that a name may mean, the best first; the one track when it is a link or an id. May be empty."""
        query = clean_query(query)
        if (identifier := parse_track_reference(query)) is not None:
            entry = release.catalog.find(identifier)
            return [entry.track] if entry else []
        return [entry.track for entry in release.catalog.search(query, limit, deadline)]

    def track(self, release: Release, identifier: str) -> CatalogEntry:
        """Raises `TrackNotFound`."""
        entry = release.catalog.find(identifier)
        if entry is None:
            raise TrackNotFound("no_such_id")
        return entry


def clean_query(query: str) -> str:
    """The query with single spaces, in Unicode's composed form. Raises `BadQuery` for what no name or link can be."""
    # The length first: composing a long text of marks takes time that grows with the square of it.
    if len(query) > LONGEST_QUERY:
        raise BadQuery("query_long", most=LONGEST_QUERY)
    if any(unicodedata.category(character) in ("Cc", "Cs") or character == "\N{REPLACEMENT CHARACTER}" for character in query):
        raise BadQuery("query_characters")
    query = " ".join(unicodedata.normalize("NFC", query).split())
    if not query:
        raise BadQuery("query_empty")
    return query


def resolve(release: Release, query: str, deadline: Deadline) -> tuple[CatalogEntry, tuple[Track, ...]]:
    """The track that the query names, and the others that it may mean."""
    query = clean_query(query)
    if (identifier := parse_track_reference(query)) is not None:
        entry = release.catalog.find(identifier)
        if entry is None:
            raise FeaturesUnavailable("link_unknown")
        return entry, ()
    found = release.catalog.search(query, 1 + MOST_ALTERNATIVES, deadline)
    if not found:
        raise TrackNotFound("no_such_name")
    return found[0], tuple(entry.track for entry in found[1:])


def _answer(
    release: Release,
    seed: Seed,
    source: str,
    alternatives: tuple[Track, ...],
    limit: int,
    artist_cap: int,
    deadline: Deadline,
) -> Answer:
    deadline.check()
    recommendations = release.recommender.recommend(seed, limit, artist_cap, deadline) if limit else []
    return Answer(seed.track, seed.features, source, seed.genres, tuple(recommendations), alternatives, release.id)
