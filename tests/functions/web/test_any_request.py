"""Whatever is sent, the answer is one, or a problem that is not ours."""

from __future__ import annotations

import json
import string
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from kamerton.music.features import NAMES
from tests.small_release import small_tracks

IDS = small_tracks()["track_id"].tolist()
TITLES = small_tracks()["track_name"].tolist()

texts = st.text(max_size=320)
links = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["https://", "http://", "HTTPS://", "", "spotify:", "//"]),
    st.sampled_from(["open.spotify.com", "play.spotify.com", "spotify.link", "evil.example", "[::1]", "track:", "a@b", ""]),
    st.sampled_from(["/track/", "/intl-de/track/", "/embed/track/", "/album/", "//", ":99999/", ""]),
    st.sampled_from(IDS) | st.text(string.ascii_letters + string.digits, min_size=20, max_size=24) | st.text(max_size=30),
    st.sampled_from(["", "/", "?si=1", "#x", "?", "%00"]),
)
misspelt = st.sampled_from(TITLES).flatmap(
    lambda title: st.integers(0, len(title)).map(lambda at: title[:at] + title[at + 1 :])
)
queries = st.one_of(texts, links, misspelt, st.sampled_from(IDS))

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12) | st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=12,
)
numbers = st.floats(-70, 400) | st.integers(-2, 400_000) | st.none()
features = st.dictionaries(st.sampled_from(NAMES), numbers | anything, max_size=13)
bodies = st.fixed_dictionaries(
    {"features": features}, optional={"limit": anything | st.integers(-1, 60), "artist_cap": anything}
)


def fine(response: TestResponse) -> dict[str, Any]:
    """The body of an answer or of a problem of the asker's."""
    body: dict[str, Any] = json.loads(response.data)
    if response.status_code == 200:
        assert response.content_type == "application/json"
    else:
        assert response.status_code in (400, 404, 422)
        assert response.content_type == "application/problem+json"
        assert body["status"] == response.status_code
        assert body["detail"]
    return body


@pytest.mark.parametrize("path", ["/api/v1/recommendations?track=", "/api/v1/genre?track=", "/api/v1/search?q="])
@given(query=queries)
def test_any_query(function: Flask, path: str, query: str) -> None:
    response = function.test_client().get(path + quote_from_bytes(query.encode("utf-8", "surrogatepass")))
    body = fine(response)
    if response.status_code == 200 and "genres" in body:
        assert sum(score["probability"] for score in body["genres"]) == pytest.approx(1, abs=1e-5)


@given(query=st.binary(max_size=60))
def test_any_bytes_as_a_query(function: Flask, query: bytes) -> None:
    fine(function.test_client().get("/api/v1/genre?track=" + quote_from_bytes(query)))
    fine(function.test_client().get("/api/v1/genre?" + quote_from_bytes(query, safe="=&%+;")))


@given(body=bodies | anything)
def test_any_json_body(function: Flask, body: Any) -> None:
    response = function.test_client().post("/api/v1/recommendations", data=json.dumps(body), content_type="application/json")
    answer = fine(response)
    if response.status_code == 200:
        assert len(answer["recommendations"]) >= 1


@given(body=st.binary(max_size=200))
def test_any_bytes_as_a_body(function: Flask, body: bytes) -> None:
    fine(function.test_client().post("/api/v1/recommendations", data=body, content_type="application/json"))
