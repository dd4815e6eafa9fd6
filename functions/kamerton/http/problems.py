"""Errors as programs should see them: problem details by RFC 9457, never a traceback. An edge may show people a page instead.

Public names: handle_problems, Problem, ProblemDetails, ShowPage.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence

import msgspec
from flask import Flask, Response, request
from msgspec import Struct
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from kamerton import texts
from kamerton.errors import AnswerError, GenreNotFound
from kamerton.http.language import request_language
from kamerton.http.track_messages import NoteMessage, TrackMessage, note_messages, track_message
from kamerton.logs import Log
from kamerton.music.track import Track

RETRY_SECONDS = 5
_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "unsupported_media_type"}


class Problem(Struct, omit_defaults=True):
    """An error, by RFC 9457; `detail` says what to do, `code` is for programs. `alternatives` can be answered for instead."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    alternatives: list[TrackMessage] = []
    notes: list[NoteMessage] = []


class ProblemDetails(Struct, frozen=True):
    """A problem in the language of whoever asked, with what a page needs: `params` fill the blanks of the detail, and
    `alternatives` and `genres` can be chosen instead."""

    code: str
    status: int
    title: str
    detail: str
    language: str
    params: Mapping[str, object]
    alternatives: Sequence[Track] = ()
    notes: Sequence[NoteMessage] = ()
    genres: Sequence[str] = ()


ShowPage = Callable[[ProblemDetails], Response | None]
"""The page for the problem of the request under way; None when a program asks, which gets JSON."""


def handle_problems(app: Flask, log: Log, largest_body: int, show_page: ShowPage = lambda _: None) -> None:
    """Register the handlers: ours, werkzeug's, and the last resort, which logs what happened. `largest_body` is in bytes."""

    def answer_error(error: AnswerError) -> Response:
        response = _response(_answer_problem(error), show_page)
        if error.status in (429, 503):
            response.headers["Retry-After"] = str(error.params.get("seconds", RETRY_SECONDS))
        return response

    def http_error(error: HTTPException) -> Response:
        response = _response(_http_problem(error, largest_body), show_page)
        if isinstance(error, MethodNotAllowed):
            response.headers["Allow"] = _allowed_methods(error)
        return response

    def unexpected_error(error: Exception) -> Response:
        log.line("ERROR", "".join(traceback.format_exception(error)), route=str(request.url_rule))
        return _response(_details("internal", 500, "internal", {}), show_page)

    app.register_error_handler(AnswerError, answer_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, unexpected_error)


def _answer_problem(error: AnswerError) -> ProblemDetails:
    details = _details(error.code, error.status, error.reason, error.params)
    return msgspec.structs.replace(
        details,
        alternatives=error.alternatives,
        notes=note_messages(error.notes, details.language),
        genres=error.genres if isinstance(error, GenreNotFound) else (),
    )


def _http_problem(error: HTTPException, largest_body: int) -> ProblemDetails:
    status = error.code or 500
    code = _CODES.get(status, "bad_request" if status < 500 else "internal")
    params = {"status": status, "most": largest_body, "method": request.method, "allowed": _allowed_methods(error)}
    return _details(code, status, code, params)


def _details(code: str, status: int, reason: str, params: Mapping[str, object]) -> ProblemDetails:
    language = request_language()
    title, detail = texts.problem_title(code, language), texts.problem_detail(reason, language, **params)
    return ProblemDetails(code, status, title, detail, language, params)


def _response(details: ProblemDetails, show_page: ShowPage) -> Response:
    page = show_page(details)
    response = _json_response(details) if page is None else page
    response.headers["Content-Language"] = details.language
    return response


def _json_response(details: ProblemDetails) -> Response:
    alternatives = [track_message(track) for track in details.alternatives]
    problem = Problem(
        "about:blank", details.title, details.status, details.detail, details.code, alternatives, list(details.notes)
    )
    return Response(msgspec.json.encode(problem), details.status, mimetype="application/problem+json")


def _allowed_methods(error: HTTPException) -> str:
    methods = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    return ", ".join(sorted(methods or ()))
