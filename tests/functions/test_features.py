from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.features import CORE, FEATURE_NAMES, NAMES, OPTIONAL, RANGES, AudioFeatures, vector, vectors


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
    columns = {name: [np.nan if value is None else value for value in (getattr(one, name) for one in many)] for name in NAMES}
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
