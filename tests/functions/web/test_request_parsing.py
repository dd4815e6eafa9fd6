"""What is wrong with a request is said of the field that is wrong, with the bounds of its type."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from kamerton.errors import BadQuery
from kamerton.recommending.question import FeaturesQuestion, TrackQuestion
from kamerton.web.request_parsing import read_body, read_query


def refusal(read: Any, kind: type[msgspec.Struct], **request: Any) -> BadQuery:
    """What a question of that kind is refused with."""
    with pytest.raises(BadQuery) as caught:
        read(Request(EnvironBuilder(**request).get_environ()), kind)
    return caught.value


@pytest.mark.parametrize(
    ("body", "reason", "field"),
    [
        ('{"a": 1}', "field_unknown", "a"),
        ('{"features": {"a": 1}}', "field_unknown", "a"),
        ("{}", "field_missing", "features"),
        ("[]", "bad_json", None),
        ('{"features": 1}', "field_wrong", "features"),
        ("1e400", "bad_json", None),
        ('{"features": {"energy": 1e400}}', "field_range", "energy"),
        ('{"features": {"energy": 2}}', "field_range", "energy"),
        ('{"features": {"energy": -1}}', "field_range", "energy"),
        (
            '{"features": {"energy": ""}}',
            "field_range",
            "energy",
        ),
        ('{"features": {"key": 0.5}}', "field_whole", "key"),
        (
            '{"features": {"explicit": ""}}',
            "field_flag",
            "explicit",
        ),
        ('{"features": {}, "unlike": "a"}', "field_wrong", "unlike"),
        ('{"features": {}, "unlike": [1]}', "field_wrong", "unlike"),
        ('{"features": {}, "limit": 51}', "field_whole", "limit"),
    ],
)
def test_each_wrong_field_of_a_body_is_named(body: str, reason: str, field: str | None) -> None:
    error = refusal(read_body, FeaturesQuestion, method="POST", data=body, content_type="application/json")
    assert (error.reason, error.params.get("field")) == (reason, field)


@pytest.mark.parametrize(
    ("query", "reason", "field"),
    [
        ({"a": "1", "track": "b"}, "field_unknown", "a"),
        ({}, "field_missing", "track"),
        ({"track": ["a"] * 6}, "field_many", "track"),
        ({"track": "a", "unlike": ["a"] * 6}, "field_many", "unlike"),
        ({"track": "a", "genre": "a" * 101}, "field_wrong", "genre"),
        ({"track": "a", "format": "xml"}, "field_choice", "format"),
        ({"track": "a", "limit": "0"}, "field_whole", "limit"),
        ({"track": "a", "artist_cap": "51"}, "field_whole", "artist_cap"),
        ({"track": "a", "limit": "01"}, "field_whole", "limit"),
    ],
)
def test_each_wrong_field_of_a_query_is_named(query: dict[str, Any], reason: str, field: str | None) -> None:
    error = refusal(read_query, TrackQuestion, query_string=query)
    assert (error.reason, error.params.get("field")) == (reason, field)


class Dated(msgspec.Struct):
    """A question with a value that no question has."""

    day: datetime


def test_a_value_of_a_type_without_a_sentence_of_its_own_is_refused_by_name() -> None:
    error = refusal(read_query, Dated, query_string={"day": "sesame"})
    assert (error.reason, error.params) == ("field_wrong", {"field": "day"})


def test_a_whole_number_may_be_written_with_a_point_in_json() -> None:
    body = '{"features": {"energy": 1}, "limit": 7.0, "offset": 0.0}'
    request = Request(EnvironBuilder(method="POST", data=body, content_type="application/json").get_environ())
    question = read_body(request, FeaturesQuestion)
    assert (question.limit, question.offset) == (7, 0)


@pytest.mark.parametrize("limit", ["7.5", "true", '"7"', "null", "1e400", "51.0"])
def test_no_other_number_is_whole(limit: str) -> None:
    body = f'{{"features": {{"energy": 1}}, "limit": {limit}}}'
    error = refusal(read_body, FeaturesQuestion, method="POST", data=body, content_type="application/json")
    assert (error.reason, error.params) == ("field_whole", {"field": "limit", "low": 1, "high": 50})


def test_the_first_wrong_field_is_the_one_that_is_named() -> None:
    error = refusal(read_query, TrackQuestion, query_string={"track": "a", "limit": "0", "nope": "1"})
    assert error.params["field"] == "limit"
    error = refusal(read_query, TrackQuestion, query_string={"nope": "1", "limit": "0", "track": "a"})
    assert error.params["field"] == "nope"


def test_the_bounds_in_a_sentence_are_those_of_the_type() -> None:
    params = refusal(read_query, TrackQuestion, query_string={"track": "a", "format": "xml"}).params
    assert params["known"] == "json, csv, m3u, txt"
    body = '{"features": {"loudness": -61}}'
    params = refusal(read_body, FeaturesQuestion, method="POST", data=body, content_type="application/json").params
    assert (params["low"], params["high"]) == ("-60", "10")
