"""The fakes do what the services are known to do, also where no client of ours goes yet."""

from __future__ import annotations

from typing import Any

import requests

from kamerton.sources.spotify import SpotifyClient
from tests.fakes.deezer import FakeDeezer
from tests.fakes.music import MadeTrack
from tests.fakes.reccobeats import FakeReccoBeats
from tests.fakes.spotify import CLIENT_ID, CLIENT_SECRET, FakeSpotify

SECONDS = 5


def content(fake: FakeReccoBeats, path: str, *names: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = requests.get(f"{fake.url}{path}", {"ids": ",".join(names)}, timeout=SECONDS).json()["content"]
    return rows


def test_reccobeats_drops_all_after_forty_and_changes_the_order(reccobeats: FakeReccoBeats, music: list[MadeTrack]) -> None:
    links = [track.link for track in music[:50]]
    hrefs = [row["href"] for row in content(reccobeats, "/v1/audio-features", *(track.id for track in music[:50]))]
    assert set(hrefs) == set(links[:40])
    assert hrefs != links[:40]


def test_reccobeats_knows_tracks_by_three_kinds_of_ids(reccobeats: FakeReccoBeats, music: list[MadeTrack]) -> None:
    track = music[0]
    for name in (track.id, track.uuid, track.isrc):
        (features,) = content(reccobeats, "/v1/audio-features", name)
        (row,) = content(reccobeats, "/v1/track", name, "unknown")
        assert (features["href"], features["isrc"], features["tempo"]) == (track.link, track.isrc, track.features["tempo"])
        assert (row["trackTitle"], row["durationMs"], row["href"]) == (track.title, track.duration_ms, track.link)


def test_reccobeats_may_have_two_rows_for_an_isrc(music: list[MadeTrack]) -> None:
    twin = "2" * 22
    with FakeReccoBeats(music, twins={music[0].isrc: twin}) as fake:
        rows = content(fake, "/v1/audio-features", music[0].isrc)
    assert {row["href"].rpartition("/")[2] for row in rows} == {music[0].id, twin}


def test_spotify_gives_a_track_by_its_id_to_those_with_a_token(spotify: FakeSpotify, music: list[MadeTrack]) -> None:
    url = f"{spotify.url}/v1/tracks/{music[0].id}"
    assert requests.get(url, timeout=SECONDS).status_code == 401
    form = {"grant_type": "client_credentials"}
    token = requests.post(f"{spotify.url}/api/token", form, auth=(CLIENT_ID, CLIENT_SECRET), timeout=SECONDS).json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    track = requests.get(url, headers=headers, timeout=SECONDS).json()
    assert (track["name"], track["external_ids"]["isrc"]) == (music[0].title, music[0].isrc)
    assert not {"popularity", "available_markets", "linked_from"} & set(track)
    assert requests.get(f"{url}0", headers=headers, timeout=SECONDS).status_code == 404
    assert requests.get(f"{spotify.url}/v1/recommendations", headers=headers, timeout=SECONDS).status_code == 404


def test_spotify_searches_by_words_and_filters(spotify_client: SpotifyClient, music: list[MadeTrack]) -> None:
    track = music[3]
    for query in (f"isrc:{track.isrc}", f'track:"{track.title}" artist:"{track.artists[0]}"'):
        assert [hit.id for hit in spotify_client.search(query).tracks] == [track.id]
    for query, is_there in ((f"{track.title} year:2010-2030", True), (f"{track.title} year:1999", False)):
        assert (track.id in [hit.id for hit in spotify_client.search(query).tracks]) is is_there


def test_reccobeats_recommends_others_for_seeds_that_it_knows(reccobeats: FakeReccoBeats, music: list[MadeTrack]) -> None:
    def recommendation(**query: str) -> requests.Response:
        return requests.get(f"{reccobeats.url}/v1/track/recommendation", query, timeout=SECONDS)

    rows = recommendation(seeds=music[0].id, size="5").json()["content"]
    assert len(rows) == 5
    assert music[0].link not in [row["href"] for row in rows]
    assert "tempo" not in rows[0]
    for query in ({"seeds": "0" * 22, "size": "5"}, {"seeds": music[0].id, "size": "101"}, {"seeds": music[0].id}):
        assert recommendation(**query).status_code == 400


def test_deezer_lists_tracks_related_to_an_artist_without_isrcs(music: list[MadeTrack]) -> None:
    with FakeDeezer(music) as deezer:

        def items_of(path: str) -> list[dict[str, Any]]:
            return requests.get(f"{deezer.url}/artist/{path}", timeout=SECONDS).json()["data"]

        artist = deezer.artist_id(0)
        related = [item["id"] for item in items_of(f"{artist}/related")]
        assert artist not in related
        assert {item["artist"]["id"] for item in items_of(f"{related[0]}/top?limit=2")} == {related[0]}
        assert not any("isrc" in item for item in items_of(f"{artist}/radio"))
