"""Audio features as a shape: a polygon in a round net, a corner for each feature that a listener hears.

Coordinates are whole units of an SVG whose middle is 0,0; the rim of the net has the radius RIM. The scale of a corner is the
catalog's own: its lowest values lie in the middle, its highest on the rim, and what is between is drawn in proportion, or by
the square root where most tracks crowd at the low end.

Public names: AXES, RIM, Corner, CORNERS, Radar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, pi, sin, sqrt

from msgspec import Struct

from kamerton.music.features import AudioFeatures

AXES = ("danceability", "energy", "loudness", "tempo", "instrumentalness", "acousticness", "speechiness", "valence")
"""Clockwise from the top. The names that are long in some language stand above and below the net, where there is room."""

RIM = 100
_MIDDLE = 14
"""The radius of the lowest value: a shape of nothing but lows can still be seen."""
_LABEL = 112
_LEAST_CORNERS = 3
_CROWDED = ("acousticness", "instrumentalness", "speechiness")
# A few tracks in a hundred lie beyond, so that one odd recording does not set the scale for all.
_LOW, _HIGH = 0.02, 0.98


class Corner(Struct, frozen=True):
    """Where a feature stands: its end on the rim, and its label, which begins, ends or is centred there as `anchor` says."""

    name: str
    x: int
    y: int
    label_x: int
    label_y: int
    anchor: str


def _corner(place: int, name: str) -> Corner:
    right, down = _direction(place)
    anchor = "middle" if abs(right) < 0.1 else "start" if right > 0 else "end"
    # The baseline of a label lies below its middle.
    return Corner(name, *_at(place, RIM), round(_LABEL * right), round(_LABEL * down + 4 + 5 * down), anchor)


def _direction(place: int) -> tuple[float, float]:
    angle = 2 * pi * place / len(AXES)
    return sin(angle), -cos(angle)


def _at(place: int, radius: float) -> tuple[int, int]:
    right, down = _direction(place)
    return round(radius * right), round(radius * down)


CORNERS = tuple(_corner(place, name) for place, name in enumerate(AXES))


class Radar:
    """`quantiles`: for each feature of AXES its values at evenly spaced shares of the catalog, rising."""

    def __init__(self, quantiles: Mapping[str, Sequence[float]]) -> None:
        self._spans = {name: _span(quantiles[name]) for name in AXES}

    def shape(self, features: AudioFeatures) -> str:
        """The `points` of an SVG polygon: "x,y x,y ..."; empty when too little is known to make one."""
        known = [(place, name, value) for place, name in enumerate(AXES) if (value := getattr(features, name)) is not None]
        if len(known) < _LEAST_CORNERS:
            return ""
        return " ".join("{},{}".format(*_at(place, self._radius(name, value))) for place, name, value in known)

    def _radius(self, name: str, value: float) -> float:
        low, high = self._spans[name]
        share = min(max((value - low) / (high - low), 0.0), 1.0) if high > low else 0.5
        return _MIDDLE + (RIM - _MIDDLE) * (sqrt(share) if name in _CROWDED else share)


def _span(values: Sequence[float]) -> tuple[float, float]:
    last = len(values) - 1
    return values[round(_LOW * last)], values[round(_HIGH * last)]
