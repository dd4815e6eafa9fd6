from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.errors import BadQuery
from kamerton.music.link_parsing import parse_track_reference
from kamerton.music.titles import base_title, version_keys
from kamerton.music.track import APPLE, DEEZER, ISRC, SHORT_LINK, SPOTIFY, YOUTUBE, Track, TrackReference, reference_of

ID = "7xyYsOvq5Ec3P4fr6mM9fD"


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f"  {ID}\n",
        f"spotify:track:{ID}",
        f"spotify:track:{ID}?si=0f1e2d3c4b5a",
        f"https://open.spotify.com/track/{ID}",
        f"http://open.spotify.com/track/{ID}",
        f"https://open.spotify.com/track/{ID}/",
        f"https://open.spotify.com/track/{ID}?si=0f1e2d3c4b5a&utm_source=copy-link",
        f"https://open.spotify.com/track/{ID}#1:02",
        f"https://open.spotify.com/intl-de/track/{ID}?si=0f1e2d3c4b5a",
        f"https://open.spotify.com/intl-pt-BR/track/{ID}",
        f"https://open.spotify.com/embed/track/{ID}?theme=0",
        f"https://open.spotify.com/intl-fr/embed/track/{ID}",
        f"https://play.spotify.com/track/{ID}",
        f"https://open.spotify.com:443/track/{ID}",
        f"HTTPS://OPEN.Spotify.COM/track/{ID}",
        f"open.spotify.com/track/{ID}",
        f"Open.Spotify.com/intl-ru/track/{ID}?si=1",
    ],
)
def test_every_form_of_a_link_to_a_track_gives_its_id(text: str) -> None:
    assert parse_track_reference(text) == TrackReference(SPOTIFY, ID)


@pytest.mark.parametrize(
    "text",
    [
        "deezer:3135556",
        "deezer:track:3135556",
        "https://www.deezer.com/track/3135556",
        "http://deezer.com/en/track/3135556/",
        "www.deezer.com/pt-br/track/3135556?host=1&utm_source=deezer",
    ],
)
def test_every_form_of_a_link_to_deezer_gives_its_number(text: str) -> None:
    assert parse_track_reference(text) == TrackReference(DEEZER, "3135556")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("apple:1122782283", "1122782283"),
        ("apple:1122782283-jp", "1122782283-jp"),
        ("https://music.apple.com/us/album/yellow/1122782080?i=1122782283", "1122782283"),
        ("https://music.apple.com/us/album/yellow/1122782080?uo=4&i=1122782283&l=en", "1122782283"),
        ("https://music.apple.com/us/album/1122782080?i=1122782283", "1122782283"),
        ("https://geo.music.apple.com/us/album/_/1122782080?i=1122782283&app=music", "1122782283"),
        ("https://music.apple.com/jp/album/yellow/1122782080?i=1122782283", "1122782283-jp"),
        ("https://music.apple.com/de/song/%E6%AD%8C/1122782283", "1122782283-de"),
        ("music.apple.com/us/song/yellow/1122782283", "1122782283"),
        ("https://music.apple.com/song/1122782283", "1122782283"),
        ("https://itunes.apple.com/us/album/yellow/id1122782080?i=1122782283", "1122782283"),
    ],
)
def test_every_form_of_a_link_to_apple_music_gives_its_number_and_store(text: str, value: str) -> None:
    assert parse_track_reference(text) == TrackReference(APPLE, value)


@pytest.mark.parametrize("text", ["GBAYE0601690", " gbaye0601690 ", "GB-AYE-06-01690", "gb-aye-06-01690"])
def test_an_isrc_is_told_from_a_name(text: str) -> None:
    assert parse_track_reference(text) == TrackReference(ISRC, "GBAYE0601690")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("https://spotify.link/aBcDeFgHiJ", "spotify.link/aBcDeFgHiJ"),
        ("http://Spotify.link/aBcDeFgHiJ?_p=1", "spotify.link/aBcDeFgHiJ"),
        ("spotify.link/aBcDeFgHiJ/", "spotify.link/aBcDeFgHiJ"),
        ("https://link.tospotify.com/a-b_c/d", "link.tospotify.com/a-b_c/d"),
        ("https://link.deezer.com/s/32abc", "link.deezer.com/s/32abc"),
    ],
)
def test_a_short_link_is_known_by_its_host_and_path(text: str, value: str) -> None:
    assert parse_track_reference(text) == TrackReference(SHORT_LINK, value)


