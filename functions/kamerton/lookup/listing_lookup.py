"""Where a track can be heard and seen: its own page at a service, 30 seconds of it and what is heard in them, and its cover.

Public names: ListingLookup.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from kamerton.errors import BadQuery, SoundUnheard
from kamerton.listening.heard_sound import HeardSound
from kamerton.lookup.caches import Caches, cache_key, page_key
from kamerton.lookup.calls import Calls
from kamerton.lookup.track_lookup import TrackLookup
from kamerton.music.track import SPOTIFY, Track, TrackReference, reference_of
from kamerton.sources.protocols import Listing, Sources

_PREVIEWS = "deezer"


class ListingLookup:
    """`sources` is called when a source has to be asked."""

    def __init__(self, sources: Callable[[], Sources], caches: Caches, tracks: TrackLookup) -> None:
        self._sources = sources
        self._caches = caches
        self._tracks = tracks

    def page(self, calls: Calls, service: str, track: Track) -> str | None:
        """The address of the track's own page at the service."""

        def ask() -> str | None:
            listing = self._listing(calls, service, track)
            return listing.page if listing else None

        return calls.read_through(self._caches.pages[service], page_key(service, reference_of(track)), ask)

    def preview(self, calls: Calls, track: Track) -> str | None:
        """The address of 30 seconds of the track, good for some minutes: asked for each time, and never remembered."""
        listing = self._listing(calls, _PREVIEWS, track)
        return listing.preview if listing else None

    def cover(self, calls: Calls, track: Track) -> str | None:
        """The address of the picture of the track's album."""

        def ask() -> str | None:
            first, *others = self._sources().covers
            address = calls.first([first], "cover", lambda source: source.cover(track))
            if address is not None:
                return address
            complete = self._with_isrc(calls, track)
            return complete.image or calls.first(others, "cover", lambda source: source.cover(complete))

        return calls.read_through(self._caches.covers, cache_key(reference_of(track)), ask)

    def picture(self, calls: Calls, track: Track) -> bytes | None:
        """The picture itself."""

        def ask() -> bytes | None:
            address = track.image or self.cover(calls, track)
            if address is None:
                return None
            return calls.value(calls.ask(self._sources().pictures, "picture", lambda source: source.file(address)))

        return calls.read_through(self._caches.pictures, cache_key(reference_of(track)), ask)

    def heard(self, calls: Calls, track: Track, listen: Callable[[bytes], HeardSound]) -> HeardSound | None:
        """What is heard in the preview; the sound itself is thrown away."""

        def ask() -> HeardSound | None:
            address = self.preview(calls, track)
            if address is None:
                return None
            data = calls.value(calls.ask(self._sources().previews, "preview", lambda source: source.file(address)))
            try:
                return None if data is None else listen(data)
            except (BadQuery, SoundUnheard):
                return None

        return calls.read_through(self._caches.heard, cache_key(reference_of(track)), ask)

    def _listing(self, calls: Calls, service: str, track: Track) -> Listing | None:
        source = next(source for source in self._sources().listings if source.service == service)
        complete = self._with_isrc(calls, track)
        return calls.value(calls.ask(source, "listing", lambda source: source.listing(complete)))

    def _with_isrc(self, calls: Calls, track: Track) -> Track:
        """The track with its ISRC, by which it is found elsewhere for certain. The catalog has none: the ISRC is remembered, or
        asked for by Spotify's id."""
        if track.isrc or not track.on_spotify:
            return track
        known = self._tracks.track(calls, TrackReference(SPOTIFY, track.id))
        if known is None:
            return track
        # What the catalog says stands, where it says anything.
        values = {name: getattr(track, name) or getattr(known, name) for name in ("artists", "duration_ms", "image")}
        return replace(track, isrc=known.isrc, **values)
