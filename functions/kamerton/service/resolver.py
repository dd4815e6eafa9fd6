"""Which track a person means: from what was typed to one track, with its audio features or without.

A name is searched in the catalog and, unless a track there has just this title and artist, outside as well; what is found is
one list without repeats. A link, an id or an ISRC names one track, which the catalog has or the world is asked for. No I/O
but through the objects that it is given.

Public names: Resolver, Resolved, clean_query, CATALOG, MOST_ALTERNATIVES.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from kamerton.deadline import Deadline
from kamerton.errors import BadQuery, FeaturesUnavailable, TrackNotFound
from kamerton.lookup.world import World
from kamerton.matching.name_fit import LONGEST_QUERY
from kamerton.matching.name_ranking import best_named, is_named_whole
from kamerton.music.features import AudioFeatures
from kamerton.music.link_parsing import parse_track_reference
from kamerton.music.track import SHORT_LINK, SPOTIFY, YOUTUBE, Track, TrackReference, reference_of
from kamerton.notes import ANSWERED_INSTEAD, TITLE_ONLY, TITLE_UNKNOWN, Note
from kamerton.release.release import Release
from kamerton.service.shown_track import shown_track
from kamerton.service.substitutes import substitutes

if TYPE_CHECKING:
    from kamerton.lookup.inquiry import Inquiry

MOST_ALTERNATIVES = 5
CATALOG = "catalog"


class Resolved(Struct, frozen=True):
    """The track that a query names, with its audio features and who has them."""

    track: Track
    features: AudioFeatures
    source: str
    alternatives: tuple[Track, ...] = ()
    notes: tuple[Note, ...] = ()


class Resolver:
    """Without a `world` the catalog alone is asked."""

    def __init__(self, world: World | None) -> None:
        self._world = world

    def resolve(self, release: Release, query: str, deadline: Deadline) -> Resolved:
        """Raises `BadQuery`, `TrackNotFound`, `FeaturesUnavailable` or `DeadlineExceeded`."""
        query = clean_query(query)
        reference = self._reference(query)
        if reference is None:
            return self._resolve_name(release, query, deadline)
        if entry := release.catalog.find(reference.value):
            return Resolved(entry.track, entry.features, CATALOG)
        if self._world is None:
            raise FeaturesUnavailable("link_unknown")
        inquiry = self._world.inquiry(deadline)
        followed = self._followed(release, self._world, inquiry, reference, deadline)
        return _looked_up(release, self._world, inquiry, followed, deadline)

    def identify(self, release: Release, identifier: str, deadline: Deadline) -> Track:
        """The track under an id or an ISRC, whatever is known of its sound. Raises `BadQuery`, `TrackNotFound`."""
        reference = self._reference(clean_query(identifier))
        if reference is None or reference.kind == SHORT_LINK:
            raise TrackNotFound("no_such_id")
        if entry := release.catalog.find(reference.value):
            return entry.track
        if self._world is None:
            raise TrackNotFound("no_such_id")
        inquiry = self._world.inquiry(deadline)
        track = self._world.track(inquiry, reference)
        if track is None:
            raise TrackNotFound("no_such_track", notes=inquiry.notes)
        return track

    def reference(self, release: Release, identifier: str) -> TrackReference | None:
        """By what the track under an id is known to all, as far as the catalog and the id itself tell; None for no id."""
        try:
            reference = self._reference(clean_query(identifier))
        except BadQuery:
            return None
        if reference is None or reference.kind == SHORT_LINK:
            return None
        entry = release.catalog.find(reference.value)
        return reference_of(entry.track) if entry else reference

    def search(self, release: Release, query: str, limit: int, deadline: Deadline) -> tuple[list[Track], tuple[Note, ...]]:
        """The tracks that a name may mean, the best first; the one track when it is a link or an id. May be empty. With what is
        missing of them."""
        query = clean_query(query)
        reference = self._reference(query)
        if reference is None:
            found, inquiry = self._named(release, query, limit, deadline)
            return found, inquiry.notes if inquiry else ()
        entry = release.catalog.find(reference.value)
        if entry or self._world is None:
            return [entry.track] if entry else [], ()
        inquiry = self._world.inquiry(deadline)
        followed = self._followed(release, self._world, inquiry, reference, deadline)
        entry = release.catalog.find(followed.value)
        track = entry.track if entry else self._world.track(inquiry, followed)
        return [track] if track else [], inquiry.notes

    def _reference(self, query: str) -> TrackReference | None:
        """Which track the query names, or None for a name to search for. Raises `BadQuery`."""
        reference = parse_track_reference(query)
        if reference is None or self._world is not None or reference.kind == SPOTIFY:
            return reference
        if reference.kind == SHORT_LINK:
            raise BadQuery("link_short")
        if "/" in query:
            raise BadQuery("link_unasked")
        # The catalog knows Spotify's ids only.
        return None

    def _named(self, release: Release, query: str, limit: int, deadline: Deadline) -> tuple[list[Track], Inquiry | None]:
        """Up to `limit` tracks that a name may mean, the best first, and the inquiry if the world was asked."""
        known = [entry.track for entry in release.catalog.search(query, limit, deadline)]
        if self._world is None or (known and is_named_whole(query, known[0])):
            return known, None
        inquiry = self._world.inquiry(deadline)
        return best_named(query, self._world.search(inquiry, query), known)[:limit], inquiry

    def _resolve_name(self, release: Release, query: str, deadline: Deadline) -> Resolved:
        found, inquiry = self._named(release, query, 1 + MOST_ALTERNATIVES, deadline)
        if not found:
            raise TrackNotFound("no_such_name_anywhere" if inquiry else "no_such_name", notes=inquiry.notes if inquiry else ())
        try:
            resolved, chosen = self._known(release, found[0], inquiry) or self._look_up(release, found[0], inquiry, deadline), 0
        except FeaturesUnavailable:
            # A track of the catalog that fits a little worse is more use than none.
            instead = [(each, place) for place, track in enumerate(found) if (each := self._known(release, track, inquiry))]
            if not instead:
                raise
            resolved, chosen = replace(instead[0][0], notes=(*instead[0][0].notes, ANSWERED_INSTEAD)), instead[0][1]
        return replace(resolved, alternatives=(*found[:chosen], *found[chosen + 1 :]))

    def _known(self, release: Release, track: Track, inquiry: Inquiry | None) -> Resolved | None:
        entry = release.catalog.find(track.id)
        return Resolved(entry.track, entry.features, CATALOG, notes=inquiry.notes if inquiry else ()) if entry else None

    def _look_up(self, release: Release, track: Track, inquiry: Inquiry | None, deadline: Deadline) -> Resolved:
        assert self._world is not None, "what the catalog lacks was found outside"
        assert inquiry is not None
        return _looked_up(release, self._world, inquiry, reference_of(track), deadline, track)

    def _followed(
        self, release: Release, world: World, inquiry: Inquiry, reference: TrackReference, deadline: Deadline
    ) -> TrackReference:
        """Where a short link leads, and which track a video shows. Raises `TrackNotFound`."""
        if reference.kind == YOUTUBE:
            shown = shown_track(release, world, inquiry, reference, deadline)
            if shown is None:
                raise TrackNotFound("no_such_track", notes=inquiry.notes)
            return reference_of(shown)
        if reference.kind != SHORT_LINK:
            return reference
        followed = world.follow(inquiry, reference)
        if followed is None:
            raise TrackNotFound("link_unfollowed", notes=inquiry.notes)
        return followed


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


def _looked_up(
    release: Release,
    world: World,
    inquiry: Inquiry,
    reference: TrackReference,
    deadline: Deadline,
    named: Track | None = None,
) -> Resolved:
    """The track outside of the catalog; `named` is what a search told of it. Raises `TrackNotFound`, `FeaturesUnavailable`."""
    if entry := release.catalog.find(reference.value):
        return Resolved(entry.track, entry.features, CATALOG, notes=inquiry.notes)
    found = world.look_up(inquiry, reference, named if named and (named.isrc or named.on_spotify) else None)
    if found.absent and named is None:
        raise TrackNotFound("no_such_track", notes=inquiry.notes)
    track = found.track or named
    if track is not None and (entry := release.catalog.find(track.id)):
        return Resolved(entry.track, entry.features, CATALOG, notes=inquiry.notes)
    if found.features is None:
        near = substitutes(release.catalog, track, MOST_ALTERNATIVES, deadline) if track else []
        raise FeaturesUnavailable("features_nowhere", alternatives=near, notes=inquiry.notes)
    if track is None or not track.artists:
        inquiry.note(TITLE_ONLY if track else TITLE_UNKNOWN)
    track = track or Track(reference.value, reference.value, ())
    return Resolved(track, found.features, found.source, notes=inquiry.notes)
