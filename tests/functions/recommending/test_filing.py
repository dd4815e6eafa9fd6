"""The genres of a track by its sound and by what it is filed under."""

from __future__ import annotations

import pytest

from kamerton.recommending.filing import filed_genres
from kamerton.release.classifier import GenreScore

HEARD = (GenreScore("deep-house", 0.5), GenreScore("rock", 0.3), GenreScore("metal", 0.2))
CONFUSION = {"rock": {"rock": 0.8, "metal": 0.19, "deep-house": 0.01}, "metal": {"metal": 0.9, "rock": 0.1}}


def probabilities(filed: list[str], confusion: dict[str, dict[str, float]]) -> dict[str, float]:
    return {score.genre: score.probability for score in filed_genres(HEARD, filed, confusion)}


def test_a_label_counts_as_much_as_it_is_to_be_trusted() -> None:
    found = probabilities(["rock"], CONFUSION)
    total = 0.3 * 0.8 + 0.2 * 0.19 + 0.5 * 0.01
    assert found == pytest.approx({"rock": 0.24 / total, "metal": 0.038 / total, "deep-house": 0.005 / total})
    assert list(found) == ["rock", "metal", "deep-house"]


def test_a_label_that_says_nothing_changes_nothing() -> None:
    flat = {"rock": dict.fromkeys(("rock", "metal", "deep-house"), 1 / 3)}
    assert probabilities(["rock"], flat) == pytest.approx({"deep-house": 0.5, "rock": 0.3, "metal": 0.2})


def test_of_several_labels_each_counts() -> None:
    found = probabilities(["rock", "metal"], CONFUSION)
    assert found["rock"] > found["metal"] > found["deep-house"]
    assert sum(found.values()) == pytest.approx(1)


def test_an_unmeasured_label_is_mostly_trusted() -> None:
    assert probabilities(["rock"], {})["rock"] > 0.8


@pytest.mark.parametrize("filed", [[], ["a genre of another release"]])
def test_without_a_label_the_sound_alone_counts(filed: list[str]) -> None:
    assert filed_genres(HEARD, filed, CONFUSION) == HEARD
