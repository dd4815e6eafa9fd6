"""More or less of a feature than the seed has: the same track, but with more energy.

The seed's audio features are changed by what is asked for, and tracks near that place are looked for. Since a place is made of
all features together, what lies near it may still have too little of the one that was asked for: such tracks are left out.
Without that the mean of a list went half of the way only (default catalog, 150 seeds).

Public names: FeatureShift, shifted_seed, SHIFTED, LARGEST_SHIFT.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import asdict, replace

from kamerton.music.features import RANGES, AudioFeatures
from kamerton.recommending.filing import Confusion, filed_genres
from kamerton.recommending.seed import Models, Seed, new_seed

SHIFTED = ("energy", "valence", "tempo", "acousticness")
"""The features that can be shifted."""

LARGEST_SHIFT = 0.5

_RATIOS = ("tempo",)
_FAR_ENOUGH = 0.5
"""The share of the way that each track of the list has to go."""
_LOUDNESS_WITH_ENERGY = 10.0
"""Louder by so many dB for each unit of energy: the slope of a line through the tracks of one genre (default catalog)."""


class FeatureShift(Struct, frozen=True):
    """How much more of each feature is wanted than the seed has, or less. It is added to a share; a tempo is multiplied by one
    more than it, so that 0.1 is ten per cent faster."""

    energy: float = 0.0
    valence: float = 0.0
    tempo: float = 0.0
    acousticness: float = 0.0

    @property
    def asked(self) -> dict[str, float]:
        """What is to be shifted, by name."""
        return {name: value for name, value in asdict(self).items() if value}

    def applied(self, features: AudioFeatures) -> AudioFeatures:
        """The features with what was asked for, within their ranges; what is not known stays unknown."""
        changed = {name: wanted for name in self.asked if (wanted := self._wanted(features, name)) is not None}
        if "energy" in changed and features.energy is not None and features.loudness is not None:
            louder = _LOUDNESS_WITH_ENERGY * (changed["energy"] - features.energy)
            changed["loudness"] = _bounded("loudness", features.loudness + louder)
        return replace(features, **changed)

    def is_followed(self, seed: AudioFeatures, other: AudioFeatures) -> bool:
        """Whether the other track goes far enough from the seed in each feature that was asked for; by one that is not known of
        the seed nothing is judged."""
        return all(self._goes(name, seed, getattr(other, name)) for name in self.asked)

    def _goes(self, name: str, seed: AudioFeatures, value: float | None) -> bool:
        own, wanted = getattr(seed, name), self._wanted(seed, name)
        if wanted is None:
            return True
        least = own + _FAR_ENOUGH * (wanted - own)
        return value is not None and (value >= least if wanted >= own else value <= least)

    def _wanted(self, features: AudioFeatures, name: str) -> float | None:
        value, by = getattr(features, name), getattr(self, name)
        if value is None:
            return None
        return _bounded(name, value * (1 + by) if name in _RATIOS else value + by)


def shifted_seed(models: Models, seed: Seed, shift: FeatureShift, confusion: Confusion) -> Seed:
    """The seed placed where its features with the shift lie, with the genres that are likely there; its own features stay."""
    there = new_seed(models, shift.applied(seed.features))
    labels = seed.track.genres if seed.track else ()
    return replace(seed, embedding=there.embedding, filed_genres=filed_genres(there.genres, labels, confusion))


def _bounded(name: str, value: float) -> float:
    low, high = RANGES[name]
    return min(max(value, low), high)
