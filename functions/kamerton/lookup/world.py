"""The world outside the catalog: which track is meant, and its audio features from the first source that has them.

Nothing of it is made before it is first asked: neither threads nor clients. Every failure of a source is a note of the inquiry,
and the answer is what is left.

Public names: World, Equipment, REMEMBERED, CACHE_SECONDS.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from kamerton.deadline import Deadline
from kamerton.lookup.track_lookup import Found, Look, found_track, identified
from kamerton.matching.name_ranking import fits_any, other_spellings
from kamerton.music.features import AudioFeatures
from kamerton.music.track import APPLE, Track, TrackReference, reference_of

if TYPE_CHECKING:
    from kamerton.lookup.cache import Remembered
    from kamerton.lookup.candidate_cache import CandidateMemory
    from kamerton.lookup.candidate_lookup import Gathering, Known
    from kamerton.lookup.inquiry import Asked, Inquiry
    from kamerton.lookup.listing_cache import Listings
    from kamerton.lookup.track_cache import Memory
    from kamerton.lookup.video_lookup import Videos
    from kamerton.sources.protocols import SearchSource, Sources

REMEMBERED = "remembered"

_KEPT_FOR_THE_ANSWER = 0.3
"""Seconds of a request that outside calls leave, whatever their budget."""
CACHE_SECONDS = 0.5
"""What a look into the bucket may take of an answer's time."""
_SEARCHED = 10


@dataclass(frozen=True)
class Equipment:
    """What the world is asked with. The clients are made when one of them is first needed: what is remembered needs none."""

    open_outside: Callable[[], Sources]
    memory: Memory
    candidates: CandidateMemory
    videos: Videos
    listings: Listings
    inquiry: Callable[[Deadline], Inquiry]

    @cached_property
    def outside(self) -> Sources:
        return self.open_outside()


class World:
    """`equip` is called on the first question, in the worker; `seconds` is the budget of one answer's outside calls."""

    def __init__(self, equip: Callable[[], Equipment], seconds: float) -> None:
        self._equip = equip
        self._seconds = seconds
        self._lock = threading.Lock()
        self._equipment: Equipment | None = None
        self._budgets: WeakKeyDictionary[Deadline, Deadline] = WeakKeyDictionary()

    def inquiry(self, deadline: Deadline) -> Inquiry:
        """All inquiries of a request share the budget, within its deadline."""
        return self.equipment.inquiry(self._budget(deadline))

    def gathering(self, deadline: Deadline, known: Known) -> Gathering:
        """What looks for tracks that sound like others; see `Gathering`."""
        from kamerton.lookup.candidate_lookup import REMEMBERING_SECONDS, Gathering

        equipment = self.equipment
        inquiry = equipment.inquiry(Deadline(self._budget(deadline).left - REMEMBERING_SECONDS))
        return Gathering(lambda: equipment.outside, equipment.candidates, inquiry, known)

    def follow(self, inquiry: Inquiry, reference: TrackReference) -> TrackReference | None:
        """The track that a short link leads to; None when that could not be found out. Raises `BadQuery` for another aim."""
        host = reference.value.partition("/")[0]
        links = next(each for each in self.equipment.outside.links if host in each.link_hosts)
        return inquiry.value(inquiry.ask(links, "link", lambda source: source.follow(reference)))

    def search(self, inquiry: Inquiry, text: str) -> list[Track]:
        """What the services find for a name: the tracks of each in its order.

        They look for each word as it is typed: when nothing fits, they are asked in other spellings, all at once.
        """
        memory = self.equipment.memory
        kept = inquiry.wait(inquiry.aside(memory.found, text), CACHE_SECONDS)
        if kept is not None:
            return kept
        # Half of the time: what was found has to be looked up, too.
        end = Deadline(inquiry.deadline.left / 2)
        found = self._searched(inquiry, [text], end)
        if not fits_any(text, found):
            found += self._searched(inquiry, other_spellings(text), end)
        # Not what one of them kept back: the next question may have it.
        if not inquiry.notes:
            _do(inquiry, [(memory.remember_found, text, found)])
        return found

    def _searched(self, inquiry: Inquiry, texts: Sequence[str], end: Deadline) -> list[Track]:
        def begin(source: SearchSource, text: str) -> Asked[SearchSource, list[Track]]:
            return inquiry.ask(source, "search", lambda source: source.tracks(text, _SEARCHED))

        asked = [begin(source, text) for text in texts for source in self.equipment.outside.searches]
        return [track for each in asked for track in inquiry.value(each, end.left) or ()]

    def track(self, inquiry: Inquiry, reference: TrackReference) -> Track | None:
        """The track alone, remembered or asked for."""
        equipment = self.equipment
        kept = inquiry.wait(inquiry.aside(equipment.memory.track, reference), CACHE_SECONDS)
        if kept is not None:
            return kept.value
        track = Look(equipment.outside, inquiry, reference).track()
        if _worth_keeping(track, inquiry):
            _do(inquiry, [(equipment.memory.remember_track, reference, track)])
        return track

    def look_up(self, inquiry: Inquiry, reference: TrackReference, known: Track | None = None) -> Found:
        """The track and its features, as far as they can be found; `known` is the track when a search has told all of it."""
        equipment = self.equipment
        kept_track, kept_features = _recollect(equipment.memory, inquiry, reference)
        look = Look(equipment.outside, inquiry, reference)
        kept: list[tuple[Any, ...]] = []
        if kept_features is None:
            # Before the track is known, which takes its time too.
            look.ask_features(reference)
        track = known or (look.track() if kept_track is None else kept_track.value)
        if kept_features is None:
            found = look.features(track)
            label, features = (found[0], found[1].features) if found else ("", None)
            track = identified(track, found[1] if found else None)
            if found is not None or not inquiry.notes:
                kept.append((equipment.memory.remember_features, reference, features))
        else:
            label, features = REMEMBERED, kept_features.value
        if kept_track is None and _worth_keeping(track, inquiry):
            kept.append((equipment.memory.remember_track, reference, track))
        _do(inquiry, kept)
        return found_track(track, features, label, absent=track is None and not inquiry.notes)

    def _budget(self, deadline: Deadline) -> Deadline:
        """Of the request with this deadline; it begins when it is first asked for."""
        with self._lock:
            if deadline not in self._budgets:
                self._budgets[deadline] = Deadline(min(self._seconds, deadline.left - _KEPT_FOR_THE_ANSWER))
            return self._budgets[deadline]

    @property
    def equipment(self) -> Equipment:
        """Made now, if nothing was asked before."""
        if self._equipment is None:
            with self._lock:
                if self._equipment is None:
                    self._equipment = self._equip()
        return self._equipment


def _recollect(
    memory: Memory, inquiry: Inquiry, reference: TrackReference
) -> tuple[Remembered[Track] | None, Remembered[AudioFeatures] | None]:
    track, features = inquiry.aside(memory.track, reference), inquiry.aside(memory.features, reference)
    return inquiry.wait(track, CACHE_SECONDS), inquiry.wait(features, CACHE_SECONDS)


def _worth_keeping(track: Track | None, inquiry: Inquiry) -> bool:
    """Not what is known by half; and that there is no such track only when everybody was asked."""
    return bool(track.artists) and reference_of(track).kind != APPLE if track else not inquiry.notes


def _do(inquiry: Inquiry, work: Sequence[tuple[Any, ...]]) -> None:
    """All at once, and for no longer than the cache may take: nothing runs after the answer."""
    for begun in [inquiry.aside(*each) for each in work]:
        inquiry.wait(begun, CACHE_SECONDS)
