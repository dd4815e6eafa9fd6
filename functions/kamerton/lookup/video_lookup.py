"""The videos of a track: remembered, or found by one search whoever asks, and however many at once.

Before a search an instance looks whether one of the day's slots is free, takes the track's lease in the bucket, and takes a
slot. Requests that come meanwhile on the same instance wait for the result, and get its notes; on another instance they find
nothing for the moment. The videos' details are read again after a month: YouTube lets nobody keep them for longer, and videos
vanish. That costs no search.

Public names: VideoLookup, DETAILS_SECONDS, LEASE_SECONDS, LEASES.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from cachetools import TTLCache
from msgspec import Struct

from kamerton.errors import BucketError
from kamerton.lease import Lease, Leases, LeaseState
from kamerton.lookup.cache import Cached
from kamerton.lookup.caches import Caches, RatedVideos, cache_key
from kamerton.lookup.calls import Calls
from kamerton.lookup.client_shares import ClientShares
from kamerton.lookup.daily_quota import DailyQuota
from kamerton.lookup.lookup_session import NO_VIDEOS, Videos
from kamerton.lookup.single_flight import SingleFlight
from kamerton.matching.video_match import VideoMatch, own_video, video_matches
from kamerton.matching.video_titles import search_text
from kamerton.music.track import YOUTUBE, Track, TrackReference, reference_of
from kamerton.music.video import Video
from kamerton.notes import CLIENT_VIDEOS_USED_UP, VIDEO_BUSY, VIDEO_UNSEARCHED, VIDEOS_OFF, VIDEOS_USED_UP, Note
from kamerton.sources.protocols import Sources, VideoSearchSource

DETAILS_SECONDS = 30 * 86_400.0
LEASE_SECONDS = 60.0
"""Far longer than a request may take, and so than the holder can still be at work."""
LEASES = "cache/claims/videos"
"""Where the leases are in the bucket."""
_MOST_REMEMBERED = 5
_MOST_FAILED = 500

T = TypeVar("T")


class _SearchResult(Struct, frozen=True):
    """What one search brings to all who wait for it; `notes` say what is missing."""

    videos: Videos
    notes: tuple[Note, ...]


class VideoLookup:
    """`sources` is called when a source has to be asked; where none searches for videos, only what is remembered is found.
    `clock` returns seconds since 1970."""

    def __init__(
        self,
        sources: Callable[[], Sources],
        caches: Caches,
        leases: Leases,
        quota: DailyQuota,
        shares: ClientShares | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sources = sources
        self._cache = caches.videos
        self._leases = leases
        self._quota = quota
        self._shares = shares
        self._clock = clock
        self._single_flight: SingleFlight[_SearchResult] = SingleFlight()
        # Searches of ours that failed under a lease that may still hold, with their notes.
        self._failed: TTLCache[str, tuple[Note, ...]] = TTLCache(_MOST_FAILED, LEASE_SECONDS, clock)
        self._lock = threading.Lock()

    def videos(self, calls: Calls, track: Track, search: bool) -> Videos:
        """The track's videos; why there are none is a note of the calls. Without `search` only what is remembered is found."""
        if reference_of(track).kind == YOUTUBE:
            return self._own_video(calls, own_video(track))
        cached = calls.wait(calls.run(self._cache.get, _key(track)))
        if cached is not None:
            return self._remembered(calls, track, cached)
        source = self._sources().video_search
        if source is None or not search:
            calls.note(VIDEO_UNSEARCHED if source else VIDEOS_OFF)
            return NO_VIDEOS
        return self._found_together(calls, track, source)

    def remembered(self, calls: Calls, references: Sequence[TrackReference]) -> list[tuple[VideoMatch, ...]]:
        """What is remembered of each track, without asking any source."""
        reads = [calls.read(self._cache, cache_key(reference)) for reference in references]
        rated = [read.cached.value if read.cached else None for read in reads]
        return [tuple(videos.matches) if videos else () for videos in rated]

    def _own_video(self, calls: Calls, video: Video) -> Videos:
        """The video that the track is, with what can be learnt of it without a search: where it plays, and whether it may be
        embedded. Nothing when it is not there any more."""
        read = calls.read(self._cache, cache_key(TrackReference(YOUTUBE, video.id)))
        rated = read.cached.value if read.cached else RatedVideos([VideoMatch(video, 1.0)])
        if rated is None or self._is_detailed(rated):
            return Videos(tuple(rated.matches) if rated else (), remembered=True)
        source = self._sources().videos
        detailed = calls.value(calls.ask(source, "videos", lambda source: source.videos([video.id]))) if source else None
        if detailed is None:
            return Videos(tuple(rated.matches), remembered=True)
        matches = [VideoMatch(other, 1.0) for other in detailed if other.id == video.id]
        read.remember(RatedVideos(matches, self._clock()) if matches else None)
        return Videos(tuple(matches))

    def _found_together(self, calls: Calls, track: Track, source: VideoSearchSource) -> Videos:
        nothing = _SearchResult(NO_VIDEOS, (VIDEO_UNSEARCHED,))
        with self._single_flight.join(_key(track), nothing) as (future, ours):
            if ours:
                videos = self._found_once(calls, track, source)
                future.set_result(_SearchResult(videos, calls.notes))
                return videos
            result = calls.wait(future, calls.deadline.left) or _SearchResult(NO_VIDEOS, (VIDEO_BUSY,))
        calls.note(*result.notes)
        return result.videos

    def _found_once(self, calls: Calls, track: Track, source: VideoSearchSource) -> Videos:
        key = _key(track)
        # Another request may have found it between our read and our turn.
        if (cached := _bounded(calls, self._cache.get, key)) is not None:
            return self._remembered(calls, track, cached)
        # A search that would not be made must cost none: the circuit breaker, then the slots, then the lease, then a slot.
        if calls.value(calls.ask(source, "search", lambda _: True)) is None:
            return NO_VIDEOS
        if self._failed_lately(calls, key) or not self._is_granted(calls, self._quota.any_free):
            return NO_VIDEOS
        if not self._has_share(calls):
            return NO_VIDEOS
        lease = _bounded(calls, self._acquired, key)
        if lease is None or lease.state is not LeaseState.OURS:
            calls.note(VIDEO_UNSEARCHED if lease is None else VIDEO_BUSY)
            return NO_VIDEOS
        # An attempt before ours may have found it.
        if lease.attempt > 1 and (cached := _bounded(calls, self._cache.get, key)) is not None:
            return self._remembered(calls, track, cached)
        if not self._is_granted(calls, self._quota.take):
            # The lease is ours, and nobody searches under it.
            self._record_failure(calls, key)
            return NO_VIDEOS
        return self._searched(calls, track, source)

    def _has_share(self, calls: Calls) -> bool:
        """Whether the client may have one more of the day's searches; why not is noted."""
        granted = _bounded(calls, self._shares.take, calls.budget.client) if self._shares else True
        if not granted:
            calls.note(VIDEO_UNSEARCHED if granted is None else CLIENT_VIDEOS_USED_UP)
        return bool(granted)

    def _acquired(self, key: str) -> Lease | None:
        """The track's lease; None when the bucket does not say whose it is."""
        try:
            return self._leases.acquire(key)
        except BucketError:
            return None

    def _is_granted(self, calls: Calls, ask: Callable[[], bool | None]) -> bool:
        """What the quota says; why not is noted."""
        granted = _bounded(calls, ask)
        if not granted:
            calls.note(VIDEO_UNSEARCHED if granted is None else VIDEOS_USED_UP)
        return bool(granted)

    def _failed_lately(self, calls: Calls, key: str) -> bool:
        """Whether we failed under a lease that may still hold. Then nobody is searching, and the failure's notes are
        repeated."""
        with self._lock:
            notes = self._failed.get(key)
        calls.note(*notes or ())
        return notes is not None

    def _record_failure(self, calls: Calls, key: str) -> None:
        with self._lock:
            self._failed[key] = calls.notes or (VIDEO_UNSEARCHED,)

    def _searched(self, calls: Calls, track: Track, source: VideoSearchSource) -> Videos:
        text = search_text(track)
        videos = calls.value(calls.ask(source, "search", lambda source: source.videos(text)))
        if videos is None:
            self._record_failure(calls, _key(track))
            return NO_VIDEOS
        rated = self._detailed(calls, track, videos) or RatedVideos(video_matches(track, videos)[:_MOST_REMEMBERED])
        return self._remember(calls, track, rated)

    def _remembered(self, calls: Calls, track: Track, cached: Cached[RatedVideos]) -> Videos:
        rated = cached.value
        if rated is None:
            return Videos(remembered=True)
        if not self._is_detailed(rated):
            detailed = self._detailed(calls, track, [match.video for match in rated.matches])
            if detailed is not None:
                return Videos(self._remember(calls, track, detailed).matches, remembered=True)
        return Videos(tuple(rated.matches), remembered=True)

    def _is_detailed(self, rated: RatedVideos) -> bool:
        return 0 <= self._clock() - rated.detailed < DETAILS_SECONDS

    def _detailed(self, calls: Calls, track: Track, videos: list[Video]) -> RatedVideos | None:
        """The best of the videos, by all that is known of them; None when that could not be read now."""
        source = self._sources().videos
        if source is None or not videos:
            return None if videos else RatedVideos([], self._clock())
        ids = [video.id for video in videos]
        details = calls.value(calls.ask(source, "videos", lambda source: source.videos(ids)))
        if details is None:
            return None
        # In the order of the search, which is YouTube's opinion.
        places = {video_id: place for place, video_id in enumerate(ids)}
        detailed = sorted((video for video in details if video.id in places), key=lambda video: places[video.id])
        return RatedVideos(video_matches(track, detailed)[:_MOST_REMEMBERED], self._clock())

    def _remember(self, calls: Calls, track: Track, rated: RatedVideos) -> Videos:
        """Once the details are known, that no video fits is remembered as an absence, for a day."""
        absent = rated.detailed > 0 and not any(match.fits for match in rated.matches)
        _bounded(calls, self._cache.put, _key(track), None if absent else rated)
        return Videos(tuple(rated.matches))


def _key(track: Track) -> str:
    return cache_key(reference_of(track))


def _bounded(calls: Calls, work: Callable[..., T], *arguments: Any) -> T | None:
    return calls.wait(calls.run(work, *arguments))
