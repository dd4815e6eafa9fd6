"""Tracks of the world that may sound like a seed. Public names: Candidate, Gathered."""

from __future__ import annotations

from msgspec import Struct

from kamerton.features import AudioFeatures
from kamerton.notes import Note
from kamerton.tracks import Track


class Candidate(Struct, frozen=True):
    """A track with its audio features, the core nine at least."""

    track: Track
    features: AudioFeatures


class Gathered(Struct, frozen=True):
    """What the services named for a seed; `notes` say what is missing."""

    candidates: tuple[Candidate, ...] = ()
    notes: tuple[Note, ...] = ()
