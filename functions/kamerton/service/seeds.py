"""A question's tracks as seeds: each is resolved, and its candidates outside the catalog are gathered, all of them side by
side.

Public names: resolve_seeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import copy_context

from msgspec.structs import replace

from kamerton.errors import AnswerError, FeaturesUnavailable, TrackNotFound
from kamerton.lookup.lookup_session import CandidateSearch, LookupSession
from kamerton.music.link_parsing import parse_track_reference
from kamerton.music.track import SPOTIFY
from kamerton.recommending.seed import Seed
from kamerton.release.release import Release
from kamerton.service.resolver import Resolver, clean_query

_Name = tuple[str, bool]
"""What a person typed, and whether candidates are gathered for it."""


def resolve_seeds(
    release: Release, session: LookupSession, names: Sequence[str], unlike: Sequence[str], gather: bool
) -> tuple[list[Seed], list[Seed]]:
    """The seeds of `names` and those of `unlike`, no track twice. With `gather` the seeds of `names` have candidates from
    outside the catalog. Raises as `Resolver.seed` does."""
    wanted = [*((name, gather) for name in names), *((name, False) for name in unlike)]
    seeds = _side_by_side(release, session, wanted) if len(wanted) > 1 else [_seed(release, session, name) for name in wanted]
    return _distinct(seeds[: len(names)]), _distinct(seeds[len(names) :])


def _seed(release: Release, session: LookupSession, name: _Name) -> Seed:
    query, gather = name
    search = _candidate_search(release, session, query) if gather else None
    seed = Resolver(release, session).seed(query)
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


def _side_by_side(release: Release, session: LookupSession, names: Sequence[_Name]) -> list[Seed]:
    """In threads of their own, as those that ask outside wait for others that do. An error says which name it is about."""
    # Imported here, where it is needed: it takes as long as much else together.
    from concurrent.futures import ThreadPoolExecutor

    def resolve(name: _Name) -> tuple[Seed, LookupSession]:
        fork = session.fork()
        try:
            return _seed(release, fork, name), fork
        except (TrackNotFound, FeaturesUnavailable) as error:
            raise _about(error, clean_query(name[0])) from error

    with ThreadPoolExecutor(len(names)) as threads:
        # A context of its own for each: the log's fields and times are in it.
        futures = [threads.submit(copy_context().run, resolve, name) for name in names]
        resolved = [future.result() for future in futures]
    session.note(*(note for _, fork in resolved for note in fork.notes))
    return [seed for seed, _ in resolved]


def _about(error: AnswerError, query: str) -> AnswerError:
    return type(error)(error.reason, alternatives=error.alternatives, notes=error.notes, **(error.params | {"about": query}))


def _distinct(seeds: Sequence[Seed]) -> list[Seed]:
    """The first seed of each track."""
    return list({seed.track.id if seed.track else "": seed for seed in reversed(seeds)}.values())[::-1]
