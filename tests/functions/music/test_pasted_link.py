"""The link in what people paste."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.errors import BadQuery
from kamerton.music.link_parsing import parse_track_reference
from kamerton.music.pasted_link import find_link
from kamerton.music.track import APPLE, DEEZER, SHORT_LINK, SPOTIFY, YOUTUBE, TrackReference

ID = "7xyYsOvq5Ec3P4fr6mM9fD"
LINK = f"https://open.spotify.com/track/{ID}"
TRACK = TrackReference(SPOTIFY, ID)
VIDEO = TrackReference(YOUTUBE, "3dm_5qWWDV8")
ENCODED = LINK.replace(":", "%3A").replace("/", "%2F")


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        (f"Check out this song: {LINK}?si=1 via Spotify", TRACK),
        (f"{LINK} Hysteria by Muse", TRACK),
        (f"Hear this!\n{LINK}\nGreat, isn't it?", TRACK),
        (f'"{LINK}"', TRACK),
        (f"“{LINK}”", TRACK),
        (f"«{LINK}»", TRACK),
        (f"'{LINK}'", TRACK),
        (f"<{LINK}>", TRACK),
        (f"[Hysteria]({LINK})", TRACK),
        (f"[{LINK}]({LINK})", TRACK),
        (f"**{LINK}**", TRACK),
        (f"`{LINK}`", TRACK),
        (f"({LINK})", TRACK),
        (f"{LINK}.", TRACK),
        (f"{LINK}, and more", TRACK),
        (f"{LINK}…", TRACK),
        (f"\u200b{LINK}\u200e", TRACK),
        (f"https://open.spo\u00adtify.com/track/{ID}", TRACK),
        (f"{LINK}&si=0f1e2d3c", TRACK),
        (f"https://open.spotify.com/search/x?highlight=spotify:track:{ID}", TRACK),
        (f"https://open.spotify.com/album/1DFixLWuPkv3KT3TnV35m3?highlight=spotify:track:{ID}", TRACK),
        (f"https://open.spotify.com/album/1DFixLWuPkv3KT3TnV35m3?si=1&highlight=spotify%3Atrack%3A{ID}", TRACK),
        (f"https://open.spotify.com/embed?uri=spotify:track:{ID}", TRACK),
        (f"https://open.spotify.com/embed?uri=spotify%3atrack%3a{ID}&theme=0", TRACK),
        (f"HTTPS://OPEN.SPOTIFY.COM/track/{ID}", TRACK),
        (f"Spotify:Track:{ID}", TRACK),
        (f"SPOTIFY:TRACK:{ID}", TRACK),
        (f"listen: spotify:track:{ID}!", TRACK),
        (f"see open.spotify.com/track/{ID}?si=2 now", TRACK),
        (f"https://song.link/s/{ID}", TRACK),
        (f"https://song.link/us/s/{ID}", TRACK),
        ("https://song.link/d/3135556", TrackReference(DEEZER, "3135556")),
        ("https://song.link/i/1122782283", TrackReference(APPLE, "1122782283")),
        ("https://song.link/y/3dm_5qWWDV8", VIDEO),
        (f"https://song.link/{LINK}", TRACK),
        (f"https://www.google.com/url?sa=t&url={ENCODED}&usg=x", TRACK),
        (f"https://www.google.de/url?q={LINK}", None),
        (f"https://www.google.com/url?q={ENCODED}%3Fsi%3D1&sa=D", TRACK),
        (f"https://l.facebook.com/l.php?u={ENCODED}%3Ffbclid%3Dx&h=AT0", TRACK),
        (f"https://lm.facebook.com/l.php?u={ENCODED}", TRACK),
        (f"https://l.instagram.com/?u={ENCODED}&e=x", TRACK),
        (f"https://out.reddit.com/?url={ENCODED}&token=x", TRACK),
        (f"https://vk.com/away.php?to={ENCODED}&cc_key=", TRACK),
        (f"https://t.umblr.com/redirect?z={ENCODED}&t=x", TRACK),
        (f"https://slack-redir.net/link?url={ENCODED}", TRACK),
        (f"https://www.youtube.com/redirect?q={ENCODED}", TRACK),
        (f"https://www.google.com/url?q=https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3D{ENCODED.replace('%', '%25')}", TRACK),
        (f"https://example.com/blog and {LINK}", TRACK),
        (f"https://open.spotify.com/album/1DFixLWuPkv3KT3TnV35m3 {LINK}", TRACK),
        ("My mix: https://youtu.be/3dm_5qWWDV8?si=abc, enjoy", VIDEO),
        ("https://www.youtube.com/watch?v=3dm_5qWWDV8&list=RD3dm_5qWWDV8&index=1", VIDEO),
        ("Deezer: https://www.deezer.com/track/3135556 !", TrackReference(DEEZER, "3135556")),
        ("Hör mal rein: https://link.deezer.com/s/32abc", TrackReference(SHORT_LINK, "link.deezer.com/s/32abc")),
        ("https://music.apple.com/us/album/yellow/1122782080?i=1122782283 (Yellow)", TrackReference(APPLE, "1122782283")),
    ],
)
def test_a_track_is_found_whatever_stands_around_its_link(text: str, reference: TrackReference | None) -> None:
    link = find_link(text)
    if reference is None:
        # The address of a site that is not known, with another address in it.
        with pytest.raises(BadQuery):
            parse_track_reference(link or "")
        return
    assert link is not None
    assert parse_track_reference(link) == reference


@pytest.mark.parametrize(
    "text",
    [
        "will.i.am/Britney",
        "AC/DC - Thunderstruck",
        "R.E.M./Everybody Hurts",
        "spotify:local:Muse:Absolution:Hysteria:227",
        "Spotify: the best of 2020",
        "Hysteria https://example.com/lyrics",
        "notopen.spotify.com/track",
        "24/7",
        "",
    ],
)
def test_a_name_has_no_link(text: str) -> None:
    assert find_link(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("This album! https://open.spotify.com/album/1DFixLWuPkv3KT3TnV35m3?si=1", "link_album"),
        ("https://open.spotify.com/artist/12Chz98pHFMPJEknJQMWvI.", "link_artist"),
        ("[mix](https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M)", "link_playlist"),
        ("https://www.deezer.com/en/album/302127", "link_album"),
        ("https://www.youtube.com/playlist?list=PL3dm_5qWWDV8", "link_playlist"),
        ("https://open.spotify.com/show/37i9dQZF1DXcBWIGoYBM5M", "link_not_a_track"),
        ("https://example.com/song", "link_foreign"),
        (f"https://evil.example/?u={LINK}", "link_foreign"),
        (f"https://open.spotify.com@evil.example/track/{ID}", "link_foreign"),
    ],
)
def test_what_names_no_track_says_what_it_is(text: str, reason: str) -> None:
    link = find_link(text)
    with pytest.raises(BadQuery) as failure:
        parse_track_reference(link or "")
    assert failure.value.reason == reason


_PIECES = st.sampled_from(
    [
        "https://",
        "spotify:",
        "track:",
        ID,
        "/",
        "?",
        "&",
        "=",
        "open.spotify.com",
        "www.google.com/url?q=",
        "%3A",
        "(",
        "]",
        " ",
        "\u200b",
    ]
)


@given(st.lists(_PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_any_text_has_a_link_or_none(text: str) -> None:
    link = find_link(text)
    if link is None:
        return
    assert find_link(link) == link
    try:
        parse_track_reference(link)
    except BadQuery:
        return


@pytest.mark.parametrize(
    "piece", ["https://www.google.com/url?q=", "[a](", "spotify:track:", "open.spotify.com/", "&a=1", "(" * 9]
)
def test_a_long_text_costs_little(piece: str) -> None:
    find_link(piece * (100_000 // len(piece)))
