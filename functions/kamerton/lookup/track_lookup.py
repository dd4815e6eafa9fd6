"""Which track is meant, and its audio features from the first source that has them.

Every failure of a source is a note of the calls, and the result is what is left.

Public names: TrackLookup, with_track_values, with_spotify_id.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from msgspec.structs import replace

from kamerton.deadline import Deadline
from kamerton.errors import SourceError
from kamerton.lookup.caches import Caches, cache_key, search_key
from kamerton.lookup.calls import Calls, PendingCall
from kamerton.lookup.lookup_session import TrackLookupResult
from kamerton.lookup.track_identification import identified
from kamerton.matching.name_ranking import fits_any, other_spellings
from kamerton.music.declared_genre import DeclaredGenre
from kamerton.music.features import AudioFeatures
from kamerton.music.track import APPLE, ISRC, SPOTIFY, Track, TrackReference, reference_of
from kamerton.sources.protocols import FeatureSource, FoundFeatures, GenreSource, SearchSource, Sources

_REMEMBERED = "remembered"
_SEARCHED = 10
_GENRE_SECONDS = 0.3
"""How long an answer waits for what others file the track under, once all else is known."""


class TrackLookup:
    """`sources` is called when a source has to be asked: what is remembered needs no client."""

    def __init__(self, sources: Callable[[], Sources], caches: Caches) -> None:
        self._sources = sources
        self._caches = caches

    def track(self, calls: Calls, reference: TrackReference) -> Track | None:
        """The track alone, remembered or asked for."""

        def ask() -> Track | None:
            return _Questions(self._sources, calls, reference).track()

        return calls.read_through(self._caches.tracks, cache_key(reference), ask, _is_worth_keeping)

    def track_with_features(self, calls: Calls, reference: TrackReference, known: Track | None) -> TrackLookupResult:
        """The track and its features, as far as they can be found; `known` is the track when a search has told all of it."""
        key = cache_key(reference)
        track_read, features_read = calls.read(self._caches.tracks, key), calls.read(self._caches.features, key)
        cached_track, cached_features = track_read.cached, features_read.cached
        questions = _Questions(self._sources, calls, reference)
        writes = []
        if cached_features is None:
            # Before the track is known, which takes time, too.
            questions.ask_features(reference)
        track = known or (questions.track() if cached_track is None else cached_track.value)
        genres = questions.ask_declared_genres(track) if cached_track is None else []
        if cached_features is None:
            source, found = questions.features(track)
            features = found.features if found else None
            track = with_spotify_id(track, found)
            if found is not None or not calls.notes:
                writes.append(features_read.begin_to_remember(features))
        else:
            source, features = _REMEMBERED, cached_features.value
        track = with_declared_genres(track, self._declared(calls, genres, cached_track.value if cached_track else None))
        if cached_track is None and _is_worth_keeping(calls, track):
            writes.append(track_read.begin_to_remember(track))
        for write in writes:
            calls.wait(write)
        if features is None:
            return TrackLookupResult(track, absent=track is None and not calls.notes)
        return TrackLookupResult(track, with_track_values(features, track), source)

    def _declared(
        self, calls: Calls, pending: Sequence[PendingCall[GenreSource, tuple[DeclaredGenre, ...]]], remembered: Track | None
    ) -> tuple[DeclaredGenre, ...]:
        """What is remembered, or said in time: nobody waits long for it, and nothing is noted when it is missing."""
        if remembered is not None:
            return remembered.declared_genres
        end = Deadline(min(_GENRE_SECONDS, calls.deadline.left))
        found: list[DeclaredGenre] = []
        for _, future in pending:
            with suppress(SourceError, TimeoutError):
                found += future.result(timeout=max(0.0, end.left))
        return tuple(found)

    def follow(self, calls: Calls, short_link: TrackReference) -> TrackReference | None:
        """The track that a short link leads to; None when it could not be followed. Raises `BadQuery` for another target."""
        host = short_link.value.partition("/")[0]
        source = next(source for source in self._sources().links if host in source.link_hosts)
        return calls.value(calls.ask(source, "link", lambda source: source.follow(short_link)))

    def search(self, calls: Calls, text: str) -> list[Track]:
        """What the services find for a name: the tracks of each in its order.

        They look for each word as it is typed: when nothing fits, they are asked in other spellings, all at once.
        """

        def ask() -> list[Track]:
            # Half of the time: the track that is chosen has to be looked up, too.
            end = Deadline(calls.deadline.left / 2)
            tracks = self._searched(calls, [text], end)
            if not fits_any(text, tracks):
                tracks += self._searched(calls, other_spellings(text), end)
            return tracks

        # A search that a service failed is not remembered: the next one may have what it kept back.
        return calls.read_through(self._caches.searches, search_key(text), ask, _is_complete) or []

    def _searched(self, calls: Calls, texts: Sequence[str], end: Deadline) -> list[Track]:
        def begin(source: SearchSource, text: str) -> PendingCall[SearchSource, list[Track]]:
            return calls.ask(source, "search", lambda source: source.tracks(text, _SEARCHED))

        pending = [begin(source, text) for text in texts for source in self._sources().searches]
        return [track for call in pending for track in calls.value(call, end.left) or ()]


class _Questions:
    """What is asked about one track. Features are asked for by every reference of the track that comes up, by none twice."""

    def __init__(self, sources: Callable[[], Sources], calls: Calls, reference: TrackReference) -> None:
        self._sources = sources
        self._calls = calls
        self._reference = reference
        self._pending: dict[TrackReference, list[PendingCall[FeatureSource, FoundFeatures | None]]] = {}

    def track(self) -> Track | None:
        kind = self._reference.kind
        sources = [source for source in self._sources().tracks if kind in source.track_kinds]
        track = self._calls.first(sources, "track", lambda source: source.track(self._reference))
        # By Apple's number nobody else can be asked.
        return identified(self._sources(), self._calls, track) if track and kind == APPLE else track

    def ask_declared_genres(self, track: Track | None) -> list[PendingCall[GenreSource, tuple[DeclaredGenre, ...]]]:
        """Begin to ask what others file the track under."""
        if track is None or not track.artists:
            return []
        return [
            self._calls.ask(source, "genres", lambda source: source.declared_genres(track)) for source in self._sources().genres
        ]

    def ask_features(self, reference: TrackReference) -> None:
        """Begin to ask all sources that know such references, at once."""
        if reference in self._pending:
            return
        sources = [source for source in self._sources().features if reference.kind in source.feature_kinds]
        self._pending[reference] = [
            self._calls.ask(source, "features", lambda source: source.features(reference)) for source in sources
        ]

    def features(self, track: Track | None) -> tuple[str, FoundFeatures | None]:
        """Of the first source that has them by the reference, else of the first by another reference of the track; with the
        label of the source."""
        for reference in (self._reference, *_references(track)):
            self.ask_features(reference)
            for source, future in self._pending[reference]:
                if (features := self._calls.value((source, future))) is not None:
                    return source.features_label, features
        return "", None


def with_spotify_id(track: Track | None, features: FoundFeatures | None) -> Track | None:
    """The track under Spotify's id, when the source of the features knew the id."""
    if track is None or track.on_spotify or features is None or features.track_id is None:
        return track
    return replace(track, id=features.track_id)


def with_declared_genres(track: Track | None, genres: tuple[DeclaredGenre, ...]) -> Track | None:
    return replace(track, declared_genres=genres) if track is not None and genres else track


def with_track_values(features: AudioFeatures, track: Track | None) -> AudioFeatures:
    """The features with what the track itself says: its duration, and whether it is explicit."""
    if track is None:
        return features
    if features.duration_ms is None and track.duration_ms:
        features = replace(features, duration_ms=float(track.duration_ms))
    if features.explicit is None and track.explicit is not None:
        features = replace(features, explicit=float(track.explicit))
    return features


def _references(track: Track | None) -> Sequence[TrackReference]:
    if track is None:
        return ()
    isrc = (TrackReference(ISRC, track.isrc),) if track.isrc else ()
    return ((TrackReference(SPOTIFY, track.id),) if track.on_spotify else ()) + isrc


def _is_worth_keeping(calls: Calls, track: Track | None) -> bool:
    """A track that is known by half is not kept; that there is no such track only when every source answered."""
    return bool(track.artists) and reference_of(track).kind != APPLE if track else not calls.notes


def _is_complete(calls: Calls, _: object) -> bool:
    return not calls.notes
