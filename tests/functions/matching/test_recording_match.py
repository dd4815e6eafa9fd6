"""The same recording as a track is picked among the hits of a service."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.matching.recording_match import LEAST_SIMILARITY, best_match, similarity
from kamerton.music.track import Track


def track(title: str, *artists: str, seconds: float | None = 240) -> Track:
    return Track("deezer:1", title, artists, duration_ms=None if seconds is None else round(seconds * 1000))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (track("Yellow", "Coldplay"), track("Yellow", "Coldplay")),
        (track("Yellow", "Coldplay"), track("YELLOW", "coldplay", seconds=244.9)),
        (track("Yellow", "Coldplay"), track("Yellow - 2016 Remaster", "Coldplay")),
        (track("Stan", "Eminem", "Dido"), track("Stan (feat. Dido)", "Eminem")),
        (
            track("Instant Crush", "Daft Punk"),
            track("Instant Crush (feat. Julian Casablancas)", "Daft Punk & Julian Casablancas"),
        ),
        (track("Help!", "The Beatles"), track("Help! (Remastered 2009)", "Beatles")),
        (track("Hurt - Live", "Johnny Cash"), track("Hurt (Live)", "Johnny Cash")),
        (track("Live Forever", "Oasis"), track("Live Forever (Remastered)", "Oasis")),
        (track("Cola - Camelphat Remix", "Elderbrook"), track("Cola (Camelphat Remix)", "Elderbrook")),
        (track("Sæglópur", "Sigur Rós"), track("Saeglopur", "Sigur Ros", seconds=None)),
        (track("Группа крови", "Кино"), track("Группа крови", "КИНО")),
        (track("Cover Me Up", "Jason Isbell"), track("Cover Me Up", "Jason Isbell")),
    ],
)
def test_one_recording_is_known_as_such(one: Track, other: Track) -> None:
    assert similarity(one, other) >= LEAST_SIMILARITY
    assert similarity(other, one) >= LEAST_SIMILARITY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (track("Yellow", "Coldplay"), track("Yellow", "Coldplay", seconds=245.1)),
        (track("Yellow", "Coldplay"), track("Yellow (Mixed)", "Coldplay")),
        (track("Yellow", "Coldplay"), track("Yellow (Live in Buenos Aires)", "Coldplay")),
        (track("Yellow", "Coldplay"), track("Yellow (Karaoke Version)", "Coldplay")),
        (track("Yellow", "Coldplay"), track("Yellow", "Coldplay Tribute Band")),
        (track("Yellow", "Coldplay"), track("Yellow", "Vitamin String Quartet")),
        (track("Yellow", "Coldplay"), track("Clocks", "Coldplay")),
        (track("Yellow", "Coldplay"), track("Yellow Submarine", "Coldplay")),
        (track("Yellow - Live", "Coldplay"), track("Yellow", "Coldplay")),
        (track("Cola - Camelphat Remix", "Elderbrook"), track("Cola (Purple Disco Machine Remix)", "Elderbrook")),
        (track("Hurt", "Johnny Cash"), track("Hurt", "Nine Inch Nails")),
        (track("Hurt", "Johnny Cash"), track("Hurt")),
        (track("Hurt - Sped Up", "Johnny Cash"), track("Hurt - Slowed", "Johnny Cash")),
    ],
)
def test_another_recording_is_not_taken_for_it(one: Track, other: Track) -> None:
    assert best_match(one, [other]) is None


def test_the_same_edition_and_the_nearest_duration_come_first() -> None:
    yellow = track("Yellow", "Coldplay")
    remaster, late, same = (
        track("Yellow (Remaster)", "Coldplay"),
        track("Yellow", "Coldplay", seconds=242),
        track("Yellow", "Coldplay"),
    )
    assert best_match(yellow, [remaster, late, same]) is same
    assert best_match(yellow, [remaster, late]) is late
    assert best_match(yellow, []) is None


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_any_names_have_a_similarity(title: str, artist: str, other: str) -> None:
    assert 0 <= similarity(track(title, artist), track(other, artist)) <= 100
