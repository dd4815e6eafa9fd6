"""What others file a track under: asked beside its features, remembered, and said first when the catalog lacks it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes.loopback import server_error
from tests.functions.lookup.conftest import Services, asked


@pytest.fixture
def jazz(services: Services) -> str:
    """The link of a track that Apple and Deezer file under jazz."""
    made = replace(services.music[0], genres=("jazz",))
    for fake in (services.deezer, services.itunes):
        fake.tracks = [made, *services.music[1:]]
    return made.link


def test_the_answer_says_first_that_the_catalog_lacks_the_genre(services: Services, jazz: str) -> None:
    answer = asked(services.site(app=True), jazz)
    assert {(each["name"], each["source"]) for each in answer["track"]["declared_genres"]} == {
        ("Jazz", "Apple Music"),
        ("Jazz", "Deezer"),
    }
    closest = answer["genres"][0]["genre"]
    assert answer["genre_lacking"] == (
        f"Jazz, says Apple Music. This catalog knows only country, hip-hop and metal; closest by sound: {closest}."
    )
    page = services.site(app=True).get("/", query_string={"track": jazz}).text
    assert "Jazz, says Apple Music. This catalog knows only" in page
    assert "By sound alone" in page


def test_a_genre_that_the_catalog_has_is_a_fact_and_no_lead(services: Services) -> None:
    made = replace(services.music[0], genres=("heavy metal",))
    for fake in (services.deezer, services.itunes):
        fake.tracks = [made, *services.music[1:]]
    site = services.site(app=True)
    assert asked(site, made.link)["genre_lacking"] is None
    page = site.get("/", query_string={"track": made.link}).text
    assert "Heavy Metal, says Apple Music." in page
    assert "This catalog knows only" not in page


def test_it_is_remembered_with_the_track(services: Services, jazz: str) -> None:
    first = asked(services.site(app=True), jazz)
    calls = services.n_calls
    again = asked(services.site(app=True), jazz)
    assert services.n_calls == calls
    assert again["track"]["declared_genres"] == first["track"]["declared_genres"]


def test_when_nobody_says_it_nothing_is_missing(services: Services, jazz: str) -> None:
    services.itunes.fail(server_error(), times=99)
    services.deezer.fail(server_error(), "/album", times=99)
    answer = asked(services.site(app=True), jazz, path="/api/v1/genre")
    assert answer["track"]["declared_genres"] == []
    assert answer["genre_lacking"] is None
    assert not [note for note in answer["notes"] if "Deezer" in note["text"] or "Apple" in note["text"]]


def test_a_hostile_name_is_bounded_and_escaped(services: Services) -> None:
    made = replace(services.music[0], genres=("<script>alert(1)</script>",))
    services.deezer.tracks = services.itunes.tracks = [made, *services.music[1:]]
    page = services.site(app=True).get("/", query_string={"track": made.link}).text
    assert "<script>alert" not in page.lower()
    assert "&lt;script&gt;" in page.lower()


def test_a_track_of_the_catalog_is_filed_there(services: Services) -> None:
    answer = asked(services.site(app=True), "linkin park in the end")
    assert answer["track"]["declared_genres"] == []
    assert answer["genre_lacking"] is None
    assert services.n_calls == 0
