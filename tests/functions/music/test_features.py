from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.music.features import CORE, FEATURE_NAMES, GRID_NAMES, NAMES, OPTIONAL, RANGES, AudioFeatures, vector, vectors


def entry(name: str, **values: float) -> float:
    return float(vector(AudioFeatures(**values))[FEATURE_NAMES.index(name)])


def values_of(name: str) -> st.SearchStrategy[float | None]:
    low, high = RANGES[name]
    return st.none() | st.floats(low, high)


tracks = st.builds(AudioFeatures, **{name: values_of(name) for name in NAMES})


def test_the_names_are_the_core_then_the_optional_ones() -> None:
    assert NAMES == CORE + OPTIONAL
    assert set(RANGES) == set(NAMES)


def test_a_vector_has_an_entry_for_each_feature_name() -> None:
    assert vector(AudioFeatures()).shape == (len(FEATURE_NAMES),)
    assert vector(AudioFeatures()).dtype == np.float32


def test_what_is_not_known_is_nan_and_nothing_else_is() -> None:
    unknown = {
        name for name, value in zip(FEATURE_NAMES, vector(AudioFeatures(energy=0.5, mode=1)), strict=True) if np.isnan(value)
    }
    assert unknown == set(FEATURE_NAMES) - {"energy_log", "mode"}
    assert not np.isnan(vector(AudioFeatures(**dict.fromkeys(NAMES, 0.4) | {"duration_ms": 60_001.0}))).any()


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("acousticness_logit", {"acousticness": 0.5}, 0.0),
        ("acousticness_logit", {"acousticness": 0.0}, math.log(0.001 / 1.001)),
        ("danceability", {"danceability": 0.7}, 0.7),
        ("energy_log", {"energy": 1.0}, -math.log(0.001)),
        ("energy_log", {"energy": 0.0}, -math.log(1.001)),
        ("instrumentalness_log", {"instrumentalness": 0.0}, math.log(0.001)),
        ("liveness_log", {"liveness": 0.099}, math.log(0.1)),
        ("loudness", {"loudness": -5.5}, -5.5),
        ("speechiness_log", {"speechiness": 0.049}, math.log(0.05)),
        ("tempo_log", {"tempo": 120.0}, math.log(120)),
        ("valence", {"valence": 0.25}, 0.25),
        ("mode", {"mode": 1.0}, 1.0),
        ("duration_log", {"duration_ms": 180_000.0}, math.log(180_000)),
        ("explicit", {"explicit": 0.0}, 0.0),
    ],
)
def test_each_entry_is_on_its_scale(name: str, values: dict[str, float], expected: float) -> None:
    assert entry(name, **values) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("key", "fifths"), [(0, 0), (7, 1), (2, 2), (5, 11)])
def test_the_key_is_a_point_on_the_circle_of_fifths(key: int, fifths: int) -> None:
    angle = 2 * math.pi * fifths / 12
    assert entry("key_fifths_sin", key=key) == pytest.approx(math.sin(angle), abs=1e-6)
    assert entry("key_fifths_cos", key=key) == pytest.approx(math.cos(angle), abs=1e-6)


@pytest.mark.parametrize(
    ("name", "tempo", "seconds", "expected"),
    [
        # 32 bars of four beats at 128.004 last 60 seconds, less two thousandths.
        ("tempo_off_whole_log", 128.004, 60.001, math.log(0.008)),
        ("tempo_off_half_log", 127.502, 60.001, math.log(0.008)),
        ("tempo_off_twos", 128.004, 60.001, 0.002),
        ("tempo_off_fives", 129.004, 60.001, 0.1992),
        ("tempo_beyond_whole", 127.7, 60.001, -0.3),
        ("beats_off_whole", 128.004, 60.001, 0.002133),
        ("bars", 128.004, 60.001, 32.0),
        ("bars_off_4", 128.004, 60.001, 0.000133),
        ("bars_off_8", 128.004, 67.501, 0.5 - 0.000067),
        ("bars_phase_8", 128.004, 67.501, 0.500067),
        ("exact_bars_off_1", 128.5, 60.001, 0.125533),
        # 4501 frames are 60.01333 s, told as 60.013.
        ("frames_off_ms", 128.004, 60.013, 0.0),
        ("frames_off_ms", 128.004, 60.006, 6.0),
        ("frames_phase", 128.004, 60.0067, 0.5025),
        ("frames_phase_3", 128.004, 60.0267, 0.6675),
    ],
)
def test_the_grid_of_a_recording(name: str, tempo: float, seconds: float, expected: float) -> None:
    assert entry(name, tempo=tempo, duration_ms=1000 * seconds) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(("tempo", "expected"), [(79.9, 159.8), (80.0, 80.0), (159.0, 159.0), (160.0, 80.0), (174.0, 87.0)])
