"""The pages about what a person likes: the form that each heart sends, the list for them, and all that they have said.

Public names: taste_views.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, g, request
from msgspec.structs import replace

from kamerton.errors import NothingLiked
from kamerton.http.language import request_language
from kamerton.release.release import Release
from kamerton.service.kamerton import Kamerton
from kamerton.settings import Settings
from kamerton.web.answer_page import answer_html
from kamerton.web.page_question import PageQuestion, read_question
from kamerton.web.rendering import page_link, render
from kamerton.web.request_parsing import query_arguments
from kamerton.web.taste_messages import judged_tracks
from kamerton.web.taste_routes import judged
from kamerton.web.visitor import require_own_page

View = Callable[[], Response]

_MOST_SHOWN = 200
_LONGEST_BACK = 4000


def taste_views(kamerton: Kamerton, settings: Settings) -> list[tuple[str, str, View]]:
    """Of each page its address, its method and what answers."""

    def judge() -> Response:
        """Keep one verdict, and send the browser back; a script gets 204."""
        require_own_page(request, settings.public_url)
        verdict, track, artist = (request.form.get(name, "") for name in ("verdict", "track", "artist"))
        release = kamerton.release(g.deadline)
        g.visitor.say(verdict, judged(kamerton, release, kamerton.session(g.deadline, g.client), verdict, track, artist))
        return _back()

    def forget() -> Response:
        require_own_page(request, settings.public_url)
        g.visitor.forget()
        return _seen(page_link("/likes"))

    def likes() -> Response:
        release, language = _begun(kamerton)
        profile = g.visitor.required_profile()
        page = render(
            "likes.html",
            language,
            profile=profile,
            liked=judged_tracks(release, profile.liked[:_MOST_SHOWN]),
            disliked=judged_tracks(release, profile.disliked[:_MOST_SHOWN]),
        )
        return _own(page, language)

    def for_you() -> Response:
        release, language = _begun(kamerton)
        asked = read_question(query_arguments(request))
        session = kamerton.session(g.deadline, g.client)
        answer = kamerton.for_person(release, asked, session, g.visitor.required_profile())
        if answer is None:
            raise NothingLiked("nothing_liked")
        tracks = tuple(seed.track.id for seed in answer.seeds if seed.track)
        question = _asked_for(asked, tracks)
        return _own(answer_html(release, question, answer, g.visitor.profile, language), language)

    return [("/taste", "POST", judge), ("/forget", "POST", forget), ("/likes", "GET", likes), ("/for-you", "GET", for_you)]


def _asked_for(asked: PageQuestion, tracks: tuple[str, ...]) -> PageQuestion:
    """As a question about these tracks: from here on the list is as any other, to change and to send to somebody."""
    return replace(asked, track=tracks)


def _begun(kamerton: Kamerton) -> tuple[Release, str]:
    release = kamerton.release(g.deadline)
    g.release = release.id
    return release, request_language()


def _own(page: str, language: str) -> Response:
    headers = {"Content-Language": language, "Cache-Control": "private, no-store", "Vary": "Cookie"}
    return Response(page, mimetype="text/html", headers=headers)


def _back() -> Response:
    back = request.form.get("back", "")
    if "text/html" not in request.headers.get("Accept", ""):
        return Response(status=204)
    # An address of ours, and of nobody else.
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\")) and len(back) <= _LONGEST_BACK and back.isprintable()
    return _seen(back if is_ours else "/")


def _seen(address: str) -> Response:
    return Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})
