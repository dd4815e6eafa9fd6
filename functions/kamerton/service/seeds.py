"""A question's tracks as seeds: each is resolved, and its candidates outside the catalog are gathered, all of them side by
side.

Public names: resolve_seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import copy_context
from itertools import chain
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from kamerton.errors import AnswerError, FeaturesUnavailable, LinkOfList, TrackNotFound
from kamerton.lookup.lookup_session import CandidateSearch, LookupSession
from kamerton.music.link_parsing import parse_track_reference
from kamerton.music.track import SPOTIFY
from kamerton.music.track_list import ListReference
from kamerton.recommending.seed import Seed
from kamerton.release.release import Release
from kamerton.service.list_seeds import list_seeds
from kamerton.service.resolver import Resolver, clean_query

T = TypeVar("T")
R = TypeVar("R")


class _Name(Struct, frozen=True):
    """What a person typed. With `gather` candidates are gathered for it; `alone` it may be a whole album or playlist."""

    query: str
    gather: bool = False
    alone: bool = False


def resolve_seeds(
    release: Release, session: LookupSession, names: Sequence[str], unlike: Sequence[str], gather: bool
) -> tuple[list[Seed], list[Seed]]:
    """The seeds of `names` and those of `unlike`, no track twice. With `gather` the seeds of `names` have candidates from
    outside the catalog. The link to an album or a playlist, alone in `names`, has several. Raises as `Resolver.seed` does."""
    wanted = [*(_Name(name, gather, len(names) == 1) for name in names), *map(_Name, unlike)]
    if len(wanted) > 1:
        seeds = _side_by_side(session, wanted, lambda fork, name: _seeds_of_one(release, fork, name))
    else:
        seeds = [_seeds(release, session, name) for name in wanted]
    return _distinct(seeds[: len(names)]), _distinct(seeds[len(names) :])


def _seeds(release: Release, session: LookupSession, name: _Name) -> list[Seed]:
    try:
        search = _candidate_search(release, session, name.query) if name.gather else None
        return [_with_candidates(release, search, Resolver(release, session).seed(name.query))]
    except LinkOfList as link:
        if not (name.alone and session.online):
            raise
        return _list_seeds(release, session, link.reference, name.gather)


def _seeds_of_one(release: Release, session: LookupSession, name: _Name) -> list[Seed]:
    """Of one name of several: an error says which it is about."""
    try:
        return _seeds(release, session, name)
    except (TrackNotFound, FeaturesUnavailable) as error:
        raise _about(error, clean_query(name.query)) from error


def _list_seeds(release: Release, session: LookupSession, reference: ListReference, gather: bool) -> list[Seed]:
    seeds = list_seeds(release, session, reference)
    if not gather:
        return seeds
    return _side_by_side(
        session, seeds, lambda fork, seed: _with_candidates(release, fork.candidate_search(release.catalog.known), seed)
    )


def _with_candidates(release: Release, search: CandidateSearch | None, seed: Seed) -> Seed:
    if search is None or seed.track is None:
        return seed
    candidates = search.candidates(seed.track)
    # A candidate that was remembered for an earlier release may be in the catalog of this one.
    in_catalog = release.catalog.known(candidate.track.id for candidate in candidates) if candidates else ()
    return replace(seed, candidates=tuple(each for each in candidates if each.track.id not in in_catalog))


def _candidate_search(release: Release, session: LookupSession, query: str) -> CandidateSearch | None:
    """A search for candidates; it has begun when the query is an id that the catalog lacks."""
    if not session.online:
        return None
    search = session.candidate_search(release.catalog.known)
    reference = parse_track_reference(clean_query(query))
    if reference is not None and reference.kind == SPOTIFY and release.catalog.find(reference.value) is None:
        search.begin(reference)
    return search


def _side_by_side(session: LookupSession, items: Sequence[T], work: Callable[[LookupSession, T], R]) -> list[R]:
    """In threads of their own, as those that ask outside wait for others that do."""
    # Imported here, where it is needed: it takes as long as much else together.
    from concurrent.futures import ThreadPoolExecutor

    forks = [session.fork() for _ in items]
    with ThreadPoolExecutor(len(items)) as threads:
        # A context of its own for each: the log's fields and times are in it.
        futures = [threads.submit(copy_context().run, work, fork, item) for fork, item in zip(forks, items, strict=True)]
        results = [future.result() for future in futures]
    session.note(*(note for fork in forks for note in fork.notes))
    return results


def _about(error: AnswerError, query: str) -> AnswerError:
    return type(error)(error.reason, alternatives=error.alternatives, notes=error.notes, **(error.params | {"about": query}))


def _distinct(seeds: Sequence[Sequence[Seed]]) -> list[Seed]:
    """The first seed of each track."""
    everything = list(chain.from_iterable(seeds))
    return list({seed.track.id if seed.track else "": seed for seed in reversed(everything)}.values())[::-1]
