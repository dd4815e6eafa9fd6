"""One answer from the release in force: its language and its entity tag; 304 for a client that holds the answer already.

Public names: answer_from_release.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Response, g, request

from kamerton.http.language import request_language
from kamerton.release.release import Release
from kamerton.service.kamerton import Kamerton
from kamerton.settings import Settings
from kamerton.web.http_cache import cached_response, entity_tag
from kamerton.web.request_parsing import is_unasked
from kamerton.web.visitor import Visitor

Make = Callable[[Release, str], Response]
"""From the release and the language to the answer."""


def answer_from_release(
    kamerton: Kamerton,
    settings: Settings,
    question: Sequence[str],
    make: Make,
    *,
    keep: bool = True,
    only_language: str | None = None,
    visitor: Visitor | None = None,
) -> Response:
    """`question`: all that tells this question from others. `keep`: the answer is the same until the release changes.
    `only_language`: the answer is in this language, whatever the reader's is. `visitor`: whoever has said what they like
    gets an answer of their own."""
    release = kamerton.release(g.deadline)
    g.release = release.id
    language = only_language or request_language()

    def answer() -> Response:
        response = make(release, language)
        response.headers["Content-Language"] = language
        return response

    if is_unasked(request):
        # With less in it than an answer that somebody waits for, which this one must not stand in for.
        response = answer()
        response.headers["Cache-Control"] = "no-store"
        return response
    response = _kept_or_own(answer, visitor, keep, entity_tag(release.id, settings.revision, language, *question))
    if visitor is not None:
        response.vary.add("Cookie")
    return response


def _kept_or_own(answer: Callable[[], Response], visitor: Visitor | None, keep: bool, tag: str) -> Response:
    if visitor is not None and visitor.person is not None:
        response = answer()
        response.headers["Cache-Control"] = "private, no-store"
        return response
    return cached_response(tag, answer) if keep else answer()
