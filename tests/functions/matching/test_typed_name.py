"""What people paste and mistype instead of a plain name."""

from __future__ import annotations

import pytest

from kamerton.matching.typed_name import other_layout, undecorated
from kamerton.matching.video_titles import without_guests


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Muse - Hysteria (Official Video) [HD] - YouTube", "Muse - Hysteria"),
        ("Muse - Hysteria [Official Music Video]", "Muse - Hysteria"),
        ("Hysteria - song and lyrics by Muse | Spotify", "Hysteria Muse"),
        ("Hysteria by Muse on Apple Music", "Hysteria by Muse"),
        ("Listen to Hysteria by Muse on Deezer", "Hysteria by Muse"),
        ("Muse – Hysteria Lyrics | Genius Lyrics", "Muse – Hysteria"),
        ("🎵 Muse - Hysteria 🔥", "Muse - Hysteria"),
        ("Кино - Группа крови (Официальный клип)", "Кино - Группа крови"),
        ("Lyrics", "Lyrics"),
        ("YouTube", "YouTube"),
        ("Video Killed The Radio Star", "Video Killed The Radio Star"),
        ("Blank Space (Taylor's Version)", "Blank Space (Taylor's Version)"),
    ],
)
def test_what_pages_add_to_a_name_is_left_out(text: str, name: str) -> None:
    assert undecorated(text) == name


@pytest.mark.parametrize(
    ("text", "other"),
    [("ьуефддшсф", "metallica"), ("тшкмфтф", "nirvana"), ("rbyj", "кино"), ("uheggf rhjdb", "группа крови")],
)
def test_the_wrong_keyboard_layout_is_seen(text: str, other: str) -> None:
    assert other_layout(text) == other


@pytest.mark.parametrize(
    "text", ["metallica", "кино", "группа крови", "bts", "nwa", "", "123", "smells like teen spirit", "hjkl"]
)
def test_the_right_layout_is_left_alone(text: str) -> None:
    assert other_layout(text) is None


@pytest.mark.parametrize(
    ("title", "without"),
    [
        ("Get Lucky (Radio Edit - feat. Pharrell Williams and Nile Rodgers)", "Get Lucky (Radio Edit)"),
        ("Get Lucky (feat. Pharrell Williams)", "Get Lucky"),
        ("Stan ft. Dido", "Stan"),
    ],
)
def test_no_bracket_is_left_open_where_guests_are_left_out(title: str, without: str) -> None:
    assert without_guests(title).strip() == without
