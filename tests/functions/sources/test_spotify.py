"""Searching tracks at Spotify, its tokens, and the audio features that it still gives to some."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from kamerton.errors import CallClosed, SourceRefused, SourceUnavailable
from kamerton.settings import SpotifyApp
from kamerton.sources.spotify import SpotifyClient, read_audio_features, read_search_page
from tests.fakes import loopback
from tests.fakes.music import MadeTrack
from tests.fakes.spotify import CLIENT_ID, CLIENT_SECRET, FakeSpotify, track_object

ignore_deprecation = pytest.mark.filterwarnings("ignore:You're using `audio_features:DeprecationWarning")


def test_a_search_gives_tracks_page_by_page(spotify_client: SpotifyClient, music: list[MadeTrack]) -> None:
    first = spotify_client.search('genre:"metal" year:2020')
    second = spotify_client.search('genre:"metal" year:2020', offset=10)
    expected = [track for track in music if "metal" in track.genres and track.year == 2020]
    assert [track.id for track in first.tracks + second.tracks] == [track.id for track in expected]
    assert (first.total, first.n_items, first.has_next, second.has_next) == (len(expected), 10, True, False)
    hit, original = first.tracks[0], expected[0]
    assert (hit.title, hit.artists, hit.album) == (original.title, original.artists, original.album)
    assert (hit.duration_ms, hit.explicit, hit.isrc) == (original.duration_ms, original.explicit, original.isrc)


def test_a_search_may_be_for_a_market(spotify: FakeSpotify, spotify_client: SpotifyClient) -> None:
    spotify_client.search("metal", market="DE")
    spotify_client.search("metal")
    assert [call.query.get("market") for call in spotify.searches] == ["DE", None]


def test_more_than_a_page_is_refused(spotify_client: SpotifyClient) -> None:
    with pytest.raises(SourceRefused, match="refused with 400: Invalid limit"):
        spotify_client.search("metal", limit=11)
    with pytest.raises(SourceRefused, match="Invalid offset"):
        spotify_client.search("metal", offset=1001)


def test_what_is_no_whole_track_is_left_out(music: list[MadeTrack]) -> None:
    good = track_object(music[0])
    broken = [None, 7, {}, good | {"id": None}, good | {"id": "short"}, good | {"name": " "}, good | {"artists": []}]
    broken += [good | {"artists": [{"name": ""}]}, good | {"is_local": True}]
    # Half of a character, which neither a table nor an answer can hold.
    broken += [good | {"name": "\ud83c"}, good | {"artists": [{"name": "A\udfa7"}]}]
    page = read_search_page({"tracks": {"total": 12, "next": None, "items": [*broken, good]}})
    assert [track.id for track in page.tracks] == [music[0].id]
    assert page.n_items == len(broken) + 1


def test_what_may_be_missing_is_not_known(music: list[MadeTrack]) -> None:
    bare = {name: value for name, value in track_object(music[0]).items() if name in ("id", "name", "artists")}
    odd = [{"duration_ms": 0, "album": {}}, {"duration_ms": 2**70, "album": {"name": None}}, {"duration_ms": "long"}]
    page = read_search_page({"tracks": {"total": 1, "items": [bare, *(bare | more for more in odd)]}})
    assert len(page.tracks) == 1 + len(odd)
    for track in page.tracks:
        assert (track.album, track.duration_ms, track.explicit, track.isrc) == (None, None, None, None)


@pytest.mark.parametrize("answer", [{"tracks": None}, {"tracks": {"items": []}}, {"tracks": {"total": 1, "items": {}}}])
def test_what_is_no_page_of_tracks_is_an_error(answer: dict[str, object]) -> None:
    with pytest.raises(SourceUnavailable, match="no page of tracks"):
        read_search_page(answer)


def test_one_token_serves_many_calls(spotify: FakeSpotify, spotify_client: SpotifyClient) -> None:
    for _ in range(3):
        spotify_client.search("metal")
    assert len(spotify.calls_of("/api/token")) == 1


def test_a_withdrawn_token_is_renewed_once(spotify: FakeSpotify, spotify_client: SpotifyClient) -> None:
    spotify_client.search("metal")
    spotify.withdraw_tokens()
    assert spotify_client.search("metal").total
    assert len(spotify.calls_of("/api/token")) == 2


def test_a_token_that_never_works_is_refused(spotify: FakeSpotify, spotify_client: SpotifyClient) -> None:
    spotify.fail(loopback.replied({"error": {"status": 401, "message": "Invalid access token"}}, 401), "/v1", times=9)
    with pytest.raises(SourceRefused, match=r"^Spotify refused with 401: Invalid access token"):
        spotify_client.search("metal")
    assert len(spotify.searches) == 2


def test_an_old_token_is_renewed_before_it_is_over(spotify: FakeSpotify, spotify_client: SpotifyClient) -> None:
    spotify.token_seconds = 30
    for _ in range(2):
        spotify_client.search("metal")
    assert len(spotify.calls_of("/api/token")) == 2


def test_wrong_credentials_are_refused(spotify: FakeSpotify) -> None:
    client = SpotifyClient(SpotifyApp(CLIENT_ID, "wrong"), spotify.url, spotify.url, 5)
    with pytest.raises(SourceRefused, match=r"^Spotify's accounts service refused with 400: invalid_client"):
        client.search("metal")


def test_a_token_leaves_no_trace(
    spotify: FakeSpotify,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Neither in a file, nor in the record of answers, nor in a log of whatever level."""
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.DEBUG)
    record: list[str] = []
    client = SpotifyClient(SpotifyApp(CLIENT_ID, CLIENT_SECRET), spotify.url, spotify.url, 5, record.append)
    client.search("metal")
    spotify.fail(loopback.server_error(), "/v1/search")
    with pytest.raises(SourceUnavailable):
        client.search("metal")
    traces = caplog.text + "".join(capfd.readouterr()) + "".join(record)
    assert len(record) == 1
    assert not list(tmp_path.iterdir())
    for secret in (CLIENT_SECRET, "token-1", "Basic "):
        assert secret not in traces


@ignore_deprecation
def test_audio_features_are_closed_to_most_apps(spotify_client: SpotifyClient, music: list[MadeTrack]) -> None:
    with pytest.raises(CallClosed):
        spotify_client.audio_features([music[0].id])


@ignore_deprecation
def test_audio_features_for_those_that_may(spotify: FakeSpotify, spotify_client: SpotifyClient, music: list[MadeTrack]) -> None:
    spotify.extended_quota = True
    unknown = "0" * 22
    features = spotify_client.audio_features([music[1].id, unknown, music[0].id])
    assert list(features) == [music[1].id, music[0].id]
    assert features[music[0].id].known == music[0].features | {"duration_ms": music[0].duration_ms}


def test_audio_features_are_read_with_distrust() -> None:
    rows = [None, "text", {"id": 7}, {"id": "a", "energy": 2, "tempo": "fast", "key": True, "valence": 0.5, "loudness": 1e999}]
    (features,) = read_audio_features({"audio_features": rows}, ["a", "b"]).values()
    assert features.known == {"valence": 0.5}
