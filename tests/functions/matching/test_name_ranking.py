"""The tracks of a search that a typed name means."""

from __future__ import annotations

import pytest

from kamerton.matching.name_ranking import fits_any, is_named_whole, known_by, other_spellings, ranked
from kamerton.music.track import Track

SPOTIFYS = Track("7xyYsOvq5Ec3P4fr6mM9fD", "Hysteria", ("Muse",), isrc="GBAHT0300180")


def best_named(query: str, tracks: list[Track], at_hand: list[Track] | None = None) -> list[Track]:
    return [named.track for named in ranked(query, tracks, at_hand or [])]


DEEZERS = Track("deezer:1", "Hysteria", ("Muse",), popularity=90.0)
LIVE = Track("deezer:2", "Hysteria (Live)", ("Muse",), popularity=95.0)
COVER = Track("deezer:3", "Hysteria", ("Def Leppard",), popularity=80.0)
OTHER = Track("deezer:4", "Waterfalls", ("TLC",), popularity=100.0)


@pytest.mark.parametrize(
    "query", ["muse hysteria", "Hysteria Muse", "hystera muse", "muse - hysteria", "Hysteria (feat. Nobody) Muse"]
)
def test_the_song_that_was_typed_comes_first_and_once(query: str) -> None:
    tracks = best_named(query, [OTHER, LIVE, COVER, DEEZERS, SPOTIFYS])
    assert tracks[0] == SPOTIFYS
    assert DEEZERS not in tracks
    assert LIVE not in tracks
    assert OTHER not in tracks


def test_a_version_that_was_asked_for_is_given() -> None:
    assert best_named("muse hysteria live", [DEEZERS, LIVE])[0] == LIVE


def test_the_same_recording_is_there_once() -> None:
    another = Track("0" * 22, "Hysterie", ("MUSE UK",), isrc=SPOTIFYS.isrc)
    assert best_named("hysteria", [SPOTIFYS, another]) == [SPOTIFYS]


def test_what_fits_nothing_is_nothing() -> None:
    assert best_named("zxcvbnm qwerty", [SPOTIFYS, COVER, OTHER]) == []
    assert best_named("\N{SNOWMAN}", [SPOTIFYS]) == []


def test_the_better_known_song_comes_before_another_that_fits_as_well_even_one_at_hand() -> None:
    at_hand = Track("1" * 22, "Hysteria", ("Def Leppard",), popularity=60.0)
    assert best_named("hysteria", [DEEZERS, OTHER], [at_hand]) == [DEEZERS, at_hand]
    assert best_named("hysteria def leppard", [DEEZERS, OTHER], [at_hand])[0] == at_hand


def test_one_bogus_popularity_does_not_decide() -> None:
    originals = [Track("deezer:1", "Hello", ("Adele",), popularity=88.0), Track("2" * 22, "Hello", ("Adele",))]
    bogus = Track("deezer:2", "Hello", ("Piano Covers",), popularity=100.0)
    assert best_named("hello", [originals[1], bogus, originals[0]])[0] == originals[1]


def test_a_title_of_one_word_is_no_answer_unless_its_track_is_well_known() -> None:
    cover = Track("1" * 22, "Hello", ("Izzy Vadim",))
    assert not known_by("hello", cover, 35.0)
    assert known_by("hello", cover, 60.0)
    assert known_by("hello", cover, None)
    assert known_by("hello izzy vadim", cover, 35.0)
    assert known_by("izzy vadim", cover, 35.0)


def test_of_versions_of_a_song_the_one_at_hand_is_named() -> None:
    at_hand = Track("1" * 22, "Hysteria", ("Muse",))
    assert best_named("muse hysteria", [SPOTIFYS, DEEZERS], [at_hand]) == [at_hand]


@pytest.mark.parametrize("query", ["muse hysteria", "Hysteria - Muse", "hystera muse", "MUSE hysteria (feat. Nobody)"])
def test_a_title_with_its_artist_is_named_whole(query: str) -> None:
    assert is_named_whole(query, SPOTIFYS)


@pytest.mark.parametrize("query", ["muse", "hysteria", "muse hysteria live at rome", "hysteria def leppard", "hyst"])
def test_a_part_of_it_or_more_is_not(query: str) -> None:
    assert not is_named_whole(query, SPOTIFYS)


def test_other_spellings_leave_out_a_word_each_the_longest_first() -> None:
    assert other_spellings("Smels Like Teen Spirit (feat. Nobody)") == [
        "smels like teen spirit",
        "smels like teen",
        "like teen spirit",
        "smels teen spirit",
        "smels like spirit",
    ]
    assert other_spellings("hysteria") == []
    assert len(other_spellings(" ".join("abcdefghij"))) == 6


def test_whether_anything_fits() -> None:
    assert fits_any("hystera muse", [OTHER, DEEZERS])
    assert not fits_any("hystera muse", [OTHER])
