"""Errors as people and programs should see them: RFC 9457 for the API, a page for the rest, never a traceback."""

from __future__ import annotations

import traceback
import unicodedata
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from kamerton import texts
from kamerton.errors import AnswerError, BadQuery, FeaturesUnavailable, GenreNotFound, TrackNotFound
from kamerton.http.language import asked_language
from kamerton.logs import Log
from kamerton.matching.name_fit import LONGEST_QUERY
from kamerton.music.track import Track
from kamerton.notes import Note
from kamerton.web.messages import Problem, note_messages, track_message
from kamerton.web.page_question import PageQuestion, read_question
from kamerton.web.rendering import render
from kamerton.web.request_parsing import LARGEST_BODY, query_arguments

RETRY_SECONDS = 5
_FOR_PROGRAMS = ("/api/", "/assets/")
_PAGES = ("/", "/docs", "/map")
# The first is what those get who take anything.
_KINDS = ("application/problem+json", "text/html")
_OF_A_NAME = (TrackNotFound.code, FeaturesUnavailable.code)
_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "unsupported_media_type"}


def handle_problems(app: Flask, log: Log) -> None:
    """Register the handlers: ours, werkzeug's, and the last resort, which logs what happened."""

    def unexpected(error: Exception) -> Response:
        log.line("ERROR", "".join(traceback.format_exception(error)), route=str(request.url_rule))
        return problem_response("internal", 500, "internal", {})

    app.register_error_handler(AnswerError, answer_problem)
    app.register_error_handler(HTTPException, http_problem)
    app.register_error_handler(Exception, unexpected)


def answer_problem(error: AnswerError) -> Response:
    genres = error.genres if isinstance(error, GenreNotFound) else ()
    response = problem_response(error.code, error.status, error.reason, error.params, error.alternatives, error.notes, genres)
    if error.status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def http_problem(error: HTTPException) -> Response:
    status = error.code or 500
    code = _CODES.get(status, "bad_request" if status < 500 else "internal")
    params = {"status": status, "most": LARGEST_BODY, "method": request.method, "allowed": _allowed(error)}
    response = problem_response(code, status, code, params)
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = _allowed(error)
    return response


def problem_response(
    code: str,
    status: int,
    reason: str,
    params: dict[str, object],
    alternatives: Sequence[Track] = (),
    notes: Sequence[Note] = (),
    genres: Sequence[str] = (),
) -> Response:
    language = asked_language()
    title, detail = texts.problem_title(code, language), texts.problem_detail(reason, language, **params)
    said = note_messages(notes, language)
    if _wants_page():
        question = _question()
        asked = _wrong_name(question, params)
        choices = {"question": question, "asked": asked, "alternatives": alternatives, "genres": genres}
        query = asked if asked in question.track else _asked_query()
        before, after = question.around(asked) if code in _OF_A_NAME else ([], [])
        mended = {"query": query, "before": before, "after": after}
        response = _problem_page(title, detail, status, language, notes=said, **choices, **mended)
    else:
        near = [track_message(track) for track in alternatives]
        response = _problem_json(Problem("about:blank", title, status, detail, code, near, said))
    response.headers["Content-Language"] = language
    return response


def _wants_page() -> bool:
    """Whether a person reads the answer: at a page, or wherever else a browser leads, the API apart."""
    if request.method not in ("GET", "HEAD") or request.path.startswith(_FOR_PROGRAMS):
        return False
    if "page" not in current_app.view_functions:
        # What Telegram calls has no pages.
        return False
    return request.path in _PAGES or request.accept_mimetypes.best_match(_KINDS) == "text/html"


def _problem_page(title: str, detail: str, status: int, language: str, **values: Any) -> Response:
    page = render(
        "problem.html",
        language,
        title=title,
        detail=detail,
        passing=status == HTTPStatus.SERVICE_UNAVAILABLE,
        **values,
    )
    return Response(page, status, mimetype="text/html")


def _problem_json(problem: Problem) -> Response:
    return Response(msgspec.json.encode(problem), problem.status, mimetype="application/problem+json")


def _question() -> PageQuestion:
    """What the page was asked; nothing, if that is what is wrong."""
    try:
        return read_question(query_arguments(request))
    except BadQuery:
        return PageQuestion(())


def _wrong_name(question: PageQuestion, params: Mapping[str, object]) -> str:
    """Which of the names of a question a problem is about."""
    return str(params.get("about") or next(iter(question.track), ""))


def _asked_query() -> str:
    """What was asked, to be mended in the field: as much as may be asked, and spaces for what no field takes."""
    asked = request.args.get("track", "")[:LONGEST_QUERY]
    return "".join(" " if _unreadable(character) else character for character in asked).strip()


def _unreadable(character: str) -> bool:
    return unicodedata.category(character) == "Cc" or character == "\N{REPLACEMENT CHARACTER}"


def _allowed(error: HTTPException) -> str:
    methods = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    return ", ".join(sorted(methods or ()))
