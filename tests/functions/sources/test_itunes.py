"""Tracks of Apple Music, whose limit is a 403 with nothing in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kamerton.errors import SourceLimited, SourceNotFound, SourceRefused, SourceUnavailable
from kamerton.music.track import APPLE, Track, TrackReference
from kamerton.sources.itunes import ITunesClient, read_results, read_track
from tests.fakes import loopback
from tests.fakes.itunes import FIRST_ID, FakeITunes, over_limit
from tests.fakes.music import MadeTrack


@pytest.fixture
def itunes(music: list[MadeTrack]) -> Iterator[FakeITunes]:
    with FakeITunes(music, ("US", "DE")) as fake:
        yield fake


@pytest.fixture
def client(itunes: FakeITunes) -> ITunesClient:
    return ITunesClient(itunes.url, 5)


def track_of(track: MadeTrack) -> Track:
    return Track(track.id, track.title, track.artists, duration_ms=track.duration_ms)


@pytest.mark.parametrize("store", ["", "-de"])
def test_a_track_is_told_by_its_number(client: ITunesClient, music: list[MadeTrack], store: str) -> None:
    track = client.track(TrackReference(APPLE, f"{FIRST_ID + 1}{store}"))
    assert (track.id, track.title) == (f"apple:{FIRST_ID + 1}{store}", music[1].title)
    assert (track.duration_ms, track.explicit, track.isrc) == (music[1].duration_ms, music[1].explicit, None)


@pytest.mark.parametrize("value", ["1", f"{FIRST_ID}-jp"])
def test_what_the_store_lacks_is_not_found(client: ITunesClient, value: str) -> None:
    with pytest.raises(SourceNotFound):
        client.track(TrackReference(APPLE, value))


def test_a_search_is_scored_and_a_djs_mix_never_right(itunes: FakeITunes, client: ITunesClient, music: list[MadeTrack]) -> None:
    itunes.mixes = True
    for place in (0, 5):
        assert f"i={FIRST_ID + place}&" in (client.listing(track_of(music[place])).page or "")
    itunes.tracks = []
    with pytest.raises(SourceNotFound):
        client.listing(track_of(music[0]))


def test_over_the_limit_is_a_pause_and_no_refusal(itunes: FakeITunes, client: ITunesClient, music: list[MadeTrack]) -> None:
    itunes.fail(over_limit)
    with pytest.raises(SourceLimited) as failure:
        client.listing(track_of(music[0]))
    assert failure.value.seconds == 60
    itunes.fail(loopback.forbidden_text)
    with pytest.raises(SourceRefused):
        client.listing(track_of(music[0]))


def test_items_are_read_with_distrust(itunes: FakeITunes) -> None:
    good = itunes.song_object(0)
    broken = [
        None,
        7,
        {},
        good | {"trackId": "1"},
        good | {"trackName": " "},
        good | {"kind": "music-video"},
        good | {"trackId": 0},
    ]
    assert len(read_results({"results": [*broken, good]})) == 1
    result = read_track(good | {"trackViewUrl": "https://evil.example/", "artworkUrl100": 7, "trackTimeMillis": -1})
    assert result is not None
    track, listing = result
    assert (track.duration_ms, track.image, listing.page, listing.image) == (None, None, None, None)
    with pytest.raises(SourceUnavailable):
        read_results({"results": {}})
