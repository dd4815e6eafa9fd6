"""The page that hears: what was heard in a file that was sent from the first page, and tracks like it.

Public names: sound_view.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, g, request

from kamerton.deadline import REQUEST_SECONDS, Deadline
from kamerton.http.language import request_language
from kamerton.presenting.explanation import shown_reasons
from kamerton.presenting.genre_summary import lacking_text
from kamerton.presenting.shown_genres import shown_genres
from kamerton.recommending.question import ListOptions
from kamerton.service.kamerton import Kamerton
from kamerton.web.file_upload import read_file
from kamerton.web.page_question import PageQuestion
from kamerton.web.radar_chart import Radar
from kamerton.web.rendering import render

_MOST_GENRES = 5
_LEAST_SHOWN = 0.01


def sound_view(kamerton: Kamerton) -> Callable[[], Response]:
    """Answers a form with a file. The answer is kept nowhere, and has no address of its own: nor is the sound kept."""

    def view() -> Response:
        data = read_file(request)
        g.deadline = Deadline(REQUEST_SECONDS)
        release, language = kamerton.release(g.deadline), request_language()
        answer, heard = kamerton.recommend_sound(release, data, None, ListOptions(), kamerton.session(g.deadline, g.client))
        g.release, g.source = release.id, answer.features_source
        seed = answer.seeds[0]
        page = render(
            "heard.html",
            language,
            answer=answer,
            heard=heard,
            seed=seed,
            lacking=lacking_text(seed, language),
            genres=shown_genres(seed.genres, _MOST_GENRES, _LEAST_SHOWN),
            reasons=lambda item: shown_reasons(item.reasons, seed.likely_genres[0].genre),
            question_like=lambda track: PageQuestion((track.id,)),
            shape=Radar(release.manifest.feature_quantiles).shape,
        )
        return Response(page, mimetype="text/html", headers={"Content-Language": language, "Cache-Control": "no-store"})

    return view
