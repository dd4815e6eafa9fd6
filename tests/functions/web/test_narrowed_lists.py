"""Lists of some years, or with nothing explicit, from a release that knows; one that does not says so."""

from __future__ import annotations

from typing import Any

import pytest

from kamerton.music.track import Track
from kamerton.music.years import Years, parse_years
from kamerton.recommending.candidate_pool import PoolFilter
from kamerton.storage import Bucket
from tests.functions.web.conftest import LoggedSite
from tests.small_release import put_release, small_objects, small_tracks

ASKED = "/api/v1/recommendations"


def years() -> list[float]:
    """Of most tracks, from 1980 to 2019."""
    return [float("nan") if place % 7 == 0 else 1980.0 + place % 40 for place in range(len(small_tracks()))]


def explicit() -> list[float]:
    return [float(place % 3 == 0) for place in range(len(small_tracks()))]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> LoggedSite:
    url = tmp_path_factory.mktemp("years").as_uri()
    put_release(Bucket.open(url), *small_objects(small_tracks().assign(year=years(), explicit=explicit())))
    return LoggedSite({"KAMERTON_BUCKET": url})


@pytest.fixture(scope="module")
def unknowing(tmp_path_factory: pytest.TempPathFactory) -> LoggedSite:
    url = tmp_path_factory.mktemp("no-years").as_uri()
    put_release(Bucket.open(url), *small_objects(small_tracks().assign(explicit=0.0)))
    return LoggedSite({"KAMERTON_BUCKET": url})


def seed() -> str:
    return str(small_tracks()["track_id"][1])


def listed(site: LoggedSite, **asked: Any) -> list[dict[str, Any]]:
    response = site.get(ASKED, query_string={"track": seed(), **asked})
    assert response.status_code == 200, response.json
    return [each["track"] for each in response.json["recommendations"]]


@pytest.mark.parametrize(
    ("asked", "first", "last"), [("1990s", 1990, 1999), ("1985", 1985, 1985), ("1995-2004", 1995, 2004), ("1800s", 0, -1)]
)
def test_all_came_out_in_these_years(site: LoggedSite, asked: str, first: int, last: int) -> None:
    known = dict(zip(small_tracks()["track_id"], years(), strict=True))
    tracks = listed(site, year=asked, limit=50, artist_cap=50)
    assert all(first <= track["year"] <= last for track in tracks)
    assert [track["year"] for track in tracks] == [known[track["id"]] for track in tracks]
    # Not one of them is forgotten: all that are left out are versions of the seed, or no music.
    there = sum(first <= year <= last for year in known.values())
    assert there - 3 <= len(tracks) <= there


def test_pages_of_a_narrowed_list_go_on(site: LoggedSite) -> None:
    whole = [track["id"] for track in listed(site, year="1990s", limit=12)]
    pages = [track["id"] for offset in (0, 4, 8) for track in listed(site, year="1990s", limit=4, offset=offset)]
    assert pages == whole
    assert len(set(whole)) == 12


def test_nothing_explicit_comes(site: LoggedSite) -> None:
    assert any(track["explicit"] for track in listed(site, limit=50, artist_cap=50))
    tracks = listed(site, explicit=0, year="1980-2019", genre="metal", artist_cap=10)
    assert len(tracks) == 10
    assert not any(track["explicit"] for track in tracks)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"year": "nineties"}, "Write the years as 1994, 1990s or 1990-1999."),
        ({"year": "1999-1990"}, "Write the years as"),
        ({"year": "1994s"}, "Write the years as"),
        ({"year": "19٩0"}, "Write the years as"),
        ({"explicit": "2"}, "explicit"),
    ],
)
def test_what_is_no_years_is_refused(site: LoggedSite, asked: dict[str, str], said: str) -> None:
    response = site.get(ASKED, query_string={"track": seed(), **asked})
    assert response.status_code == 400
    assert said in response.json["detail"]


def test_a_release_that_does_not_know_says_so_and_offers_nothing(unknowing: LoggedSite) -> None:
    for asked, said in (({"year": "1990s"}, "does not know when"), ({"explicit": "0"}, "which of its tracks are explicit")):
        response = unknowing.get(ASKED, query_string={"track": seed(), **asked})
        assert (response.status_code, response.json["code"]) == (404, "filter_unknown")
        assert said in response.json["detail"]
    page = unknowing.get(f"/?track={seed()}").text
    assert 'name="year"' not in page
    assert 'name="explicit"' not in page


def test_the_page_offers_what_there_is_and_shows_what_is_asked_for(site: LoggedSite) -> None:
    page = site.get(f"/?track={seed()}").text
    assert "<option>1980s</option><option>1990s</option>" in page
    assert '<ul class="wishes">' not in page
    narrowed = site.get(f"/?track={seed()}&year=1990s&explicit=0").text
    wishes = narrowed.split('<ul class="wishes">')[1].split("</ul>")[0]
    assert "1990s" in wishes
    assert "nothing explicit" in wishes
    assert "<option selected>1990s</option>" in narrowed
    assert f'href="/?track={seed()}&amp;year=1990s"' in wishes
    assert site.get(f"/?track={seed()}&year=soon").status_code == 400


def test_of_the_world_only_what_is_known_to_fit_comes() -> None:
    clean, explicit, unknown = (Track("a" * 22, "A", ("B",), explicit=value) for value in (False, True, None))
    assert [PoolFilter().admits(track) for track in (clean, explicit, unknown)] == [True, True, True]
    assert [PoolFilter(clean=True).admits(track) for track in (clean, explicit, unknown)] == [True, False, False]
    assert not PoolFilter(years=True).admits(clean)


def test_spans_of_years_are_read() -> None:
    assert parse_years("1990s") == Years(1990, 1999)
    assert parse_years("1994") == Years(1994, 1994)
    assert parse_years("1899-2099") == Years(1899, 2099)
    for text in ("", "90s", "1990-", "-1999", "1990s\n", "3000s", "1990-1999s", "1990–1999"):
        assert parse_years(text) is None, text
