"""What kind of track a title and an album name."""

from __future__ import annotations

import pytest

from kamerton.music.track import Track
from kamerton.music.track_kinds import kind_of


def kind(title: str, album: str = "An Album", artist: str = "Somebody", duration_ms: int | None = 200_000) -> str | None:
    return kind_of(Track("0" * 22, title, (artist,), album=album, duration_ms=duration_ms))


@pytest.mark.parametrize(
    "title",
    [
        *(
            "Last Christmas",
            "Jingle Bell Rock",
            "Feliz Navidad",
            "Winter Wonderland",
            "Let It Snow! Let It Snow!",
            "O Holy Night",
        ),
        *(
            "White Christmas",
            "Blue Christmas",
            "Sleigh Ride",
            "Frosty the Snowman",
            "Run Rudolph Run",
            "Silent Night",
            "Stille Nacht",
        ),
        *(
            "Santa Baby",
            "Don't Shoot Me Santa",
            "Little Saint Nick",
            "Merry Xmas Everybody",
            "Happy Holidays",
            "Mary, Did You Know?",
        ),
        *(
            "Petit papa Noël",
            "Tu scendi dalle stelle",
            "Nu är det jul igen",
            "В лесу родилась ёлочка",
            "What Are You Doing New Year's Eve?",
        ),
        *("Santa Tell Me", "Fairytale of New York (feat. Kirsty MacColl)", "Snowman", "Douce nuit", "Vive le vent"),
        *(
            "Ihr Kinderlein kommet",
            "Oh du fröhliche",
            "Astro del ciel",
            "Underneath the Tree",
            "Rudolph, the Red-Nosed Reindeer",
        ),
        *("Baby, It's Cold Outside", "You're A Mean One, Mr. Grinch", "A Holly Jolly Christmas", "God Rest Ye Merry Gentlemen"),
    ],
)
def test_a_carol_is_known_by_its_title(title: str) -> None:
    assert kind(title) == "christmas"


@pytest.mark.parametrize(
    "album", ["Emo Christmas 2022", "Weihnachten Playlist", "GOD JUL", "Holidays Are Coming", "Holiday Hits"]
)
def test_an_album_counts_as_a_title_does(album: str) -> None:
    assert kind("Home", album) == "christmas"


@pytest.mark.parametrize(
    "title",
    [
        *(
            "Holy Diver",
            "Santa Fe",
            "Santa Monica",
            "Snow (Hey Oh)",
            "Bells",
            "Hells Bells",
            "Holiday",
            "November Rain",
            "July",
        ),
        *("Cold As Ice", "Rudy", "Noelle", "Drummer Man", "Starry Night", "Silent Lucidity", "New Year", "The Star", "Jolene"),
        *(
            "Intoxicated",
            "Interstate Love Song",
            "Skitzo Dancer",
            "Live Forever",
            "Rain",
            "Mixed Emotions",
            "Slow Ride",
            "Sleep Talk",
        ),
        # Other songs whose names have such a word.
        *("New Year's Day", "Merry Christmas Mr. Lawrence", "Rudolph Valentino", "Reindeer Games", "Snowman's Land"),
        *("Outro Lugar", "Intro: Singularity", "Tribute to Chronical Deep - Atmospheric Mix", "Interlude : Shadow"),
    ],
)
def test_other_music_is_of_no_kind(title: str) -> None:
    assert kind(title) is None


def test_a_namesake_is_told_by_its_artist() -> None:
    assert kind("Joy to the World", artist="Three Dog Night") is None
    assert kind("Joy to the World", artist="Mariah Carey") == "christmas"


@pytest.mark.parametrize("title", ["Intro", "Tritonia - Intro", "Interludio", "The End (Outro)"])
def test_an_intro_is_a_piece_unless_it_is_as_long_as_a_song(title: str) -> None:
    assert kind(title, duration_ms=119_000) == "fragment"
    assert kind(title, duration_ms=None) == "fragment"
    assert kind(title, duration_ms=127_000) is None


@pytest.mark.parametrize(
    ("title", "album", "artist"),
    [
        ("Hello (A Tribute to Adele)", "Hits", "Band"),
        ("Hello", "A Tribute to Adele", "Band"),
        ("Hello", "Hits", "Tribute to Adele"),
    ],
)
def test_an_imitation_is_told_from_homage(title: str, album: str, artist: str) -> None:
    assert kind(title, album, artist) == "karaoke"


@pytest.mark.parametrize("album", ["70s Christmas Party", "Christmas Vibes But Not Christmas Songs", "Parachute"])
def test_an_album_of_other_music_counts_for_nothing(album: str) -> None:
    assert kind("Gimme Shelter", album, "Katie Noel") is None


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Skit", "fragment"),
        ("JD Intro - Background Score", "fragment"),
        ("Comedy Skit", "fragment"),
        ("Real Life (Mixed)", "fragment"),
        ("Hello (Karaoke Version)", "karaoke"),
        ("Hello - Originally Performed by Adele", "karaoke"),
        ("Mary On A Cross - slowed + reverb", "altered"),
        ("Heat Waves (Sped Up)", "altered"),
        ("White Noise for Babies", "noise"),
        ("Halloween Theme", "halloween"),
    ],
)
def test_what_nobody_wants_in_a_list_is_known(title: str, found: str) -> None:
    assert kind(title) == found


@pytest.mark.parametrize(
    ("duration_ms", "found"), [(30_000, "fragment"), (60_000, None), (1_556_000, "fragment"), (None, None)]
)
def test_a_piece_of_seconds_or_of_half_an_hour_is_no_track(duration_ms: int | None, found: str | None) -> None:
    assert kind("A Song", duration_ms=duration_ms) == found
