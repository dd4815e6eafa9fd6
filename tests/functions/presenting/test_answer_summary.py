from __future__ import annotations

from kamerton.music.track import Track
from kamerton.presenting.answer_summary import answer_summary
from kamerton.presenting.track_name import track_name
from kamerton.release.classifier import GenreScore

METAL = GenreScore("metal", 0.923)
TRACKS = [Track(str(number), f"Song {number}", ("Ann", "Ben")) for number in range(5)]


def test_an_answer_is_said_in_a_sentence() -> None:
    names = "Song 0 – Ann, Ben, Song 1 – Ann, Ben, Song 2 – Ann, Ben"
    assert answer_summary(METAL, TRACKS, "en") == f"metal 92%. It sounds like {names}."
    assert answer_summary(METAL, [], "ru") == "metal, 92\xa0%."


def test_a_track_without_artists_is_its_title() -> None:
    assert track_name(TRACKS[0]) == "Song 0 – Ann, Ben"
    assert track_name(Track("1", "Song", ())) == "Song"
