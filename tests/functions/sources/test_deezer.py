"""Tracks at Deezer, whose errors come with the status 200."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kamerton.errors import SourceError, SourceLimited, SourceNotFound, SourceRefused, SourceUnavailable
from kamerton.music.features import AudioFeatures, vector
from kamerton.music.track import DEEZER, ISRC, TrackReference
from kamerton.sources.deezer import DeezerClient, read_search, read_track
from tests.fakes import deezer as faults
from tests.fakes.deezer import FIRST_ID, FakeDeezer
from tests.fakes.loopback import Fault
from tests.fakes.music import MadeTrack


@pytest.fixture
def deezer(music: list[MadeTrack]) -> Iterator[FakeDeezer]:
    with FakeDeezer(music) as fake:
        yield fake


@pytest.fixture
def client(deezer: FakeDeezer) -> DeezerClient:
    return DeezerClient(deezer.url, 5)


@pytest.mark.parametrize("kind", [DEEZER, ISRC])
def test_a_track_has_its_isrc(client: DeezerClient, music: list[MadeTrack], kind: str) -> None:
    value = music[1].isrc if kind == ISRC else str(FIRST_ID + 1)
    track = client.track(TrackReference(kind, value))
    assert (track.id, track.isrc, track.title) == (music[1].isrc, music[1].isrc, music[1].title)
    assert track.duration_ms == music[1].duration_ms // 1000 * 1000


def test_a_search_gives_tracks_with_their_isrcs(client: DeezerClient, music: list[MadeTrack]) -> None:
    tracks = client.tracks(music[2].title, 10)
    assert music[2].title in [track.title for track in tracks]
    assert all(track.isrc == track.id for track in tracks)


def test_nothing_found_is_no_error(client: DeezerClient) -> None:
    assert client.tracks("zxcvbnm", 10) == []


def test_what_is_unknown_is_not_found(client: DeezerClient) -> None:
    for reference in (TrackReference(ISRC, "GBAYE0601690"), TrackReference(DEEZER, "1")):
        with pytest.raises(SourceNotFound):
            client.track(reference)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.quota_error, SourceLimited),
        (faults.busy_error, SourceUnavailable),
        (faults.parameter_error, SourceRefused),
    ],
)
def test_an_error_with_the_status_200_is_an_error(
    deezer: FakeDeezer, client: DeezerClient, fault: Fault, error: type[SourceError]
) -> None:
    deezer.fail(fault)
    with pytest.raises(error):
        client.tracks("metal", 10)


def test_items_are_read_with_distrust(deezer: FakeDeezer) -> None:
    good = deezer.track_object(0)
    broken = [None, 7, {}, good | {"id": "x"}, good | {"id": -1}, good | {"title": " "}, good | {"artist": {"name": ""}}]
    assert len(read_search({"data": [*broken, good]})) == 1
    bare = read_track({name: good[name] for name in ("id", "title", "artist")})
    assert bare is not None
    assert (bare.album, bare.duration_ms, bare.explicit, bare.isrc) == (None, None, None, None)
    with pytest.raises(SourceUnavailable):
        read_search({"data": {}})


def test_a_duration_in_whole_seconds_counts_as_roughly_known(deezer: FakeDeezer) -> None:
    track = read_track(deezer.track_object(0))
    assert track is not None
    assert track.duration_ms is not None
    features = AudioFeatures(tempo=120.123, duration_ms=float(track.duration_ms))
    exact = AudioFeatures(tempo=120.123, duration_ms=float(track.duration_ms) + 123)
    # The entries that say on which grid a track was made are not known, those of its sound are.
    assert sum(vector(features) != vector(features)) > sum(vector(exact) != vector(exact))
