"""Problems at an edge without pages: JSON for everybody, with what the edge itself says of its bounds."""

from __future__ import annotations

import io
import json

import pytest
from flask import Flask, Response
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.test import Client

from kamerton.errors import AnswerError, GenreNotFound, NotReady, TrackNotFound
from kamerton.http.problems import ProblemDetails, handle_problems
from kamerton.http.public_links import set_public_url
from kamerton.logs import Log
from kamerton.music.track import Track
from kamerton.notes import Note

LARGEST_BODY = 1234
TRACK = Track("5sICkBXVmaCQk5aISGR3x1", "Enter Sandman", ("Metallica",), None)
BROWSER = {"Accept": "text/html"}


def edge(error: Exception, page: Response | None = None, shown: list[ProblemDetails] | None = None) -> Client:
    """An application whose only address fails with the error; `shown` is told of what the page is asked for."""
    app = Flask("edge")
    app.testing = False
    set_public_url(app, None)

    def fail() -> Response:
        raise error

    def show_page(problem: ProblemDetails) -> Response | None:
        (shown if shown is not None else []).append(problem)
        return page

    app.add_url_rule("/", "fail", fail)
    if page is None and shown is None:
        handle_problems(app, Log(io.StringIO()), LARGEST_BODY)
    else:
        handle_problems(app, Log(io.StringIO()), LARGEST_BODY, show_page)
    return app.test_client()


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(TrackNotFound("no_such_id"), 404, "track_not_found"), (RuntimeError("secret"), 500, "internal")],
)
def test_without_pages_a_browser_gets_json_too(error: Exception, status: int, code: str) -> None:
    response = edge(error).get("/", headers=BROWSER)
    assert (response.status_code, response.content_type) == (status, "application/problem+json")
    assert (response.json["code"], response.json["status"]) == (code, status)
    assert "secret" not in response.text


def test_a_body_that_is_too_large_is_told_the_bound_of_this_edge() -> None:
    response = edge(RequestEntityTooLarge()).get("/")
    assert response.json["detail"] == f"The body is too large: {LARGEST_BODY} bytes at most."


def test_who_comes_too_early_is_told_when_to_come_again() -> None:
    assert int(edge(NotReady("not_ready")).get("/").headers["Retry-After"]) > 0


def test_a_page_is_given_what_can_be_asked_instead_in_the_readers_language() -> None:
    shown: list[ProblemDetails] = []
    page = Response("page", 404, mimetype="text/html")
    error: AnswerError = TrackNotFound("no_such_id", alternatives=[TRACK], notes=[Note("video_busy")])
    response = edge(error, page, shown).get("/", headers={"Accept-Language": "ru"})
    assert (response.text, response.headers["Content-Language"]) == ("page", "ru")
    (problem,) = shown
    assert (problem.code, problem.language, problem.alternatives) == ("track_not_found", "ru", (TRACK,))
    assert [note.code for note in problem.notes] == ["video_busy"]


def test_a_page_is_given_the_genres_that_there_are() -> None:
    shown: list[ProblemDetails] = []
    response = edge(GenreNotFound(["metal", "jazz"]), None, shown).get("/")
    assert shown[0].genres == ("metal", "jazz")
    # The page was for nobody: a program asked.
    assert json.loads(response.text)["code"] == "genre_not_found"
