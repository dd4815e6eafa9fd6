"""The tracks of an album or a playlist, and those of them whose audio features are known.

The features of all are asked for together. A track of Apple's has no reference that a source of features knows: the first few
are looked for by their names before.

Public names: TrackListLookup.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import wait
from typing import TypeVar

from kamerton.lookup.caches import Caches, search_key
from kamerton.lookup.calls import Calls, PendingCall
from kamerton.lookup.candidate_lookup import candidate, is_usable
from kamerton.lookup.lookup_session import TrackLookupResult
from kamerton.lookup.track_identification import identified
from kamerton.music.track import Track, TrackReference, reference_of
from kamerton.music.track_list import ListReference
from kamerton.sources.protocols import FeatureBatchSource, FoundFeatures, Sources

_MOST_IDENTIFIED = 6

T = TypeVar("T")


class TrackListLookup:
    """`sources` is called when a source has to be asked."""

    def __init__(self, sources: Callable[[], Sources], caches: Caches) -> None:
        self._sources = sources
        self._cache = caches.searches

    def listed(self, calls: Calls, reference: ListReference) -> list[Track]:
        """In the order of the list, remembered for a day; none when nobody knows the list, or could be asked."""

        def ask() -> list[Track]:
            sources = [source for source in self._sources().lists if source.list_service == reference.service]
            return calls.first(sources, "list", lambda source: source.listed(reference)) or []

        key = search_key(f"{reference.service} {reference.kind} {reference.value}")
        return calls.read_through(self._cache, key, ask) or []

    def with_features(self, calls: Calls, tracks: Sequence[Track]) -> dict[str, TrackLookupResult]:
        """By the id of each track whose features a source has: the track, under the reference that the source knows it by, and
        its features."""
        known = {track_id: track for track_id, track in self._identified(calls, tracks).items() if is_usable(track)}
        source = self._sources().feature_batches
        references = list(dict.fromkeys(reference_of(track) for track in known.values()))
        batches = [references[start : start + source.batch] for start in range(0, len(references), source.batch)]
        feature_calls = [calls.ask(source, "features", _features_of(batch)) for batch in batches]
        # What the list says of a track is less exact than what its reference leads to, above all its duration.
        track_calls = [calls.ask(source, "track", _tracks_of(batch)) for batch in batches]
        features = _together(calls, feature_calls)
        tracks_found = _together(calls, track_calls)
        results = {}
        for track_id, track in known.items():
            reference = reference_of(track)
            if (found := features.get(reference)) is not None:
                whole = candidate(tracks_found.get(reference, track), found)
                results[track_id] = TrackLookupResult(whole.track, whole.features, source.features_label)
        return results

    def _identified(self, calls: Calls, tracks: Sequence[Track]) -> dict[str, Track]:
        """By the id of each track: the track, the first few of those without an ISRC or an id of Spotify's with one, as far as
        there is time."""
        lacking = [track for track in tracks if not (track.on_spotify or track.isrc)][:_MOST_IDENTIFIED]
        pending = {track.id: calls.run(identified, self._sources(), calls, track) for track in lacking}
        # Their features take time, too.
        wait(pending.values(), calls.deadline.left / 2)
        done = {track_id: future.result() for track_id, future in pending.items() if future.done()}
        return {track.id: done.get(track.id, track) for track in tracks}


def _features_of(batch: Sequence[TrackReference]) -> Callable[[FeatureBatchSource], dict[TrackReference, FoundFeatures]]:
    return lambda source: source.features_of(batch)


def _tracks_of(batch: Sequence[TrackReference]) -> Callable[[FeatureBatchSource], dict[TrackReference, Track]]:
    return lambda source: source.tracks_of(batch)


def _together(
    calls: Calls, pending: Sequence[PendingCall[FeatureBatchSource, dict[TrackReference, T]]]
) -> dict[TrackReference, T]:
    return {reference: value for call in pending for reference, value in (calls.value(call) or {}).items()}
