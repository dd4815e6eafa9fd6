"""Tracks of the services outside that may sound like a seed, with their audio features.

All services are asked at once; those that need no more than Spotify's id are asked before the seed is known. The features of
the tracks that a service names are asked for in batches, as soon as the service has named them. The result is remembered, with
the notes on what is missing of it.

Public names: CandidateLookup, is_usable, candidate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING

from kamerton.deadline import CANDIDATES_RESERVE_SECONDS
from kamerton.lookup.caches import Caches, Candidates, cache_key
from kamerton.lookup.calls import Calls, PendingCall
from kamerton.lookup.lookup_session import CatalogIds
from kamerton.lookup.multi_step_calls import MultiStepCall, completed
from kamerton.lookup.track_lookup import with_spotify_id, with_track_values
from kamerton.music.candidate import Candidate
from kamerton.music.track import ISRC, SPOTIFY, Track, TrackReference, reference_of
from kamerton.notes import CLIENT_LIMITED
from kamerton.sources.protocols import CandidateSource, FeatureBatchSource, FoundFeatures, Sources

# Without control characters and halves of surrogate pairs, which nothing can write down.
_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,300}")
_MOST_ARTISTS = 20
_MOST_OF_A_SOURCE = 40

if TYPE_CHECKING:
    _PendingFeatures = PendingCall[FeatureBatchSource, dict[TrackReference, FoundFeatures]]
    _Batch = tuple[int, Sequence[Track], _PendingFeatures]


class CandidateLookup:
    """The candidates for one seed. `calls` are for this search alone, so that their notes say what is missing of the
    candidates; `session` gets these notes in the end."""

    def __init__(self, sources: Callable[[], Sources], caches: Caches, session: Calls, catalog_ids: CatalogIds) -> None:
        self._sources = sources
        self._cache = caches.candidates
        self._session = session
        self._calls = session.fork(CANDIDATES_RESERVE_SECONDS)
        self._catalog_ids = catalog_ids
        self._begun: tuple[TrackReference, Future[tuple[Candidates | None, list[MultiStepCall]]]] | None = None

    def begin(self, reference: TrackReference) -> None:
        """Ask before anything else is known of the seed."""
        self._begun = reference, self._calls.run(self._first_calls, reference)

    def candidates(self, seed: Track) -> tuple[Candidate, ...]:
        """The candidates for the seed, remembered or asked for."""
        result = self._result(seed)
        self._session.note(*result.notes)
        return result.candidates

    def _result(self, seed: Track) -> Candidates:
        reference = reference_of(seed)
        cached, begun = self._begun_for(reference)
        if cached is None and not begun:
            remembered = self._calls.read(self._cache, cache_key(reference)).cached
            cached = remembered.value if remembered else None
        if cached is not None:
            return cached
        by_source = {call.source.key: call for call in begun}
        source_calls = [by_source.get(source.key) or self._call(source, seed) for source in self._sources().candidates]
        result = Candidates(tuple(self._with_features(source_calls)), self._calls.notes)
        # Waited for, since nothing is done after the answer; in the time that was kept for it.
        if CLIENT_LIMITED not in result.notes:
            wait([self._calls.run(self._cache.put, cache_key(reference), result)], CANDIDATES_RESERVE_SECONDS)
        return result

    def _first_calls(self, reference: TrackReference) -> tuple[Candidates | None, list[MultiStepCall]]:
        remembered = self._cache.get(cache_key(reference))
        if remembered is not None and remembered.value is not None:
            return remembered.value, []
        track = Track(reference.value, "", ())
        sources = [source for source in self._sources().candidates if reference.kind in source.seed_kinds]
        return None, [self._call(source, track) for source in sources]

    def _begun_for(self, reference: TrackReference) -> tuple[Candidates | None, list[MultiStepCall]]:
        if self._begun is None or self._begun[0] != reference:
            return None, []
        return self._calls.wait(self._begun[1]) or (None, [])

    def _call(self, source: CandidateSource, seed: Track) -> MultiStepCall:
        return MultiStepCall(self._calls, source, source.candidates(seed))

    def _with_features(self, source_calls: Sequence[MultiStepCall]) -> list[Candidate]:
        """Each track once, in the order of the sources and in theirs."""
        seen: set[str] = set()
        batches: list[_Batch] = []
        for call in completed(source_calls):
            tracks = self._new_tracks(call.tracks, seen)
            batches += self._feature_batches(source_calls.index(call), tracks)
        candidates = {
            candidate.track.id: candidate
            for _, tracks, pending in sorted(batches, key=lambda batch: batch[0])
            for candidate in self._batch_candidates(tracks, pending)
        }
        in_catalog = self._catalog_ids(candidates)
        return _one_of_each_recording(candidate for track_id, candidate in candidates.items() if track_id not in in_catalog)

    def _new_tracks(self, tracks: Sequence[Track], seen: set[str]) -> list[Track]:
        """The tracks that can be shown, and asked for by a reference of their own. Those of the catalog are the index's."""
        tracks = tracks[:_MOST_OF_A_SOURCE]
        left_out = {*self._catalog_ids(track.id for track in tracks), *seen}
        new = {track.id: track for track in tracks if track.id not in left_out and is_usable(track)}
        seen.update(new)
        return list(new.values())

    def _feature_batches(self, place: int, tracks: Sequence[Track]) -> list[_Batch]:
        source = self._sources().feature_batches
        batches = [tracks[start : start + source.batch] for start in range(0, len(tracks), source.batch)]
        return [(place, batch, self._ask_features(source, [reference_of(track) for track in batch])) for batch in batches]

    def _ask_features(self, source: FeatureBatchSource, references: Sequence[TrackReference]) -> _PendingFeatures:
        return self._calls.ask(source, "features", lambda source: source.features_of(references))

    def _batch_candidates(self, tracks: Sequence[Track], pending: _PendingFeatures) -> list[Candidate]:
        by_reference = self._calls.value(pending) or {}
        return [
            candidate(track, features) for track in tracks if (features := by_reference.get(reference_of(track))) is not None
        ]


def _one_of_each_recording(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The first candidate of each ISRC: a recording has other ids on each of its albums."""
    first: dict[str, Candidate] = {}
    for candidate in candidates:
        first.setdefault(candidate.track.isrc or candidate.track.id, candidate)
    return list(first.values())


def is_usable(track: Track) -> bool:
    """Whether the track can be shown, and asked for by a reference of its own."""
    names = (track.title, *track.artists)
    is_showable = all(_NAME.fullmatch(name) for name in names) and len(track.artists) <= _MOST_ARTISTS
    return is_showable and reference_of(track).kind in (SPOTIFY, ISRC)


def candidate(track: Track, found: FoundFeatures) -> Candidate:
    """The track with its features, and with Spotify's id where the source of the features knew it."""
    track = with_spotify_id(track, found) or track
    return Candidate(track, with_track_values(found.features, track))
