"""The videos of a track: remembered, or found by one search whoever asks, and however many at once.

    cache/videos/KIND/VALUE.json     the best of what was found, with scores, and when their details were last read

Before a search an instance looks whether one of the day's slots is free, claims the track in the bucket, and takes a slot. Who
comes meanwhile on the same instance waits for what it brings, and is told what was wrong with it; on another, nothing is found
for the moment. Details are read again after a month: YouTube lets nobody keep them for longer, and videos vanish. That costs no
search.

Public names: Videos, VideosFound, NOTHING_FOUND.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from kamerton.lookup.cache import Remembered, Shelf
from kamerton.lookup.claims import CLAIM_SECONDS, Claim, Claims
from kamerton.lookup.daily_quota import DailyQuota
from kamerton.lookup.object_cache import Cache
from kamerton.lookup.single_flight import Flights
from kamerton.lookup.track_cache import shelf_key
from kamerton.matching.video_match import Match, matches
from kamerton.matching.video_titles import search_text
from kamerton.music.track import YOUTUBE, Track, TrackReference, reference_of
from kamerton.music.video import Video
from kamerton.notes import VIDEO_BUSY, VIDEO_UNSEARCHED, VIDEOS_USED_UP, Note

if TYPE_CHECKING:
    from kamerton.lookup.inquiry import Inquiry
    from kamerton.sources.protocols import Sources, VideoSearchSource

DETAILS_SECONDS = 30 * 86_400.0
_BUCKET_SECONDS = 0.5
_KEPT_MATCHES = 5
_MOST_FAILED = 500

T = TypeVar("T")


class VideosFound(Struct, frozen=True):
    """The best first, and whether they are from an earlier question."""

    matches: tuple[Match, ...] = ()
    remembered: bool = False


NOTHING_FOUND = VideosFound()


class _Brought(Struct, frozen=True):
    """What one search brings to all who wait for it; `notes` say what is missing."""

    found: VideosFound
    notes: tuple[Note, ...]


class _Kept(Struct):
    """`detailed` is when the details were read, in seconds since 1970; 0: never."""

    matches: list[Match]
    detailed: float = 0.0


class Videos:
    """Where nobody can be asked for videos, only what is remembered is found. `outside` is called when somebody has to be;
    `clock` returns seconds since 1970."""

    def __init__(
        self,
        outside: Callable[[], Sources],
        cache: Cache,
        quota: DailyQuota,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._outside = outside
        self._cache = cache
        self._quota = quota
        self._clock = clock
        self._claims = Claims(cache, "videos", clock)
        self._shelf = self._new_shelf()
        self._flights: Flights[_Brought] = Flights()
        self._failed: dict[str, tuple[float, tuple[Note, ...]]] = {}

    def find(self, inquiry: Inquiry, track: Track, search_for_it: bool = True) -> VideosFound:
        """What is missing, and why, is a note of the inquiry. Without `search_for_it` only what is remembered is found."""
        reference = reference_of(track)
        kept = _bounded(inquiry, self._shelf.look, shelf_key(reference))
        if kept is not None:
            return self._remembered(inquiry, track, kept)
        search = self._outside().video_search if search_for_it else None
        if search is None:
            inquiry.note(VIDEO_UNSEARCHED)
            return NOTHING_FOUND
        return self._found_together(inquiry, track, search)

    def known(self, inquiry: Inquiry, video: Video) -> VideosFound:
        """The video itself, with what can be learnt of it without a search: where it plays, and whether it may be embedded.
        Nothing when it is not there any more."""
        key = shelf_key(TrackReference(YOUTUBE, video.id))
        remembered = _bounded(inquiry, self._shelf.look, key)
        kept = remembered.value if remembered else _Kept([Match(video, 1.0)])
        if kept is None or 0 <= self._clock() - kept.detailed < DETAILS_SECONDS:
            return VideosFound(tuple(kept.matches) if kept else (), remembered=True)
        details = self._outside().videos
        found = inquiry.value(inquiry.ask(details, "videos", lambda source: source.videos([video.id]))) if details else None
        if found is None:
            return VideosFound(tuple(kept.matches), remembered=True)
        own = [Match(each, 1.0) for each in found if each.id == video.id]
        _bounded(inquiry, self._shelf.keep, key, _Kept(own, self._clock()) if own else None)
        return VideosFound(tuple(own))

    def remembered(self, reference: TrackReference) -> tuple[Match, ...]:
        """Without asking anybody. One look into the bucket, at most."""
        kept = self._shelf.look(shelf_key(reference))
        return tuple(kept.value.matches) if kept is not None and kept.value is not None else ()

    def _found_together(self, inquiry: Inquiry, track: Track, search: VideoSearchSource) -> VideosFound:
        key, nobody = shelf_key(reference_of(track)), _Brought(NOTHING_FOUND, (VIDEO_UNSEARCHED,))
        with self._flights.join(key, nobody) as (flight, ours):
            if ours:
                found = self._found_once(inquiry, track, search)
                flight.set_result(_Brought(found, inquiry.notes))
                return found
            brought = inquiry.wait(flight, inquiry.deadline.left) or _Brought(NOTHING_FOUND, (VIDEO_BUSY,))
        for note in brought.notes:
            inquiry.note(note)
        return brought.found

    def _found_once(self, inquiry: Inquiry, track: Track, search: VideoSearchSource) -> VideosFound:
        key = shelf_key(reference_of(track))
        # Somebody may have found it between our look and our turn.
        if (kept := _bounded(inquiry, self._shelf.look, key)) is not None:
            return self._remembered(inquiry, track, kept)
        # A search that would not be made must cost none: its gate, then a look at the slots, then the claim, then the slot.
        if inquiry.value(inquiry.ask(search, "search", lambda _: True)) is None:
            return NOTHING_FOUND
        if self._failed_lately(inquiry, key) or not self._granted(inquiry, self._quota.any_free):
            return NOTHING_FOUND
        claim = _bounded(inquiry, self._claims.take, key) or Claim.UNKNOWN
        if claim in (Claim.LOST, Claim.UNKNOWN):
            inquiry.note(VIDEO_BUSY if claim is Claim.LOST else VIDEO_UNSEARCHED)
            return NOTHING_FOUND
        if claim is Claim.NEXT and (kept := _bounded(inquiry, self._new_shelf().look, key)) is not None:
            return self._remembered(inquiry, track, kept)
        if not self._granted(inquiry, self._quota.take):
            # The claim is ours, and nobody searches under it.
            self._fail(key, inquiry.notes)
            return NOTHING_FOUND
        return self._searched(inquiry, track, search)

    def _granted(self, inquiry: Inquiry, ask: Callable[[], bool | None]) -> bool:
        """What the quota says; why not is noted."""
        granted = _bounded(inquiry, ask)
        if not granted:
            inquiry.note(VIDEO_UNSEARCHED if granted is None else VIDEOS_USED_UP)
        return bool(granted)

    def _failed_lately(self, inquiry: Inquiry, key: str) -> bool:
        """Whether we failed under a claim that may still hold: nobody is searching, and what was wrong then is noted again."""
        until, notes = self._failed.get(key, (float("-inf"), ()))
        if self._clock() >= until:
            self._failed.pop(key, None)
            return False
        for note in notes:
            inquiry.note(note)
        return True

    def _fail(self, key: str, notes: tuple[Note, ...]) -> None:
        self._failed[key] = (self._clock() + CLAIM_SECONDS, notes or (VIDEO_UNSEARCHED,))
        while len(self._failed) > _MOST_FAILED:
            self._failed.pop(next(iter(self._failed)), None)

    def _searched(self, inquiry: Inquiry, track: Track, search: VideoSearchSource) -> VideosFound:
        text = search_text(track)
        videos = inquiry.value(inquiry.ask(search, "search", lambda source: source.videos(text)))
        if videos is None:
            self._fail(shelf_key(reference_of(track)), inquiry.notes)
            return NOTHING_FOUND
        kept = self._detailed(inquiry, track, videos) or _Kept(matches(track, videos)[:_KEPT_MATCHES])
        return self._keep(inquiry, track, kept)

    def _remembered(self, inquiry: Inquiry, track: Track, remembered: Remembered[_Kept]) -> VideosFound:
        kept = remembered.value
        if kept is None:
            return VideosFound(remembered=True)
        if not 0 <= self._clock() - kept.detailed < DETAILS_SECONDS:
            fresh = self._detailed(inquiry, track, [match.video for match in kept.matches])
            if fresh is not None:
                return VideosFound(self._keep(inquiry, track, fresh).matches, remembered=True)
        return VideosFound(tuple(kept.matches), remembered=True)

    def _detailed(self, inquiry: Inquiry, track: Track, videos: list[Video]) -> _Kept | None:
        """The best of them, by all that is known; None when that could not be read now."""
        details = self._outside().videos
        if details is None or not videos:
            return None if videos else _Kept([], self._clock())
        ids = [video.id for video in videos]
        known = inquiry.value(inquiry.ask(details, "videos", lambda source: source.videos(ids)))
        if known is None:
            return None
        # In the order of the search, which is YouTube's opinion.
        places = {video_id: place for place, video_id in enumerate(ids)}
        found = sorted((video for video in known if video.id in places), key=lambda video: places[video.id])
        return _Kept(matches(track, found)[:_KEPT_MATCHES], self._clock())

    def _keep(self, inquiry: Inquiry, track: Track, kept: _Kept) -> VideosFound:
        """That nothing fits is a thing of the day, once all is known of what was found."""
        absent = kept.detailed > 0 and not any(match.fits for match in kept.matches)
        _bounded(inquiry, self._shelf.keep, shelf_key(reference_of(track)), None if absent else kept)
        return VideosFound(tuple(kept.matches))

    def _new_shelf(self) -> Shelf[_Kept]:
        return Shelf(self._cache, "videos", _Kept, clock=self._clock)


def _bounded(inquiry: Inquiry, work: Callable[..., T], *arguments: object) -> T | None:
    return inquiry.wait(inquiry.aside(work, *arguments), _BUCKET_SECONDS)
