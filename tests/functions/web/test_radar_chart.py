from __future__ import annotations

import pytest

from kamerton.music.audible import AUDIBLE
from kamerton.music.features import AudioFeatures
from kamerton.texts import DEFAULT_LANGUAGE, translation
from kamerton.web.radar_chart import AXES, CORNERS, RIM, Radar

RISING = [value / 100 for value in range(101)]
SCALES = dict.fromkeys(AXES, RISING)


def points(shape: str) -> list[tuple[int, int]]:
    return [(int(x), int(y)) for x, _, y in (point.partition(",") for point in shape.split())]


def radii(**values: float | None) -> list[float]:
    shape = Radar(SCALES).shape(AudioFeatures(**dict.fromkeys(AXES, 0.5) | values))
    return [(x * x + y * y) ** 0.5 for x, y in points(shape)]


def test_there_is_a_corner_for_each_feature_that_is_heard_and_a_sentence() -> None:
    assert set(AXES) == set(AUDIBLE) == set(translation(DEFAULT_LANGUAGE).feature_meanings)
    assert [corner.name for corner in CORNERS] == list(AXES)


def test_the_corners_stand_on_the_rim_clockwise_from_the_top() -> None:
    assert (CORNERS[0].x, CORNERS[0].y) == (0, -RIM)
    assert (CORNERS[2].x, CORNERS[2].y) == (RIM, 0)
    assert all(corner.x**2 + corner.y**2 == pytest.approx(RIM**2, rel=0.02) for corner in CORNERS)


def test_labels_are_outside_and_run_away_from_the_net() -> None:
    for corner in CORNERS:
        assert corner.label_x**2 + corner.label_y**2 > RIM**2
        assert corner.anchor == {-1: "end", 0: "middle", 1: "start"}[(corner.x > 1) - (corner.x < -1)]


def test_more_of_a_feature_is_further_out_in_the_middle_of_the_catalog() -> None:
    distances = [radii(energy=value)[1] for value in (0.02, 0.25, 0.5, 0.75, 0.98)]
    assert distances == sorted(distances)
    assert distances[-1] == pytest.approx(RIM, abs=1)
    assert distances[0] > 5


@pytest.mark.parametrize(("value", "same"), [(0.0, 0.02), (1.0, 0.98), (7.0, 0.98), (-60.0, 0.02)])
def test_what_lies_beyond_the_scale_ends_on_it(value: float, same: float) -> None:
    assert radii(energy=value) == radii(energy=same)


def test_what_is_not_known_has_no_corner() -> None:
    assert len(radii(energy=None)) == len(AXES) - 1
    assert Radar(SCALES).shape(AudioFeatures(energy=0.5, tempo=0.5)) == ""


def test_a_catalog_in_which_all_are_the_same_has_a_shape() -> None:
    alike = Radar(dict.fromkeys(AXES, [0.5] * 101))
    assert len(points(alike.shape(AudioFeatures(**dict.fromkeys(AXES, 0.5))))) == len(AXES)
