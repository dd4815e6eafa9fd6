"""One line a request, which says what happened and never what was asked."""

from __future__ import annotations

import pytest
from flask import Flask

from kamerton.errors import ReleaseError
from kamerton.logs import Log
from kamerton.release.current_release import CurrentRelease
from kamerton.service.answer import Answer
from kamerton.service.kamerton import Kamerton
from kamerton.settings import Settings
from kamerton.storage import Bucket
from kamerton.taste.taste_store import TasteStore
from kamerton.web.site import build_site
from tests.functions.web.conftest import LoggedSite
from tests.functions.web.test_api import IN_THE_END

SECRET = "sesame"
HEADERS = ("Referer", "User-Agent", "Cookie", "X-Forwarded-For", "X-Cloud-Trace-Context")


def test_each_request_is_one_line(site: LoggedSite) -> None:
    for path in ("/health", "/api/v1/genres", "/nothing-here", "/"):
        site.get(path)
    requests = [line for line in site.log if line["message"] == "request"]
    assert [line["status"] for line in requests] == [200, 200, 404, 200]
    for line in requests:
        assert set(line) == {
            "severity",
            "message",
            "method",
            "route",
            "status",
            "milliseconds",
            "release",
            "source",
            "durations",
        }
        assert line["milliseconds"] >= 0


def test_a_line_names_the_route_and_not_the_address(site: LoggedSite) -> None:
    site.get(f"/api/v1/tracks/{IN_THE_END}")
    line = site.log[-1]
    assert line["route"] == "/api/v1/tracks/<id>"
    assert line["release"] == "small-1"


TRACE = "0123456789abcdef0123456789abcdef"


def test_a_line_says_where_the_audio_features_came_from(site: LoggedSite) -> None:
    for path in (f"/api/v1/genre?track={IN_THE_END}", f"/?track={IN_THE_END}", "/api/v1/genres"):
        site.get(path)
    assert [line["source"] for line in site.log if line["message"] == "request"] == ["catalog", "catalog", None]


def test_the_lines_of_a_request_name_its_trace_when_the_project_is_known(small_bucket_url: str) -> None:
    site = LoggedSite({"KAMERTON_BUCKET": small_bucket_url, "GOOGLE_CLOUD_PROJECT": "tuning-fork"})
    site.get("/health", headers={"X-Cloud-Trace-Context": f"{TRACE}/255;o=1"})
    Log(site.stream).line("INFO", "between requests")
    site.get("/health")
    in_force, traced, between, untraced = site.log
    for line in (in_force, traced):
        assert line["logging.googleapis.com/trace"] == f"projects/tuning-fork/traces/{TRACE}"
        assert line["logging.googleapis.com/spanId"] == "00000000000000ff"
    assert between == {"severity": "INFO", "message": "between requests"}
    assert "logging.googleapis.com/trace" not in untraced


def test_without_a_project_no_trace_is_named(site: LoggedSite) -> None:
    site.get("/health", headers={"X-Cloud-Trace-Context": f"{TRACE}/255;o=1"})
    assert "trace" not in str(site.log)


@pytest.mark.parametrize(
    "path",
    [
        f"/?track={SECRET}",
        f"/?track={SECRET}%00",
        f"/{SECRET}",
        f"/api/v1/recommendations?track={SECRET}",
        f"/api/v1/recommendations?track={SECRET}&limit={SECRET}",
        f"/api/v1/recommendations?{SECRET}=1",
        f"/api/v1/search?q={SECRET}",
        f"/api/v1/tracks/{SECRET}",
        f"/assets/{SECRET}",
    ],
)
def test_what_was_asked_is_not_written_down(site: LoggedSite, path: str) -> None:
    site.get(path, headers=dict.fromkeys(HEADERS, SECRET))
    site.client.post(path, data=SECRET, content_type="application/json")
    assert SECRET not in str(site.log)


def test_the_release_that_came_in_force_is_a_line_of_its_own(site: LoggedSite) -> None:
    site.get("/health")
    assert site.log[0] == {"severity": "INFO", "message": "release small-1 is in force"}


def test_a_missing_release_is_a_line_of_its_own(empty_site: LoggedSite) -> None:
    empty_site.get("/health")
    assert [line["severity"] for line in empty_site.log] == ["ERROR", "WARNING"]
    assert empty_site.log[0]["message"] == "the release was not refreshed: no object at current.json"


class Broken(Kamerton):
    """A use case with a defect."""

    def recommend(self, *_: object) -> Answer:
        raise ReleaseError("the catalog fell apart")


@pytest.fixture
def broken(small_bucket_url: str) -> tuple[Flask, LoggedSite]:
    logged = LoggedSite({"KAMERTON_BUCKET": small_bucket_url})
    keeper = CurrentRelease(lambda: Bucket.open(small_bucket_url), lambda *_: None)
    app = build_site(
        Broken(keeper), Settings.from_environ({}), Log(logged.stream), TasteStore(lambda: Bucket.open(small_bucket_url))
    )
    return app, logged


@pytest.mark.parametrize(
    ("path", "content_type"), [("/?track=a", "text/html"), ("/api/v1/genre?track=a", "application/problem+json")]
)
def test_a_defect_is_told_to_the_operator_and_not_to_the_asker(
    broken: tuple[Flask, LoggedSite], path: str, content_type: str
) -> None:
    app, logged = broken
    response = app.test_client().get(path)
    assert response.status_code == 500
    assert response.content_type.startswith(content_type)
    assert "fell apart" not in response.text
    assert "Traceback" not in response.text
    defect, request = logged.log
    assert defect["severity"] == request["severity"] == "ERROR"
    assert "ReleaseError: the catalog fell apart" in defect["message"]
    assert request["status"] == 500
