"""What is suggested while a name is typed."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from tests.functions.web.test_api import IN_THE_END, get


def suggested(client: Client, typed: str, **more: int) -> list[str]:
    return [track["title"] for track in get(client, "/api/v1/suggestions", q=typed, **more)["tracks"]]


@pytest.mark.parametrize("typed", ["in the e", "in the end lin", "linkin park in", "IN THE EN"])
def test_a_name_is_suggested_before_it_is_complete(client: Client, typed: str) -> None:
    assert "In the End" in suggested(client, typed)


def test_a_suggestion_is_what_is_needed_to_show_it_and_to_ask_for_it(client: Client) -> None:
    answer = get(client, "/api/v1/suggestions", q="in the end", limit=1)
    assert answer == {
        "tracks": [{"id": IN_THE_END, "title": "In the End", "artists": ["Linkin Park"]}],
        "release": "small-1",
    }


def test_no_more_are_suggested_than_fit_under_a_field(client: Client) -> None:
    assert len(suggested(client, "th")) <= 8
    assert len(suggested(client, "th", limit=2)) == 2


def test_nothing_like_it_is_an_empty_list(client: Client) -> None:
    assert suggested(client, "\N{SNOWMAN}\N{SNOWMAN}") == []
    assert suggested(client, "https://open.spotify.com/track/7xyYsOvq5Ec3P4fr6mM9fD") == []
