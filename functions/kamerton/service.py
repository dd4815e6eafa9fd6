"""The use case: from what a person typed to an answer. No I/O but through the objects that it is given."""

from __future__ import annotations

from dataclasses import dataclass

from kamerton.catalog import CatalogEntry
from kamerton.classifier import GenreScore
from kamerton.deadline import Deadline
from kamerton.errors import BadQuery, TrackNotFound
from kamerton.features import AudioFeatures
from kamerton.keeper import ReleaseKeeper
from kamerton.notes import Note
from kamerton.recommender import Recommendation, Seed
from kamerton.release import Release
from kamerton.resolving import Resolver
from kamerton.tracks import Track
from kamerton.world import World


@dataclass(frozen=True, slots=True)
class Answer:
    """`track` is None when the question was audio features alone. `alternatives` are what the name may have meant instead, and
    `notes` what is missing."""

    track: Track | None
    features: AudioFeatures
    features_source: str
    genres: tuple[GenreScore, ...]
    recommendations: tuple[Recommendation, ...]
    alternatives: tuple[Track, ...]
    release: str
    notes: tuple[Note, ...] = ()


class Kamerton:
    """Answers from the release in force, and without a `world` from nothing else."""

    def __init__(self, keeper: ReleaseKeeper, world: World | None = None) -> None:
        self._keeper = keeper
        self._resolver = Resolver(world)

    def release(self, deadline: Deadline) -> Release:
        """The release that a request should use from beginning to end; raises `NotReady`."""
        return self._keeper.release(deadline)

    def answer(self, release: Release, query: str, limit: int, artist_cap: int, deadline: Deadline) -> Answer:
        """The genres of the track that `query` names, and at most `limit` tracks that sound like it (0: none are sought).

        Raises `BadQuery`, `TrackNotFound`, `FeaturesUnavailable` or `DeadlineExceeded`.
        """
        resolved = self._resolver.resolve(release, query, deadline)
        seed = release.recommender.seed(resolved.features, resolved.track)
        return _answer(release, seed, resolved.source, resolved.alternatives, resolved.notes, limit, artist_cap, deadline)

    def answer_features(
        self, release: Release, features: AudioFeatures, limit: int, artist_cap: int, deadline: Deadline
    ) -> Answer:
        """The same for audio features that the asker brings. Raises `BadQuery` when none is known, or `DeadlineExceeded`."""
        if not features.known:
            raise BadQuery("no_features")
        return _answer(release, release.recommender.seed(features), "request", (), (), limit, artist_cap, deadline)

    def search(self, release: Release, query: str, limit: int, deadline: Deadline) -> tuple[list[Track], tuple[Note, ...]]:
        """The tracks that a name may mean, the best first; the one track when it is a link or an id. May be empty. With what is
        missing of them."""
        return self._resolver.search(release, query, limit, deadline)

    def identify(self, release: Release, identifier: str, deadline: Deadline) -> Track:
        """The track under an id, of the catalog or the world. Raises `BadQuery`, `TrackNotFound`."""
        return self._resolver.identify(release, identifier, deadline)

    def track(self, release: Release, identifier: str) -> CatalogEntry:
        """Raises `TrackNotFound`."""
        entry = release.catalog.find(identifier)
        if entry is None:
            raise TrackNotFound("no_such_id")
        return entry


def _answer(
    release: Release,
    seed: Seed,
    source: str,
    alternatives: tuple[Track, ...],
    notes: tuple[Note, ...],
    limit: int,
    artist_cap: int,
    deadline: Deadline,
) -> Answer:
    deadline.check()
    recommendations = release.recommender.recommend(seed, limit, artist_cap, deadline) if limit else []
    return Answer(seed.track, seed.features, source, seed.genres, tuple(recommendations), alternatives, release.id, notes)
