"""Which of the tracks that were found outside a name means."""

from __future__ import annotations

import pytest

from kamerton.names import best_named
from kamerton.tracks import Track

SPOTIFYS = Track("7xyYsOvq5Ec3P4fr6mM9fD", "Hysteria", ("Muse",), isrc="GBAHT0300180")
DEEZERS = Track("deezer:1", "Hysteria", ("Muse",), popularity=90.0)
LIVE = Track("deezer:2", "Hysteria (Live)", ("Muse",), popularity=95.0)
COVER = Track("deezer:3", "Hysteria", ("Def Leppard",), popularity=80.0)
OTHER = Track("deezer:4", "Waterfalls", ("TLC",), popularity=100.0)


@pytest.mark.parametrize(
    "query", ["muse hysteria", "Hysteria Muse", "hystera muse", "muse - hysteria", "Hysteria (feat. Nobody) Muse"]
)
def test_the_song_that_was_typed_comes_first_and_once(query: str) -> None:
    found = best_named(query, [OTHER, LIVE, COVER, DEEZERS, SPOTIFYS])
    assert found[0] == SPOTIFYS
    assert DEEZERS not in found
    assert LIVE not in found
    assert OTHER not in found


def test_a_version_that_was_asked_for_is_given() -> None:
    assert best_named("muse hysteria live", [DEEZERS, LIVE])[0] == LIVE


def test_the_same_recording_is_there_once() -> None:
    another = Track("0" * 22, "Hysterie", ("MUSE UK",), isrc=SPOTIFYS.isrc)
    assert best_named("hysteria", [SPOTIFYS, another]) == [SPOTIFYS]


def test_what_fits_nothing_is_nothing() -> None:
    assert best_named("zxcvbnm qwerty", [SPOTIFYS, COVER, OTHER]) == []
    assert best_named("\N{SNOWMAN}", [SPOTIFYS]) == []
