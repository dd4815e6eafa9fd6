"""Tracks of the world that may sound like a seed. Public names: Candidate, Gathered."""

from __future__ import annotations

from dataclasses import dataclass

from kamerton.features import AudioFeatures
from kamerton.notes import Note
from kamerton.tracks import Track


@dataclass(frozen=True, slots=True)
class Candidate:
    """A track with its audio features, the core nine at least."""

    track: Track
    features: AudioFeatures


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the services named for a seed; `notes` say what is missing."""

    candidates: tuple[Candidate, ...] = ()
    notes: tuple[Note, ...] = ()
