from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec import UNSET
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict
from werkzeug.test import Client

from kamerton.errors import BadQuery
from kamerton.web.page_question import PageQuestion, read_question
from tests.functions.web.test_api import IN_THE_END, get
from tests.functions.web.test_page import Page, page


def question(
    track: tuple[str, ...], unlike: tuple[str, ...] = (), genre: str = "", artists: tuple[str, ...] = (), offset: int = 0
) -> PageQuestion:
    return PageQuestion(track, unlike=unlike, genre=genre or UNSET, exclude_artist=artists, offset=offset)


WHOLE = question(("a", "b"), ("c",), "metal", ("Muse", "ABBA"), 20)


def test_a_question_is_read_as_it_was_written() -> None:
    assert read_question(MultiDict(WHOLE.pairs)) == WHOLE
    assert read_question(MultiDict()) == PageQuestion(())
    assert question(("a",)).pairs == [("track", "a")]


def test_more_or_less_of_a_feature_is_read_and_can_be_left_out() -> None:
    asked = read_question(
        MultiDict([("track", "a"), ("energy", " 0.2"), ("tempo", "-0.1"), ("valence", "0"), ("acousticness", "")])
    )
    assert asked.shift.asked == {"energy": 0.2, "tempo": -0.1}
    assert asked.asks_for_more
    assert asked.pairs == [("track", "a"), ("energy", "0.2"), ("tempo", "-0.1")]
    assert asked.unshifted("energy").pairs == [("track", "a"), ("tempo", "-0.1")]
    assert not asked.unshifted("energy").unshifted("tempo").asks_for_more


def test_what_is_said_twice_or_not_at_all_counts_once_or_not() -> None:
    said = [("track", " a "), ("track", "a"), ("track", ""), ("track", "  b   c "), ("utm_source", "x"), ("genre", " ")]
    assert read_question(MultiDict(said)) == question(("a", "b c"))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ([("track", str(number)) for number in range(6)], "field_many"),
        ([("unlike", str(number)) for number in range(6)], "field_many"),
        ([("exclude_artist", str(number)) for number in range(21)], "field_many"),
        ([("track", "a" * 301)], "query_long"),
        ([("unlike", "a\x00")], "query_characters"),
        *[([("energy", energy)], "field_range") for energy in ("0.6", "-1", "nan", "much", "1e999")],
        *[([("offset", offset)], "field_whole") for offset in ("-1", "1.5", "451", "\N{ARABIC-INDIC DIGIT ONE}", "9" * 5000)],
    ],
)
def test_what_cannot_be_asked_is_refused(said: list[tuple[str, str]], reason: str) -> None:
    with pytest.raises(BadQuery) as refused:
        read_question(MultiDict(said))
    assert refused.value.reason == reason


def test_each_wish_begins_another_list() -> None:
    assert WHOLE.also("d") == question(("a", "b", "d"), ("c",), "metal", ("Muse", "ABBA"))
    assert WHOLE.less("d") == question(("a", "b"), ("c", "d"), "metal", ("Muse", "ABBA"))
    assert WHOLE.only("") == question(("a", "b"), ("c",), "", ("Muse", "ABBA"))
    assert WHOLE.without_artist("Bob") == question(("a", "b"), ("c",), "metal", ("Muse", "ABBA", "Bob"))
    assert WHOLE.left_out("track", 0) == question(("b",), ("c",), "metal", ("Muse", "ABBA"))
    assert WHOLE.left_out("exclude_artist", 1) == question(("a", "b"), ("c",), "metal", ("Muse",))


def test_there_is_an_end_of_wishes_and_of_pages() -> None:
    full = question(tuple("abcde"), tuple("fghij"), "", tuple(map(str, range(20))), 450)
    assert full.also("x") is full.less("x") is full.without_artist("x") is full.next_page() is None
    assert question(("a",), offset=440).next_page() == question(("a",), offset=450)


@pytest.mark.parametrize("asked", [question(("a",)), question(("a",), offset=10)])
def test_one_track_is_no_more_than_a_track(asked: PageQuestion) -> None:
    assert not asked.asks_for_more
    assert WHOLE.asks_for_more


def test_a_track_takes_the_place_of_the_name_that_meant_none() -> None:
    assert WHOLE.instead("b", "x") == question(("a", "x"), ("c",), "metal", ("Muse", "ABBA"))
    assert WHOLE.instead("b", "a") == question(("a",), ("c",), "metal", ("Muse", "ABBA"))
    assert WHOLE.instead("c", "x") == question(("a", "b"), ("x",), "metal", ("Muse", "ABBA"))
    assert WHOLE.instead("z", "x") == question(("x",))


def test_there_is_a_way_back_to_the_start() -> None:
    assert WHOLE.previous_page().offset == 10
    assert replace(WHOLE, limit=30).previous_page().offset == 0
    assert WHOLE.first_page() == WHOLE.previous_page().previous_page()


def links(shown: Page, *words: str) -> list[str]:
    """Those that have all these in their questions."""
    return [link for link in shown.links if link.startswith("/?") and all(word in link for word in words)]


def test_a_page_leads_to_more_like_one_of_its_answers_less_and_without_it(client: Client) -> None:
    shown = page(client, IN_THE_END)
    for words in (("track=", "&track="), ("unlike=",), ("exclude_artist=",)):
        found = [link for link in links(shown, *words) if "lang" not in link and "play" not in link]
        assert len(found) == 10
        assert client.get(found[0]).status_code == 200


