"""From what a person named to seeds: each track resolved, and the world's candidates for it gathered, all of them side by side.

Public names: Seeking, Sought.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import copy_context
from typing import TYPE_CHECKING

from msgspec import Struct

from kamerton.deadline import Deadline
from kamerton.errors import AnswerError, FeaturesUnavailable, TrackNotFound
from kamerton.lookup.gathered import Gathered
from kamerton.lookup.world import World
from kamerton.music.candidate import Candidate
from kamerton.music.features import AudioFeatures
from kamerton.music.link_parsing import parse_track_reference
from kamerton.music.track import SPOTIFY, Track
from kamerton.notes import Note
from kamerton.recommending.question import Wish
from kamerton.recommending.recommender import Likening
from kamerton.recommending.seed import Seed
from kamerton.release.release import Release
from kamerton.service.resolver import Resolver, clean_query

if TYPE_CHECKING:
    from kamerton.lookup.candidate_lookup import Gathering


class Sought(Struct, frozen=True):
    """A seed, who has its features, and what the world brought for it."""

    seed: Seed
    source: str
    candidates: tuple[Candidate, ...] = ()
    alternatives: tuple[Track, ...] = ()
    notes: tuple[Note, ...] = ()

    @classmethod
    def of_features(cls, release: Release, features: AudioFeatures) -> Sought:
        """Of those that the asker brings."""
        return cls(release.recommender.seed(features), "request")

    def likening(self, release: Release) -> Likening:
        """What was gathered for an earlier release may be in the catalog of this one: that is the index's."""
        known = release.catalog.known(each.track.id for each in self.candidates) if self.candidates else ()
        return Likening(self.seed, tuple(each for each in self.candidates if each.track.id not in known))


class Seeking:
    """Without a `world` the catalog alone is asked."""

    def __init__(self, world: World | None) -> None:
        self._world = world
        self._resolver = Resolver(world)

    def seek(
        self, release: Release, queries: Sequence[str], unlike: Sequence[str], wish: Wish, deadline: Deadline
    ) -> tuple[list[Sought], list[Sought]]:
        """What the queries name, and what `unlike` does; no track twice. Raises as `Resolver.resolve` does."""

        def sought(name: tuple[str, bool]) -> Sought:
            query, gathers = name
            return self._sought(release, query, gathers and wish.world and wish.limit > 0, deadline)

        names = [*((query, True) for query in queries), *((query, False) for query in unlike)]
        found = _side_by_side(sought, names) if len(names) > 1 else [sought(name) for name in names]
        return _distinct(found[: len(queries)]), _distinct(found[len(queries) :])

    def _sought(self, release: Release, query: str, gathers: bool, deadline: Deadline) -> Sought:
        gathering = self._gathering(release, query, deadline) if gathers else None
        resolved = self._resolver.resolve(release, query, deadline)
        gathered = gathering.gather(resolved.track) if gathering else Gathered()
        seed = release.recommender.seed(resolved.features, resolved.track)
        notes = tuple(dict.fromkeys((*resolved.notes, *gathered.notes)))
        return Sought(seed, resolved.source, gathered.candidates, resolved.alternatives, notes)

    def _gathering(self, release: Release, query: str, deadline: Deadline) -> Gathering | None:
        """What will look for tracks of the world; it has begun when the query is an id that the catalog lacks."""
        if self._world is None:
            return None
        gathering = self._world.gathering(deadline, release.catalog.known)
        reference = parse_track_reference(clean_query(query))
        if reference is not None and reference.kind == SPOTIFY and release.catalog.find(reference.value) is None:
            gathering.begin(reference)
        return gathering


def _side_by_side(sought: Callable[[tuple[str, bool]], Sought], names: Sequence[tuple[str, bool]]) -> list[Sought]:
    """In threads of their own, as those that ask the world wait for others that do. An error says which name it is about."""

    # Imported here, where it is needed: it takes as long as much else together.
    from concurrent.futures import ThreadPoolExecutor

    def named(name: tuple[str, bool]) -> Sought:
        try:
            return sought(name)
        except (TrackNotFound, FeaturesUnavailable) as error:
            raise _about(error, clean_query(name[0])) from error

    with ThreadPoolExecutor(len(names)) as threads:
        # A context of its own for each: the log's fields and times are in it.
        begun = [threads.submit(copy_context().run, named, name) for name in names]
        return [each.result() for each in begun]


def _about(error: AnswerError, query: str) -> AnswerError:
    return type(error)(error.reason, alternatives=error.alternatives, notes=error.notes, **(error.params | {"about": query}))


def _distinct(found: Sequence[Sought]) -> list[Sought]:
    return list({each.seed.track.id if each.seed.track else "": each for each in reversed(found)}.values())[::-1]
