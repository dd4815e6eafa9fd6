"""What can be played in a country, marked in an answer, over the site."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes import loopback
from tests.fakes.reccobeats import FakeReccoBeats
from tests.functions.lookup.conftest import Services, codes
from tests.functions.web.conftest import LoggedSite
from tests.functions.web.test_api import IN_THE_END

PATH = "/api/v1/recommendations"


def in_germany(track_id: str) -> bool:
    return ord(track_id[-1]) % 2 == 0


class KnowingEverything(FakeReccoBeats):
    """Knows where every track can be played: about half in Germany, all in France."""

    def answer(self, call: loopback.Call) -> loopback.Reply:
        if call.path != "/v1/track":
            return super().answer(call)
        rows = [
            {"href": f"https://open.spotify.com/track/{name}", "availableCountries": "DE, FR" if in_germany(name) else "FR"}
            for name in call.query["ids"].split(",")
        ]
        return loopback.json_reply({"content": rows[::-1]})


@pytest.fixture
def reccobeats(services: Services) -> Any:
    with KnowingEverything(services.music) as fake:
        services.reccobeats = fake
        yield fake


def answered(site: LoggedSite, market: str = "DE", **options: Any) -> Any:
    response = site.get(PATH, query_string={"track": IN_THE_END, "market": market, "world": 0, **options})
    assert response.status_code == 200, response.text
    return response.json


def tracks(answer: Any) -> list[Any]:
    return [answer["track"], *(each["track"] for each in answer["recommendations"]), *answer["alternatives"]]


@pytest.mark.usefixtures("reccobeats")
def test_each_track_is_marked_by_one_call(services: Services) -> None:
    answer = answered(services.site())
    assert all(track["playable"] is in_germany(track["id"]) for track in tracks(answer))
    assert {track["playable"] for track in tracks(answer)} == {True, False}
    assert all(track["playable"] for track in tracks(answered(services.site(), "FR")))
    assert answer["notes"] == []
    assert len(services.reccobeats.calls_of("/v1/track")) == 1


@pytest.mark.usefixtures("reccobeats")
def test_no_call_has_more_than_forty_tracks(services: Services) -> None:
    answer = answered(services.site(), limit=50, artist_cap=50)
    assert len(answer["recommendations"]) > 40
    sizes = [len(call.query["ids"].split(",")) for call in services.reccobeats.calls_of("/v1/track")]
    assert max(sizes) == 40
    assert sum(sizes) == len(tracks(answer))
    assert all(track["playable"] is not None for track in tracks(answer))


@pytest.mark.usefixtures("reccobeats")
def test_features_of_ones_own_have_marked_answers_too(services: Services) -> None:
    body = {"features": {"energy": 0.9}, "market": "DE", "limit": 3}
    answer = services.site().client.post(PATH, json=body).json
    assert [each["track"]["playable"] for each in answer["recommendations"]].count(None) == 0


def test_without_a_market_nobody_is_asked_and_nothing_marked(services: Services) -> None:
    answer = services.site().get(PATH, query_string={"track": IN_THE_END, "world": 0}).json
    assert {track["playable"] for track in tracks(answer)} == {None}
    assert services.n_calls == 0


def test_what_nobody_knows_is_not_marked_and_said(services: Services) -> None:
    site = services.site()
    answer = answered(site)
    assert {track["playable"] for track in tracks(answer)} == {None}
    assert codes(answer) == ["market_unknown"]
    calls = services.n_calls
    assert codes(answered(site)) == ["market_unknown"]
    assert services.n_calls == calls


def test_with_the_world_off_it_is_said_that_it_is_not_known(services: Services) -> None:
    assert codes(answered(services.site(KAMERTON_WORLD="0"))) == ["market_unknown"]


@pytest.mark.parametrize("fault", [loopback.server_error(), loopback.web_page, loopback.replied({"content": [7, {"href": 1}]})])
def test_a_failure_is_said_and_takes_nothing_else_along(services: Services, fault: loopback.Fault) -> None:
    services.reccobeats.fail(fault, "/v1/track", times=9)
    answer = answered(services.site())
    assert len(answer["recommendations"]) == 10
    assert "market_unknown" in codes(answer)


def test_with_an_app_the_seed_is_marked_by_spotifys_word(services: Services) -> None:
    track = services.music[2]
    services.reccobeats.countries[track.id] = "DE,FR"
    services.spotify.closed_markets = {"DE"}
    for _ in range(2):
        answer = answered(services.site(app=True), track=track.id)
        assert answer["track"]["playable"] is False
    asked = [call for call in services.spotify.calls_of("/v1/tracks") if "market" in call.query]
    assert [call.query["market"] for call in asked] == ["DE"]
    assert answered(services.site(app=True), "FR", track=track.id)["track"]["playable"] is True


@pytest.mark.parametrize("market", ["", "de", "XX", "DEU", "D", "D%45", "null", "ДЕ", "DE ", "7"])
def test_what_is_no_country_is_refused(services: Services, market: str) -> None:
    response = services.site().get(PATH, query_string={"track": IN_THE_END, "market": market})
    assert (response.status_code, response.json["code"]) == (400, "bad_query")
    assert "market must be" in response.json["detail"]
    if market:
        assert services.site().get("/", query_string={"track": IN_THE_END, "market": market}).status_code == 400


@pytest.mark.parametrize("market", [None, 7, ["DE"], {"a": 1}, "de"])
def test_what_is_no_country_is_refused_in_a_body(services: Services, market: object) -> None:
    response = services.site().client.post(PATH, json={"features": {"energy": 1}, "market": market})
    assert response.status_code == 400
    assert "market must be" in response.json["detail"]


@pytest.mark.usefixtures("reccobeats")
@pytest.mark.parametrize(("language", "words"), [("en", "cannot be played in DE"), ("ru", "в DE не воспроизводится")])
def test_the_page_says_what_cannot_be_played(services: Services, language: str, words: str) -> None:
    site = services.site()
    page = site.get(f"/?track={IN_THE_END}&market=DE&world=0", headers={"Accept-Language": language}).text
    unplayable = [track for track in tracks(answered(site))[:11] if not track["playable"]]
    assert page.count(words) == len(unplayable) > 0
    assert page.count("&amp;market=DE") >= 10
