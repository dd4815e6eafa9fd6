"""What the world brought for a seed, remembered in this process and in the bucket for the next instance.

    candidates/KIND/VALUE      the candidates with their audio features, and the notes on what is missing of them

All of them stay for some days; what is missing something is asked for again after a few minutes, and until then the same
candidates come, so that the pages of one list fit together. Public names: CandidateMemory.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from kamerton.lookup.cache import Shelf
from kamerton.lookup.gathered import Gathered
from kamerton.lookup.object_cache import Cache
from kamerton.lookup.track_cache import TrackObject, as_object, read_object, shelf_key
from kamerton.music.candidate import Candidate
from kamerton.music.features import NAMES
from kamerton.music.track import TrackReference
from kamerton.notes import Note
from kamerton.sources.answer_values import has_core, read_features
from kamerton.texts import known_notes

FRESH_SECONDS = 4 * 86_400.0
PARTLY_FRESH_SECONDS = 600.0

_MOST = 100

Word = Annotated[str, Meta(max_length=100)]


class _CandidateObject(Struct):
    track: TrackObject
    features: dict[str, Any]


class _NoteObject(Struct):
    code: Word
    source: Word = ""


class _GatheredObject(Struct):
    at: float
    candidates: Annotated[list[_CandidateObject], Meta(max_length=_MOST)]
    notes: Annotated[list[_NoteObject], Meta(max_length=_MOST)] = []


class CandidateMemory:
    """`clock` returns seconds since 1970."""

    def __init__(self, cache: Cache, clock: Callable[[], float] = time.time) -> None:
        self._shelf = Shelf(cache, "candidates", _GatheredObject, FRESH_SECONDS, clock)
        self._clock = clock

    def gathered(self, seed: TrackReference) -> Gathered | None:
        """None when nothing is remembered."""
        kept = self._shelf.look(shelf_key(seed))
        if kept is None or kept.value is None or not self._fresh(kept.value):
            return None
        candidates = tuple(read for each in kept.value.candidates if (read := _read(each)) is not None)
        return Gathered(
            candidates, tuple(Note(note.code, note.source) for note in kept.value.notes if note.code in known_notes())
        )

    def remember(self, seed: TrackReference, gathered: Gathered) -> None:
        """What no object may hold is not remembered."""
        with suppress(msgspec.ValidationError):
            candidates = [_CandidateObject(as_object(each.track), each.features.known) for each in gathered.candidates[:_MOST]]
            notes = [_NoteObject(note.code, note.source) for note in gathered.notes]
            self._shelf.keep(shelf_key(seed), _GatheredObject(self._clock(), candidates, notes))

    def _fresh(self, kept: _GatheredObject) -> bool:
        return not kept.notes or 0 <= self._clock() - kept.at < PARTLY_FRESH_SECONDS


def _read(kept: _CandidateObject) -> Candidate | None:
    track, features = read_object(kept.track), read_features(kept.features, NAMES)
    return Candidate(track, features) if track is not None and has_core(features) else None
