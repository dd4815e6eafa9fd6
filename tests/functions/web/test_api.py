"""The JSON API, asked through the function as it is deployed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.test import Client

from kamerton.music.features import NAMES
from kamerton.release.release import Release
from tests.functions.web.conftest import LoggedSite
from tests.small_release import GENRES

TRACK_FIELDS = {
    "id",
    "title",
    "artists",
    "album",
    "duration_ms",
    "explicit",
    "links",
    "image",
    "playable",
    "declared_genres",
    "year",
}
IN_THE_END = "60a0Rd6pjrkxjPbaKzXjfq"


def get(client: Client, path: str, **query: Any) -> Any:
    response = client.get(path, query_string=query)
    assert response.status_code == 200, response.text
    assert response.content_type == "application/json"
    return response.json


def post(client: Client, **body: Any) -> Any:
    response = client.post("/api/v1/recommendations", json=body)
    assert response.status_code == 200, response.text
    return response.json


def test_recommendations_for_a_name(client: Client) -> None:
    answer = get(client, "/api/v1/recommendations", track="linkin park in the end", limit=5)
    assert set(answer) == {
        "track",
        "features",
        "features_source",
        "genres",
        "genre_lacking",
        "more_seeds",
        "unlike",
        "recommendations",
        "alternatives",
        "notes",
        "links",
        "release",
    }
    assert answer["track"] == {
        "id": IN_THE_END,
        "title": "In the End",
        "artists": ["Linkin Park"],
        "album": "Hybrid Theory (Bonus Edition)",
        "duration_ms": 216880,
        "explicit": False,
        "links": {
            "spotify": f"https://open.spotify.com/track/{IN_THE_END}",
            "deezer": f"/listen/deezer/{IN_THE_END}",
            "apple_music": f"/listen/apple-music/{IN_THE_END}",
            "youtube": f"/watch/{IN_THE_END}",
            "youtube_music": "https://music.youtube.com/search?q=Linkin+Park+In+the+End",
            "yandex_music": "https://music.yandex.ru/search?text=Linkin+Park+In+the+End",
            "amazon_music": "https://music.amazon.com/search/Linkin%20Park%20In%20the%20End",
            "tidal": "https://tidal.com/search?q=Linkin+Park+In+the+End",
        },
        "image": f"/cover/{IN_THE_END}",
        "playable": None,
        "year": None,
        "declared_genres": [],
    }
    assert set(answer["features"]) == set(NAMES)
    assert answer["features"]["energy"] == 0.864
    assert answer["features_source"] == "catalog"
    assert answer["release"] == "small-1"


def test_genres_fall_and_sum_to_one(client: Client) -> None:
    genres = get(client, "/api/v1/recommendations", track=IN_THE_END)["genres"]
    probabilities = [score["probability"] for score in genres]
    assert {score["genre"] for score in genres} == set(GENRES)
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1, abs=1e-5)


def test_each_recommendation_is_a_track_with_a_score_a_genre_and_reasons(client: Client) -> None:
    found = get(client, "/api/v1/recommendations", track=IN_THE_END, limit=20)["recommendations"]
    assert len(found) == 20
    assert [item["score"] for item in found] == sorted((item["score"] for item in found), reverse=True)
    for item in found:
        assert set(item) == {"track", "score", "likeness", "genre", "reasons", "origin", "seed"}
        assert set(item["track"]) == TRACK_FIELDS
        assert 0 <= item["score"] <= 1
        assert item["origin"] == "index"
        assert item["genre"] in GENRES
        likely = rf"(same genre|also likely): {item['genre']} [01]\.\d\d"
        assert re.fullmatch(rf"{likely}|of another genre: {item['genre']}", item["reasons"][0])
        assert item["track"]["id"] != IN_THE_END


@pytest.mark.parametrize("form", ["{}", "spotify:track:{}", "https://open.spotify.com/intl-de/track/{}?si=1"])
def test_a_link_an_uri_and_an_id_are_the_same_question(client: Client, form: str) -> None:
    assert get(client, "/api/v1/genre", track=form.format(IN_THE_END))["track"]["id"] == IN_THE_END


def test_ten_tracks_are_recommended_unless_another_number_is_asked_for(client: Client) -> None:
    assert len(get(client, "/api/v1/recommendations", track=IN_THE_END)["recommendations"]) == 10
    for limit in (1, 50):
        answer = get(client, "/api/v1/recommendations", track=IN_THE_END, limit=limit, artist_cap=50)
        assert len(answer["recommendations"]) == limit


def test_an_artist_is_named_once_unless_asked_otherwise(client: Client) -> None:
    def most(**query: Any) -> int:
        found = get(client, "/api/v1/recommendations", track=IN_THE_END, limit=50, **query)["recommendations"]
        artists = [artist for item in found for artist in item["track"]["artists"]]
        return max(artists.count(artist) for artist in artists)

    assert most() == 1
    assert most(artist_cap=2) == 2


def test_the_same_question_has_the_same_answer(client: Client) -> None:
    answers = [client.get("/api/v1/recommendations?track=hotel+california").data for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]


def test_genre_is_the_same_without_recommendations(client: Client) -> None:
    whole = get(client, "/api/v1/recommendations", track=IN_THE_END)
    for name in ("recommendations", "more_seeds", "unlike", "links"):
        del whole[name]
    assert get(client, "/api/v1/genre", track=IN_THE_END) == whole


def test_search_lists_tracks(client: Client) -> None:
    tracks = get(client, "/api/v1/search", q="linkin prak", limit=3)["tracks"]
    assert 1 <= len(tracks) <= 3
    assert all(set(track) == TRACK_FIELDS for track in tracks)
    assert tracks[0]["artists"] == ["Linkin Park"]


def test_a_search_without_a_hit_is_an_empty_list(client: Client) -> None:
    assert get(client, "/api/v1/search", q="\N{SNOWMAN}") == {"tracks": [], "notes": []}


def test_a_track_by_its_id(client: Client) -> None:
    answer = get(client, f"/api/v1/tracks/{IN_THE_END}")
    assert set(answer) == {"track", "features", "features_source", "genres", "release"}
    assert answer["track"]["title"] == "In the End"
    assert answer["genres"] == ["metal"]


def test_genres_are_listed_with_their_sizes(client: Client, release: Release) -> None:
    answer = get(client, "/api/v1/genres")
    assert answer["release"] == "small-1"
    assert {each["genre"]: each["tracks"] for each in answer["genres"]} == release.index.genre_sizes


def test_health_names_the_release_and_the_time_since_the_start(client: Client) -> None:
    first, second = get(client, "/health"), get(client, "/health")
    assert first["status"] == "ok"
    assert first["release"] == "small-1"
    assert 0 < first["uptime_seconds"] <= second["uptime_seconds"]


def test_recommendations_for_features_alone(client: Client) -> None:
    answer = post(client, features={"energy": 0.95, "loudness": -4, "acousticness": 0.001}, limit=3)
    assert answer["track"] is None
    assert answer["features_source"] == "request"
    assert answer["features"]["energy"] == 0.95
    assert answer["features"]["valence"] is None
    assert len(answer["recommendations"]) == 3
    assert answer["alternatives"] == []


def test_features_of_a_track_lead_to_where_the_track_leads(client: Client) -> None:
    by_name = get(client, "/api/v1/recommendations", track=IN_THE_END, limit=50, artist_cap=50)
    by_features = post(client, features=by_name["features"], limit=50, artist_cap=50)
    assert by_features["genres"] == by_name["genres"]
    assert by_features["recommendations"][0]["track"]["id"] == IN_THE_END
    same = {item["track"]["id"] for item in by_name["recommendations"]} & {
        item["track"]["id"] for item in by_features["recommendations"]
    }
    assert len(same) > 40


def test_null_is_not_known(client: Client) -> None:
    assert post(client, features={"energy": 0.5, "tempo": None}) == post(client, features={"energy": 0.5})


def test_a_whole_number_is_a_number(client: Client) -> None:
    assert post(client, features={"energy": 1, "key": -1, "mode": 0})["features"]["energy"] == 1
    assert len(post(client, features={"energy": 1.0}, limit=3.0)["recommendations"]) == 3


@pytest.mark.parametrize(("said", "number"), [(True, 1), (False, 0), (1, 1), (0, 0), (1.0, 1), (None, None)])
def test_explicit_is_said_as_a_track_says_it_or_as_a_number(client: Client, said: float | None, number: int | None) -> None:
    answer = post(client, features={"energy": 0.5, "explicit": said})
    assert answer == post(client, features={"energy": 0.5, "explicit": number})
    assert answer["features"]["explicit"] == number
    assert not isinstance(answer["features"]["explicit"], bool)


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=UTF-8"])
def test_json_may_name_its_charset(client: Client, charset: str) -> None:
    body = b'{"features": {"energy": 0.5}}'
    assert client.post("/api/v1/recommendations", data=body, content_type=f"application/json{charset}").status_code == 200


@pytest.mark.parametrize(
    ("asked", "language", "reason"),
    [
        (None, "en", "same genre"),
        ("en", "en", "same genre"),
        ("ru", "ru", "тот же жанр"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru", "тот же жанр"),
        ("xx, ru;q=0.5, en;q=0.4", "ru", "тот же жанр"),
        ("xx", "en", "same genre"),
        ("*", "en", "same genre"),
        ("en;q=nonsense,,;;", "en", "same genre"),
    ],
)
def test_reasons_are_in_the_language_of_the_asker(client: Client, asked: str | None, language: str, reason: str) -> None:
    headers = {"Accept-Language": asked} if asked else {}
    response = client.get(f"/api/v1/recommendations?track={IN_THE_END}&limit=1", headers=headers)
    assert response.headers["Content-Language"] == language
    assert response.json["recommendations"][0]["reasons"][0].startswith(reason)


GETS = [
    f"/api/v1/recommendations?track={IN_THE_END}",
    f"/api/v1/genre?track={IN_THE_END}",
    "/api/v1/search?q=love",
    f"/api/v1/tracks/{IN_THE_END}",
    "/api/v1/genres",
    "/health",
    "/openapi.json",
    "/",
    f"/?track={IN_THE_END}",
    "/assets/style.css",
]


@pytest.mark.parametrize("path", GETS)
def test_head_is_get_without_a_body(client: Client, path: str) -> None:
    get, head = client.get(path, buffered=True), client.head(path, buffered=True)
    assert head.status_code == get.status_code == 200
    assert head.data == b""
    ignored = {"Date"} if path != "/health" else {"Date", "Content-Length"}
    assert {k: v for k, v in head.headers if k not in ignored} == {k: v for k, v in get.headers if k not in ignored}


@pytest.mark.parametrize("path", GETS)
def test_every_answer_may_be_read_from_another_site(client: Client, path: str) -> None:
    assert client.get(path, buffered=True).headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", [*GETS, "/nothing-here", "/api/v1/recommendations", "/api/v1/genre?limit=1"])
def test_every_answer_has_the_headers_that_keep_browsers_safe(client: Client, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Cache-Control" in headers
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/api/v1/recommendations", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("/api/v1/genre", {"GET", "HEAD", "OPTIONS"}),
        ("/api/v1/tracks/x", {"GET", "HEAD", "OPTIONS"}),
        ("/health", {"GET", "HEAD", "OPTIONS"}),
        ("/", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_options_tells_what_an_address_takes(client: Client, path: str, methods: set[str]) -> None:
    response = client.options(path)
    assert response.status_code == 200
    assert set(response.headers["Allow"].split(", ")) == methods


def test_a_browser_may_post_json_from_another_site(client: Client) -> None:
    asked = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    headers = client.options("/api/v1/recommendations", headers=asked).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in headers["Access-Control-Allow-Methods"]
    assert "content-type" in headers["Access-Control-Allow-Headers"].lower()
    assert int(headers["Access-Control-Max-Age"]) > 0


def test_scripts_of_other_sites_may_read_what_they_need_of_the_headers(client: Client) -> None:
    exposed = client.get("/health").headers["Access-Control-Expose-Headers"]
    assert {"etag", "retry-after"} <= {name.strip().lower() for name in exposed.split(",")}


SEVERAL = ["in the end linkin park", "humble kendrick lamar"]


def test_several_tracks_are_kept_apart(client: Client) -> None:
    answer = get(client, "/api/v1/recommendations", track=SEVERAL, limit=20)
    (other,) = answer["more_seeds"]
    assert (answer["track"]["title"], other["track"]["title"]) == ("In the End", "HUMBLE.")
    assert set(other) == {"track", "features", "features_source", "genres"}
    assert other["genres"][0]["genre"] == "hip-hop"
    seeds = [item["seed"] for item in answer["recommendations"]]
    assert seeds.count(answer["track"]["id"]) == seeds.count(other["track"]["id"]) == 10
    assert answer["alternatives"] == []


def test_a_track_that_is_named_twice_counts_once(client: Client) -> None:
    twice = get(client, "/api/v1/recommendations", track=[IN_THE_END, "linkin park in the end"])
    assert twice["more_seeds"] == []
    assert twice["recommendations"] == get(client, "/api/v1/recommendations", track=IN_THE_END)["recommendations"]


def test_it_is_said_which_of_several_is_not_found(client: Client) -> None:
    response = client.get("/api/v1/recommendations", query_string={"track": [*SEVERAL, "zxcvbnm  qwerty"]})
    assert response.status_code == 404
    assert response.json["detail"].startswith("zxcvbnm qwerty: No track of the catalog")


def test_what_is_unlike_is_named_in_the_answer(client: Client) -> None:
    answer = get(client, "/api/v1/recommendations", track=IN_THE_END, unlike="numb linkin park")
    assert [track["title"] for track in answer["unlike"]] == ["Numb"]
    assert "Numb" not in {item["track"]["title"] for item in answer["recommendations"]}
    assert answer["recommendations"] != get(client, "/api/v1/recommendations", track=IN_THE_END)["recommendations"]


def test_one_genre_alone(client: Client) -> None:
    answer = get(client, "/api/v1/recommendations", track=IN_THE_END, genre="country")
    assert {item["genre"] for item in answer["recommendations"]} == {"country"}
    assert answer["recommendations"][0]["reasons"][0] == "of the genre you asked for: country"


@pytest.mark.parametrize("genre", ["polka", "", "Metal", "\N{SNOWMAN}", "metal'; --"])
def test_a_genre_that_the_release_lacks_is_answered_with_those_that_it_has(client: Client, genre: str) -> None:
    response = client.get("/api/v1/recommendations", query_string={"track": IN_THE_END, "genre": genre})
    assert (response.status_code, response.json["code"]) == (404, "genre_not_found")
    assert response.json["detail"].endswith("Known: country, hip-hop, metal.")


def test_features_alone_can_be_narrowed_too(client: Client) -> None:
    loud = {"energy": 0.95, "loudness": -4, "acousticness": 0.001}
    plain = post(client, features=loud)
    artist = plain["recommendations"][0]["track"]["artists"][0]
    answer = post(client, features=loud, genre="metal", exclude_artist=[artist], unlike=[IN_THE_END], offset=10, limit=5)
    assert len(answer["recommendations"]) == 5
    assert answer["links"] is None
    assert [track["id"] for track in answer["unlike"]] == [IN_THE_END]
    first = post(client, features=loud, genre="metal", exclude_artist=[artist], unlike=[IN_THE_END], limit=10)
    ids = [{item["track"]["id"] for item in each["recommendations"]} for each in (first, answer)]
    assert not ids[0] & ids[1]
    assert artist not in {
        name for each in (first, answer) for item in each["recommendations"] for name in item["track"]["artists"]
    }


def test_links_of_ours_are_whole_where_the_public_address_is_known(small_bucket_url: str) -> None:
    site = LoggedSite({"KAMERTON_BUCKET": small_bucket_url, "KAMERTON_PUBLIC_URL": "https://kamerton.example/api"})
    track = site.get(f"/api/v1/tracks/{IN_THE_END}").json["track"]
    assert track["links"]["deezer"] == f"https://kamerton.example/api/listen/deezer/{IN_THE_END}"
    assert track["image"] == f"https://kamerton.example/api/cover/{IN_THE_END}"


@pytest.mark.parametrize("energy", ["+0.1", "%2B0.1", "0.1"])
def test_more_of_a_feature_may_be_said_with_a_plus(client: Client, energy: str) -> None:
    """As the asker wrote it: a plus sign in an address stands for a space."""
    response = client.get(f"/api/v1/recommendations?track={IN_THE_END}&energy={energy}")
    assert response.status_code == 200
    answer = response.json
    assert "energy=0.1" in answer["links"]["list"]
    assert all("more energetic" in item["reasons"] for item in answer["recommendations"])


def test_too_much_more_is_refused_with_the_bounds(client: Client) -> None:
    response = client.get(f"/api/v1/recommendations?track={IN_THE_END}&tempo=0.7")
    assert response.status_code == 400
    assert response.json["detail"] == "tempo must be a number from -0.5 to 0.5."


def test_features_can_be_shifted_as_well(client: Client) -> None:
    plain = post(client, features={"energy": 0.5, "tempo": 120, "valence": 0.5}, limit=5)
    shifted = post(client, features={"energy": 0.5, "tempo": 120, "valence": 0.5}, limit=5, energy=0.3)
    assert plain["features"] == shifted["features"]
    assert [item["track"]["id"] for item in plain["recommendations"]] != [
        item["track"]["id"] for item in shifted["recommendations"]
    ]


def test_the_path_from_one_track_to_another(client: Client) -> None:
    answer = get(client, "/api/v1/path", track=IN_THE_END, to="in da club", limit=4)
    assert answer["start"]["id"] == IN_THE_END
    assert answer["end"]["title"].startswith("In Da Club")
    assert len(answer["tracks"]) == 4
    assert len({track["id"] for track in answer["tracks"]} | {answer["start"]["id"], answer["end"]["id"]}) == 6
    assert client.get(f"/api/v1/path?track={IN_THE_END}").json["detail"] == "to is missing."