def test_half_and_double_time_are_one(tempo: float, expected: float) -> None:
    assert entry("tempo_folded", tempo=tempo) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("energy_times_valence", 0.4),
        ("energy_beyond_loudness", 0.05),
        ("acousticness_plus_energy", 0.9),
        ("danceability_times_tempo", 0.6 * math.log(120)),
        ("danceability_times_valence", 0.3),
        ("danceability_minus_energy", -0.2),
        ("valence_minus_energy", -0.3),
    ],
)
def test_what_two_features_say_together(name: str, expected: float) -> None:
    values = {"energy": 0.8, "valence": 0.5, "loudness": -5.0, "acousticness": 0.1, "danceability": 0.6, "tempo": 120.0}
    assert entry(name, **values) == pytest.approx(expected, abs=1e-6)


def test_a_tempo_or_duration_that_is_known_roughly_has_no_grid() -> None:
    def known_names(**values: float) -> set[str]:
        numbers = vector(AudioFeatures(**values))
        return {name for name in GRID_NAMES if not np.isnan(numbers[FEATURE_NAMES.index(name)])}

    of_tempo = {name for name in GRID_NAMES if name.startswith("tempo")}
    of_frames = {name for name in GRID_NAMES if name.startswith("frames")}
    assert known_names(tempo=128.0, duration_ms=60_001.0) == of_frames
    assert known_names(tempo=128.004, duration_ms=60_000.0) == of_tempo
    assert known_names(tempo=128.004, duration_ms=60_001.0) == set(GRID_NAMES)
    assert known_names(tempo=128.0, duration_ms=60_000.0) == set()
    assert entry("tempo_log", tempo=128.0) == pytest.approx(math.log(128))


def test_a_key_or_tempo_that_was_not_detected_is_not_known() -> None:
    assert math.isnan(entry("key_fifths_sin", key=-1))
    assert math.isnan(entry("key_fifths_cos", key=-1))
    assert math.isnan(entry("tempo_log", tempo=0))


def test_an_absent_column_is_not_known() -> None:
    matrix = vectors({name: [0.5, 0.25] for name in CORE})
    assert matrix.shape == (2, len(FEATURE_NAMES))
    assert np.isnan(matrix[:, FEATURE_NAMES.index("duration_log")]).all()


def test_known_and_as_dict_agree() -> None:
    features = AudioFeatures(energy=0.0, key=5)
    assert features.known == {"energy": 0.0, "key": 5}
    assert {name: value for name, value in features.as_dict().items() if value is not None} == features.known


@given(tracks)
def test_accepted_values_never_make_an_infinite_entry(features: AudioFeatures) -> None:
    assert not np.isinf(vector(features)).any()


@given(st.lists(tracks, min_size=1, max_size=40))
def test_a_vector_is_its_row_of_vectors_bit_for_bit(many: list[AudioFeatures]) -> None:
    columns = {
        name: [np.nan if value is None else value for value in (getattr(track, name) for track in many)] for name in NAMES
    }
    matrix = vectors(columns)
    for row, features in zip(matrix, many, strict=True):
        assert row.tobytes() == vector(features).tobytes()


@given(tracks, st.sampled_from(["acousticness", "energy", "instrumentalness", "liveness", "speechiness"]))
def test_scales_never_turn_an_order_around(features: AudioFeatures, name: str) -> None:
    low, high = (vector(AudioFeatures(**{name: value})) for value in (0.2, 0.8))
    place = int(np.flatnonzero(~np.isnan(low))[0])
    value = getattr(features, name)
    if value is not None and 0.2 <= value <= 0.8:
        assert low[place] <= vector(AudioFeatures(**{name: value}))[place] <= high[place]
