"""Where a track can be heard: its own page at a service, half a minute of it, and its cover, asked for on a click.

No I/O but through the objects that it is given. Without a world, or when nobody can be asked, a service's search page is the
answer.

Public names: Listening, SERVICES.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kamerton.deadline import Deadline
from kamerton.errors import NotOffered
from kamerton.lookup.world import CACHE_SECONDS, World
from kamerton.music.links import apple_music_search, deezer_search
from kamerton.music.track import SPOTIFY, Track, TrackReference, reference_of

if TYPE_CHECKING:
    from kamerton.lookup.inquiry import Inquiry
    from kamerton.sources.protocols import Listing

SEARCHES: dict[str, Callable[[Track], str]] = {"deezer": deezer_search, "apple-music": apple_music_search}
SERVICES = tuple(SEARCHES)
_PREVIEWS = "deezer"


class Listening:
    """Without a `world` nothing is known but where to search."""

    def __init__(self, world: World | None) -> None:
        self._world = world

    def page(self, service: str, track: Track, deadline: Deadline) -> tuple[str, bool]:
        """Where the track can be heard at the service, one of `SERVICES`; and whether that is its own page, and no search."""
        address = self._page(self._world, service, track, deadline) if self._world else None
        return (address, True) if address else (SEARCHES[service](track), False)

    def preview(self, track: Track, deadline: Deadline) -> str:
        """The address of half a minute of the track, good for some minutes: asked for each time, and never kept.

        Raises `NotOffered`.
        """
        if self._world is None:
            raise NotOffered("no_preview")
        inquiry = self._world.inquiry(deadline)
        listing = _listing(self._world, inquiry, _PREVIEWS, track)
        if listing is None or listing.preview is None:
            raise NotOffered("no_preview", notes=inquiry.notes)
        return listing.preview

    def cover(self, track: Track, deadline: Deadline) -> str:
        """The address of the picture of the track's album. Raises `NotOffered`."""
        if track.image:
            return track.image
        if self._world is None:
            raise NotOffered("no_cover")
        inquiry = self._world.inquiry(deadline)
        address = self._cover(self._world, inquiry, track)
        if address is None:
            raise NotOffered("no_cover", notes=inquiry.notes)
        return address

    def _page(self, world: World, service: str, track: Track, deadline: Deadline) -> str | None:
        inquiry = world.inquiry(deadline)
        reference, remembered = reference_of(track), world.equipment.listings
        kept = inquiry.wait(inquiry.aside(remembered.page, service, reference), CACHE_SECONDS)
        if kept is not None:
            return kept.value
        listing = _listing(world, inquiry, service, track)
        address = listing.page if listing else None
        if address or not inquiry.notes:
            inquiry.wait(inquiry.aside(remembered.remember_page, service, reference, address), CACHE_SECONDS)
        return address

    def _cover(self, world: World, inquiry: Inquiry, track: Track) -> str | None:
        reference, remembered = reference_of(track), world.equipment.listings
        kept = inquiry.wait(inquiry.aside(remembered.cover, reference), CACHE_SECONDS)
        if kept is not None:
            return kept.value
        first, *others = world.equipment.outside.covers
        address = inquiry.first([first], "cover", lambda source: source.cover(track))
        if address is None:
            named = _with_isrc(world, inquiry, track)
            address = named.image or inquiry.first(others, "cover", lambda source: source.cover(named))
        if address or not inquiry.notes:
            inquiry.wait(inquiry.aside(remembered.remember_cover, reference, address), CACHE_SECONDS)
        return address


def _listing(world: World, inquiry: Inquiry, service: str, track: Track) -> Listing | None:
    source = next(each for each in world.equipment.outside.listings if each.service == service)
    named = _with_isrc(world, inquiry, track)
    return inquiry.value(inquiry.ask(source, "listing", lambda source: source.listing(named)))


def _with_isrc(world: World, inquiry: Inquiry, track: Track) -> Track:
    """The catalog knows no ISRCs, by which a track is found elsewhere for certain: remembered, or asked for by Spotify's id."""
    if track.isrc or not track.on_spotify:
        return track
    known = world.track(inquiry, TrackReference(SPOTIFY, track.id))
    if known is None:
        return track
    # What the catalog says stands, where it says anything.
    more = {name: getattr(track, name) or getattr(known, name) for name in ("artists", "duration_ms", "image")}
    return replace(track, isrc=known.isrc, **more)
