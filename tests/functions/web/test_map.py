"""The map of music: the page, the points, the names of a neighbourhood; and all of it without a map."""

from __future__ import annotations

import html
import re
from pathlib import Path

import numpy as np
import pytest
from werkzeug.test import Client, TestResponse

import kamerton
from kamerton import texts
from kamerton.release.manifest import MAP
from kamerton.release.music_map import SIDE
from kamerton.release.release import Release
from kamerton.storage import Bucket
from kamerton.web.map_pages import MOST_COLOURS
from tests.functions.web.conftest import LoggedSite
from tests.functions.web.test_api import IN_THE_END
from tests.small_release import GENRES, put_release, small_objects, small_tracks

ASSETS = Path(kamerton.__file__).parent / "web" / "assets"


@pytest.fixture
def older_site(tmp_path: Path) -> LoggedSite:
    """A site over a release from before there were maps."""
    manifest, objects = small_objects(small_tracks())
    del objects[MAP], manifest.objects[MAP]
    put_release(Bucket.open(tmp_path.as_uri()), manifest, objects)
    return LoggedSite({"KAMERTON_BUCKET": tmp_path.as_uri()})


def decoded(response: TestResponse) -> np.ndarray:
    """[n, 3]: x, y and label of each point."""
    lower, higher = np.frombuffer(response.data, np.uint8).reshape(2, 3, -1).astype(int)
    return (lower + 256 * higher).T


def rows(page: str) -> list[str]:
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [html.unescape(re.sub(r"<[^>]*>", " ", row)) for row in re.findall(r"<tr.*?</tr>", body, re.S)]


