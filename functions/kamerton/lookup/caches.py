"""What is remembered of the services' answers, each with its type and how long it stays.

    cache/tracks/KIND/VALUE              the track that a reference names
    cache/features/KIND/VALUE            its audio features
    cache/searches/HASH                  the tracks found for a name; for a day, as new tracks come out, once two have asked
    cache/candidates/KIND/VALUE          the candidates for a seed; for four days, or ten minutes when some are missing
    cache/listings/SERVICE/KIND/VALUE    the address of its page at a service
    cache/covers/KIND/VALUE              the address of its cover
    cache/pictures/KIND/VALUE            the cover itself; for a day, once two have asked
    cache/heard/KIND/VALUE               what is heard in its preview
    cache/markets/KIND/VALUE             the countries where it can be played; for a week
    cache/playable/MARKET/KIND/VALUE     whether it can be played in one country, by its own service's word; for a day
    cache/videos/KIND/VALUE              the best of the videos found for it, with scores

That nobody has it is remembered for ten minutes, by one instance; that no video fits for a day, since each search counts.

An instance holds up to 8 MB of candidates, 4 MB of pictures, 2 MB each of tracks, features, searches and videos, and half a
megabyte of each of the others.

A preview is never remembered: its address is good for minutes, and the sound that it leads to is not ours.

Public names: Caches, Candidates, RatedVideos, cache_key, page_key,
search_key.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from kamerton.listening.heard_sound import HeardSound
from kamerton.listening.tags import TAGS
from kamerton.lookup.cache import Cache
from kamerton.lookup.object_cache import ObjectCache
from kamerton.matching.video_match import VideoMatch
from kamerton.music.allowed_hosts import page_address, picture_address
from kamerton.music.candidate import Candidate
from kamerton.music.declared_genre import DeclaredGenre
from kamerton.music.features import NAMES, AudioFeatures
from kamerton.music.markets import CODES
from kamerton.music.store_links import SERVICE_HOSTS
from kamerton.music.track import Track, TrackReference, known_isrc, reference_of
from kamerton.notes import CODES as NOTE_CODES
from kamerton.notes import Note
from kamerton.sources.answer_values import has_core, read_features

_DAY_SECONDS = 86_400.0
CANDIDATES_SECONDS = 4 * _DAY_SECONDS
PARTIAL_CANDIDATES_SECONDS = 600.0
_MARKETS_SECONDS = 7 * _DAY_SECONDS
_MOST_CANDIDATES = 100
_MB = 1_000_000

Text = Annotated[str, Meta(min_length=1, max_length=1000)]
Word = Annotated[str, Meta(max_length=100)]


class Candidates(Struct, frozen=True):
    """What the services named for a seed; `notes` say what is missing of it."""

    candidates: tuple[Candidate, ...] = ()
    notes: tuple[Note, ...] = ()


class RatedVideos(Struct):
    """`detailed` is when the videos' details were read, in seconds since 1970; 0: never."""

    matches: list[VideoMatch]
    detailed: float = 0.0


class _Track(Struct):
    id: Text
    title: Text
    artists: Annotated[list[Text], Meta(max_length=100)]
    album: Text | None = None
    duration_ms: Annotated[int, Meta(ge=1, le=36_000_000)] | None = None
    explicit: bool | None = None
    popularity: Annotated[float, Meta(ge=0, le=100)] | None = None
    isrc: str | None = None
    image: str | None = None
    declared_genres: Annotated[list[DeclaredGenre], Meta(max_length=10)] = []


class _Candidate(Struct):
    track: _Track
    features: dict[str, Any]


class _Note(Struct):
    code: Word
    source: Word = ""


class _Candidates(Struct):
    at: float
    candidates: Annotated[list[_Candidate], Meta(max_length=_MOST_CANDIDATES)]
    notes: Annotated[list[_Note], Meta(max_length=_MOST_CANDIDATES)] = []


