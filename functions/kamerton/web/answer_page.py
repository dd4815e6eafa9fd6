"""The page: a search field, and the answer below it. Plain HTML, complete without JavaScript."""

from __future__ import annotations

import random
from collections.abc import Callable

from flask import Response, g, request
from msgspec import Struct
from msgspec.structs import replace

from kamerton.matching.typed_name import LONGEST_QUERY
from kamerton.music.features import AudioFeatures
from kamerton.music.markets import known_market
from kamerton.presenting.answer_summary import answer_summary
from kamerton.presenting.explanation import shown_reasons
from kamerton.presenting.genre_summary import lacking_text
from kamerton.presenting.shown_genres import shown_genres
from kamerton.recommending.feature_shift import SHIFTED
from kamerton.recommending.reasons import Reason
from kamerton.recommending.recommendation import Recommendation
from kamerton.recommending.seed import Seed
from kamerton.release.classifier import GenreScore
from kamerton.release.release import Release
from kamerton.service.answer import Answer
from kamerton.service.kamerton import Kamerton
from kamerton.service.playback import TrackVideo
from kamerton.service.random_track import random_track
from kamerton.settings import Settings
from kamerton.taste.profile import Profile
from kamerton.web.http_cache import NO_CACHE
from kamerton.web.list_links import by_ids, list_links
from kamerton.web.messages import ListLinks
from kamerton.web.page_question import PageQuestion, read_question
from kamerton.web.radar_chart import CORNERS, Radar
from kamerton.web.release_response import answer_from_release
from kamerton.web.rendering import page_link, render
from kamerton.web.request_parsing import is_awaited, is_unasked, query_arguments

_MOST_GENRES = 5
_LEAST_SHOWN = 0.01
"""A genre that is less likely would be shown with 0%."""
_SHOWN_EXAMPLES = 12

VIDEO = "video"


def page_view(kamerton: Kamerton, settings: Settings) -> Callable[[], Response]:
    def view() -> Response:
        arguments = query_arguments(request)
        playing, market = arguments.get("play", ""), arguments.get("market", "")
        page_request = _PageRequest(read_question(arguments), playing, market, arguments.get("world") != "0")

        def make(release: Release, language: str) -> Response:
            if not page_request.question.track:
                return _first_page(release, language)
            return _answer_page(kamerton.offline() if is_unasked(request) else kamerton, release, page_request, language)

        visitor = g.visitor if page_request.question.track else None
        return answer_from_release(kamerton, settings, ["/", str(page_request)], make, visitor=visitor)

    return view


def random_view(kamerton: Kamerton) -> Callable[[], Response]:
    """Sends the browser to the answer for a track by chance."""

    def view() -> Response:
        entry = random_track(kamerton.release(g.deadline), random.Random())
        return Response(status=302, headers={"Location": page_link(track=entry.track.id), "Cache-Control": "no-store"})

    return view


def _first_page(release: Release, language: str) -> Response:
    entries = release.catalog.examples(1)
    shape = Radar(release.manifest.feature_quantiles).shape
    page = render("first.html", language, examples=entries[:_SHOWN_EXAMPLES], others=entries[_SHOWN_EXAMPLES:], shape=shape)
    return Response(page, mimetype="text/html")


class _PageRequest(Struct, frozen=True):
    """`playing` is the id of the track whose player is open, or VIDEO for the video of the first track. A script opens players
    in place; without scripts a link asks for the page with the player."""

    question: PageQuestion
    playing: str
    market: str
    world: bool


def _answer_page(kamerton: Kamerton, release: Release, page_request: _PageRequest, language: str) -> Response:
    question, market = page_request.question, known_market(page_request.market) if page_request.market else None
    session = kamerton.session(g.deadline, g.client)
    full_question = replace(question, world=int(page_request.world))
    answer = kamerton.recommend(release, full_question, session, g.visitor.profile)
    if len(answer.seeds) > len(question.track):
        # A whole album was asked for: from here on it is a question for its tracks.
        question, full_question = by_ids(question, answer), by_ids(full_question, answer)
    g.source = answer.features_source
    if market:
        answer = kamerton.with_market(answer, market, session)
    video = None
    if page_request.playing == VIDEO and answer.track:
        video = kamerton.playback(session).video(answer.track, market, is_awaited(request))
    page = answer_html(
        release, question, answer, g.visitor.profile, language, list_links(full_question, answer), page_request.playing, video
    )
    response = Response(page, mimetype="text/html")
    if answer.notes or (video and video.notes):
        response.headers["Cache-Control"] = NO_CACHE
    return response


def answer_html(
    release: Release,
    question: PageQuestion,
    answer: Answer,
    profile: Profile,
    language: str,
    links: ListLinks | None = None,
    playing: str = "",
    video: TrackVideo | None = None,
) -> str:
    """The page with this answer. `links` are those of the list by itself, `playing` is the track whose player is open, and
    `video` what is found of the first track."""
    return render(
        "answer.html",
        language,
        query=_shown_query(question, answer),
        question=question,
        shown_to_all=by_ids(question, answer),
        links=links or list_links(question, answer),
        playing=playing,
        watched=video,
        answer=answer,
        liked=frozenset(profile.liked),
        genres=_shown_genres,
        shifted=SHIFTED,
        all_genres=tuple(release.index.genre_sizes),
        decades=release.catalog.decades,
        marks_explicit=release.catalog.is_clean is not None,
        has_popularity=release.catalog.popularity is not None,
        has_artists=release.catalog.has_artists,
        lacking_genre=lambda seed: lacking_text(seed, language),
        reasons=_shown_reasons,
        corners=CORNERS,
        shape=Radar(release.manifest.feature_quantiles).shape,
        seed_of=_seed_of(answer),
        average=_genre_average(release, answer.genres[0].genre),
        shared=answer_summary(answer.genres[0], [item.track for item in answer.recommendations], language),
    )


def _shown_query(question: PageQuestion, answer: Answer) -> str:
    """The text for the search field: as it was typed, or the names of the track where a link had its id."""
    query, track = question.track[0], answer.track
    return query if track is None or query != track.id else " ".join([track.title, *track.artists])[:LONGEST_QUERY]


def _seed_of(answer: Answer) -> Callable[[Recommendation], Seed]:
    seeds = {seed.track.id: seed for seed in answer.seeds if seed.track}
    return lambda item: seeds.get(item.seed.id, answer.seeds[0]) if item.seed else answer.seeds[0]


def _genre_average(release: Release, genre: str) -> AudioFeatures | None:
    averages = release.manifest.genre_averages.get(genre, {})
    values = {corner.name: averages[corner.name] for corner in CORNERS if corner.name in averages}
    return AudioFeatures(**values) if values else None


def _shown_genres(seed: Seed) -> list[GenreScore]:
    return shown_genres(seed.genres, _MOST_GENRES, _LEAST_SHOWN)


def _shown_reasons(recommendation: Recommendation, seed: Seed) -> list[Reason]:
    return shown_reasons(recommendation.reasons, seed.likely_genres[0].genre)