def test_what_was_wished_for_is_on_the_page_and_can_be_left_out(client: Client) -> None:
    first, second = (item["track"] for item in get(client, "/api/v1/recommendations", track=IN_THE_END)["recommendations"][:2])
    asked = {"track": [IN_THE_END, first["id"]], "unlike": second["id"], "genre": "metal", "exclude_artist": "Bon Jovi"}
    shown = Page(client.get("/", query_string=asked))
    for title in (first["title"], second["title"], "metal", "Bon Jovi"):
        (link,) = [a for a in shown.all("a") if a.get("aria-label") == f"Leave out: {title}"]
        left = parse_qs(urlsplit(link["href"] or "").query)
        assert sum(map(len, left.values())) == 4
        assert client.get(link["href"] or "").status_code == 200
    names = [item["track"]["title"] for item in get(client, "/api/v1/recommendations", **asked)["recommendations"]]
    assert all(name in shown.text for name in names)


def test_more_or_less_of_a_feature_is_asked_for_on_the_page(client: Client) -> None:
    shown = Page(client.get(f"/?track={IN_THE_END}&energy=-0.1&lang=en"))
    sliders = {each["name"]: each["value"] for each in shown.all("input") if each.get("type") == "range" and each.get("name")}
    assert sliders == {"energy": "-0.1", "valence": "0.0", "tempo": "0.0", "acousticness": "0.0"}
    assert "calmer" in shown.text
    (link,) = [a["href"] or "" for a in shown.all("a") if a.get("aria-label") == "Leave out: calmer"]
    assert link == f"/?track={IN_THE_END}&lang=en"
    names = [
        item["track"]["title"]
        for item in get(client, "/api/v1/recommendations", track=IN_THE_END, energy="-0.1")["recommendations"]
    ]
    assert names
    assert all(name in shown.text for name in names)


def test_the_numbers_run_on_over_pages(client: Client) -> None:
    shown = Page(client.get(f"/?track={IN_THE_END}&offset=10"))
    (ordered,) = [each for each in shown.all("ol") if each.get("class") == "tracks"]
    assert ordered["start"] == "11"
    assert " 11 " in shown.text
    assert " 1 " not in shown.text.partition("11")[0][-40:]


def test_several_tracks_show_all_their_shapes(client: Client) -> None:
    others = [item["track"]["id"] for item in get(client, "/api/v1/recommendations", track=IN_THE_END)["recommendations"][:2]]
    charts = [
        svg["aria-label"]
        for svg in Page(client.get("/", query_string={"track": [IN_THE_END, *others]})).all("svg")
        if svg.get("class") == "radar"
    ]
    titles = [get(client, f"/api/v1/tracks/{each}")["track"]["title"] for each in (IN_THE_END, *others)]
    assert charts[-3:] == titles


def test_the_list_goes_on_where_it_ended(client: Client) -> None:
    following = links(page(client, IN_THE_END), "offset=10")
    shown = Page(client.get(following[0]))
    names = [
        item["track"]["title"]
        for item in get(client, "/api/v1/recommendations", track=IN_THE_END, offset=10)["recommendations"]
    ]
    assert names
    assert all(name in shown.text for name in names)


def test_in_the_place_of_a_genre_that_there_is_not_each_that_there_is_can_be_asked_for(client: Client) -> None:
    response = client.get(f"/?track={IN_THE_END}&genre=polka&exclude_artist=ABBA&offset=10&lang=en")
    assert response.status_code == 404
    shown = Page(response)
    genres = [each["genre"] for each in get(client, "/api/v1/genres")["genres"]]
    offered = links(shown, "genre=", "exclude_artist=ABBA", "lang=en")
    offered = [link for link in offered if "polka" not in link]
    assert [parse_qs(urlsplit(link).query)["genre"] for link in offered] == [[genre] for genre in sorted(genres)]
    assert all(link.startswith(f"/?track={IN_THE_END}&") and "offset" not in link for link in offered)
    assert client.get(offered[0]).status_code == 200


def test_a_later_page_leads_back(client: Client) -> None:
    def shown(offset: int) -> Page:
        return Page(client.get("/", query_string={"track": IN_THE_END, "exclude_artist": "ABBA", "offset": offset}))

    assert "previous ten" not in shown(0).text
    assert "The previous ten The next ten" in shown(20).text
    assert len(links(shown(20), "exclude_artist=ABBA", "&offset=10")) == 1
    past = shown(450)
    assert "The list ends before this page. From the start" in past.text
    assert "no other track" not in past.text
    assert f"/?track={IN_THE_END}&exclude_artist=ABBA" in past.links


def test_a_list_can_be_shared_and_taken_along(client: Client) -> None:
    shown = page(client, "linkin park in the end")
    assert f"/?track={IN_THE_END}" in shown.links
    for form, content in (("csv", "text/csv"), ("m3u", "mpegurl"), ("txt", "text/plain")):
        (link,) = [link for link in shown.links if f"format={form}" in link]
        response = client.get(link)
        assert response.status_code == 200
        assert content in response.content_type


@pytest.mark.parametrize(
    "wish", ["genre=polka", "offset=x", "track=2&track=3&track=4&track=5&track=6", "unlike=%ff", "market=XX"]
)
def test_a_wish_that_cannot_be_read_is_a_page_that_says_so(client: Client, wish: str) -> None:
    response = client.get(f"/?track={IN_THE_END}&{wish}")
    assert response.status_code in (400, 404)
    assert Page(response).field["name"] == "track"
