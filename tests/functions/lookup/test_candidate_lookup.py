"""Recommendations from the whole world, over the site: what services name competes with the index."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from kamerton.music.titles import version_keys
from kamerton.music.track import Track
from kamerton.storage import Bucket
from tests.fakes import loopback
from tests.fakes.deezer import quota_error
from tests.fakes.loopback import Fault, Reply
from tests.fakes.music import MadeTrack
from tests.fakes.reccobeats import track_object
from tests.functions.lookup.conftest import Services, codes
from tests.functions.web.conftest import LoggedSite
from tests.functions.web.test_api import IN_THE_END
from tests.small_release import small_tracks

pytestmark = pytest.mark.filterwarnings("ignore:You're using `audio_features:DeprecationWarning")

RECOMMENDATION = "/v1/track/recommendation"


def recommended(site: LoggedSite, track: str, **query: object) -> Any:
    response = site.get("/api/v1/recommendations", query_string={"track": track, "limit": 50, "artist_cap": 50} | query)
    assert response.status_code == 200, response.text
    return response.json


def of_the_world(answer: Any) -> list[str]:
    return [item["track"]["id"] for item in answer["recommendations"] if item["origin"] == "world"]


@pytest.fixture
def near(services: Services) -> MadeTrack:
    """ReccoBeats names it for IN_THE_END: it sounds just like the nearest track of the index."""
    first = recommended(services.site(), IN_THE_END, world=0)["recommendations"][0]["track"]["id"]
    row = small_tracks().set_index("track_id").loc[first]
    twin = services.music[0]
    twin.features.update({name: float(row[name]) for name in twin.features})
    services.reccobeats.near[IN_THE_END] = [twin.id]
    services.deezer.tracks.clear()
    return twin


def test_what_services_name_is_among_the_answers(services: Services) -> None:
    answer = recommended(services.site(), services.music[0].id)
    assert answer["notes"] == []
    named = of_the_world(answer)
    assert len(named) >= 5
    assert set(named) <= {track.id for track in services.music[1:]}
    assert {item["origin"] for item in answer["recommendations"]} == {"index", "world"}
    scores = [item["score"] for item in answer["recommendations"]]
    assert scores == sorted(scores, reverse=True)


def test_a_track_of_the_catalog_has_them_too(services: Services, near: MadeTrack) -> None:
    answer = recommended(services.site(), IN_THE_END)
    assert of_the_world(answer) == [near.id]
    places = [item["track"]["id"] for item in answer["recommendations"]]
    assert places.index(near.id) < 5
    (item,) = [item for item in answer["recommendations"] if item["origin"] == "world"]
    assert (item["track"]["title"], item["track"]["duration_ms"]) == (near.title, near.duration_ms)
    assert item["reasons"][0].startswith("same genre: metal")


def test_tracks_near_the_artist_come_from_deezer(services: Services) -> None:
    """For a track that ReccoBeats has nothing for; under the ids by which it knows them."""
    services.reccobeats.near[services.music[0].id] = []
    answer = recommended(services.site(), services.music[0].id)
    assert answer["notes"] == []
    assert 3 <= len(of_the_world(answer)) <= 12
    assert all(len(each) == 22 for each in of_the_world(answer))
    # Two batches: the seed's own features, and those of all that Deezer named.
    assert len(services.reccobeats.calls_of("/v1/audio-features")) == 2


def test_no_version_of_the_seed_comes_from_outside(services: Services) -> None:
    seed = services.music[0]
    versions = [replace(track, title=f"{seed.title} - Live", artists=seed.artists) for track in services.music[1:4]]
    rows = [track_object(track) for track in (*versions, *services.music[4:])]
    services.reccobeats.fail(loopback.replied({"content": rows}), RECOMMENDATION)
    answer = recommended(services.site(), seed.id)
    keys = [
        version_keys(Track("", item["track"]["title"], tuple(item["track"]["artists"]))) for item in answer["recommendations"]
    ]
    assert of_the_world(answer)
    assert not any(each & version_keys(Track("", seed.title, seed.artists)) for each in keys)


def test_what_the_catalog_holds_is_the_indexs(services: Services, near: MadeTrack) -> None:
    held = small_tracks()["track_id"].tolist()
    rows = [track_object(replace(near, id=track_id, isrc=f"ZZHLD19{place:05d}")) for place, track_id in enumerate(held)]
    services.reccobeats.fail(loopback.replied({"content": rows}), RECOMMENDATION)
    answer = recommended(services.site(), IN_THE_END)
    assert of_the_world(answer) == []
    assert not services.reccobeats.calls_of("/v1/audio-features")


def test_an_answer_is_remembered_on_every_instance(services: Services) -> None:
    first = recommended(services.site(), services.music[0].id)
    calls = services.n_calls
    again = recommended(services.site(), services.music[0].id)
    assert services.n_calls == calls
    assert again["recommendations"] == first["recommendations"]


def test_an_answer_for_the_catalog_is_remembered_too(services: Services, near: MadeTrack) -> None:
    first = recommended(services.site(), IN_THE_END)
    calls = services.n_calls
    for asked in (IN_THE_END, "linkin park in the end"):
        assert recommended(services.site(), asked)["recommendations"] == first["recommendations"]
    assert services.n_calls == calls
    assert near.id in of_the_world(first)


@pytest.mark.parametrize("world", ["0", "1"])
def test_the_world_can_be_turned_off(services: Services, world: str) -> None:
    site = services.site()
    answer = recommended(site, services.music[0].id, world=world)
    assert bool(of_the_world(answer)) is (world == "1")
    assert bool(services.reccobeats.calls_of(RECOMMENDATION)) is (world == "1")
    assert bool(services.deezer.calls_of("/artist")) is (world == "1")
    assert ("not in the catalog" in site.get(f"/?track={services.music[0].id}&world={world}").text) is (world == "1")


@pytest.mark.parametrize("world", ["2", "-1", "yes", "", "1.0", "true"])
def test_it_is_on_or_off(services: Services, world: str) -> None:
    response = services.site().get(f"/api/v1/recommendations?track={IN_THE_END}&world={world}")
    assert response.status_code == 400
    assert response.json["detail"] == "world must be a whole number from 0 to 1."


def test_the_genre_alone_needs_nobody(services: Services) -> None:
    services.site().get(f"/api/v1/genre?track={IN_THE_END}")
    assert services.n_calls == 0


def test_asking_begins_before_the_seed_is_known(services: Services) -> None:
    happened: list[str] = []
    services.reccobeats.on_call = lambda call: happened.append(call.path)

    def slowly(reply: Reply) -> Reply:
        time.sleep(0.3)
        happened.append("known")
        return reply

    services.spotify.fail(slowly, "/v1/tracks")
    recommended(services.site(app=True), services.music[0].id)
    assert happened.index(RECOMMENDATION) < happened.index("known")


def test_names_that_nobody_can_show_are_left_out(services: Services) -> None:
    good = track_object(services.music[1])
    broken = [
        None,
        7,
        [],
        {},
        good | {"href": "https://open.spotify.com/track/short"},
        good | {"trackTitle": "half of a \ud83d"},
        good | {"trackTitle": "a\x00b"},
        good | {"trackTitle": "x" * 301},
        good | {"artists": [{"name": "a\nb"}]},
        good | {"artists": [{"name": f"{number}"} for number in range(1000)]},
        good | {"artists": None},
    ]
    rows = [
        row if not isinstance(row, dict) or "short" in str(row) else row | {"href": track.link}
        for row, track in zip(broken, services.music[2:], strict=False)
    ]
    services.reccobeats.fail(loopback.replied({"content": [*rows, good]}), RECOMMENDATION)
    services.deezer.tracks.clear()
    assert of_the_world(recommended(services.site(), services.music[0].id)) == [services.music[1].id]


def test_a_service_that_names_thousands_costs_no_more(services: Services) -> None:
    rows = [track_object(replace(services.music[1], id=f"{number:022}")) for number in range(300)]
    services.reccobeats.fail(loopback.replied({"content": rows}), RECOMMENDATION)
    recommended(services.site(), services.music[0].id)
    # The seed's own, and at most one batch for each of two services.
    assert 2 <= len(services.reccobeats.calls_of("/v1/audio-features")) <= 3
    assert max(len(call.query["ids"].split(",")) for call in services.reccobeats.calls_of("/v1/audio-features")) == 40


def test_a_service_that_knows_no_such_seed_is_no_failure(services: Services) -> None:
    services.reccobeats.fail(loopback.replied({"status": 4001, "error": "seeds are wrong"}, 400), RECOMMENDATION)
    assert recommended(services.site(), services.music[0].id)["notes"] == []


@pytest.mark.parametrize(
    ("source", "fault", "code"),
    [
        ("reccobeats", loopback.server_error(), "source_unavailable"),
        ("reccobeats", loopback.rate_limited(86_400), "source_limited"),
        ("deezer", loopback.server_error(), "source_unavailable"),
        ("deezer", quota_error, "source_limited"),
    ],
)
def test_with_a_failure_the_answer_is_what_is_left_for_a_while(
    services: Services, source: str, fault: Fault, code: str
) -> None:
    """And the same on every instance, so that its pages fit together."""
    fake = getattr(services, source)
    fake.fail(fault, RECOMMENDATION if source == "reccobeats" else "", times=99)
    first = recommended(services.site(), IN_THE_END)
    assert codes(first) == [code]
    assert len(first["recommendations"]) == 50
    calls = len(fake.calls)
    assert recommended(services.site(), IN_THE_END)["recommendations"] == first["recommendations"]
    assert len(fake.calls) == calls
    (kept,) = [json.loads(Bucket.open(services.bucket_url).get(key).data) for key in kept_keys(services)]
    assert [note["code"] for note in kept["value"]["notes"]] == [code]


def kept_keys(services: Services) -> list[str]:
    return Bucket.open(services.bucket_url).keys("cache/candidates")


@pytest.mark.parametrize("fault", [loopback.slow(1.0), loopback.dripping(0.1)], ids=["slow", "dripping"])
def test_the_index_answers_alone_when_the_world_is_late(services: Services, fault: Fault) -> None:
    for fake in services.fakes:
        fake.fail(fault, times=99)
    site = services.site(KAMERTON_WORLD_SECONDS="0.4")
    site.get("/health")
    started = time.monotonic()
    answer = recommended(site, IN_THE_END)
    assert time.monotonic() - started < 0.9
    assert set(codes(answer)) == {"source_unavailable"}
    alone = recommended(site, IN_THE_END, world=0)
    assert answer["recommendations"] == alone["recommendations"]
    # The next one does not wait again.
    started = time.monotonic()
    assert recommended(site, IN_THE_END)["recommendations"] == alone["recommendations"]
    assert time.monotonic() - started < 0.3


def test_the_last_step_of_a_slow_service_still_counts(services: Services) -> None:
    """Half of the time for what ReccoBeats names, and the rest for its features."""
    services.reccobeats.fail(loopback.slow(0.2), times=99)
    services.deezer.tracks.clear()
    assert of_the_world(recommended(services.site(KAMERTON_WORLD_SECONDS="1"), services.music[0].id))


def test_several_seeds_are_looked_up_side_by_side(services: Services) -> None:
    """Each with what services name for it, within the one budget."""
    names = [track.id for track in services.music[:3]]
    meeting = threading.Barrier(len(names), timeout=3)

    def met(reply: Reply) -> Reply:
        # Nobody passes until all seeds are asked about; one after the other they would never meet.
        with suppress(threading.BrokenBarrierError):
            meeting.wait()
        return reply

    services.reccobeats.fail(met, path="/v1/track/recommendation", times=len(names))
    # Time enough on a busy machine: what is told here is the order.
    site = services.site(KAMERTON_WORLD_SECONDS="9")
    answer = site.get("/api/v1/recommendations", query_string={"track": names, "limit": 30}).json
    assert not meeting.broken
    assert [answer["track"]["id"], *(seed["track"]["id"] for seed in answer["more_seeds"])] == names
    assert {item["seed"] for item in answer["recommendations"] if item["origin"] == "world"} == set(names)


def test_pages_fit_together_on_different_instances(services: Services) -> None:
    whole = recommended(services.site(), services.music[0].id)["recommendations"]
    pages = [
        recommended(services.site(), services.music[0].id, limit=10, offset=offset)["recommendations"]
        for offset in range(0, 50, 10)
    ]
    paged = [item["track"]["id"] for page in pages for item in page]
    assert len(set(paged)) == 50
    assert set(paged) == {item["track"]["id"] for item in whole}


def test_which_of_several_nobody_knows_is_said(services: Services) -> None:
    query = {"track": [services.music[0].id, "0" * 22]}
    response = services.site().get("/api/v1/recommendations", query_string=query)
    assert response.status_code == 404
    assert response.json["detail"].startswith("0" * 22 + ": Nobody knows")
