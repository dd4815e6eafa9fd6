"""The audio features that a listener can hear in a comparison, and how far apart two values may be to sound alike.

Public names: AudibleFeature, AUDIBLE_FEATURES, AUDIBLE.
"""

from __future__ import annotations

from msgspec import Struct


class AudibleFeature(Struct, frozen=True):
    """`alike` is how far apart two values may be for an ear to call them alike; below `least` there is nothing to hear."""

    alike: float
    least: float = float("-inf")


AUDIBLE_FEATURES = {
    "acousticness": AudibleFeature(0.1, least=0.3),
    "danceability": AudibleFeature(0.1),
    "energy": AudibleFeature(0.1),
    "instrumentalness": AudibleFeature(0.1, least=0.3),
    "loudness": AudibleFeature(2.0),
    "speechiness": AudibleFeature(0.05, least=0.1),
    "tempo": AudibleFeature(5.0),
    "valence": AudibleFeature(0.1),
}
AUDIBLE = tuple(AUDIBLE_FEATURES)
"""The features that a listener can hear in a comparison."""