@pytest.mark.parametrize(
    "text",
    [
        "https://www.youtube.com/watch?v=3dm_5qWWDV8",
        "http://youtube.com/watch?app=desktop&v=3dm_5qWWDV8&t=3s#x",
        "m.youtube.com/watch?v=3dm_5qWWDV8",
        "https://music.youtube.com/watch?v=3dm_5qWWDV8&list=RDAMVM3dm_5qWWDV8",
        "https://youtu.be/3dm_5qWWDV8?si=abc",
        "youtu.be/3dm_5qWWDV8",
        "https://www.youtube.com/shorts/3dm_5qWWDV8/",
        "https://www.youtube-nocookie.com/embed/3dm_5qWWDV8?rel=0",
        "https://www.youtube.com/live/3dm_5qWWDV8",
        "youtube:3dm_5qWWDV8",
    ],
)
def test_a_video_is_known_by_its_id(text: str) -> None:
    assert parse_track_reference(text) == TrackReference(YOUTUBE, "3dm_5qWWDV8")


@pytest.mark.parametrize("id_", [ID, "GBAYE0601690", "deezer:3135556", "apple:5-jp", "youtube:3dm_5qWWDV8"])
def test_the_id_of_a_track_asks_for_it(id_: str) -> None:
    assert parse_track_reference(id_) == reference_of(Track(id_, "Title", ()))


@pytest.mark.parametrize("id_", ["", "short", "../../current", "deezer:x", "https://open.spotify.com"])
def test_what_asks_for_no_track_is_no_id(id_: str) -> None:
    with pytest.raises(ValueError, match="is no id of a track"):
        reference_of(Track(id_, "Title", ()))


@pytest.mark.parametrize(
    "text",
    [
        "Hysteria",
        "Muse - Hysteria",
        "spotify",
        "Spotify: the best of 2020",
        "open.spotify.com",
        "track",
        "supercalifragilisticex",
        "SUPERCALIFRAGILISTICEX",
        "Supercalifragilisticex",
        ID[:-1],
        ID + "A",
        "Пикник — Египтянин",
        "https",
        "",
    ],
)
def test_a_name_is_no_link(text: str) -> None:
    assert parse_track_reference(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"https://evil.example/track/{ID}", "link_foreign"),
        (f"https://open.spotify.com.evil.example/track/{ID}", "link_foreign"),
        (f"https://open.spotify.com@evil.example/track/{ID}", "link_foreign"),
        (f"https://evil.example@open.spotify.com/track/{ID}", "link_foreign"),
        (f"https://user:word@open.spotify.com/track/{ID}", "link_foreign"),
        (f"https://evil.example\\@open.spotify.com/track/{ID}", "link_foreign"),
        (f"https://open.spotify.com:8443/track/{ID}", "link_foreign"),
        (f"https://notopen.spotify.com/track/{ID}", "link_foreign"),
        (f"https://spotify.com/track/{ID}", "link_foreign"),
        (f"https://open.spot\N{CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I}fy.com/track/{ID}", "link_foreign"),
        (f"https://\N{FULLWIDTH LATIN SMALL LETTER O}pen.spotify.com/track/{ID}", "link_foreign"),
        (f"https://open.spotify\N{IDEOGRAPHIC FULL STOP}com/track/{ID}", "link_foreign"),
        ("https://evil.youtube.com/watch?v=3dm_5qWWDV8", "link_foreign"),
        ("https://youtu.be@evil.example/3dm_5qWWDV8", "link_foreign"),
        ("https://www.youtube.com/watch?v=3dm_5qWWDV", "link_broken"),
        ("https://www.youtube.com/watch?list=PL3dm_5qWWDV8", "link_broken"),
        ("https://youtu.be/", "link_broken"),
        ("https://www.youtube.com/playlist?list=PL3dm_5qWWDV8", "link_playlist"),
        ("https://www.youtube.com", "link_not_a_track"),
        ("https://deezer.page.link/aBcD", "link_gone"),
        ("https://www.deezer.com/album/302127", "link_album"),
        ("https://www.deezer.com/us/track/", "link_broken"),
        ("https://www.deezer.com/us/track/3135556x", "link_broken"),
        ("https://www.deezer.com/track/0", "link_broken"),
        ("https://www.deezer.com@evil.example/track/1", "link_foreign"),
        ("https://deezer.com.evil.example/track/1", "link_foreign"),
        ("https://music.apple.com/us/album/parachutes/1122782080", "link_album"),
        ("https://music.apple.com/us/artist/coldplay/471744", "link_artist"),
        ("https://music.apple.com/us/album/yellow/1122782080?i=", "link_album"),
        ("https://music.apple.com/us/album/yellow/1122782080?i=x", "link_broken"),
        ("https://music.apple.com/us/song/yellow", "link_broken"),
        ("https://music.apple.com/us", "link_broken"),
        ("https://music.apple.com.evil.example/us/song/1", "link_foreign"),
        ("https://", "link_foreign"),
        ("https:///track/x", "link_foreign"),
        ("https://spotify.link/", "link_broken"),
        ("https://spotify.link/a%2e%2e/b", "link_broken"),
        ("https://spotify.link/../track", "link_broken"),
        ("https://spotify.link/" + "a" * 65, "link_broken"),
        ("https://user:word@spotify.link/aBcDeFgHiJ", "link_foreign"),
        ("https://spotify.link:8443/aBcDeFgHiJ", "link_foreign"),
        ("https://evil.spotify.link/aBcDeFgHiJ", "link_foreign"),
        ("https://open.spotify.com/", "link_broken"),
        ("https://open.spotify.com/track/", "link_broken"),
        (f"https://open.spotify.com/track/{ID[:-1]}", "link_broken"),
        (f"https://open.spotify.com/track/{ID}A", "link_broken"),
        (f"https://open.spotify.com/track/{ID}/more", "link_broken"),
        (f"https://open.spotify.com/track/{ID[:-1]}\N{ARABIC-INDIC DIGIT ONE}", "link_broken"),
        ("https://[open.spotify.com/track", "link_broken"),
        (f"https://open.spotify.com:port/track/{ID}", "link_broken"),
        (f"https://\N{CARE OF}.example/track/{ID}", "link_broken"),
        ("spotify:track:short", "link_broken"),
        ("https://open.spotify.com/album/1DFixLWuPkv3KT3TnV35m3", "link_album"),
        ("https://open.spotify.com/intl-de/playlist/37i9dQZF1DXcBWIGoYBM5M?si=1", "link_playlist"),
        ("spotify:artist:12Chz98pHFMPJEknJQMWvI", "link_artist"),
        ("spotify:user:somebody:playlist:37i9dQZF1DXcBWIGoYBM5M", "link_not_a_track"),
    ],
)
def test_a_link_that_is_not_of_one_track_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(BadQuery) as failure:
        parse_track_reference(text)
    assert failure.value.reason == reason


