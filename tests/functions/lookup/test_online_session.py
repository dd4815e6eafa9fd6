"""Tracks that the catalog lacks, from what a person typed to the answer, over the site."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kamerton.storage import Bucket
from tests.fakes import loopback
from tests.fakes.deezer import FIRST_ID
from tests.fakes.itunes import FIRST_ID as FIRST_APPLE
from tests.functions.lookup.conftest import Services, asked, codes
from tests.functions.web.test_api import IN_THE_END
from tests.small_release import small_tracks

pytestmark = pytest.mark.filterwarnings("ignore:You're using `audio_features:DeprecationWarning")


def keep(services: Services, key: str, data: bytes) -> None:
    Bucket.open(services.bucket_url).put(key, data)


def test_a_link_is_answered_without_any_key(services: Services) -> None:
    track = services.music[0]
    answer = asked(services.site(), f"https://open.spotify.com/intl-de/track/{track.id}?si=1")
    assert (answer["track"]["id"], answer["track"]["title"]) == (track.id, track.title)
    assert answer["features_source"] == "reccobeats"
    assert answer["features"]["tempo"] == track.features["tempo"]
    assert answer["features"]["duration_ms"] == track.duration_ms
    assert answer["notes"] == []
    assert services.spotify.calls == []
    # Asked beside the features, for what others file the track under.
    assert {call.path.split("/")[1] for call in services.deezer.calls} == {"track", "album"}


def test_a_track_of_the_world_is_recommended_for(services: Services) -> None:
    answer = asked(services.site(), services.music[0].id, path="/api/v1/recommendations")
    assert len(answer["recommendations"]) == 10
    assert sum(score["probability"] for score in answer["genres"]) == pytest.approx(1, abs=1e-5)


def test_an_isrc_is_answered_without_any_key(services: Services) -> None:
    track = services.music[1]
    answer = asked(services.site(), track.isrc.lower())
    assert (answer["track"]["id"], answer["features_source"]) == (track.id, "reccobeats")


def test_a_name_is_answered_without_any_key(services: Services) -> None:
    track = services.music[2]
    answer = asked(services.site(), f"{track.title} {track.artists[0]}")
    assert answer["track"]["title"] == track.title
    # Deezer's track, under the id that ReccoBeats knows it by.
    assert answer["track"]["id"] == track.id
    assert answer["features_source"] == "reccobeats"
    assert answer["features"]["energy"] == track.features["energy"]


@pytest.mark.parametrize("typed", ["pokla 2020 no. 3 {artist}", "{artist} - polka 2020 no. 3 feat. Nobody At All"])
def test_typing_is_forgiven_where_each_word_has_to_be_right(services: Services, typed: str) -> None:
    track = next(track for track in services.music if track.title == "polka 2020 no. 3")
    assert asked(services.site(), typed.format(artist=track.artists[0]))["track"]["title"] == track.title


def test_a_name_that_the_catalog_has_in_part_is_searched_everywhere(services: Services) -> None:
    """The catalog has another song of this title, which is not the one that was meant."""
    row = small_tracks().iloc[0]
    meant = replace(services.music[0], title=row["track_name"], artists=("Zwölf Andere",))
    services.deezer.tracks = [meant]
    answer = asked(services.site(), f"{meant.title} Zwölf Andere")
    assert answer["track"]["id"] == meant.id
    assert row["track_id"] in [track["id"] for track in answer["alternatives"]]
    both = services.site().get("/api/v1/search", query_string={"q": f"{meant.title} Zwölf Andere"}).json["tracks"]
    assert len({track["id"] for track in both}) == len(both) >= 2


def test_what_was_found_for_a_name_is_remembered_on_every_instance(services: Services) -> None:
    site = services.site()
    for _ in range(2):
        asked(site, "polka 2019 no.", path="/api/v1/genre")
    # Whoever makes up names would fill the bucket: what was asked once is known to one instance alone.
    asked(services.site(), "polka 2019 no.", path="/api/v1/genre")
    assert len(services.deezer.calls_of("/search/track")) == 1


def test_when_a_track_has_no_features_another_song_of_its_title_is_offered_and_not_answered_for(services: Services) -> None:
    row = small_tracks().iloc[0]
    meant = replace(services.music[0], title=row["track_name"], artists=("Zwölf Andere",))
    services.deezer.tracks = [meant]
    services.reccobeats.fail(loopback.replied({"content": []}), "/v1/audio-features", times=9)
    problem = asked(services.site(), f"{meant.title} Zwölf Andere", 422)
    assert problem["code"] == "features_unavailable"
    assert row["track_id"] in [track["id"] for track in problem["alternatives"]]


def test_when_a_track_has_no_features_a_version_in_the_catalog_is_answered_for(services: Services) -> None:
    row = small_tracks().iloc[0]
    meant = replace(services.music[0], title=f"{row['track_name']} - Live", artists=(row["artists"].split(";")[0],))
    services.deezer.tracks = [meant]
    services.reccobeats.fail(loopback.replied({"content": []}), "/v1/audio-features", times=9)
    answer = asked(services.site(), f"{meant.title} {meant.artists[0]}")
    assert (answer["track"]["id"], answer["features_source"]) == (row["track_id"], "catalog")


def test_alternatives_can_be_asked_for_by_their_ids(services: Services) -> None:
    site = services.site()
    alternatives = asked(site, "polka 2019 no.")["alternatives"]
    assert 1 <= len(alternatives) <= 5
    first = alternatives[0]
    assert first["links"]["spotify"].startswith("https://open.spotify.com/search/")
    assert asked(site, first["id"])["track"]["title"] == first["title"]


def test_a_name_is_searched_at_spotify_too_and_no_track_is_there_twice(services: Services) -> None:
    site = services.site(app=True)
    found = site.get("/api/v1/search?q=polka+2019+no.").json["tracks"]
    titles = [(track["title"], track["artists"][0]) for track in found]
    assert len(set(titles)) == len(titles) == 8
    assert all(len(track["id"]) == 22 for track in found)
    assert services.spotify.searches
    assert services.deezer.calls


def test_with_an_app_the_track_is_spotifys(services: Services) -> None:
    track = services.music[3]
    answer = asked(services.site(app=True), track.id)
    assert answer["track"]["album"] == track.album
    assert answer["track"]["explicit"] == track.explicit
    assert answer["features_source"] == "reccobeats"


def test_spotifys_own_features_come_first_where_they_may(services: Services) -> None:
    services.spotify.extended_quota = True
    assert asked(services.site(app=True), services.music[0].id)["features_source"] == "spotify"


def test_spotifys_features_are_not_asked_again_after_a_403_on_any_instance(services: Services) -> None:
    for track in services.music[:2]:
        answer = asked(services.site(app=True), track.id)
        assert (answer["features_source"], answer["notes"]) == ("reccobeats", [])
    assert len(services.spotify.calls_of("/v1/audio-features")) == 1
    bucket = Bucket.open(services.bucket_url)
    (key,) = bucket.keys("cache/pauses")
    assert json.loads(bucket.get(key).data)["since"].startswith("20")


def test_an_account_without_premium_is_left_alone_as_a_whole(services: Services) -> None:
    services.spotify.fail(loopback.forbidden_text, "/v1", times=99)
    first = asked(services.site(app=True), services.music[0].id)
    assert first["features_source"] == "reccobeats"
    assert codes(first) == ["source_refused"]
    calls = len(services.spotify.calls)
    assert codes(asked(services.site(app=True), services.music[1].id)) == ["source_refused"]
    assert len(services.spotify.calls) == calls


def test_a_limit_holds_on_every_instance(services: Services) -> None:
    services.reccobeats.fail(loopback.rate_limited(86_400), times=99)
    assert "ReccoBeats" in asked(services.site(), services.music[0].id, 503)["detail"]
    calls = len(services.reccobeats.calls)
    assert "ReccoBeats" in asked(services.site(), services.music[1].id, 503)["detail"]
    assert len(services.reccobeats.calls) == calls


def test_an_answer_is_remembered_on_every_instance(services: Services) -> None:
    first = asked(services.site(), services.music[0].id)
    calls = services.n_calls
    again = asked(services.site(), services.music[0].id)
    assert services.n_calls == calls
    assert again["features_source"] == "remembered"
    assert again | {"features_source": ""} == first | {"features_source": ""}


def test_that_nobody_has_it_is_remembered_too(services: Services) -> None:
    unknown, site = "0" * 22, services.site()
    for _ in range(2):
        assert asked(site, unknown, 404)["code"] == "track_not_found"
    assert len(services.reccobeats.asked_ids) == 1


def test_made_up_ids_and_names_leave_nothing_in_the_bucket(services: Services) -> None:
    site = services.site()
    for number in range(10):
        asked(site, f"{number:022}", 404)
        asked(site, f"ZZKAM99{number:05}", 404)
        asked(site, f"nobody sings this {number}", 404)
        site.get(f"/cover/{number:022}")
        site.get(f"/listen/deezer/{number:022}")
    assert Bucket.open(services.bucket_url).keys("cache") == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"key": "spotify/another", "at": 1e12, "value": {}}',
        b"[" * 50_000,
        b'{"key": "spotify/%s", "at": 1, "value": {"energy": 7}}',
        b'{"key": "spotify/%s", "at": 1, "value": null}',
        b'{"key": "spotify/%s", "at": 1e300, "value": null}',
        b'{"key": "spotify/%s", "at": 1, "value": {"id": "../x", "title": "t", "artists": []}}',
    ],
)
def test_a_broken_memory_is_none(services: Services, data: bytes) -> None:
    track = services.music[0]
    for shelf in ("tracks", "features"):
        keep(services, f"cache/{shelf}/spotify/{track.id}.json", data.replace(b"%s", track.id.encode()))
    answer = asked(services.site(), track.id)
    assert (answer["track"]["title"], answer["features_source"]) == (track.title, "reccobeats")


@pytest.mark.parametrize(
    "data", [b"", b"{}", b'{"until": "x"}', b'{"until": 1e300, "why": "limited"}', b'{"until": 5, "why": ""}']
)
def test_a_broken_pause_is_none(services: Services, data: bytes) -> None:
    keep(services, "cache/pauses/reccobeats.json", data)
    assert asked(services.site(), services.music[0].id)["features_source"] == "reccobeats"


def test_a_bucket_that_takes_nothing_is_no_harm(services: Services) -> None:
    folder = Path(urlsplit(services.bucket_url).path) / "cache"
    folder.write_text("in the way")
    site = services.site()
    assert asked(site, services.music[0].id)["features_source"] == "reccobeats"
    assert asked(site, services.music[0].id)["notes"] == []


@pytest.mark.parametrize("status", [301, 302, 307])
@pytest.mark.parametrize("host", ["spotify.link", "link.tospotify.com"])
def test_a_short_link_is_followed(services: Services, host: str, status: int) -> None:
    track = services.music[4]
    services.spotify.fail(loopback.redirected(f"{track.link}?si=1", status), "/short/abc")
    assert asked(services.site(), f"https://{host}/abc")["track"]["id"] == track.id


def test_a_short_link_may_lead_into_the_catalog_by_another(services: Services) -> None:
    services.spotify.links["/short/abc"] = "https://link.tospotify.com/def"
    services.spotify.links["/short/def"] = f"https://open.spotify.com/track/{IN_THE_END}"
    answer = asked(services.site(), "spotify.link/abc")
    assert (answer["track"]["title"], answer["features_source"]) == ("In the End", "catalog")


def test_a_track_without_features_gets_what_helps(services: Services) -> None:
    """Other versions in the catalog first, then tracks of the artist."""
    row = small_tracks().iloc[0]
    artist = row["artists"].split(";")[0]
    lost = services.music[0]
    named = {"trackTitle": f"{row['track_name']} - Live", "artists": [{"name": artist}], "href": lost.link, "isrc": None}
    services.reccobeats.fail(loopback.replied({"content": [named]}), "/v1/track", times=9)
    services.reccobeats.fail(loopback.replied({"content": []}), "/v1/audio-features", times=9)
    site = services.site()
    problem = asked(site, lost.id, 422)
    assert problem["code"] == "features_unavailable"
    assert problem["alternatives"][0]["id"] == row["track_id"]
    page = site.get(f"/?track={lost.id}")
    assert page.status_code == 422
    assert f"/?track={row['track_id']}" in page.text
    several = site.get(f"/?track={IN_THE_END}&track={lost.id}&genre=metal&offset=10")
    assert several.status_code == 422
    assert f'value="{lost.id}"' in several.text
    assert f'href="/?track={IN_THE_END}&amp;track={row["track_id"]}&amp;genre=metal"' in several.text


def test_a_track_of_which_only_the_title_is_known(services: Services) -> None:
    services.reccobeats.fail(loopback.replied({"content": []}), "/v1/track", times=9)
    answer = asked(services.site(), services.music[0].id)
    assert (answer["track"]["title"], answer["track"]["artists"]) == (services.music[0].title, [])
    assert codes(answer) == ["title_only"]


def test_notes_are_in_the_language_of_the_asker_and_such_an_answer_is_not_kept(services: Services) -> None:
    services.deezer.fail(loopback.server_error(), times=99)
    site = services.site(app=True)
    track = services.music[5]
    for language, words in (("en", "Deezer could not be asked."), ("ru", "Deezer: спросить не удалось.")):
        headers = {"Accept-Language": language}
        response = site.get(f"/api/v1/genre?track={track.title} {track.artists[0]}", headers=headers)
        assert [note["text"] for note in response.json["notes"]] == [words]
        assert response.headers["Cache-Control"] == "no-cache"
        again = site.get(f"/api/v1/genre?track={track.title}", headers={"If-None-Match": response.headers["ETag"]})
        assert again.status_code == 200
        assert words in site.get(f"/?track={track.title} {track.artists[0]}", headers=headers).text


def test_the_page_says_where_the_features_are_from(services: Services) -> None:
    assert "ReccoBeats" in services.site().get(f"/?track={services.music[0].id}").text


def test_the_catalog_asks_nobody(services: Services) -> None:
    site = services.site(app=True)
    assert asked(site, "linkin park in the end")["features_source"] == "catalog"
    assert asked(site, IN_THE_END)["features_source"] == "catalog"
    assert services.n_calls == 0


def test_with_the_world_off_nobody_is_asked(services: Services) -> None:
    site = services.site(app=True, KAMERTON_WORLD="0")
    assert asked(site, services.music[0].id, 422)["code"] == "features_unavailable"
    assert asked(site, services.music[0].isrc, 404)["code"] == "track_not_found"
    assert asked(site, "https://spotify.link/abc", 400)["code"] == "bad_query"
    assert services.n_calls == 0


def test_a_track_of_deezers_own_number(services: Services) -> None:
    assert asked(services.site(), f"deezer:{FIRST_ID}")["track"]["title"] == services.music[0].title


def test_a_link_to_deezer_is_answered(services: Services) -> None:
    answer = asked(services.site(), f"https://www.deezer.com/de/track/{FIRST_ID + 1}?host=0")
    assert (answer["track"]["id"], answer["features_source"]) == (services.music[1].id, "reccobeats")


@pytest.mark.parametrize("app", [False, True])
def test_a_link_to_apple_music_is_answered_through_who_knows_the_isrc(services: Services, app: bool) -> None:
    track = services.music[1]
    link = f"https://music.apple.com/us/album/x/1?i={FIRST_APPLE + 1}"
    answer = asked(services.site(app=app), link)
    assert (answer["track"]["id"], answer["track"]["title"]) == (track.id, track.title)
    assert answer["features"]["energy"] == track.features["energy"]
    calls = services.n_calls
    assert asked(services.site(app=app), link)["features_source"] == "remembered"
    assert services.n_calls == calls


def test_a_link_to_a_store_of_another_country_asks_there(services: Services) -> None:
    services.itunes.stores = {"JP"}
    link = f"https://music.apple.com/jp/song/x/{FIRST_APPLE + 1}"
    assert asked(services.site(), link)["track"]["id"] == services.music[1].id
    assert asked(services.site(), link.replace("/jp/", "/us/"), 404)["code"] == "track_not_found"


def test_a_track_of_apples_that_nobody_else_has_is_told_by_its_name(services: Services) -> None:
    services.deezer.tracks = []
    problem = asked(services.site(), f"apple:{FIRST_APPLE + 1}", 422)
    assert problem["code"] == "features_unavailable"
    # What is known by half is not remembered.
    assert not Bucket.open(services.bucket_url).keys("cache/tracks")


def test_links_of_other_services_are_refused_with_the_world_off(services: Services) -> None:
    site = services.site(KAMERTON_WORLD="0")
    problem = asked(site, "https://www.deezer.com/track/3135556", 400)
    assert "give the name" in problem["detail"]


def test_after_five_failures_a_source_is_left_alone(services: Services) -> None:
    services.deezer.fail(loopback.server_error(), times=99)
    site = services.site()
    for place in range(7):
        assert "Deezer" in asked(site, f"polka number {place}", 503)["detail"]
    assert len(services.deezer.calls) == 5


def test_no_key_is_logged(services: Services) -> None:
    services.spotify.fail(loopback.server_error(), times=99)
    site = services.site(app=True)
    asked(site, services.music[0].id)
    said = site.stream.getvalue()
    assert "Spotify" in said
    for secret in ("fedcba98", "token-", services.music[0].id):
        assert secret not in said