class Caches:
    """All caches, made by one thread: msgspec learns their types here (see `kamerton.decoders`). `clock` returns seconds since
    1970."""

    def __init__(self, objects: ObjectCache, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self.tracks: Cache[Track] = Cache(
            objects, "tracks", _Track, clock=clock, read=_read_track, write=_written_track, most_bytes=2 * _MB
        )
        self.features: Cache[AudioFeatures] = Cache(
            objects,
            "features",
            dict[str, Any],
            clock=clock,
            read=_read_features,
            write=lambda features: features.known,
            most_bytes=2 * _MB,
        )
        self.searches: Cache[list[Track]] = Cache(
            objects,
            "searches",
            list[_Track],
            _DAY_SECONDS,
            clock,
            read=_read_tracks,
            write=_written_tracks,
            asked_twice=True,
            most_bytes=2 * _MB,
        )
        self.candidates: Cache[Candidates] = Cache(
            objects,
            "candidates",
            _Candidates,
            CANDIDATES_SECONDS,
            clock,
            read=self._read_candidates,
            write=self._written,
            most_bytes=8 * _MB,
        )
        self.pages: dict[str, Cache[str]] = {
            service: Cache(objects, "listings", Text, clock=clock, read=_page_reader(service)) for service in SERVICE_HOSTS
        }
        self.covers: Cache[str] = Cache(objects, "covers", Text, clock=clock, read=picture_address)
        self.pictures: Cache[bytes] = Cache(
            objects, "pictures", bytes, _DAY_SECONDS, clock, asked_twice=True, most_bytes=4 * _MB
        )
        self.heard: Cache[HeardSound] = Cache(objects, "heard", HeardSound, clock=clock, read=_read_heard)
        self.markets: Cache[frozenset[str]] = Cache(
            objects, "markets", frozenset[str], _MARKETS_SECONDS, clock, read=lambda countries: countries & CODES
        )
        self.playable: Cache[bool] = Cache(objects, "playable", bool, _DAY_SECONDS, clock)
        self.videos: Cache[RatedVideos] = Cache(
            objects, "videos", RatedVideos, clock=clock, dear_absence=_DAY_SECONDS, most_bytes=2 * _MB
        )

    def _written(self, candidates: Candidates) -> _Candidates:
        written = [
            _Candidate(_written_track(candidate.track), candidate.features.known)
            for candidate in candidates.candidates[:_MOST_CANDIDATES]
        ]
        return _Candidates(self._clock(), written, [_Note(note.code, note.source) for note in candidates.notes])

    def _read_candidates(self, stored: _Candidates) -> Candidates | None:
        """None for candidates of which some were missing, after ten minutes: until then the same ones come, so that the pages
        of one list fit together."""
        if stored.notes and not 0 <= self._clock() - stored.at < PARTIAL_CANDIDATES_SECONDS:
            return None
        candidates = tuple(candidate for row in stored.candidates if (candidate := _read_candidate(row)) is not None)
        return Candidates(candidates, tuple(Note(note.code, note.source) for note in stored.notes if note.code in NOTE_CODES))


def cache_key(reference: TrackReference) -> str:
    """The key under which a track's answers are remembered."""
    return f"{reference.kind}/{reference.value}"


def page_key(service: str, track: TrackReference) -> str:
    return f"{service}/{cache_key(track)}"


def search_key(text: str) -> str:
    """The key of a search for a name, spelled exactly like this."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:40]


def _written_track(track: Track) -> _Track:
    """Raises `msgspec.ValidationError` for a track that no object may hold, such as one with an endless title."""
    return msgspec.convert(track, _Track, from_attributes=True)


def _written_tracks(tracks: Sequence[Track]) -> list[_Track]:
    return [_written_track(track) for track in tracks]


def _read_track(stored: _Track) -> Track | None:
    """None for a track whose id is nobody's."""
    track = Track(
        stored.id,
        stored.title,
        tuple(stored.artists),
        album=stored.album,
        duration_ms=stored.duration_ms,
        explicit=stored.explicit,
        popularity=stored.popularity,
        isrc=known_isrc(stored.isrc),
        image=picture_address(stored.image),
        declared_genres=tuple(stored.declared_genres),
    )
    try:
        reference_of(track)
    except ValueError:
        return None
    return track


def _read_tracks(stored: Sequence[_Track]) -> list[Track]:
    return [track for row in stored if (track := _read_track(row)) is not None]


def _read_features(stored: dict[str, Any]) -> AudioFeatures | None:
    features = read_features(stored, NAMES)
    return features if has_core(features) else None


def _read_candidate(stored: _Candidate) -> Candidate | None:
    track, features = _read_track(stored.track), _read_features(stored.features)
    return Candidate(track, features) if track is not None and features is not None else None


def _read_heard(stored: HeardSound) -> HeardSound | None:
    """None for what was heard by another tagger."""
    return stored if len(stored.strengths) == len(TAGS) and all(0 <= each <= 1 for each in stored.strengths) else None


def _page_reader(service: str) -> Callable[[str], str | None]:
    return lambda address: page_address(address, SERVICE_HOSTS[service])
