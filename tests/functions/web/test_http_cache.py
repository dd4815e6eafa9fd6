"""What lets browsers and proxies keep an answer."""

from __future__ import annotations

import gzip

import pytest
from werkzeug.test import Client

from tests.functions.web.conftest import LoggedSite
from tests.functions.web.test_api import IN_THE_END

KEPT = [
    f"/api/v1/recommendations?track={IN_THE_END}",
    "/api/v1/genre?track=hotel+california",
    "/api/v1/search?q=love",
    "/api/v1/suggestions?q=lo",
    f"/api/v1/tracks/{IN_THE_END}",
    "/api/v1/genres",
    "/",
    "/?track=hotel+california",
]
SAME_FOR_ALL = ["/openapi.json", "/assets/style.css"]


@pytest.mark.parametrize("path", KEPT + SAME_FOR_ALL)
def test_an_answer_may_be_kept_for_a_while_and_has_a_tag(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Cache-Control"] == "public, max-age=300"
    assert headers["ETag"].startswith('W/"')
    assert {"Accept-Language", "Accept-Encoding"} <= set(headers["Vary"].split(", "))


@pytest.mark.parametrize("path", ["/health", "/nothing-here", "/api/v1/genre"])
def test_what_changes_or_failed_is_not_kept(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert "ETag" not in headers


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", KEPT + SAME_FOR_ALL)
def test_who_holds_the_answer_is_not_sent_it_again(client: Client, path: str, method: str) -> None:
    tag = client.get(path).headers["ETag"]
    for asked in (tag, tag.removeprefix("W/"), f'"other", {tag}'):
        response = client.open(path, method=method, headers={"If-None-Match": asked})
        assert response.status_code == 304
        assert response.data == b""
        assert response.headers["ETag"] == tag
        assert response.headers["Cache-Control"] == "public, max-age=300"
        assert "Accept-Language" in response.headers["Vary"]


@pytest.mark.parametrize("path", KEPT)
def test_another_language_is_another_answer(client: Client, path: str) -> None:
    tag = client.get(path, headers={"Accept-Language": "en"}).headers["ETag"]
    response = client.get(path, headers={"Accept-Language": "ru", "If-None-Match": tag})
    assert response.status_code == 200
    assert response.headers["ETag"] != tag


def test_another_address_is_another_document(small_bucket_url: str, site: LoggedSite) -> None:
    other = LoggedSite({"KAMERTON_BUCKET": small_bucket_url, "KAMERTON_PUBLIC_URL": "https://kamerton.example"})
    assert site.get("/openapi.json").headers["ETag"] != other.get("/openapi.json").headers["ETag"]


def test_the_same_question_in_other_spacing_has_the_same_tag(client: Client) -> None:
    one = client.get("/api/v1/genre?track=hotel+california").headers["ETag"]
    assert client.get("/api/v1/genre?track=++hotel++california+").headers["ETag"] == one
    assert client.get("/api/v1/genre?track=hotel+californi").headers["ETag"] != one


def test_every_part_of_a_question_counts(client: Client) -> None:
    one, other = "track=metallica", "track=eagles"
    questions = [one, f"{one}&limit=9", f"{one}&artist_cap=2", other]
    tags = [client.get(f"/api/v1/recommendations?{question}").headers["ETag"] for question in questions]
    tags.append(client.get(f"/api/v1/genre?{one}").headers["ETag"])
    tags.append(client.get(f"/?{one}").headers["ETag"])
    assert len(set(tags)) == len(tags)


def test_a_default_that_is_spelt_out_is_the_same_question(client: Client) -> None:
    implied = client.get("/api/v1/recommendations?track=metallica").headers["ETag"]
    assert client.get("/api/v1/recommendations?limit=10&track=metallica").headers["ETag"] == implied


@pytest.mark.parametrize(
    "path", ["/api/v1/tracks/nothing", "/api/v1/genre?track=%E2%98%83", "/?track=%E2%98%83", "/api/v1/genre"]
)
def test_a_star_does_not_turn_an_error_into_not_modified(client: Client, path: str) -> None:
    plain = client.get(path)
    assert plain.status_code >= 400
    assert client.get(path, headers={"If-None-Match": "*"}).status_code == plain.status_code


def test_another_revision_of_the_program_has_other_tags(small_bucket_url: str, site: LoggedSite) -> None:
    other = LoggedSite({"KAMERTON_BUCKET": small_bucket_url, "K_REVISION": "kamerton-00002"})
    for path in KEPT:
        assert site.get(path).headers["ETag"] != other.get(path).headers["ETag"]


LARGE = [KEPT[0], "/openapi.json", "/", KEPT[-1], "/assets/style.css"]


@pytest.mark.parametrize("path", LARGE)
@pytest.mark.parametrize("accepted", ["gzip", "gzip, deflate, br", "*", "br;q=1.0, gzip;q=0.5"])
def test_a_large_answer_is_packed_for_who_takes_it(client: Client, path: str, accepted: str) -> None:
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers.get("ETag") == plain.headers.get("ETag")


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0"])
def test_an_answer_is_not_packed_for_who_does_not_take_it(client: Client, accepted: str) -> None:
    response = client.get("/openapi.json", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in response.headers
    assert response.json["openapi"] == "3.1.0"


def test_a_small_answer_is_not_worth_packing(client: Client) -> None:
    response = client.get("/health", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response.headers


def test_packing_the_same_answer_gives_the_same_bytes(client: Client) -> None:
    answers = [client.get(KEPT[0], headers={"Accept-Encoding": "gzip"}).data for _ in range(2)]
    assert answers[0] == answers[1]
