"""The use case: from what a person typed to an answer. No I/O but through the objects that it is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kamerton.candidates import Candidate, Gathered
from kamerton.catalog import CatalogEntry
from kamerton.classifier import GenreScore
from kamerton.deadline import Deadline
from kamerton.errors import BadQuery, TrackNotFound
from kamerton.features import AudioFeatures
from kamerton.keeper import ReleaseKeeper
from kamerton.notes import Note
from kamerton.pool import Seed
from kamerton.recommender import Recommendation
from kamerton.release import Release
from kamerton.resolving import Resolver, clean_query
from kamerton.tracks import SPOTIFY, Track, parse_track_reference
from kamerton.watching import Watched, Watcher
from kamerton.world import World

if TYPE_CHECKING:
    from kamerton.gathering import Gathering


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
        self._world = world
        self._resolver = Resolver(world)
        self.watching = Watcher(world)

    def at_home(self) -> Kamerton:
        """One that answers from the same release, and asks nobody outside."""
        return Kamerton(self._keeper)

    def release(self, deadline: Deadline) -> Release:
        """The release that a request should use from beginning to end; raises `NotReady`."""
        return self._keeper.release(deadline)

    def answer(
        self, release: Release, query: str, limit: int, artist_cap: int, deadline: Deadline, world: bool = True
    ) -> Answer:
        """The genres of the track that `query` names, and at most `limit` tracks that sound like it (0: none are sought); with
        `world` those that other services name among them.

        Raises `BadQuery`, `TrackNotFound`, `FeaturesUnavailable` or `DeadlineExceeded`.
        """
        gathering = self._gathering(release, query, deadline) if world and limit else None
        resolved = self._resolver.resolve(release, query, deadline)
        gathered = gathering.gather(resolved.track) if gathering else Gathered()
        seed = release.recommender.seed(resolved.features, resolved.track)
        answer = _answer(release, seed, resolved.source, limit, artist_cap, deadline, gathered.candidates)
        notes = tuple(dict.fromkeys((*resolved.notes, *gathered.notes)))
        return replace(answer, alternatives=resolved.alternatives, notes=notes)

    def answer_features(
        self, release: Release, features: AudioFeatures, limit: int, artist_cap: int, deadline: Deadline
    ) -> Answer:
        """The same for audio features that the asker brings. Raises `BadQuery` when none is known, or `DeadlineExceeded`."""
        if not features.known:
            raise BadQuery("no_features")
        return _answer(release, release.recommender.seed(features), "request", limit, artist_cap, deadline)

    def _gathering(self, release: Release, query: str, deadline: Deadline) -> Gathering | None:
        """What will look for tracks of the world; it has begun when the query is an id that the catalog lacks."""
        if self._world is None:
            return None
        gathering = self._world.gathering(deadline, release.catalog.known)
        reference = parse_track_reference(clean_query(query))
        if reference is not None and reference.kind == SPOTIFY and release.catalog.find(reference.value) is None:
            gathering.begin(reference)
        return gathering

    def search(self, release: Release, query: str, limit: int, deadline: Deadline) -> tuple[list[Track], tuple[Note, ...]]:
        """The tracks that a name may mean, the best first; the one track when it is a link or an id. May be empty. With what is
        missing of them."""
        return self._resolver.search(release, query, limit, deadline)

    def identify(self, release: Release, identifier: str, deadline: Deadline) -> Track:
        """The track under an id, of the catalog or the world. Raises `BadQuery`, `TrackNotFound`."""
        return self._resolver.identify(release, identifier, deadline)

    def watch(self, release: Release, identifier: str, market: str | None, deadline: Deadline) -> Watched:
        """The video of the track under an id. It may cost one of the day's searches. Raises `BadQuery`, `TrackNotFound`."""
        return self.watching.watch(self.identify(release, identifier, deadline), market, deadline)

    def watch_in_a_row(self, release: Release, identifiers: Sequence[str], market: str | None, deadline: Deadline) -> list[str]:
        """The ids of the videos that are remembered of these tracks, in order; of what is no track, none."""
        references = [reference for each in identifiers if (reference := self._resolver.reference(release, each)) is not None]
        return self.watching.in_a_row(references, market, deadline)

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
    limit: int,
    artist_cap: int,
    deadline: Deadline,
    candidates: Sequence[Candidate] = (),
) -> Answer:
    deadline.check()
    # What was gathered for an earlier release may be in the catalog of this one.
    known = release.catalog.known(candidate.track.id for candidate in candidates) if candidates else ()
    new = [candidate for candidate in candidates if candidate.track.id not in known]
    recommendations = release.recommender.recommend(seed, limit, artist_cap, deadline, new) if limit else []
    return Answer(seed.track, seed.features, source, seed.genres, tuple(recommendations), (), release.id)
