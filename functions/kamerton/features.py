"""Audio features, and the one definition of the numbers that a model sees.

Conventions: values are Spotify's (https://developer.spotify.com/documentation/web-api/reference/get-audio-features):
loudness in dB, tempo in beats a minute, duration_ms in milliseconds, key 0 (C) to 11 (B), mode 1 (major) or 0 (minor),
explicit 1 or 0, all others from 0 to 1. What is not known is None in `AudioFeatures` and NaN in a vector.

The vector is on scales where a difference means about the same everywhere: shares that crowd at one end go through a
logarithm (a logit for acousticness, which crowds at both), tempo and duration too, and the key becomes a point on the
circle of fifths. All of these but the key's are monotonic, so trees lose nothing, and distances gain.

Public names: AudioFeatures, CORE, OPTIONAL, RANGES, FEATURE_NAMES, vector, vectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

CORE = (
    "acousticness",
    "danceability",
    "energy",
    "instrumentalness",
    "liveness",
    "loudness",
    "speechiness",
    "tempo",
    "valence",
)
"""The nine that every source of features has."""

OPTIONAL = ("key", "mode", "duration_ms", "explicit")
"""Those that some sources lack."""

RANGES: dict[str, tuple[float, float]] = {
    "acousticness": (0.0, 1.0),
    "danceability": (0.0, 1.0),
    "energy": (0.0, 1.0),
    "instrumentalness": (0.0, 1.0),
    "liveness": (0.0, 1.0),
    "loudness": (-60.0, 10.0),
    "speechiness": (0.0, 1.0),
    "tempo": (0.0, 300.0),
    "valence": (0.0, 1.0),
    "key": (-1.0, 11.0),
    "mode": (0.0, 1.0),
    "duration_ms": (1.0, 36_000_000.0),
    "explicit": (0.0, 1.0),
}
"""The values that are accepted, ends included. A key of -1 and a tempo of 0 are Spotify's "not detected"."""

FEATURE_NAMES = (
    "acousticness_logit",
    "danceability",
    "energy_log",
    "instrumentalness_log",
    "liveness_log",
    "loudness",
    "speechiness_log",
    "tempo_log",
    "valence",
    "key_fifths_sin",
    "key_fifths_cos",
    "mode",
    "duration_log",
    "explicit",
)
"""The entries of a vector, in order. A release says which names it was trained with; serving refuses others."""

# Added before a logarithm: about the step in which Spotify's values stop meaning anything to an ear.
_SHARE_STEP = 1e-3

Columns = Mapping[str, ArrayLike]
FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class AudioFeatures:
    """One track's audio features; None is "not known"."""

    acousticness: float | None = None
    danceability: float | None = None
    energy: float | None = None
    instrumentalness: float | None = None
    liveness: float | None = None
    loudness: float | None = None
    speechiness: float | None = None
    tempo: float | None = None
    valence: float | None = None
    key: float | None = None
    mode: float | None = None
    duration_ms: float | None = None
    explicit: float | None = None

    @property
    def known(self) -> dict[str, float]:
        """The values that are known, by name."""
        return {name: value for name in NAMES if (value := getattr(self, name)) is not None}

    def as_dict(self) -> dict[str, float | None]:
        return {name: getattr(self, name) for name in NAMES}


NAMES = tuple(field.name for field in fields(AudioFeatures))


def vector(features: AudioFeatures) -> FloatArray:
    """float32 [len(FEATURE_NAMES)] of one track, NaN where a value is not known."""
    columns = {name: [np.nan if value is None else value] for name, value in features.as_dict().items()}
    row: FloatArray = vectors(columns)[0]
    return row


def vectors(columns: Columns) -> FloatArray:
    """float32 [n_tracks, len(FEATURE_NAMES)] from one column of values a feature; an absent column is all NaN."""
    length = len(np.asarray(columns[CORE[0]]))
    raw = {name: _column(columns, name, length) for name in NAMES}
    key, tempo, duration_ms = raw["key"], raw["tempo"], raw["duration_ms"]
    # A step of a fifth is seven semitones, so the place on the circle is 7 * key modulo 12.
    angle = 2 * np.pi * (7 * np.where(key < 0, np.nan, key) % 12) / 12
    stacked = (
        _log_share(raw["acousticness"]) - _log_share(1 - raw["acousticness"]),
        raw["danceability"],
        -_log_share(1 - raw["energy"]),
        _log_share(raw["instrumentalness"]),
        _log_share(raw["liveness"]),
        raw["loudness"],
        _log_share(raw["speechiness"]),
        np.log(np.where(tempo > 0, tempo, np.nan)),
        raw["valence"],
        np.sin(angle),
        np.cos(angle),
        raw["mode"],
        np.log(np.where(duration_ms > 0, duration_ms, np.nan)),
        raw["explicit"],
    )
    return np.stack(stacked, axis=1).astype(np.float32)


def _column(columns: Columns, name: str, length: int) -> NDArray[np.float64]:
    if name not in columns:
        return np.full(length, np.nan)
    return np.asarray(columns[name], dtype=np.float64)


def _log_share(share: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.log(np.maximum(share, 0.0) + _SHARE_STEP)
