"""Audio features, and the one definition of the numbers that a model sees.

Conventions: values are Spotify's (https://developer.spotify.com/documentation/web-api/reference/get-audio-features):
loudness in dB, tempo in beats a minute, duration_ms in milliseconds, key 0 (C) to 11 (B), mode 1 (major) or 0 (minor),
explicit 1 or 0, all others from 0 to 1. What is not known is None in `AudioFeatures` and NaN in a vector.

The vector has three parts. The first, of the sound, is on scales where a difference means about the same everywhere: shares
that crowd at one end go through a logarithm (a logit for acousticness, which crowds at both), tempo and duration too, and the
key becomes a point on the circle of fifths. All of these but the key's are monotonic, so trees lose nothing, and distances
gain. The second has what two of them say together.

The third says how the recording was made, which trees cannot see in a tempo or a duration, however closely they look: whether
the tempo is a whole number, as a sequencer's is and a drummer's is not; whether the track is a whole number of bars of it, as
what was put together from loops is; and whether it ends with a frame of a compact disc, 1/75 of a second, as what came from
one does. It asks for a tempo known to hundredths and a duration known to milliseconds. Whoever knows them only roughly gives
whole beats and whole seconds: they count as roughly known, and the entries that need more are NaN.

Public names: AudioFeatures, CORE, OPTIONAL, RANGES, SOUND_NAMES, RELATION_NAMES, GRID_NAMES, FEATURE_NAMES, vector, vectors.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct
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

SOUND_NAMES = (
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
"""The entries of a vector that are of the sound, in order: the core nine first."""

RELATION_NAMES = (
    "tempo_folded",
    "energy_times_valence",
    "energy_beyond_loudness",
    "acousticness_plus_energy",
    "danceability_times_tempo",
    "danceability_times_valence",
    "danceability_minus_energy",
    "valence_minus_energy",
)
"""Those of two features together, in order; the tempo is folded into an octave, as half and double time are heard as one."""

GRID_NAMES = (
    "tempo_off_whole_log",
    "tempo_off_half_log",
    "tempo_off_twos",
    "tempo_off_fives",
    "tempo_beyond_whole",
    "beats_off_whole",
    "bars_off_1",
    "bars_off_4",
    "bars_off_8",
    "bars_off_16",
    "bars_off_32",
    "bars_phase_4",
    "bars_phase_8",
    "bars",
    "exact_bars_off_1",
    "exact_bars_off_4",
    "exact_bars_off_8",
    "frames_off_ms",
    "frames_phase",
    "frames_phase_3",
)
"""Those that say on which grid it was made, in order. "off" is how far something is from the nearest whole number of what the
name says, from 0 to 1/2; "phase" how far beyond the last, from 0 to 1. Bars are of four beats, counted at the nearest whole
tempo, exact ones at the tempo itself; frames are those of a compact disc."""

FEATURE_NAMES = SOUND_NAMES + RELATION_NAMES + GRID_NAMES
"""The entries of a vector, in order. A release says which names it was trained with; serving refuses others."""

# Added before a logarithm: about the step in which Spotify's values stop meaning anything to an ear.
_SHARE_STEP = 1e-3

_TEMPO_OCTAVE_BPM = (80.0, 160.0)
"""Around the tempo that people tap to by themselves, 120 (Moelants, 2002)."""

_TEMPO_STEP_BPM = 0.004
"""Added before a logarithm: estimates of a tempo do not come closer to one another."""

_MS_IN_A_MINUTE = 60_000
_FRAMES_IN_A_MS = 0.075
"""IEC 60908: 75 frames of a compact disc a second."""

Columns = Mapping[str, ArrayLike]
FloatArray = NDArray[np.float32]
FloatColumn = NDArray[np.float64]


class AudioFeatures(Struct, frozen=True):
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


NAMES: tuple[str, ...] = AudioFeatures.__struct_fields__


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
        *_relations(raw),
        *_grid(tempo, duration_ms),
    )
    return np.stack(stacked, axis=1).astype(np.float32)


def _relations(raw: Mapping[str, FloatColumn]) -> tuple[FloatColumn, ...]:
    """The columns of `RELATION_NAMES`."""
    tempo = np.where(raw["tempo"] > 0, raw["tempo"], np.nan)
    energy, danceability, valence = raw["energy"], raw["danceability"], raw["valence"]
    slow, fast = _TEMPO_OCTAVE_BPM
    return (
        np.where(tempo < slow, 2 * tempo, np.where(tempo >= fast, tempo / 2, tempo)),
        energy * valence,
        # Loudness from -20 to 0 dB as a share: how hard a track drives for how loud it was mastered.
        energy - (raw["loudness"] + 20) / 20,
        raw["acousticness"] + energy,
        danceability * np.log(tempo),
        danceability * valence,
        danceability - energy,
        valence - energy,
    )


def _grid(tempo: FloatColumn, duration_ms: FloatColumn) -> tuple[FloatColumn, ...]:
    """The columns of `GRID_NAMES`; NaN where tempo or duration are known only roughly."""
    tempo, duration_ms = _finely(tempo, 1.0), _finely(duration_ms, 1000.0)
    whole = np.round(tempo)
    beats, exact_beats = (duration_ms * pace / _MS_IN_A_MINUTE for pace in (whole, tempo))
    bars, exact_bars, frames = beats / 4, exact_beats / 4, duration_ms * _FRAMES_IN_A_MS
    return (
        np.log(_off(tempo) + _TEMPO_STEP_BPM),
        np.log(_off(2 * tempo) + _TEMPO_STEP_BPM),
        _off(tempo / 2),
        _off(tempo / 5),
        tempo - whole,
        _off(beats),
        *(_off(bars / number) for number in (1, 4, 8, 16, 32)),
        *(bars / number % 1 for number in (4, 8)),
        np.round(bars),
        *(_off(exact_bars / number) for number in (1, 4, 8)),
        # A duration is told in whole milliseconds, so that the frame's end is rounded as well.
        np.abs(duration_ms - np.round(np.round(frames) / _FRAMES_IN_A_MS)),
        frames % 1,
        frames / 3 % 1,
    )


def _finely(values: FloatColumn, rough_step: float) -> FloatColumn:
    """NaN where a value is a whole number of `rough_step`, or not detected."""
    return np.where((values > 0) & (values % rough_step != 0), values, np.nan)


def _off(values: FloatColumn) -> FloatColumn:
    """How far from the nearest whole number."""
    return np.abs(values - np.round(values))


def _column(columns: Columns, name: str, length: int) -> FloatColumn:
    if name not in columns:
        return np.full(length, np.nan)
    return np.asarray(columns[name], dtype=np.float64)


def _log_share(share: FloatColumn) -> FloatColumn:
    return np.log(np.maximum(share, 0.0) + _SHARE_STEP)
