"""One answer from the release in force: its language, its tag, and nothing but the tag for who holds the answer already."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Response, g

from kamerton.http.language import asked_language
from kamerton.release.release import Release
from kamerton.service.kamerton import Kamerton
from kamerton.settings import Settings
from kamerton.web.http_cache import answer_tag, kept

Make = Callable[[Release, str], Response]
"""From the release and the language to the answer."""


def answer_from_release(
    kamerton: Kamerton,
    settings: Settings,
    asked: Sequence[str],
    make: Make,
    *,
    keep: bool = True,
    only_language: str | None = None,
) -> Response:
    """`asked`: all that tells this question from others. `keep`: the answer is the same until the release changes.
    `only_language`: the answer is in this language, whatever the reader's is."""
    release = kamerton.release(g.deadline)
    g.release = release.id
    language = only_language or asked_language()

    def answer() -> Response:
        response = make(release, language)
        response.headers["Content-Language"] = language
        return response

    return kept(answer_tag(release.id, settings.revision, language, *asked), answer) if keep else answer()
