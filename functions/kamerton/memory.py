"""What outside services said of a track, remembered: in this process, and in the bucket for the next instance.

    cache/tracks/KIND/VALUE.json      the track that a reference names
    cache/features/KIND/VALUE.json    its audio features, and who has them

What was found stays; that nobody has it is forgotten after a day. An object that cannot be read, or is of another reference
(where a file system takes small letters for capitals), is as if it were not there. Public names: Memory, Remembered.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from msgspec import Meta, Struct

from kamerton.cache import Cache
from kamerton.features import NAMES, AudioFeatures
from kamerton.sources.values import has_core, read_features
from kamerton.tracks import Track, TrackReference, known_isrc, reference_of

ABSENT_SECONDS = 86_400.0
_MOST_IN_PROCESS = 2000
_LARGEST_OBJECT = 64 * 1024

T = TypeVar("T")
Text = Annotated[str, Meta(min_length=1, max_length=1000)]


@dataclass(frozen=True, slots=True)
class Remembered(Generic[T]):
    """`value` is None when nobody had it."""

    value: T | None


class _TrackObject(Struct):
    id: Text
    title: Text
    artists: Annotated[list[Text], Meta(max_length=100)]
    album: Text | None = None
    duration_ms: Annotated[int, Meta(ge=1, le=36_000_000)] | None = None
    explicit: bool | None = None
    isrc: str | None = None


class _Object(Struct):
    reference: str
    at: float
    track: _TrackObject | None = None
    features: dict[str, Any] | None = None
    source: str | None = None


class Memory:
    """`clock` returns seconds since 1970."""

    def __init__(self, cache: Cache, clock: Callable[[], float] = time.time) -> None:
        self._cache = cache
        self._clock = clock
        self._known: dict[str, _Object] = {}

    def track(self, reference: TrackReference) -> Remembered[Track] | None:
        """None when nothing is remembered."""
        kept = self._read("tracks", reference)
        if kept is None or kept.track is None:
            return None if kept is None or not self._fresh(kept) else Remembered(None)
        track = _track(kept.track)
        return None if track is None else Remembered(track)

    def features(self, reference: TrackReference) -> Remembered[AudioFeatures] | None:
        """None when nothing is remembered."""
        kept = self._read("features", reference)
        if kept is None or kept.features is None:
            return None if kept is None or not self._fresh(kept) else Remembered(None)
        features = read_features(kept.features, NAMES)
        return Remembered(features) if has_core(features) else None

    def remember_track(self, reference: TrackReference, track: Track | None) -> None:
        """What no object may hold, such as a title without end, is not remembered."""
        with suppress(msgspec.ValidationError):
            kept = None if track is None else msgspec.convert(track, _TrackObject, from_attributes=True)
            self._write("tracks", reference, _Object(_name(reference), self._clock(), kept))

    def remember_features(self, reference: TrackReference, features: AudioFeatures | None, source: str | None) -> None:
        known = None if features is None else features.known
        self._write("features", reference, _Object(_name(reference), self._clock(), None, known, source))

    def _fresh(self, kept: _Object) -> bool:
        return 0 <= self._clock() - kept.at < ABSENT_SECONDS

    def _read(self, shelf: str, reference: TrackReference) -> _Object | None:
        key = _key(shelf, reference)
        kept = self._known.get(key)
        if kept is None:
            kept = _decoded(self._cache.get(key))
            if kept is None or kept.reference != _name(reference):
                return None
            self._know(key, kept)
        return kept

    def _write(self, shelf: str, reference: TrackReference, kept: _Object) -> None:
        key = _key(shelf, reference)
        self._know(key, kept)
        self._cache.put(key, msgspec.json.encode(kept))

    def _know(self, key: str, kept: _Object) -> None:
        self._known[key] = kept
        while len(self._known) > _MOST_IN_PROCESS:
            self._known.pop(next(iter(self._known)), None)


def _name(reference: TrackReference) -> str:
    return f"{reference.kind}:{reference.value}"


def _key(shelf: str, reference: TrackReference) -> str:
    return f"{shelf}/{reference.kind}/{reference.value}.json"


def _decoded(data: bytes | None) -> _Object | None:
    if data is None or len(data) > _LARGEST_OBJECT:
        return None
    try:
        return msgspec.json.decode(data, type=_Object)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def _track(kept: _TrackObject) -> Track | None:
    track = Track(
        kept.id, kept.title, tuple(kept.artists), kept.album, kept.duration_ms, kept.explicit, isrc=known_isrc(kept.isrc)
    )
    try:
        reference_of(track)
    except ValueError:
        return None
    return track