def test_the_page_names_each_genre_with_what_lies_beside_it_and_where_to_begin(client: Client) -> None:
    page = client.get("/map", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert page.content_type == "text/html; charset=utf-8"
    assert "120 tracks, each a point." in page.text
    found = rows(page.text)
    assert [row.split()[:2] for row in found] == [[genre, "40"] for genre in GENRES]
    assert all(any(other in row for other in GENRES) for row in found)
    assert all(page.text.count(f'href="/?track={track}"') == 1 for track in (IN_THE_END,))


def test_every_genre_is_in_the_legend_and_no_more_are_coloured_than_there_are_colours(client: Client) -> None:
    buttons = re.findall(r'<button type="button" data-label="(\d+)".*?aria-pressed="(\w+)">', client.get("/map").text)
    assert [int(label) for label, _ in buttons] == [0, 1, 2]
    assert sum(pressed == "true" for _, pressed in buttons) <= MOST_COLOURS
    style, script = (ASSETS / "map.css").read_text(), (ASSETS / "map.js").read_text()
    assert f"const MOST_COLOURS = {MOST_COLOURS};" in script
    for number in range(1, MOST_COLOURS + 1):
        # Once for each paper, and twice at the legend's dot.
        assert style.count(f"--genre-{number}:") == 2
        assert (
            f'[data-slot="{number}"] i {{ border-color: var(--genre-{number}); background: var(--genre-{number}); }}' in style
        )


def test_every_track_is_among_the_points_where_its_block_says(client: Client, release: Release) -> None:
    points = decoded(client.get("/map/points"))
    block = client.get("/map/tracks/0").json
    assert block["release"] == release.id
    assert len(points) == len(block["tracks"]) == 120
    assert {track["id"] for track in block["tracks"]} == set(small_tracks()["track_id"])
    for (x, y, label), track in zip(points, block["tracks"], strict=True):
        entry = release.catalog.find(track["id"])
        assert entry is not None
        assert release.map is not None
        assert release.map.spot([entry.number]) == (x, y)
        assert track["genres"] == [sorted(GENRES)[label]]
        assert (track["title"], track["artists"]) == (entry.track.title, list(entry.track.artists))


def test_a_point_takes_six_bytes(client: Client) -> None:
    points = client.get("/map/points")
    assert points.content_type == "application/octet-stream"
    assert len(points.data) == 120 * 6


@pytest.mark.parametrize("path", ["/map", f"/map?track={IN_THE_END}", "/map/points", "/map/tracks/0"])
def test_who_holds_a_part_of_the_map_is_not_sent_it_again(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Cache-Control"] == "public, max-age=300"
    again = client.get(path, headers={"If-None-Match": headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", ["/map/points", "/map/tracks/0"])
def test_a_page_of_another_release_is_told_so(client: Client, release: Release, path: str) -> None:
    assert client.get(f"{path}?release={release.id}").status_code == 200
    other = client.get(f"{path}?release=another")
    assert (other.status_code, other.json["code"]) == (404, "map_missing")
    assert "load the page again" in other.json["detail"]


@pytest.mark.parametrize("path", ["/map/tracks/1", "/map/tracks/99999999999999999999999", "/map/tracks/-1", "/map/tracks/x"])
def test_a_block_that_is_none_is_not_found(client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.json["code"]) == (404, "not_found")


def test_a_seed_is_shown_with_its_recommendations_and_where_they_lie(client: Client, release: Release) -> None:
    page = client.get(f"/map?track={IN_THE_END}", headers={"Accept-Language": "en"}).text
    assert "Around In the End" in page
    seed, *others = rows(page)
    answer = client.get(f"/api/v1/recommendations?track={IN_THE_END}").json
    assert "In the End" in seed
    assert "Linkin Park" in seed
    for row, item in zip(others, answer["recommendations"], strict=True):
        assert item["track"]["title"] in row
        assert item["genre"] in row
    entry = release.catalog.find(IN_THE_END)
    assert entry is not None
    assert release.map is not None
    x, y = release.map.spot([entry.number])
    assert f'<tr class="seed" data-x="{x}" data-y="{y}">' in page
    assert page.count("data-x=") == 1 + len(others) + len(GENRES)


def test_a_seed_by_name_and_a_wrong_one_are_answered_as_on_the_page(client: Client) -> None:
    assert "Around In the End" in client.get("/map?track=in+the+end+linkin+park", headers={"Accept-Language": "en"}).text
    missing = client.get("/map?track=%E2%98%83")
    assert missing.status_code == 404
    assert missing.content_type == "text/html; charset=utf-8"
    assert client.get(f"/map?track={'a' * 301}").status_code == 400
    assert client.get("/map?track=a%00b").status_code == 400


@pytest.mark.parametrize("path", ["/map/points", "/map/tracks/0"])
def test_a_release_without_a_map_says_so_to_a_program(older_site: LoggedSite, path: str) -> None:
    response = older_site.get(path)
    assert (response.status_code, response.json["code"]) == (404, "map_missing")


@pytest.mark.parametrize("path", ["/map", f"/map?track={IN_THE_END}"])
def test_a_release_without_a_map_says_so_to_a_person(older_site: LoggedSite, path: str) -> None:
    response = older_site.get(path, headers={"Accept-Language": "en"})
    assert response.status_code == 404
    assert "made before there were maps" in response.text
    assert older_site.get("/?track=metallica").status_code == 200


def test_the_map_speaks_russian(client: Client) -> None:
    page = client.get("/map", headers={"Accept-Language": "ru"})
    assert page.headers["Content-Language"] == "ru"
    assert "Карта музыки" in page.text
    assert "Рядом" in page.text


def test_thousands_are_set_apart_as_the_language_does_it() -> None:
    assert texts.number(81131, "en") == "81,131"
    assert texts.number(81131, "ru") == "81\N{NO-BREAK SPACE}131"


def test_every_text_of_the_map_is_on_it() -> None:
    template = (ASSETS.parent / "templates" / "map.html").read_text()
    assert set(re.findall(r"\bwords\.(\w+)", template)) == set(texts.map_texts(texts.DEFAULT_LANGUAGE))


def test_no_asset_asks_for_anything_elsewhere() -> None:
    for path in ASSETS.glob("map*"):
        assert not re.search(r"https?://|\beval\b|new Function|innerHTML", path.read_text()), path.name


def test_the_side_of_the_square_is_the_same_for_the_page() -> None:
    assert f"const SIDE = {SIDE - 1};" in (ASSETS / "map.js").read_text()
