"""Which of several tracks of one name is likeliest meant."""

from __future__ import annotations

import pytest

from training.indexing.prominence import prominences


def test_the_better_known_track_is_likelier() -> None:
    first, second = prominences(["Queen", "Nickelback"], [79.0, 47.0], [0, 0])
    assert first > second


def test_one_bogus_popularity_does_not_decide() -> None:
    artists = ["Beatles"] * 4 + ["Cover Band"] * 4
    popularity = [70.0, 82.0, 78.0, 76.0, 85.0, 12.0, 9.0, 15.0]
    found = prominences(artists, popularity, [3, 3, 3, 3, 0, 0, 0, 0])
    assert found[0] > found[4]


@pytest.mark.parametrize("lower", [0.0, None])
def test_a_song_from_a_compilation_is_not_taken_for_unknown(lower: float | None) -> None:
    compilation, other = prominences(["R.E.M.", "Somebody"], [1.0, lower], [0, 0])
    assert compilation > other


def test_many_releases_speak_for_a_song() -> None:
    many, one = prominences(["A", "B"], [50.0, 50.0], [3, 0])
    assert many > one
    assert all(0 <= value <= 100 for value in prominences(["A"], [100.0], [9]))
