"""A lookup session over the services outside. Public names: OnlineSession, Lookups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kamerton.deadline import Deadline
from kamerton.listening.heard_sound import HeardSound
from kamerton.lookup.caches import Caches
from kamerton.lookup.calls import Calls
from kamerton.lookup.candidate_lookup import CandidateLookup
from kamerton.lookup.listing_lookup import ListingLookup
from kamerton.lookup.lookup_session import CatalogIds, TrackLookupResult, Videos
from kamerton.lookup.market_lookup import MarketLookup
from kamerton.lookup.track_list_lookup import TrackListLookup
from kamerton.lookup.track_lookup import TrackLookup
from kamerton.lookup.video_lookup import VideoLookup
from kamerton.matching.video_match import VideoMatch
from kamerton.music.track import Track, TrackReference
from kamerton.music.track_list import ListReference
from kamerton.notes import Note
from kamerton.sources.protocols import Sources


class Lookups:
    """What the sessions of an instance share. `sources` makes the clients when one of them is first needed."""

    def __init__(self, sources: Callable[[], Sources], caches: Caches, videos: VideoLookup) -> None:
        self.sources = sources
        self.caches = caches
        self.tracks = TrackLookup(sources, caches)
        self.lists = TrackListLookup(sources, caches)
        self.listings = ListingLookup(sources, caches, self.tracks)
        self.markets = MarketLookup(sources, caches)
        self.videos = videos


class OnlineSession:
    """Implements `LookupSession`."""

    online = True

    def __init__(self, lookups: Lookups, calls: Calls) -> None:
        self._lookups = lookups
        self._calls = calls

    @property
    def deadline(self) -> Deadline:
        return self._calls.request

    @property
    def notes(self) -> tuple[Note, ...]:
        return self._calls.notes

    def note(self, *notes: Note) -> None:
        self._calls.note(*notes)

    def fork(self) -> OnlineSession:
        return OnlineSession(self._lookups, self._calls.fork())

    def track(self, reference: TrackReference) -> Track | None:
        return self._lookups.tracks.track(self._calls, reference)

    def track_with_features(self, reference: TrackReference, known: Track | None = None) -> TrackLookupResult:
        return self._lookups.tracks.track_with_features(self._calls, reference, known)

    def search(self, text: str) -> list[Track]:
        return self._lookups.tracks.search(self._calls, text)

    def follow(self, short_link: TrackReference) -> TrackReference | None:
        return self._lookups.tracks.follow(self._calls, short_link)

    def listed(self, reference: ListReference) -> list[Track]:
        return self._lookups.lists.listed(self._calls, reference)

    def with_features(self, tracks: Sequence[Track]) -> dict[str, TrackLookupResult]:
        return self._lookups.lists.with_features(self._calls, tracks)

    def candidate_search(self, catalog_ids: CatalogIds) -> CandidateLookup:
        return CandidateLookup(self._lookups.sources, self._lookups.caches, self._calls, catalog_ids)

    def page(self, service: str, track: Track) -> str | None:
        return self._lookups.listings.page(self._calls, service, track)

    def preview(self, track: Track) -> str | None:
        return self._lookups.listings.preview(self._calls, track)

    def heard(self, track: Track, listen: Callable[[bytes], HeardSound]) -> HeardSound | None:
        return self._lookups.listings.heard(self._calls, track, listen)

    def cover(self, track: Track) -> str | None:
        return self._lookups.listings.cover(self._calls, track)

    def picture(self, track: Track) -> bytes | None:
        return self._lookups.listings.picture(self._calls, track)

    def playable(self, tracks: Sequence[Track], seed: Track | None, market: str) -> Mapping[str, bool | None]:
        return self._lookups.markets.playable(self._calls, tracks, seed, market)

    def videos(self, track: Track, search: bool) -> Videos:
        return self._lookups.videos.videos(self._calls, track, search)

    def remembered_videos(self, references: Sequence[TrackReference]) -> list[tuple[VideoMatch, ...]]:
        return self._lookups.videos.remembered(self._calls, references)