@given(st.text() | st.from_regex(r"(https?://|spotify:)[\w.:/@\[\]?#%\\-]*", fullmatch=True))
def test_any_text_is_an_id_a_name_or_refused(text: str) -> None:
    try:
        reference = parse_track_reference(text)
    except BadQuery:
        return
    assert reference is None or re.fullmatch(r"[0-9A-Za-z./_-]+", reference.value)


@pytest.mark.parametrize(
    ("title", "base"),
    [
        ("Hysteria", "hysteria"),
        ("Hurt (Live) - 2011 Remaster", "hurt"),
        ("Hotel California - 2013 Remaster", "hotel california"),
        ("Bohemian Rhapsody - Remastered 2011", "bohemian rhapsody"),
        ("Stan (feat. Dido)", "stan"),
        ("Lose Control ft. Ciara", "lose control"),
        ("Blinding Lights [Radio Edit]", "blinding lights"),
        ("Layla – Acoustic", "layla"),
        ("In Da Club / Live", "in da club"),
        ("Live Forever", "live forever"),
        ("With or Without You", "with or without you"),
        ("Radio", "radio"),
        ("24/7", "24 7"),
        ("(I Can't Get No) Satisfaction", "i cant get no satisfaction"),
        ("Red (Taylor's Version)", "red"),
        ("Кино (Live)", "кино"),
        ("(Live)", "live"),
        ("???", "???"),
    ],
)
def test_a_base_title_leaves_out_what_marks_a_version(title: str, base: str) -> None:
    assert base_title(title) == base


def track(title: str, *artists: str) -> Track:
    return Track(ID, title, artists)


@pytest.mark.parametrize(
    ("one", "other", "versions"),
    [
        (track("Hurt", "Johnny Cash"), track("Hurt - Live", "Johnny Cash"), True),
        (track("Stan", "Eminem"), track("Stan (feat. Dido)", "Eminem", "Dido"), True),
        (track("Hurt", "Johnny Cash"), track("Hurt", "Nine Inch Nails"), False),
        (track("Sæglópur", "Sigur Rós"), track("saeglopur", "SIGUR ROS"), True),
        (track("One", "U2"), track("Two", "U2"), False),
        (track("???", "!!!"), track("???", "!!!"), True),
        (track("???", "!!!"), track("???", "???"), False),
    ],
)
def test_two_tracks_are_versions_when_they_share_an_artist_and_a_base_title(one: Track, other: Track, versions: bool) -> None:
    assert bool(version_keys(one) & version_keys(other)) is versions


@given(st.text(min_size=1), st.text(min_size=1))
def test_every_track_is_a_version_of_itself(title: str, artist: str) -> None:
    assert version_keys(track(title, artist)) == version_keys(track(title, artist)) != frozenset()


@pytest.mark.parametrize("text", ["youtube.com/playlist?list=PL0", "www.deezer.com/album/1"])
def test_a_link_without_its_scheme_is_a_link(text: str) -> None:
    with pytest.raises(BadQuery):
        parse_track_reference(text)


@pytest.mark.parametrize(
    "text", ["AC/DC", "Mr. Brightside / live", "feat./with", "1979 / 1984", "will.i.am", "will.i.am/Britney", "music.example/x"]
)
def test_a_name_with_a_dot_or_a_slash_stays_a_name(text: str) -> None:
    assert parse_track_reference(text) is None
