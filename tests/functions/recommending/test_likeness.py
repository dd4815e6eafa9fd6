from __future__ import annotations

import pytest

from kamerton.recommending.likeness import Likeness


@pytest.mark.parametrize(
    ("squared", "band"), [(0.0, "very_close"), (2.0, "very_close"), (2.1, "close"), (5.0, "same_mood"), (7.1, "apart")]
)
def test_a_distance_lies_in_a_band(squared: float, band: str) -> None:
    assert Likeness((2.0, 4.5, 7.0), 12.0).band(squared) == band


def test_without_measured_bounds_they_go_by_the_typical_distance() -> None:
    likeness = Likeness((), 10.0)
    assert [likeness.band(squared) for squared in (1.0, 3.0, 5.0, 10.0)] == ["very_close", "close", "same_mood", "apart"]
