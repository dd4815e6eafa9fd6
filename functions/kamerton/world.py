"""The world outside the catalog: which track is meant, and its audio features from the first source that has them.

Nothing of it is made before it is first asked: neither threads nor clients. Every failure of a source is a note of the inquiry,
and the answer is what is left.

Public names: World, Equipment, Found, REMEMBERED.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kamerton.deadline import Deadline
from kamerton.features import AudioFeatures
from kamerton.tracks import ISRC, SPOTIFY, Track, TrackReference

if TYPE_CHECKING:
    from kamerton.inquiry import Asked, Inquiry
    from kamerton.memory import Memory, Remembered
    from kamerton.sources.outside import Outside
    from kamerton.sources.roles import FeatureSource, FoundFeatures

REMEMBERED = "remembered"

_KEPT_FOR_THE_ANSWER = 0.3
"""Seconds of a request that outside calls leave, whatever their budget."""
_CACHE_SECONDS = 0.5
_SEARCHED = 10


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a track that was asked for. `source` says who has the features. Of `absent` nobody has ever heard."""

    track: Track | None
    features: AudioFeatures | None = None
    source: str = ""
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Equipment:
    """What the world is asked with."""

    outside: Outside
    memory: Memory
    inquiry: Callable[[Deadline], Inquiry]


class World:
    """`equip` is called on the first question, in the worker; `seconds` is the budget of one answer's outside calls."""

    def __init__(self, equip: Callable[[], Equipment], seconds: float) -> None:
        self._equip = equip
        self._seconds = seconds
        self._lock = threading.Lock()
        self._equipment: Equipment | None = None

    def inquiry(self, deadline: Deadline) -> Inquiry:
        """One for each answer: all its questions share the budget, within the request's deadline."""
        seconds = min(self._seconds, deadline.left - _KEPT_FOR_THE_ANSWER)
        return self._equipped().inquiry(Deadline(seconds))

    def follow(self, inquiry: Inquiry, reference: TrackReference) -> TrackReference | None:
        """The track that a short link leads to; None when that could not be found out. Raises `BadQuery` for another aim."""
        links = self._equipped().outside.links
        return inquiry.value(inquiry.ask(links, "link", lambda source: source.follow(reference)))

    def search(self, inquiry: Inquiry, text: str) -> list[Track]:
        """What the services find for a name, all at once: the tracks of each in its order."""
        searches = self._equipped().outside.searches
        # Half of the time: what was found has to be looked up, too.
        end = Deadline(inquiry.deadline.left / 2)
        asked = [inquiry.ask(source, "search", lambda source: source.tracks(text, _SEARCHED)) for source in searches]
        return [track for each in asked for track in inquiry.value(each, end.left) or ()]

    def track(self, inquiry: Inquiry, reference: TrackReference) -> Track | None:
        """The track alone, remembered or asked for."""
        equipment = self._equipped()
        kept = inquiry.wait(inquiry.aside(equipment.memory.track, reference), _CACHE_SECONDS)
        if kept is not None:
            return kept.value
        track = _Look(equipment.outside, inquiry, reference).track()
        if _worth_keeping(track, inquiry):
            _do(inquiry, [(equipment.memory.remember_track, reference, track)])
        return track

    def look_up(self, inquiry: Inquiry, reference: TrackReference, known: Track | None = None) -> Found:
        """The track and its features, as far as they can be found; `known` is the track when a search has told all of it."""
        equipment = self._equipped()
        kept_track, kept_features = _recollect(equipment.memory, inquiry, reference)
        look = _Look(equipment.outside, inquiry, reference)
        kept: list[tuple[Any, ...]] = []
        if kept_features is None:
            # Before the track is known, which takes its time too.
            look.ask_features(reference)
        track = known or (look.track() if kept_track is None else kept_track.value)
        if kept_features is None:
            found = look.features(track)
            label, features = (found[0], found[1].features) if found else ("", None)
            track = _identified(track, found[1] if found else None)
            if found is not None or not inquiry.notes:
                kept.append((equipment.memory.remember_features, reference, features, label))
        else:
            label, features = REMEMBERED, kept_features.value
        if kept_track is None and _worth_keeping(track, inquiry):
            kept.append((equipment.memory.remember_track, reference, track))
        _do(inquiry, kept)
        return _found(track, features, label, absent=track is None and not inquiry.notes)

    def _equipped(self) -> Equipment:
        if self._equipment is None:
            with self._lock:
                if self._equipment is None:
                    self._equipment = self._equip()
        return self._equipment


