"""The page that a person sees in place of an answer: what is wrong, and the question to be mended.

Public names: problem_page.
"""

from __future__ import annotations

import unicodedata
from http import HTTPStatus

from flask import Response, request

from kamerton.errors import BadQuery, FeaturesUnavailable, TrackNotFound
from kamerton.http.problems import ProblemDetails
from kamerton.matching.typed_name import LONGEST_QUERY
from kamerton.web.page_question import PageQuestion, read_question
from kamerton.web.rendering import render
from kamerton.web.request_parsing import query_arguments

_PROGRAM_PATHS = ("/api/", "/assets/")
_PAGES = ("/", "/docs", "/map")
# The first is what those get who take anything.
_MEDIA_TYPES = ("application/problem+json", "text/html")
_CODES_OF_A_NAME = (TrackNotFound.code, FeaturesUnavailable.code)


def problem_page(problem: ProblemDetails) -> Response | None:
    """None for a program, which gets JSON."""
    if not _wants_page():
        return None
    question = _question()
    # The name that the problem is about.
    name = str(problem.params.get("about") or next(iter(question.track), ""))
    before, after = question.around(name) if problem.code in _CODES_OF_A_NAME else ([], [])
    page = render(
        "problem.html",
        problem.language,
        title=problem.title,
        detail=problem.detail,
        passing=problem.status == HTTPStatus.SERVICE_UNAVAILABLE,
        notes=problem.notes,
        question=question,
        asked=name,
        alternatives=problem.alternatives,
        genres=problem.genres,
        query=name if name in question.track else _readable_query(),
        before=before,
        after=after,
    )
    return Response(page, problem.status, mimetype="text/html")


def _wants_page() -> bool:
    """Whether a person reads the answer: at a page, or wherever else a browser leads, the API apart."""
    if request.method not in ("GET", "HEAD") or request.path.startswith(_PROGRAM_PATHS):
        return False
    return request.path in _PAGES or request.accept_mimetypes.best_match(_MEDIA_TYPES) == "text/html"


def _question() -> PageQuestion:
    """The question that the address asks; an empty one, if that is what is wrong."""
    try:
        return read_question(query_arguments(request))
    except BadQuery:
        return PageQuestion(())


def _readable_query() -> str:
    """The query of the address, to be mended in the field: as much as may be asked, and spaces for what no field takes."""
    query = request.args.get("track", "")[:LONGEST_QUERY]
    return "".join(" " if _is_unreadable(character) else character for character in query).strip()


def _is_unreadable(character: str) -> bool:
    return unicodedata.category(character) == "Cc" or character == "\N{REPLACEMENT CHARACTER}"
