"""What the world has that may sound like a seed: tracks that the services name, with their audio features.

All services are asked at once, and those that need no more than Spotify's id before the seed is known. The features of what
they name are asked for in batches, a service's as soon as it has named them. What was brought is remembered, with what is
missing of it.

Public names: Gathering.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import wait
from typing import TYPE_CHECKING

from kamerton.lookup.candidate_cache import CandidateMemory
from kamerton.lookup.gathered import Gathered
from kamerton.lookup.multi_step import Walking, walked
from kamerton.lookup.track_lookup import found_track, identified
from kamerton.music.candidate import Candidate
from kamerton.music.track import ISRC, SPOTIFY, Track, TrackReference, reference_of

if TYPE_CHECKING:
    from concurrent.futures import Future

    from kamerton.lookup.inquiry import Asked, Inquiry
    from kamerton.sources.protocols import CandidateSource, FeatureBatchSource, FoundFeatures, Sources

Known = Callable[[Iterable[str]], Collection[str]]
"""Of some ids those that the catalog holds."""

REMEMBERING_SECONDS = 0.15
"""What the bucket may take for what was gathered, after the last question."""

_LOOKING_SECONDS = 0.5

# Without control characters, and halves of characters, which nothing can write down.
_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,300}")
_MOST_ARTISTS = 20
_MOST_NAMED = 40
"""Tracks of one service."""

_Batch = tuple[int, Sequence[Track], "Asked[FeatureBatchSource, dict[TrackReference, FoundFeatures]]"]


class Gathering:
    """One answer's. `inquiry` is for it alone, so that its notes say what is missing of the candidates."""

    def __init__(self, outside: Callable[[], Sources], memory: CandidateMemory, inquiry: Inquiry, known: Known) -> None:
        self._outside = outside
        self._memory = memory
        self._inquiry = inquiry
        self._known = known
        self._begun: tuple[TrackReference, Future[tuple[Gathered | None, list[Walking]]]] | None = None

    def begin(self, reference: TrackReference) -> None:
        """Before anything else is known of the seed."""
        self._begun = reference, self._inquiry.aside(self._first, reference)

    def gather(self, seed: Track) -> Gathered:
        """The candidates for the seed, remembered or asked for."""
        reference = reference_of(seed)
        kept, walkings = self._begun_for(reference)
        if kept is None and not walkings:
            kept = self._inquiry.wait(self._inquiry.aside(self._memory.gathered, reference), _LOOKING_SECONDS)
        if kept is not None:
            return kept
        begun = {walking.source.key: walking for walking in walkings}
        walkings = [begun.get(source.key) or self._walking(source, seed) for source in self._outside().candidates]
        gathered = Gathered(tuple(self._brought(walkings)), self._inquiry.notes)
        # Waited for, since nothing is done after the answer.
        wait([self._inquiry.aside(self._memory.remember, reference, gathered)], REMEMBERING_SECONDS)
        return gathered

    def _first(self, reference: TrackReference) -> tuple[Gathered | None, list[Walking]]:
        kept = self._memory.gathered(reference)
        if kept is not None:
            return kept, []
        bare = Track(reference.value, "", ())
        return None, [
            self._walking(source, bare) for source in self._outside().candidates if reference.kind in source.seed_kinds
        ]

    def _begun_for(self, reference: TrackReference) -> tuple[Gathered | None, list[Walking]]:
        if self._begun is None or self._begun[0] != reference:
            return None, []
        return self._inquiry.wait(self._begun[1], _LOOKING_SECONDS) or (None, [])

    def _walking(self, source: CandidateSource, seed: Track) -> Walking:
        return Walking(self._inquiry, source, source.candidates(seed))

    def _brought(self, walkings: Sequence[Walking]) -> list[Candidate]:
        """Each track once, in the order of the sources and in theirs."""
        named: set[str] = set()
        batches: list[_Batch] = []
        for walking in walked(walkings):
            tracks = self._new(walking.found, named)
            batches += self._asked_for_features(walkings.index(walking), tracks)
        found = [self._with_features(tracks, asked) for _, tracks, asked in sorted(batches, key=lambda batch: batch[0])]
        candidates = {candidate.track.id: candidate for each in found for candidate in each}
        known = self._known(candidates)
        return [candidate for track_id, candidate in candidates.items() if track_id not in known]

    def _new(self, tracks: Sequence[Track], named: set[str]) -> list[Track]:
        """Those that can be shown, and asked for by a name that is theirs alone; what the catalog holds is the index's."""
        tracks = tracks[:_MOST_NAMED]
        known = self._known(track.id for track in tracks)
        new = {track.id: track for track in tracks if track.id not in named and track.id not in known and _is_usable(track)}
        named.update(new)
        return list(new.values())

    def _asked_for_features(self, place: int, tracks: Sequence[Track]) -> list[_Batch]:
        size = self._outside().feature_batches.batch
        batches = [tracks[start : start + size] for start in range(0, len(tracks), size)]
        return [(place, batch, self._ask_features([reference_of(track) for track in batch])) for batch in batches]

    def _ask_features(
        self, references: Sequence[TrackReference]
    ) -> Asked[FeatureBatchSource, dict[TrackReference, FoundFeatures]]:
        return self._inquiry.ask(self._outside().feature_batches, "features", lambda source: source.features_of(references))

    def _with_features(
        self, tracks: Sequence[Track], asked: Asked[FeatureBatchSource, dict[TrackReference, FoundFeatures]]
    ) -> list[Candidate]:
        found = self._inquiry.value(asked) or {}
        return [_candidate(track, features) for track in tracks if (features := found.get(reference_of(track))) is not None]


def _is_usable(track: Track) -> bool:
    names = (track.title, *track.artists)
    shown = all(_NAME.fullmatch(name) for name in names) and len(track.artists) <= _MOST_ARTISTS
    return shown and reference_of(track).kind in (SPOTIFY, ISRC)


def _candidate(track: Track, found: FoundFeatures) -> Candidate:
    track = identified(track, found) or track
    features = found_track(track, found.features, "", absent=False).features
    return Candidate(track, features or found.features)
