from __future__ import annotations

import pytest

from kamerton.music.audible import AUDIBLE
from kamerton.music.features import AudioFeatures
from kamerton.recommending.reasons import Closeness

# Values spread evenly over each range, but for instrumentalness, which hardly any track has.
EVEN = [place / 100 for place in range(101)]
QUANTILES = dict.fromkeys(AUDIBLE, EVEN) | {
    "tempo": [60 + place for place in range(101)],
    "instrumentalness": [0.0] * 90 + EVEN[90:],
}


@pytest.fixture
def closeness() -> Closeness:
    return Closeness(QUANTILES)


def test_two_tracks_are_close_where_few_lie_between(closeness: Closeness) -> None:
    assert closeness.close_features(AudioFeatures(tempo=120), AudioFeatures(tempo=123)) == ("tempo",)
    assert closeness.close_features(AudioFeatures(tempo=120), AudioFeatures(tempo=150)) == ()


def test_what_most_tracks_share_is_not_worth_saying(closeness: Closeness) -> None:
    same = AudioFeatures(instrumentalness=0.0)
    assert closeness.close_features(same, same) == ()


def test_the_most_remarkable_come_first_and_only_two(closeness: Closeness) -> None:
    one = AudioFeatures(energy=0.5, tempo=100, valence=0.5, danceability=0.5)
    other = AudioFeatures(energy=0.55, tempo=100, valence=0.52, danceability=0.9)
    assert closeness.close_features(one, other) == ("tempo", "valence")


def test_what_is_not_known_is_never_close(closeness: Closeness) -> None:
    assert closeness.close_features(AudioFeatures(), AudioFeatures(energy=0.5)) == ()


def test_the_share_between_counts_both_ends(closeness: Closeness) -> None:
    assert closeness.share_between("energy", 0.2, 0.3) == closeness.share_between("energy", 0.3, 0.2) == 11 / 101
    assert closeness.share_between("energy", 0.0, 1.0) == 1


def test_what_no_ear_tells_apart_from_nothing_is_not_said(closeness: Closeness) -> None:
    hardly = AudioFeatures(instrumentalness=0.25, acousticness=0.01, speechiness=0.03)
    assert closeness.close_features(hardly, hardly) == ()
    clearly = AudioFeatures(instrumentalness=0.95)
    assert closeness.close_features(clearly, clearly) == ("instrumentalness",)


def test_what_an_ear_tells_apart_is_not_close_though_few_lie_between(closeness: Closeness) -> None:
    # Hardly any track lies between these two, since hardly any is instrumental.
    assert closeness.close_features(AudioFeatures(instrumentalness=0.4), AudioFeatures(instrumentalness=0.85)) == ()