class _Look:
    """One track's questions. Features are asked for by every name of the track that comes up, by none twice."""

    def __init__(self, outside: Outside, inquiry: Inquiry, reference: TrackReference) -> None:
        self.inquiry = inquiry
        self.reference = reference
        self._outside = outside
        self._asked: list[tuple[TrackReference, list[Asked[FeatureSource, FoundFeatures | None]]]] = []

    def track(self) -> Track | None:
        sources = [source for source in self._outside.tracks if self.reference.kind in source.track_kinds]
        return self.inquiry.first(sources, "track", lambda source: source.track(self.reference))

    def ask_features(self, reference: TrackReference) -> None:
        """Begin to ask all who know such references, at once."""
        if reference in [asked for asked, _ in self._asked]:
            return
        sources = [source for source in self._outside.features if reference.kind in source.feature_kinds]
        asked = [self.inquiry.ask(source, "features", lambda source: source.features(reference)) for source in sources]
        self._asked.append((reference, asked))

    def features(self, track: Track | None) -> tuple[str, FoundFeatures] | None:
        """Of the first source that has them by the reference, else of the first by another name of the track; and its label."""
        for reference in (self.reference, *_names(track)):
            self.ask_features(reference)
            asked = next(asked for each, asked in self._asked if each == reference)
            for source, future in asked:
                if (found := self.inquiry.value((source, future))) is not None:
                    return source.features_label, found
        return None


def _names(track: Track | None) -> Sequence[TrackReference]:
    if track is None:
        return ()
    isrc = (TrackReference(ISRC, track.isrc),) if track.isrc else ()
    return ((TrackReference(SPOTIFY, track.id),) if track.on_spotify else ()) + isrc


def _recollect(
    memory: Memory, inquiry: Inquiry, reference: TrackReference
) -> tuple[Remembered[Track] | None, Remembered[AudioFeatures] | None]:
    track, features = inquiry.aside(memory.track, reference), inquiry.aside(memory.features, reference)
    return inquiry.wait(track, _CACHE_SECONDS), inquiry.wait(features, _CACHE_SECONDS)


def _worth_keeping(track: Track | None, inquiry: Inquiry) -> bool:
    """Not what is known by half; and that there is no such track only when everybody was asked."""
    return bool(track.artists) if track else not inquiry.notes


def _do(inquiry: Inquiry, work: Sequence[tuple[Any, ...]]) -> None:
    """All at once, and for no longer than the cache may take: nothing runs after the answer."""
    for begun in [inquiry.aside(*each) for each in work]:
        inquiry.wait(begun, _CACHE_SECONDS)


def _identified(track: Track | None, found: FoundFeatures | None) -> Track | None:
    """The track under Spotify's id, when whoever had the features knew it."""
    if track is None or track.on_spotify or found is None or found.track_id is None:
        return track
    return replace(track, id=found.track_id)


def _found(track: Track | None, features: AudioFeatures | None, label: str, absent: bool) -> Found:
    """With what the track itself says: its duration, and whether it is explicit."""
    if features is None:
        return Found(track, absent=absent)
    if track is not None:
        if features.duration_ms is None and track.duration_ms:
            features = replace(features, duration_ms=float(track.duration_ms))
        if features.explicit is None and track.explicit is not None:
            features = replace(features, explicit=float(track.explicit))
    return Found(track, features, label)
