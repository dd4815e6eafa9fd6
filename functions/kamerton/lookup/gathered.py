"""What services named for a seed. Public names: Gathered."""

from __future__ import annotations

from msgspec import Struct

from kamerton.music.candidate import Candidate
from kamerton.notes import Note


class Gathered(Struct, frozen=True):
    """What the services named for a seed; `notes` say what is missing."""

    candidates: tuple[Candidate, ...] = ()
    notes: tuple[Note, ...] = ()
