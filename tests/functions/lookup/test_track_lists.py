"""The link to an album or a playlist: a few of its tracks are the seeds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kamerton.recommending.question import MOST_SEEDS
from tests.fakes.loopback import rate_limited, replied, server_error
from tests.fakes.music import MadeTrack
from tests.functions.lookup.conftest import Services, asked, codes

RECOMMENDATIONS = "/api/v1/recommendations"
ALBUM, PLAYLIST = "https://www.deezer.com/en/album/302127", "https://www.deezer.com/playlist/908622995"
APPLE_ALBUM = "https://music.apple.com/us/album/discovery/697194953"
IN_THE_END = "60a0Rd6pjrkxjPbaKzXjfq"


def seeds(answer: Any) -> list[str]:
    return [answer["track"]["id"], *(seed["track"]["id"] for seed in answer["more_seeds"])]


def made(services: Services, place: int, **changes: Any) -> MadeTrack:
    """The track at the place, changed for every service."""
    track = replace(services.music[place], **changes)
    services.deezer.tracks[place] = services.itunes.tracks[place] = track
    return track


@pytest.mark.parametrize("link", [ALBUM, PLAYLIST, f"Listen to this: {ALBUM}?utm_source=deezer"])
def test_the_best_known_of_different_artists_stand_for_the_list(services: Services, link: str) -> None:
    for place in range(8):
        made(services, place, rank=100_000 * (place + 1), artists=("One",) if place >= 6 else (f"Artist {place}",))
    services.deezer.lists = {"/album/302127": list(range(8)), "/playlist/908622995": list(range(8))}
    answer = asked(services.site(), link, path=RECOMMENDATIONS)
    # The best known two are by one artist, of whom the second waits for its turn.
    assert seeds(answer) == [services.music[place].id for place in (7, 5, 4, 3, 2)]
    assert "list_tracks" in codes(answer)
    assert answer["features_source"] == "reccobeats"
    assert {item["seed"] for item in answer["recommendations"]} == set(seeds(answer))


def test_a_song_that_the_catalog_has_counts_as_the_catalogs(services: Services) -> None:
    made(services, 0, title="In the End", artists=("Linkin Park",), rank=999_999)
    services.deezer.lists = {"/album/302127": [0, 1]}
    answer = asked(services.site(), ALBUM, path=RECOMMENDATIONS)
    assert (seeds(answer), answer["features_source"]) == ([IN_THE_END, services.music[1].id], "catalog")
    assert "list_tracks" not in codes(answer), "both tracks of it were taken"


def test_tracks_whose_features_nobody_has_are_passed_over(services: Services) -> None:
    services.reccobeats._by_id.clear()
    made(services, 3, title="In the End", artists=("Linkin Park",))
    services.deezer.lists = {"/album/302127": list(range(6))}
    assert seeds(asked(services.site(), ALBUM, path=RECOMMENDATIONS)) == [IN_THE_END]


def test_the_links_of_the_answer_lead_to_the_same_list(services: Services) -> None:
    services.deezer.lists = {"/album/302127": list(range(8))}
    site = services.site()
    answer = asked(site, ALBUM, path=RECOMMENDATIONS)
    assert answer["links"]["list"].count("track=") == MOST_SEEDS
    again = site.get(answer["links"]["list"]).json
    assert seeds(again) == seeds(answer)
    assert [item["track"]["id"] for item in again["recommendations"]] == [
        item["track"]["id"] for item in answer["recommendations"]
    ]


def test_an_album_of_apples_is_found_by_the_names_of_its_tracks(services: Services) -> None:
    services.itunes.albums = {697194953: [1, 2, 3]}
    answer = asked(services.site(), APPLE_ALBUM, path=RECOMMENDATIONS)
    assert seeds(answer) == [track.id for track in services.music[1:4]]


def test_the_short_link_of_an_album_is_followed_to_its_tracks(services: Services) -> None:
    services.deezer.lists = {"/album/302127": [0, 1]}
    services.deezer.links["/short/s/32abc"] = ALBUM
    answer = asked(services.site(), "https://link.deezer.com/s/32abc", path=RECOMMENDATIONS)
    assert len(seeds(answer)) == 2
    assert len(services.deezer.calls_of("/short")) == 1


def test_the_page_shows_each_and_goes_on_with_their_ids(services: Services) -> None:
    services.deezer.lists = {"/album/302127": list(range(8))}
    page = services.site().get("/", query_string={"track": ALBUM}).text
    assert "These tracks stand for the whole album or playlist." in page
    for track in services.music[:5]:
        assert page.count(track.title) > 1
    more_like = f"/?{'&amp;'.join(f'track={track.id}' for track in services.music[:5])}"
    assert more_like in page


@pytest.mark.parametrize("others", [{"track": [ALBUM, IN_THE_END]}, {"track": [IN_THE_END], "unlike": [ALBUM]}])
def test_beside_another_track_it_is_refused(services: Services, others: dict[str, list[str]]) -> None:
    services.deezer.lists = {"/album/302127": [0, 1]}
    answer = services.site().get(RECOMMENDATIONS, query_string=others)
    assert (answer.status_code, "is of an album" in answer.json["detail"]) == (400, True)


@pytest.mark.parametrize(
    "link",
    [
        "https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy",
        "https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M",
        "https://music.apple.com/us/playlist/x/pl.u-1",
        "https://www.deezer.com/artist/27",
        "https://www.deezer.com/album/x",
    ],
)
def test_what_no_service_tells_the_tracks_of_is_refused_with_advice(services: Services, link: str) -> None:
    answer = asked(services.site(), link, 400, RECOMMENDATIONS)
    assert "open" in answer["detail"] or "copied whole" in answer["detail"]
    assert services.n_calls == 0


def test_a_list_that_nobody_has_is_told_from_one_that_nobody_could_be_asked_for(services: Services) -> None:
    answer = asked(services.site(), PLAYLIST, 404, RECOMMENDATIONS)
    assert (answer["code"], "No album or playlist" in answer["detail"]) == ("track_not_found", True)
    for fault in (server_error(), rate_limited(5)):
        services.deezer.fail(fault, "/album")
        answer = asked(services.site(), ALBUM, 503, RECOMMENDATIONS)
        assert "Deezer" in answer["detail"]


def test_with_nobody_to_ask_the_sentence_is_the_old_one(services: Services) -> None:
    answer = asked(services.site(KAMERTON_WORLD="0"), ALBUM, 400, RECOMMENDATIONS)
    assert "is of an album" in answer["detail"]


def test_hostile_items_of_a_list_cost_themselves_only(services: Services) -> None:
    services.deezer.lists = {"/album/302127": [0, 1]}
    good = services.deezer.track_object(1)
    answer = {"data": [None, 7, {"id": "x"}, {"id": 5, "title": "a\ud800", "artist": {"name": "b"}}, good] + [good] * 500}
    services.deezer.fail(replied(answer), "/album")
    assert seeds(asked(services.site(), ALBUM, path=RECOMMENDATIONS)) == [services.music[1].id]
