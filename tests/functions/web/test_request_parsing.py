"""Every form in which msgspec says what is wrong, as the pinned version says it, and a form that it does not have yet."""

from __future__ import annotations

import io
import json
from datetime import datetime
from typing import Any

import msgspec
import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from kamerton.errors import BadQuery
from kamerton.logs import Log
from kamerton.web.messages import FeaturesQuestion, RecommendationsQuery
from kamerton.web.request_parsing import read_body, read_query


def refusal(read: Any, kind: type[msgspec.Struct], **request: Any) -> tuple[BadQuery, list[dict[str, Any]]]:
    """What a question of that kind is refused with, and what is logged."""
    stream = io.StringIO()
    with pytest.raises(BadQuery) as caught:
        read(Request(EnvironBuilder(**request).get_environ()), kind, Log(stream))
    return caught.value, [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("body", "message", "reason", "field"),
    [
        ('{"a": 1}', "Object contains unknown field `a`", "field_unknown", "a"),
        ('{"features": {"a": 1}}', "Object contains unknown field `a` - at `$.features`", "field_unknown", "a"),
        ("{}", "Object missing required field `features`", "field_missing", "features"),
        ("[]", "Expected `object`, got `array`", "bad_json", None),
        ('{"features": 1}', "Expected `object`, got `int` - at `$.features`", "field_wrong", "features"),
        ("1e400", "Number out of range", "bad_json", None),
        ('{"features": {"energy": 1e400}}', "Number out of range - at `$.features.energy`", "field_range", "energy"),
        ('{"features": {"energy": 2}}', "Expected `float` <= 1.0 - at `$.features.energy`", "field_range", "energy"),
        ('{"features": {"energy": -1}}', "Expected `float` >= 0.0 - at `$.features.energy`", "field_range", "energy"),
        (
            '{"features": {"energy": ""}}',
            "Expected `float | null`, got `str` - at `$.features.energy`",
            "field_range",
            "energy",
        ),
        ('{"features": {"key": 0.5}}', "Expected `float` that's a multiple of 1.0 - at `$.features.key`", "field_whole", "key"),
        (
            '{"features": {"explicit": ""}}',
            "Expected `bool | float | null`, got `str` - at `$.features.explicit`",
            "field_flag",
            "explicit",
        ),
        ('{"features": {}, "unlike": "a"}', "Expected `array`, got `str` - at `$.unlike`", "field_wrong", "unlike"),
        ('{"features": {}, "unlike": [1]}', "Expected `str`, got `int` - at `$.unlike[0]`", "field_wrong", "unlike"),
        ('{"features": {}, "limit": 51}', "Expected `float` <= 50.0 - at `$.limit`", "field_whole", "limit"),
    ],
)
def test_each_form_of_message_about_a_body_is_understood(body: str, message: str, reason: str, field: str | None) -> None:
    error, logged = refusal(read_body, FeaturesQuestion, method="POST", data=body, content_type="application/json")
    assert str(error.__cause__) == message
    assert (error.reason, error.params.get("field")) == (reason, field)
    assert logged == []


@pytest.mark.parametrize(
    ("query", "message", "reason", "field"),
    [
        ({"a": "1", "track": "b"}, "Object contains unknown field `a`", "field_unknown", "a"),
        ({}, "Object missing required field `track`", "field_missing", "track"),
        ({"track": "a" * 301}, "Expected `str` of length <= 300 - at `$.track[0]`", "query_long", None),
        ({"track": ["a"] * 6}, "Expected `array` of length <= 5 - at `$.track`", "field_many", "track"),
        ({"track": "a", "unlike": ["a"] * 6}, "Expected `array` of length <= 5 - at `$.unlike`", "field_many", "unlike"),
        ({"track": "a", "genre": "a" * 101}, "Expected `str` of length <= 100 - at `$.genre`", "field_wrong", "genre"),
        ({"track": "a", "format": "xml"}, "Invalid enum value 'xml' - at `$.format`", "field_choice", "format"),
        ({"track": "a", "limit": "0"}, "Expected `int` >= 1 - at `$.limit`", "field_whole", "limit"),
        ({"track": "a", "artist_cap": "51"}, "Expected `int` <= 50 - at `$.artist_cap`", "field_whole", "artist_cap"),
        ({"track": "a", "limit": "01"}, "Expected `int`, got `str` - at `$.limit`", "field_whole", "limit"),
    ],
)
def test_each_form_of_message_about_a_query_is_understood(
    query: dict[str, Any], message: str, reason: str, field: str | None
) -> None:
    error, logged = refusal(read_query, RecommendationsQuery, query_string=query)
    assert str(error.__cause__) == message
    assert (error.reason, error.params.get("field")) == (reason, field)
    assert logged == []


class Dated(msgspec.Struct):
    """A question with a value that no question has."""

    day: datetime


def test_another_form_of_message_is_told_in_general_words_and_logged_without_what_was_asked() -> None:
    error, logged = refusal(read_query, Dated, query_string={"day": "sesame"})
    assert (error.reason, error.params) == ("field_wrong", {"field": "day"})
    assert [line["severity"] for line in logged] == ["WARNING"]
    assert logged[0]["question"] == "Dated"
    assert "sesame" not in str(logged)
