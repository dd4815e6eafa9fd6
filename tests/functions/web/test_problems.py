"""What cannot be answered: the right status and code, and a sentence that says what to do, in the asker's language."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.exceptions import BadRequest, Gone, HTTPException, RequestedRangeNotSatisfiable
from werkzeug.test import Client, TestResponse

from kamerton.logs import Log
from kamerton.release.release import Release
from kamerton.service.kamerton import Kamerton
from kamerton.settings import Settings
from kamerton.storage import Bucket
from kamerton.taste.taste_store import TasteStore
from kamerton.texts import problem_title
from kamerton.web.site import build_site
from tests.functions.web.conftest import LoggedSite

RECOMMENDATIONS = "/api/v1/recommendations"
UNKNOWN_ID = "7xyYsOvq5Ec3P4fr6mM9fD"


def problem(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers
    body: dict[str, Any] = response.json
    assert set(body) == {"type", "title", "status", "detail", "code"}
    assert (body["type"], body["status"], body["code"]) == ("about:blank", status, code)
    assert body["title"] == problem_title(code, response.headers["Content-Language"])
    assert body["detail"].endswith(".")
    assert "Traceback" not in response.text
    return body


def post(client: Client, body: str | bytes, content_type: str = "application/json") -> TestResponse:
    return client.post(RECOMMENDATIONS, data=body, content_type=content_type)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (RECOMMENDATIONS, "track is missing"),
        (f"{RECOMMENDATIONS}?track=", "Nothing was asked"),
        (f"{RECOMMENDATIONS}?track=%20%20", "Nothing was asked"),
        (f"{RECOMMENDATIONS}?track={'a' * 301}", "The query is too long: 300 characters at most"),
        (f"{RECOMMENDATIONS}?track={'a' * 7000}", "The query is too long: 300 characters at most"),
        (f"{RECOMMENDATIONS}?track=a%00b", "control characters"),
        (f"{RECOMMENDATIONS}?track=a%07b", "control characters"),
        (f"{RECOMMENDATIONS}?track=a%1Bb", "control characters"),
        (f"{RECOMMENDATIONS}?track=a%C2%85b", "control characters"),
        (f"{RECOMMENDATIONS}?track=%ff%fe", "broken UTF-8"),
        (f"{RECOMMENDATIONS}?track=%ED%A0%BD", "broken UTF-8"),
        (f"{RECOMMENDATIONS}?track=https://evil.example/track/{UNKNOWN_ID}", "Only links to tracks at Spotify"),
        (f"{RECOMMENDATIONS}?track=https://spotify.link/aBcDeF", "Short links cannot be followed yet"),
        (f"{RECOMMENDATIONS}?track=https://open.spotify.com/album/{UNKNOWN_ID}", r"is of an album"),
        (f"{RECOMMENDATIONS}?track=https://open.spotify.com/track/", "not complete"),
        (f"{RECOMMENDATIONS}?track=a&limit=0", "limit must be a whole number from 1 to 50"),
        (f"{RECOMMENDATIONS}?track=a&limit=51", "limit must be a whole number from 1 to 50"),
        (f"{RECOMMENDATIONS}?track=a&limit=-1", "limit must be"),
        (f"{RECOMMENDATIONS}?track=a&limit=", "limit must be"),
        (f"{RECOMMENDATIONS}?track=a&limit=ten", "limit must be"),
        (f"{RECOMMENDATIONS}?track=a&limit=1.5", "limit must be"),
        (f"{RECOMMENDATIONS}?track=a&limit=null", "limit must be"),
        (f"{RECOMMENDATIONS}?track=a&limit=NaN", "limit must be"),
        (f"{RECOMMENDATIONS}?track=a&limit=1e400", "limit must be"),
        (f"{RECOMMENDATIONS}?track=a&limit=1e1", "limit must be"),
        (f"{RECOMMENDATIONS}?track=a&limit=5.0", "limit must be"),
        (f"{RECOMMENDATIONS}?track=a&artist_cap=1e0", "artist_cap must be"),
        (f"{RECOMMENDATIONS}?track=a&limit={'9' * 5000}", "limit must be"),
        (f"{RECOMMENDATIONS}?track=a&limit=%D9%A1", "limit must be"),
        (f"{RECOMMENDATIONS}?track=a&artist_cap=0", "artist_cap must be a whole number from 1 to 50"),
        (f"{RECOMMENDATIONS}?track=a&more=1", "more is not known here. Known: track, limit, artist_cap"),
        (f"{RECOMMENDATIONS}?track=a&{'x' * 5000}=1", "xxx... is not known here"),
        ("/api/v1/genre?track=a&track=b", "track is given more than once"),
        (f"{RECOMMENDATIONS}?{'track=a&' * 6}", "track may be given 5 times at most"),
        (f"{RECOMMENDATIONS}?track=a&{'unlike=a&' * 6}", "unlike may be given 5 times at most"),
        (f"{RECOMMENDATIONS}?track=a&{'exclude_artist=a&' * 21}", "exclude_artist may be given 20 times at most"),
        (f"{RECOMMENDATIONS}?track=metallica&track=", "Nothing was asked"),
        (f"{RECOMMENDATIONS}?track=metallica&track={'x' * 301}", "too long: 300 characters"),
        (f"{RECOMMENDATIONS}?track=metallica&unlike={'x' * 301}", "too long: 300 characters"),
        (f"{RECOMMENDATIONS}?track=metallica&exclude_artist={'x' * 301}", "too long: 300 characters"),
        (f"{RECOMMENDATIONS}?track=metallica&exclude_artist=%20", "Nothing was asked"),
        (f"{RECOMMENDATIONS}?track=metallica&exclude_artist=a%00", "control characters"),
        (f"{RECOMMENDATIONS}?track=metallica&offset=451", "offset must be a whole number from 0 to 450"),
        (f"{RECOMMENDATIONS}?track=metallica&offset=-1", "offset must be a whole number from 0 to 450"),
        (f"{RECOMMENDATIONS}?track=metallica&offset=1&offset=2", "offset is given more than once"),
        (f"{RECOMMENDATIONS}?track=metallica&format=xml", "format must be one of: json, csv, m3u, txt"),
        (f"{RECOMMENDATIONS}?track=metallica&format=", "format must be one of"),
        (f"{RECOMMENDATIONS}?track=metallica&genre={'x' * 101}", "genre is not as it should be"),
        (f"{RECOMMENDATIONS}?track=metallica&genre=metal&genre=rock", "genre is given more than once"),
        (f"{RECOMMENDATIONS}?track=a&limit=1&limit=1", "limit is given more than once"),
        ("/api/v1/genre", "track is missing"),
        ("/api/v1/genre?track=a&limit=1", "limit is not known here. Known: track"),
        ("/api/v1/search", "q is missing"),
        ("/api/v1/search?q=", "Nothing was asked"),
        ("/api/v1/search?q=a%00", "control characters"),
        ("/api/v1/search?q=https://evil.example/", "Only links"),
        ("/api/v1/search?q=a&limit=99", "limit must be"),
        ("/api/v1/genres?limit=1", "limit is not known here"),
        (f"/api/v1/tracks/{UNKNOWN_ID}?x=1", "x is not known here"),
        ("/health?x=1", "x is not known here"),
    ],
)
def test_a_question_that_cannot_be_read_is_answered_with_what_to_do(client: Client, path: str, words: str) -> None:
    assert words in problem(client.get(path), 400, "bad_query")["detail"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "The body is not JSON"),
        ("{", "The body is not JSON"),
        ("[]", "The body is not JSON"),
        ("null", "The body is not JSON"),
        ("{}", "features is missing"),
        ('{"features": null}', "features is not as it should be"),
        ('{"features": []}', "features is not as it should be"),
        ('{"features": {"energy": 1.5}}', "energy must be a number from 0 to 1"),
        ('{"features": {"energy": "0.5"}}', "energy must be a number from 0 to 1"),
        ('{"features": {"energy": true}}', "energy must be a number from 0 to 1"),
        ('{"features": {"energy": [0.5]}}', "energy must be a number from 0 to 1"),
        ('{"features": {"energy": NaN}}', "NaN and Infinity are not allowed"),
        ('{"features": {"energy": Infinity}}', "NaN and Infinity are not allowed"),
        ('{"features": {"energy": 0.5}, "limit": -Infinity}', "NaN and Infinity are not allowed"),
        ('{"features": {"energy": nan}}', "The body is not JSON"),
        ('{"features": {"energy": "NaN"}}', "energy must be a number from 0 to 1"),
        ('{"features": {"energy": 1e400}}', "must be a number"),
        ("1e400", "The body is not JSON"),
        ('{"features": {"energy": -0.0001}}', "energy must be a number from 0 to 1"),
        ('{"features": {"loudness": -61}}', "loudness must be a number from -60 to 10"),
        ('{"features": {"key": 12}}', "key must be a whole number from -1 to 11"),
        ('{"features": {"key": 5.5}}', "key must be a whole number from -1 to 11"),
        ('{"features": {"key": true}}', "key must be a whole number from -1 to 11"),
        ('{"features": {"mode": 0.5}}', "mode must be a whole number from 0 to 1"),
        ('{"features": {"explicit": 0.5}}', "explicit must be true or false"),
        ('{"features": {"explicit": 2}}', "explicit must be true or false"),
        ('{"features": {"explicit": "true"}}', "explicit must be true or false"),
        ('{"features": {"duration_ms": 0}}', "duration_ms must be a number from 1 to 36000000"),
        ('{"features": {"popularity": 50}}', "popularity is not known here. Known: acousticness, danceability"),
        ('{"features": {"energy": 0.5}, "limit": 0}', "limit must be a whole number from 1 to 50"),
        ('{"features": {"energy": 0.5}, "limit": 1.5}', "limit must be"),
        ('{"features": {"energy": 0.5}, "limit": "10"}', "limit must be"),
        ('{"features": {"energy": 0.5}, "limit": 50.5}', "limit must be"),
        ('{"features": {"energy": 0.5}, "limit": null}', "limit must be"),
        ('{"features": {"energy": 0.5}, "limit": 1' + "0" * 5000 + "}", "must be"),
        ('{"features": {"energy": 0.5}, "track": "a"}', "track is not known here. Known: features, limit, artist_cap"),
        ('{"features": {"energy": ' + "9" * 5000 + "}}", "must be a number"),
        ("[" * 30000 + "]" * 30000, "The body is not JSON"),
        ('{"features": ' * 4000 + "}" * 4000, "The body is not JSON"),
        ('{"features": {"energy": 0.5}} more', "The body is not JSON"),
        (b'{"features": {"energy": 0.5, "\xff": 1}}', ""),
        ('{"features": {"energy": 0.5}}'.encode("utf-16"), "The body is not JSON"),
        ('{"features": {"\\ud83d": 0.5}}', ""),
    ],
)
def test_a_body_that_cannot_be_read_is_answered_with_what_to_do(client: Client, body: str | bytes, words: str) -> None:
    assert words in problem(post(client, body), 400, "bad_query")["detail"]


@pytest.mark.parametrize("body", ['{"features": {}}', '{"features": {"energy": null}}'])
def test_a_body_without_a_known_feature_says_so(client: Client, body: str) -> None:
    assert "No audio feature was given" in problem(post(client, body), 422, "features_unavailable")["detail"]


@pytest.mark.parametrize(("query", "words"), [("limit=3", "limit is not known here"), ("track=%ff", "broken UTF-8")])
def test_a_query_string_beside_a_body_is_refused(client: Client, query: str, words: str) -> None:
    response = client.post(f"{RECOMMENDATIONS}?{query}", json={"features": {"energy": 0.5}})
    assert words in problem(response, 400, "bad_query")["detail"]


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "nonsense"]
)
def test_a_body_of_another_type_is_refused(client: Client, content_type: str) -> None:
    problem(post(client, '{"features": {"energy": 0.5}}', content_type), 415, "unsupported_media_type")


def test_a_body_that_is_too_large_is_refused(client: Client) -> None:
    detail = problem(post(client, b" " * 65537), 413, "too_large")["detail"]
    assert "65536 bytes" in detail


def test_a_body_of_just_the_largest_size_is_read(client: Client) -> None:
    body = b'{"features": {"energy": 0.5}}'
    assert post(client, body + b" " * (65536 - len(body))).status_code == 200


@pytest.mark.parametrize("path", ["/nothing-here", "/api/v1", "/api/v2/genres", "/api/v1/tracks/", "/asset/style.css"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_an_unknown_address_is_not_found(client: Client, path: str, method: str) -> None:
    problem(client.open(path, method=method), 404, "not_found")


@pytest.mark.parametrize(
    "path", ["/assets/../main.py", "/assets/%2e%2e/site.py", "/assets//etc/passwd", "/assets/..%5csite.py"]
)
def test_nothing_outside_the_assets_is_served(client: Client, path: str) -> None:
    assert client.get(path).status_code in (308, 404)


@pytest.mark.parametrize(
    "identifier", [UNKNOWN_ID, "x", "x" * 64, "%00", "%F0%9F%8E%B5", "%ff", quote("' OR 1=1 --"), "<script>"]
)
def test_an_unknown_track_is_not_found(client: Client, identifier: str) -> None:
    problem(client.get(f"/api/v1/tracks/{identifier}"), 404, "track_not_found")


def test_an_id_that_is_too_long_is_not_even_looked_for(client: Client) -> None:
    problem(client.get("/api/v1/tracks/" + "%CC%A7%CC%81" * 1_500), 404, "not_found")


def test_an_address_that_is_too_long_is_refused_before_it_is_read(client: Client) -> None:
    problem(client.get(f"{RECOMMENDATIONS}?track={'a' * 1_000_000}"), 414, "address_too_long")


def test_a_name_that_nothing_has_is_not_found(client: Client) -> None:
    problem(client.get(RECOMMENDATIONS, query_string={"track": "\N{SNOWMAN}"}), 404, "track_not_found")


def test_a_track_without_audio_features_is_told_apart(client: Client) -> None:
    problem(client.get(RECOMMENDATIONS, query_string={"track": UNKNOWN_ID}), 422, "features_unavailable")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (RECOMMENDATIONS, {"GET", "HEAD", "OPTIONS", "POST"}),
        ("/api/v1/genre", {"GET", "HEAD", "OPTIONS"}),
        ("/health", {"GET", "HEAD", "OPTIONS"}),
        ("/openapi.json", {"GET", "HEAD", "OPTIONS"}),
        ("/", {"GET", "HEAD", "OPTIONS"}),
        ("/assets/style.css", {"GET", "HEAD", "OPTIONS"}),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_a_wrong_method_is_told_the_right_ones(client: Client, path: str, allowed: set[str], method: str) -> None:
    response = client.open(path, method=method)
    problem(response, 405, "method_not_allowed")
    assert set(response.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize(
    ("ask", "english", "russian"),
    [
        (lambda client, headers: client.get(RECOMMENDATIONS, headers=headers), "track is missing", "Не хватает track"),
        (lambda client, headers: client.get("/nothing", headers=headers), "nothing at this address", "ничего нет"),
        (lambda client, headers: client.put("/health", headers=headers), "does not take PUT", "не принимает PUT"),
        (lambda client, headers: client.post(RECOMMENDATIONS, headers=headers), "application/json", "нужно отправлять"),
    ],
)
def test_problems_are_told_in_the_language_of_the_asker(
    client: Client, ask: Callable[[Client, dict[str, str]], TestResponse], english: str, russian: str
) -> None:
    for language, words in (("en", english), ("ru", russian)):
        response = ask(client, {"Accept-Language": language})
        assert words in response.json["detail"]
        assert response.headers["Content-Language"] == language


class Refusing(Kamerton):
    """A use case under which the web framework refuses a request for a reason of its own."""

    def __init__(self, error: HTTPException) -> None:
        self._error = error

    def release(self, *_: object) -> Release:
        raise self._error


@pytest.mark.parametrize("error", [RequestedRangeNotSatisfiable(), BadRequest(), Gone()])
def test_a_refusal_without_words_of_its_own_is_told_in_general_ones(error: HTTPException) -> None:
    nobodys = TasteStore(lambda: Bucket.open("memory://refusing"), "a secret of this test")
    client = build_site(Refusing(error), Settings.from_environ({}), Log(io.StringIO()), nobodys).test_client()
    detail = problem(client.get("/health"), error.code or 0, "bad_request")["detail"]
    assert f"status {error.code}" in detail
    assert "JSON" not in detail


@pytest.mark.parametrize(
    "path", ["/health", "/api/v1/genres", f"{RECOMMENDATIONS}?track=a", "/api/v1/tracks/x", "/api/v1/search?q=a"]
)
def test_before_a_release_the_answer_is_to_try_again(empty_site: LoggedSite, path: str) -> None:
    response = empty_site.get(path)
    problem(response, 503, "not_ready")
    assert int(response.headers["Retry-After"]) > 0


def test_before_a_release_a_page_says_so_too(empty_site: LoggedSite) -> None:
    response = empty_site.get("/")
    assert response.status_code == 503
    assert response.content_type == "text/html; charset=utf-8"
    assert int(response.headers["Retry-After"]) > 0


def test_a_wrong_question_is_wrong_before_a_release_too(empty_site: LoggedSite) -> None:
    problem(empty_site.get(RECOMMENDATIONS), 400, "bad_query")
    assert empty_site.get("/openapi.json").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": 'evil"<>\\ host'},
        {"Host": ""},
        {"Accept-Language": "\xff" * 1000},
        {"Accept-Encoding": "gzip;q=many"},
        {"If-None-Match": '"'},
        {"Range": "bytes=5-2"},
        {"X-Forwarded-For": "'; DROP TABLE tracks"},
        {"Content-Length": "nonsense"},
        {"Cookie": "a=b; " * 1000},
    ],
)
@pytest.mark.parametrize("path", ["/health", "/openapi.json", "/api/v1/genres", "/?track=metallica"])
def test_strange_headers_do_no_harm(client: Client, path: str, headers: dict[str, str]) -> None:
    assert client.get(path, headers=headers).status_code in (200, 400)


def test_a_huge_header_of_json_does_not_matter(client: Client) -> None:
    body = json.dumps({"features": {"energy": 0.5}})
    response = client.post(RECOMMENDATIONS, data=body, content_type="application/json", headers={"X-More": "x" * 100_000})
    assert response.status_code == 200
