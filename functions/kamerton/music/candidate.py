"""A track outside of the catalog that may sound like a seed. Public names: Candidate."""

from __future__ import annotations

from msgspec import Struct

from kamerton.music.features import AudioFeatures
from kamerton.music.track import Track


class Candidate(Struct, frozen=True):
    """A track with its audio features, the core nine at least."""

    track: Track
    features: AudioFeatures
