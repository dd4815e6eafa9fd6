"""A recommended track, with why it is recommended. Public names: Recommendation, Origin, INDEX, WORLD."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from kamerton.music.features import AudioFeatures
from kamerton.music.track import Track
from kamerton.recommending.likeness import Band
from kamerton.recommending.reasons import Reason

Origin = Literal["index", "world"]
"""Where a candidate comes from."""

INDEX: Final = "index"
WORLD: Final = "world"


class Recommendation(Struct, frozen=True):
    """`score` falls from 1 (the same sound and genre) towards 0, and along the list; a random track of the catalog has about
    0.5 or less. `likeness` is the band of the sound alone. `origin` is where the track is from, the index or the world outside,
    and `seed` the track that it was chosen for."""

    track: Track
    features: AudioFeatures
    score: float
    genre: str
    reasons: tuple[Reason, ...]
    origin: Origin = INDEX
    seed: Track | None = None
    likeness: Band = "apart"
