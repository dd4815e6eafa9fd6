"""Tukey's fences: what is outside, what judges nothing, and on which scale."""

from __future__ import annotations

import numpy as np
import pytest

from kamerton.music import features
from tests.training.tables import track_table
from training.data.outliers import CONTINUOUS, SCALES, OutlierRule, Scale, continuous_values

# Quartiles 2 and 4, so the fences are at -1 and 7.
ONE_TO_FIVE = np.array([[1.0], [2.0], [3.0], [4.0], [5.0]])


def test_a_value_is_outside_beyond_one_and_a_half_interquartile_ranges() -> None:
    rule = OutlierRule.fit(ONE_TO_FIVE)
    assert (rule.low.tolist(), rule.high.tolist()) == ([-1.0], [7.0])
    assert rule.inside([[-1.001], [-1.0], [7.0], [7.001]]).tolist() == [False, True, True, False]


def test_the_fences_may_be_set_further_out() -> None:
    assert OutlierRule.fit(ONE_TO_FIVE, fence_iqrs=3).high.tolist() == [10.0]


def test_the_rule_is_that_of_the_rows_it_was_fitted_on() -> None:
    rule = OutlierRule.fit(ONE_TO_FIVE)
    others = np.full((4, 1), 100.0)
    assert not rule.inside(others).any()
    assert OutlierRule.fit(others).inside(others).all()


def test_what_is_missing_is_neither_outside_nor_counted() -> None:
    rule = OutlierRule.fit([*ONE_TO_FIVE.tolist(), [np.nan], [np.nan]])
    assert rule.high.tolist() == [7.0]
    assert rule.inside([[np.nan], [8.0]]).tolist() == [True, False]


def test_one_value_outside_sets_the_row_aside() -> None:
    both = np.hstack([ONE_TO_FIVE, ONE_TO_FIVE])
    rule = OutlierRule.fit(both)
    assert rule.inside([[3, 3], [3, 9], [9, 3]]).tolist() == [True, False, False]
    assert rule.outside([[3, 9]]).tolist() == [[False, True]]


@pytest.mark.parametrize("column", [[0.0] * 19 + [1.0], [np.nan] * 20, [0.5] + [np.nan] * 19])
def test_a_column_without_an_interquartile_range_judges_nothing(column: list[float]) -> None:
    rule = OutlierRule.fit(np.array([column]).T)
    assert rule.inside([[-1e9], [1e9], [np.nan]]).all()


def test_no_rows_make_a_rule_that_judges_nothing() -> None:
    rule = OutlierRule.fit(np.empty((0, 3)))
    assert rule.inside([[1.0, 2.0, np.nan]]).all()
    assert rule.inside(np.empty((0, 3))).shape == (0,)


@pytest.mark.parametrize("scale", SCALES)
def test_values_have_one_column_a_continuous_feature(scale: Scale) -> None:
    table = track_table()
    values = continuous_values(table, scale)
    assert values.shape == (len(table), len(CONTINUOUS[scale])) == (len(table), 10)
    assert not np.isnan(values).any()
    assert not {"key", "mode", "explicit", "key_fifths_sin"} & set(CONTINUOUS[scale])


def test_raw_values_are_in_the_units_of_the_table() -> None:
    table = track_table()
    values = continuous_values(table)
    assert values[:, CONTINUOUS["raw"].index("duration_ms")].tolist() == table["duration_ms"].tolist()


@pytest.mark.parametrize("scale", SCALES)
def test_an_absent_feature_and_a_tempo_of_zero_are_missing(scale: Scale) -> None:
    table = track_table().drop(columns="duration_ms")
    table.loc[3, "tempo"] = 0
    values = continuous_values(table, scale)
    tempo = next(place for place, name in enumerate(CONTINUOUS[scale]) if name.startswith("tempo"))
    duration = next(place for place, name in enumerate(CONTINUOUS[scale]) if name.startswith("duration"))
    assert np.flatnonzero(np.isnan(values[:, tempo])).tolist() == [3]
    assert np.isnan(values[:, duration]).all()
    assert OutlierRule.fit(values).inside(values)[3]


def test_the_vector_scale_spares_the_tail_of_a_crowded_share() -> None:
    table = track_table()
    table["speechiness"] = np.random.default_rng(0).lognormal(-3, 0.8, len(table)).clip(0.02, 0.95)
    beyond = {}
    for scale in SCALES:
        values = continuous_values(table, scale)
        place = next(place for place, name in enumerate(CONTINUOUS[scale]) if name.startswith("speechiness"))
        beyond[scale] = OutlierRule.fit(values).outside(values)[:, place].mean()
    assert beyond["vector"] < beyond["raw"] / 2


def test_every_feature_is_continuous_or_a_kind() -> None:
    assert set(features.NAMES) - set(CONTINUOUS["raw"]) == {"key", "mode", "explicit"}
