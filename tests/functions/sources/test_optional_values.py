"""A value beside a track's id, title and artist may be anything: an odd one is not known, and the track is still read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kamerton.music.track import DEEZER, TrackReference
from kamerton.sources import deezer, itunes, reccobeats, spotify, youtube
from kamerton.sources.answer_values import flag, text_of, whole_number
from kamerton.sources.deezer import DeezerClient
from tests.fakes import loopback
from tests.fakes.deezer import FakeDeezer
from tests.fakes.music import MadeTrack

ISRC = "GBAYE0601690"
SPOTIFY_ID = "4uLU6hMCjMI75M1A2tKUQC"
DEEZER_TRACK = {
    "id": 5,
    "title": "Hours",
    "artist": {"name": "Lamps"},
    "contributors": [{"name": "Lamps"}],
    "album": {"title": "Rooms", "cover_medium": "https://cdn-images.dzcdn.net/images/cover/a/250x250.jpg"},
    "isrc": ISRC,
    "duration": 200,
    "rank": 500_000,
    "explicit_lyrics": True,
    "preview": "https://cdn-preview-a.dzcdn.net/a.mp3",
}
SPOTIFY_TRACK = {
    "id": SPOTIFY_ID,
    "name": "Hours",
    "artists": [{"name": "Lamps"}],
    "album": {"name": "Rooms", "images": [{"url": "https://i.scdn.co/image/a", "width": 300}]},
    "duration_ms": 200_000,
    "explicit": True,
    "external_ids": {"isrc": ISRC},
    "is_local": False,
}
ITUNES_TRACK = {
    "wrapperType": "track",
    "kind": "song",
    "trackId": 5,
    "trackName": "Hours",
    "artistName": "Lamps",
    "collectionName": "Rooms",
    "trackTimeMillis": 200_000,
    "trackExplicitness": "explicit",
    "trackViewUrl": "https://music.apple.com/us/album/rooms/1?i=5",
    "artworkUrl100": "https://is1-ssl.mzstatic.com/image/thumb/a/100x100bb.jpg",
}
RECCOBEATS_TRACK = {
    "href": f"https://open.spotify.com/track/{SPOTIFY_ID}",
    "trackTitle": "Hours",
    "artists": [{"name": "Lamps"}],
    "durationMs": 200_000,
    "isrc": ISRC,
}
VIDEO = {
    "id": "a" * 11,
    "snippet": {"title": "Lamps - Hours", "channelTitle": "Lamps"},
    "contentDetails": {"duration": "PT3M20S", "regionRestriction": {"allowed": ["DE"], "blocked": ["RU"]}},
    "status": {"embeddable": True},
}
NO_VALUES: list[Any] = [None, 7.5, "\ud83c", [], {}, [None], [{"name": None}], {"title": None, "name": 5, "isrc": []}]


def read_itunes(item: Any) -> Any:
    result = itunes.read_track(item)
    return None if result is None else result[0]


READERS: dict[str, tuple[Callable[[Any], Any], dict[str, Any]]] = {
    "deezer": (deezer.read_track, DEEZER_TRACK),
    "spotify": (spotify.read_track, SPOTIFY_TRACK),
    "itunes": (read_itunes, ITUNES_TRACK),
    "reccobeats": (reccobeats.read_track, RECCOBEATS_TRACK),
}

OPTIONAL_FIELDS = [
    ("deezer", "contributors", None),
    ("deezer", "album", "album"),
    ("deezer", "album", "image"),
    ("deezer", "isrc", "isrc"),
    ("deezer", "duration", "duration_ms"),
    ("deezer", "rank", "popularity"),
    ("deezer", "explicit_lyrics", "explicit"),
    ("deezer", "preview", None),
    ("spotify", "album", "album"),
    ("spotify", "album", "image"),
    ("spotify", "duration_ms", "duration_ms"),
    ("spotify", "explicit", "explicit"),
    ("spotify", "external_ids", "isrc"),
    ("spotify", "is_local", None),
    ("itunes", "collectionName", "album"),
    ("itunes", "trackTimeMillis", "duration_ms"),
    ("itunes", "trackExplicitness", "explicit"),
    ("itunes", "artworkUrl100", "image"),
    ("itunes", "trackViewUrl", None),
    ("reccobeats", "durationMs", "duration_ms"),
    ("reccobeats", "isrc", "isrc"),
]


@pytest.mark.parametrize(("source", "field", "attribute"), OPTIONAL_FIELDS)
def test_a_value_that_cannot_be_read_costs_itself_and_nothing_else(source: str, field: str, attribute: str | None) -> None:
    read, good = READERS[source]
    whole = read(good)
    if attribute is not None:
        assert getattr(whole, attribute) is not None
    for value in [*NO_VALUES, "200", -1, float("nan"), 10**400]:
        track = read(good | {field: value})
        assert track is not None, value
        assert (track.title, track.artists) == ("Hours", ("Lamps",))
        attributes = {"title", "artists", "album", "image", "isrc", "duration_ms", "explicit", "popularity"} - {attribute}
        differences = [name for name in attributes if getattr(track, name) != getattr(whole, name)]
        assert differences == [] or (field == "album" and set(differences) <= {"album", "image"}), value
        if attribute not in (None, "album", "popularity"):
            assert getattr(track, attribute) is None, value


@pytest.mark.parametrize("source", READERS)
def test_a_track_has_an_id_a_title_and_an_artist_at_least(source: str) -> None:
    read, good = READERS[source]
    optional = {field for name, field, _ in OPTIONAL_FIELDS if name == source}
    bare = {name: value for name, value in good.items() if name not in optional}
    assert read(bare) is not None
    for needed in bare:
        for value in NO_VALUES:
            assert read(bare | {needed: value}) is None, (needed, value)


def test_of_several_artists_those_that_can_be_read_are_kept() -> None:
    more = [None, {"name": None}, {"name": "\udfa7"}, "x", {"name": " Moths "}]
    assert [deezer.read_track(DEEZER_TRACK | {"contributors": more})] == [
        deezer.read_track(DEEZER_TRACK | {"contributors": [{"name": "Moths"}]})
    ]
    for read, good in (READERS["spotify"], READERS["reccobeats"]):
        assert read(good | {"artists": [*more, {"name": "Lamps"}]}).artists == ("Moths", "Lamps")


def test_a_single_track_with_a_value_that_cannot_be_read_is_no_fault_of_deezers(music: list[MadeTrack]) -> None:
    with FakeDeezer(music) as fake:
        fake.fail(loopback.replied(DEEZER_TRACK | {"duration": "200", "contributors": None, "album": {"title": None}}))
        track = DeezerClient(fake.url, 5).track(TrackReference(DEEZER, "5"))
    assert (track.title, track.duration_ms, track.album) == ("Hours", None, None)


def test_a_page_of_a_search_is_read_whatever_it_says_of_the_next() -> None:
    for value in NO_VALUES:
        page = spotify.read_search_page({"tracks": {"total": 1, "items": [SPOTIFY_TRACK], "next": value}})
        assert (len(page.tracks), page.has_next) == (1, False)


@pytest.mark.parametrize("field", ["contentDetails", "status", "channelTitle"])
def test_a_video_is_kept_whatever_else_is_said_of_it(field: str) -> None:
    (whole,) = youtube.read_videos({"items": [VIDEO]})
    assert (whole.channel, whole.duration_ms, whole.embeddable) == ("Lamps", 200_000, True)
    for value in NO_VALUES:
        item = VIDEO | ({"snippet": {"title": "Lamps - Hours", field: value}} if field == "channelTitle" else {field: value})
        (video,) = youtube.read_videos({"items": [item]})
        assert (video.id, video.title) == (whole.id, whole.title)
        assert video.channel == ("" if field == "channelTitle" else "Lamps")
        assert video.duration_ms == (None if field == "contentDetails" else 200_000)
        assert video.embeddable is (None if field == "status" else True)


@pytest.mark.parametrize("value", NO_VALUES)
def test_a_hit_is_kept_whatever_its_channel_is(value: Any) -> None:
    (hit,) = youtube.read_search({"items": [{"id": {"videoId": "a" * 11}, "snippet": {"title": "x", "channelTitle": value}}]})
    assert (hit.title, hit.channel) == ("x", "")


@pytest.mark.parametrize(
    ("value", "allowed"),
    [(None, None), ("DE", None), ({}, None), ([None, 7], None), ([], ()), (["DE", None, "x"], ("DE",))],
)
def test_a_video_plays_nowhere_only_where_that_is_said(value: Any, allowed: tuple[str, ...] | None) -> None:
    restriction = {"allowed": value, "blocked": [7, "RU"]}
    (video,) = youtube.read_videos({"items": [VIDEO | {"contentDetails": {"regionRestriction": restriction}}]})
    assert (video.allowed, video.blocked) == (allowed, ("RU",))


def test_values_are_read_or_not_known() -> None:
    assert [whole_number(value, 1, 9) for value in (1, 9, 3.0, 0, 10, 3.5, True, "3", None, [])] == [1, 9, 3] + [None] * 7
    assert [whole_number(value, 0) for value in (float("nan"), float("inf"), 10**400)] == [None, None, 10**400]
    assert [text_of(value) for value in (" a ", "", "\ud83c", b"a", 7, None)] == ["a", "", "", "", "", ""]
    assert [flag(value) for value in (True, False, 1, 0, "true", None)] == [True, False, None, None, None, None]
