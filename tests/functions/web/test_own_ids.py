"""A catalog made of a table without Spotify's ids: its tracks are found and answered, and never shown as Spotify's."""

from __future__ import annotations

import re

import pytest

from kamerton.storage import Bucket
from tests.functions.web.conftest import LoggedSite
from tests.small_release import put_release, small_objects, small_tracks


def own_id(place: int) -> str:
    return f"own:{place:016x}"


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> LoggedSite:
    tracks = small_tracks()
    url = tmp_path_factory.mktemp("own").as_uri()
    put_release(Bucket.open(url), *small_objects(tracks.assign(track_id=[own_id(place) for place in range(len(tracks))])))
    return LoggedSite({"KAMERTON_BUCKET": url})


def test_a_track_is_found_by_its_own_id(own_site: LoggedSite) -> None:
    answer = own_site.get(f"/api/v1/recommendations?track={own_id(7)}").json
    assert answer["track"]["id"] == own_id(7)
    assert answer["track"]["title"] == small_tracks()["track_name"][7]
    assert len(answer["recommendations"]) == 10
    assert all(each["track"]["id"].startswith("own:") for each in answer["recommendations"])


def test_every_link_of_a_page_with_own_ids_leads_somewhere(own_site: LoggedSite) -> None:
    page = own_site.get(f"/?track={own_id(7)}").text
    assert "open.spotify.com/search/" in page
    assert "open.spotify.com/track/" not in page
    ours = sorted(set(re.findall(r'href="(/\?track=[^"#]*)"', page)))
    assert ours
    for path in ours:
        assert own_site.get(path.replace("&amp;", "&")).status_code == 200, path


def test_an_own_id_of_another_catalog_is_not_found(own_site: LoggedSite) -> None:
    assert own_site.get(f"/api/v1/tracks/{own_id(99999)}").status_code == 404
    assert own_site.get(f"/api/v1/recommendations?track={own_id(99999)}").json["code"] == "features_unavailable"


def test_a_track_of_an_own_id_is_watched_and_heard_by_a_search(own_site: LoggedSite) -> None:
    assert own_site.get(f"/watch/{own_id(7)}").headers["Location"].startswith("https://www.youtube.com/results?")
    assert own_site.get(f"/listen/deezer/{own_id(7)}").headers["Location"].startswith("https://www.deezer.com/search/")
