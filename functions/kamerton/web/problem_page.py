"""The page that a person sees in place of an answer: what is wrong, and the question to be mended.

Public names: problem_page.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Response, request

from kamerton.deadline import Deadline
from kamerton.errors import AnswerError, BadQuery, FeaturesUnavailable, TrackNotFound
from kamerton.http.problems import ProblemDetails
from kamerton.matching.typed_name import LONGEST_QUERY
from kamerton.service.kamerton import Kamerton
from kamerton.web.page_question import PageQuestion, read_question
from kamerton.web.radar_chart import Radar
from kamerton.web.rendering import render
from kamerton.web.request_parsing import query_arguments

_PROGRAM_PATHS = ("/api/", "/assets/")
_PAGES = ("/", "/docs", "/map")
_ARTISTS = "/artist/"
# The first is what those get who take anything.
_MEDIA_TYPES = ("application/problem+json", "text/html")
_MOST_EXAMPLES = 6
_SECONDS_FOR_EXAMPLES = 0.5
_CODES_OF_A_NAME = (TrackNotFound.code, FeaturesUnavailable.code)


def problem_page(kamerton: Kamerton) -> Callable[[ProblemDetails], Response | None]:
    """What makes the page for a problem; None for a program, which gets JSON."""
    return lambda problem: _page(kamerton, problem) if _wants_page() else None


def _page(kamerton: Kamerton, problem: ProblemDetails) -> Response:
    question = _question()
    # The name that the problem is about.
    name = str(problem.params.get("about") or next(iter(question.track), ""))
    before, after = question.around(name) if problem.code in _CODES_OF_A_NAME else ([], [])
    page = render(
        "problem.html",
        problem.language,
        title=problem.title,
        detail=problem.detail,
        missing=problem.code == "not_found",
        passing=problem.status == HTTPStatus.SERVICE_UNAVAILABLE,
        notes=problem.notes,
        question=question,
        asked=name,
        alternatives=problem.alternatives,
        genres=problem.genres,
        query=name if name in question.track else _readable_query(),
        before=before,
        after=after,
        **_to_begin_with(kamerton, problem),
    )
    return Response(page, problem.status, mimetype="text/html")


def _to_begin_with(kamerton: Kamerton, problem: ProblemDetails) -> dict[str, Any]:
    """Tracks to begin with, and their shapes: for a dead end, while a release is there."""
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR or problem.alternatives or problem.genres:
        return {"examples": []}
    try:
        release = kamerton.release(Deadline(_SECONDS_FOR_EXAMPLES))
    except AnswerError:
        return {"examples": []}
    shape = Radar(release.manifest.feature_quantiles).shape
    return {"examples": release.catalog.examples(1)[:_MOST_EXAMPLES], "shape": shape}


def _wants_page() -> bool:
    """Whether a person reads the answer: at a page, or wherever else a browser leads, the API apart."""
    if request.method not in ("GET", "HEAD") or request.path.startswith(_PROGRAM_PATHS):
        return False
    return (
        request.path in _PAGES
        or request.path.startswith(_ARTISTS)
        or request.accept_mimetypes.best_match(_MEDIA_TYPES) == "text/html"
    )


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
