"""Artists: their page, and the same in the API."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from werkzeug.test import Client

from kamerton.release.catalog import Catalog
from kamerton.release.manifest import CATALOG
from kamerton.release.release import Release
from tests.functions.web.test_api import IN_THE_END, get
from tests.functions.web.test_page import MARKUP, Page
from tests.small_release import small_objects, small_tracks


def artist_with_most(release: Release) -> tuple[str, list[str]]:
    """The name, and the titles."""
    titles: dict[str, list[str]] = {}
    for entry in release.catalog.entries(range(len(release.catalog))):
        for artist in entry.track.artists:
            titles.setdefault(artist, []).append(entry.track.title)
    return max(titles.items(), key=lambda each: len(each[1]))


def test_an_artist_has_tracks_a_sound_and_artists_alike(client: Client, release: Release) -> None:
    name, titles = artist_with_most(release)
    answer = get(client, "/api/v1/artist", name=name.upper(), limit=50)
    assert (answer["name"], answer["n_tracks"]) == (name, len(titles))
    assert sorted(track["title"] for track in answer["tracks"]) == sorted(titles)
    entries = [release.catalog.find(track["id"]) for track in answer["tracks"]]
    energies = [entry.features.energy for entry in entries if entry and entry.features.energy is not None]
    assert answer["features"]["energy"] == pytest.approx(sum(energies) / len(energies))
    assert answer["features"]["key"] is None
    assert name not in answer["alike"]
    for other in answer["alike"]:
        assert get(client, "/api/v1/artist", name=other)["n_tracks"] >= 2


def test_the_page_says_the_same_and_leads_on(client: Client, release: Release) -> None:
    name, titles = artist_with_most(release)
    answer = get(client, "/api/v1/artist", name=name, limit=50)
    response = client.get(f"/artist/{quote(name)}", headers={"Accept-Language": "en"})
    assert response.status_code == 200
    shown = Page(response)
    assert all(title in shown.text for title in titles)
    assert [link for link in shown.links if link.startswith("/artist/") and "?" not in link] == [
        f"/artist/{quote(other)}" for other in answer["alike"]
    ]
    (button,) = [attributes["href"] or "" for attributes in shown.all("a") if attributes.get("class") == "button"]
    asked = parse_qs(urlsplit(button).query)
    assert asked["exclude_artist"] == [name]
    assert asked["track"] == [track["id"] for track in answer["tracks"][:5]]
    assert client.get(button).status_code == 200


def test_an_answer_leads_to_its_artists(client: Client) -> None:
    shown = Page(client.get(f"/?track={IN_THE_END}&lang=ru"))
    artists = [link for link in shown.links if link.startswith("/artist/")]
    assert artists[0] == "/artist/Linkin%20Park?lang=ru"
    assert {client.get(link).status_code for link in artists} == {200}


@pytest.mark.parametrize("name", ["Linkin  park", "LINKIN-PARK", "linkin pärk"])
def test_a_name_is_found_however_it_is_spelled(client: Client, name: str) -> None:
    assert get(client, "/api/v1/artist", name=name)["name"] == "Linkin Park"


def test_an_unknown_artist_is_a_dead_end_that_leads_on(client: Client) -> None:
    answer = client.get("/api/v1/artist?name=linkin")
    assert (answer.status_code, answer.json["code"]) == (404, "artist_not_found")
    assert any("Linkin Park" in track["artists"] for track in answer.json["alternatives"])
    page = client.get("/artist/Nobody%20At%20All", headers={"Accept-Language": "en"})
    assert page.status_code == 404
    shown = Page(page)
    assert "No such artist" in shown.text
    assert any("track=" in link for link in shown.links)


@pytest.mark.parametrize("name", ["%00", "a" * 301, MARKUP, "..%2f..%2fetc", "%ff"])
def test_a_hostile_name_is_a_problem_and_no_markup(client: Client, name: str) -> None:
    response = client.get(f"/artist/{quote(name, safe='%')}")
    assert response.status_code in (400, 404)
    assert "<script>alert" not in response.text


def test_an_older_catalog_has_no_artists(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(small_objects(small_tracks())[1][CATALOG])
    with closing(sqlite3.connect(path)) as older:
        older.executescript("DROP TABLE artists; DROP TABLE artist_tracks;")
    catalog = Catalog(path)
    assert not catalog.has_artists
    assert catalog.artist("Linkin Park", 5) is None
    assert catalog.find(IN_THE_END) is not None
