"""The page: a search field, and the answer below it. Plain HTML, complete without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, g, render_template, request

from kamerton import texts
from kamerton.classifier import GenreScore
from kamerton.links import spotify_link, youtube_link
from kamerton.notes import Note
from kamerton.reasons import Reason
from kamerton.recommender import Recommendation
from kamerton.release import Release
from kamerton.resolving import clean_query
from kamerton.service import Answer, Kamerton
from kamerton.settings import Settings
from kamerton.web.answering import answer_from_release
from kamerton.web.caching import NOT_KEPT
from kamerton.web.messages import DEFAULT_ARTIST_CAP, DEFAULT_LIMIT
from kamerton.web.reading import query_arguments

_SHOWN_GENRES = 5
_LEAST_SHOWN = 0.01


def page_view(kamerton: Kamerton, settings: Settings) -> Callable[[], Response]:
    def view() -> Response:
        # Other parameters are let be: people add their own to links that they share.
        query = query_arguments(request).get("track", "").strip()
        query = clean_query(query) if query else ""

        def make(release: Release, language: str) -> Response:
            return _answer_page(kamerton, release, query, language) if query else _first_page(release, language)

        return answer_from_release(kamerton, settings, ["/", query], make)

    return view


def _first_page(release: Release, language: str) -> Response:
    examples = [entry.track for entry in release.catalog.examples(1)]
    return Response(_render("first.html", language, examples=examples), mimetype="text/html")


def _answer_page(kamerton: Kamerton, release: Release, query: str, language: str) -> Response:
    answer = kamerton.answer(release, query, DEFAULT_LIMIT, DEFAULT_ARTIST_CAP, g.deadline)
    shown = {"answer": answer, "genres": _shown_genres(answer), "reasons": _shown_reasons}
    response = Response(_render("answer.html", language, query=query, **shown), mimetype="text/html")
    if answer.notes:
        response.headers["Cache-Control"] = NOT_KEPT
    return response


def _shown_genres(answer: Answer) -> list[GenreScore]:
    """The likeliest genres, without those that would be shown as none."""
    top, *others = answer.genres[:_SHOWN_GENRES]
    return [top, *(score for score in others if score.probability >= _LEAST_SHOWN)]


def _shown_reasons(recommendation: Recommendation, answer: Answer) -> list[Reason]:
    """Without the seed's likeliest genre, which stands above the list and would be repeated in nearly each line of it."""
    likeliest = answer.genres[0].genre
    return [reason for reason in recommendation.reasons if getattr(reason, "genre", None) != likeliest]


def _render(template: str, language: str, **values: Any) -> str:
    def reason(value: Reason) -> str:
        return texts.reason_text(value, language)

    def note(value: Note) -> str:
        return texts.note_text(value, language)

    def source(name: str) -> str:
        return texts.source_text(name, language)

    return render_template(
        template,
        language=language,
        texts=texts.page_texts(language),
        reason=reason,
        note=note,
        source=source,
        spotify_link=spotify_link,
        youtube_link=youtube_link,
        **values,
    )
