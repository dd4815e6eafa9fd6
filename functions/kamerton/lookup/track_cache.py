"""What outside services said of tracks, remembered on shelves of the bucket (see `kamerton.lookup.cache`).

    tracks/KIND/VALUE      the track that a reference names
    features/KIND/VALUE    its audio features
    searches/HASH          what they found for a name; for a day, as new tracks come out

Public names: Memory, shelf_key, Text.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from kamerton.lookup.cache import Remembered, Shelf
from kamerton.lookup.object_cache import Cache
from kamerton.music.allowed_hosts import picture_address
from kamerton.music.features import NAMES, AudioFeatures
from kamerton.music.track import Track, TrackReference, known_isrc, reference_of
from kamerton.sources.answer_values import has_core, read_features

_SEARCH_SECONDS = 86_400.0

Text = Annotated[str, Meta(min_length=1, max_length=1000)]


class TrackObject(Struct):
    """A track as it is written down."""

    id: Text
    title: Text
    artists: Annotated[list[Text], Meta(max_length=100)]
    album: Text | None = None
    duration_ms: Annotated[int, Meta(ge=1, le=36_000_000)] | None = None
    explicit: bool | None = None
    popularity: Annotated[float, Meta(ge=0, le=100)] | None = None
    isrc: str | None = None
    image: str | None = None


class Memory:
    """`clock` returns seconds since 1970."""

    def __init__(self, cache: Cache, clock: Callable[[], float] = time.time) -> None:
        self._tracks = Shelf(cache, "tracks", TrackObject, clock=clock)
        self._features = Shelf(cache, "features", dict[str, Any], clock=clock)
        self._searches = Shelf(cache, "searches", list[TrackObject], _SEARCH_SECONDS, clock)

    def track(self, reference: TrackReference) -> Remembered[Track] | None:
        """None when nothing is remembered."""
        kept = self._tracks.look(shelf_key(reference))
        if kept is None or kept.value is None:
            return None if kept is None else Remembered(None)
        track = read_object(kept.value)
        return None if track is None else Remembered(track)

    def features(self, reference: TrackReference) -> Remembered[AudioFeatures] | None:
        """None when nothing is remembered."""
        kept = self._features.look(shelf_key(reference))
        if kept is None or kept.value is None:
            return None if kept is None else Remembered(None)
        features = read_features(kept.value, NAMES)
        return Remembered(features) if has_core(features) else None

    def found(self, text: str) -> list[Track] | None:
        """What was found for a name, spelled like this; None when nothing is remembered."""
        kept = self._searches.look(_hash(text))
        return None if kept is None else [track for each in kept.value or () if (track := read_object(each))]

    def remember_track(self, reference: TrackReference, track: Track | None) -> None:
        """What no object may hold, such as a title without end, is not remembered."""
        with suppress(msgspec.ValidationError):
            self._tracks.keep(shelf_key(reference), None if track is None else as_object(track))

    def remember_features(self, reference: TrackReference, features: AudioFeatures | None) -> None:
        self._features.keep(shelf_key(reference), None if features is None else features.known)

    def remember_found(self, text: str, tracks: Sequence[Track]) -> None:
        with suppress(msgspec.ValidationError):
            self._searches.keep(_hash(text), [as_object(track) for track in tracks])


def as_object(track: Track) -> TrackObject:
    """Raises `msgspec.ValidationError` for what no object may hold."""
    return msgspec.convert(track, TrackObject, from_attributes=True)


def read_object(kept: TrackObject) -> Track | None:
    """None for a track whose id is nobody's."""
    track = Track(
        id=kept.id,
        title=kept.title,
        artists=tuple(kept.artists),
        album=kept.album,
        duration_ms=kept.duration_ms,
        explicit=kept.explicit,
        popularity=kept.popularity,
        isrc=known_isrc(kept.isrc),
        image=picture_address(kept.image),
    )
    try:
        reference_of(track)
    except ValueError:
        return None
    return track


def shelf_key(reference: TrackReference) -> str:
    """Where a shelf keeps what is known of this track."""
    return f"{reference.kind}/{reference.value}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:40]
