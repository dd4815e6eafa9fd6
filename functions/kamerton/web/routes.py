"""The API: one table of addresses, and a handler of a few lines for each. `site` registers it, `openapi` describes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import UNSET

from kamerton.deadline import Deadline
from kamerton.errors import (
    AnswerError,
    BadQuery,
    DeadlineExceeded,
    FeaturesUnavailable,
    GenreNotFound,
    NotOffered,
    NotReady,
    TrackNotFound,
)
from kamerton.http.health import HealthAnswer, health_answer
from kamerton.http.public_links import own_link
from kamerton.http.track_messages import note_messages, track_message
from kamerton.music.links import video_link, videos_link, watch_path, youtube_link
from kamerton.music.markets import known_market
from kamerton.music.track import Track
from kamerton.recommending.question import Wish
from kamerton.release.release import Release
from kamerton.service.playback import SERVICES
from kamerton.service.resolver import clean_query
from kamerton.service.service import Answer, Kamerton
from kamerton.service.track_video import MOST_IN_A_ROW, Watched
from kamerton.web import messages
from kamerton.web.exports import EXPORTS, Export
from kamerton.web.list_links import list_links

LONGEST_ARGUMENT = 64
"""Characters of a part of an address, such as an id; a longer one is no address of ours."""

_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Call:
    """One request, read and checked. `question` is the query or the body, of the type that its route names. `awaited`: somebody
    waits for the answer, which is worth what it costs."""

    kamerton: Kamerton
    release: Release
    deadline: Deadline
    language: str
    question: Any
    arguments: dict[str, str]
    awaited: bool = True


@dataclass(frozen=True)
class Route:
    """`path` as OpenAPI writes it. `cached`: the answer is the same until the release changes. A handler whose answer is a
    `Redirection` sends the browser elsewhere. `choices` are what a part of the path may be, by its name, and `exports` the
    other forms that the answer may have."""

    method: str
    path: str
    name: str
    summary: str
    handler: Callable[[Call], msgspec.Struct]
    question: type[msgspec.Struct]
    answer: type[msgspec.Struct]
    errors: tuple[type[AnswerError], ...]
    cached: bool = True
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exports: Mapping[str, Export] = field(default_factory=dict)

    @property
    def redirects(self) -> bool:
        return self.answer is messages.Redirection

    @property
    def has_body(self) -> bool:
        return self.method == "POST"

    @property
    def arguments(self) -> list[str]:
        """The names in the path."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]


def recommendations(call: Call) -> msgspec.Struct:
    question: messages.RecommendationsQuery = call.question
    wish = _wish(question, question.world == 1)
    answer = call.kamerton.recommend(call.release, question.track, question.unlike, wish, call.deadline)
    return messages.recommendations_answer(_marked(call, answer), list_links(answer, wish, _market(call)), call.language)


def recommendations_for_features(call: Call) -> msgspec.Struct:
    question: messages.FeaturesQuestion = call.question
    features = messages.audio_features(question.features)
    answer = call.kamerton.recommend_features(call.release, features, question.unlike, _wish(question, False), call.deadline)
    return messages.recommendations_answer(_marked(call, answer), None, call.language)


def _wish(question: messages.RecommendationsQuery | messages.FeaturesQuestion, world: bool) -> Wish:
    artists = tuple(clean_query(artist) for artist in question.exclude_artist)
    genre = None if question.genre is UNSET else question.genre
    return Wish(int(question.limit), int(question.artist_cap), int(question.offset), genre, artists, world)


def _marked(call: Call, answer: Answer) -> Answer:
    market = _market(call)
    return answer if market is None else call.kamerton.marked(answer, market, call.deadline)


def genre(call: Call) -> msgspec.Struct:
    answer = call.kamerton.answer(call.release, call.question.track, 0, 1, call.deadline)
    return messages.genre_answer(answer, call.language)


def search(call: Call) -> msgspec.Struct:
    tracks, notes = call.kamerton.search(call.release, call.question.q, call.question.limit, call.deadline)
    found = [track_message(track) for track in tracks]
    return messages.SearchAnswer(found, note_messages(notes, call.language))


def suggestions(call: Call) -> msgspec.Struct:
    """Of the catalog alone: what is half typed is nobody else's business, and it has to be quick."""
    entries = call.release.catalog.search(clean_query(call.question.q), call.question.limit, call.deadline)
    return messages.SuggestionsAnswer([messages.suggestion_message(entry.track) for entry in entries], call.release.id)


def track(call: Call) -> msgspec.Struct:
    entry = call.kamerton.track(call.release, call.arguments["id"])
    return messages.track_answer(entry, call.release.id)


def watch(call: Call) -> msgspec.Struct:
    watched = _watched(call)
    if watched.video is None:
        return messages.Redirection(youtube_link(watched.track))
    return messages.Redirection(video_link(watched.video.video.id), 0 if watched.notes else _DAY_SECONDS)


def watch_in_a_row(call: Call) -> msgspec.Struct:
    ids = [each for each in call.question.tracks.split(",") if each]
    if not 1 <= len(ids) <= MOST_IN_A_ROW or any(len(each) > LONGEST_ARGUMENT for each in ids):
        raise BadQuery("tracks_wrong", most=MOST_IN_A_ROW)
    market = _market(call)
    videos = call.kamerton.watch_in_a_row(call.release, ids, market, call.deadline)
    if videos:
        return messages.Redirection(videos_link(videos))
    # None is known yet: the first of the tracks has its video looked for, as any other that somebody goes to.
    track = call.kamerton.identify(call.release, ids[0], call.deadline)
    return messages.Redirection(own_link(watch_path(track)) + (f"?market={market}" if market else ""))


def video_answer(call: Call) -> msgspec.Struct:
    watched = _watched(call)
    return messages.video_answer(watched, call.language, call.release.id)


def _watched(call: Call) -> Watched:
    return call.kamerton.watch(call.release, call.arguments["id"], _market(call), call.deadline, call.awaited)


def _market(call: Call) -> str | None:
    return None if call.question.market is UNSET else known_market(call.question.market)


def listen(call: Call) -> msgspec.Struct:
    service = call.arguments["service"]
    if service not in SERVICES:
        raise TrackNotFound("no_such_service", known=", ".join(SERVICES))
    address, is_its_own = call.kamerton.listening.page(service, _track(call), call.deadline)
    return messages.Redirection(address, _DAY_SECONDS if is_its_own else 0)


def preview(call: Call) -> msgspec.Struct:
    return messages.Redirection(call.kamerton.listening.preview(_track(call), call.deadline))


def preview_answer(call: Call) -> msgspec.Struct:
    track = _track(call)
    return messages.PreviewAnswer(track_message(track), call.kamerton.listening.preview(track, call.deadline), "deezer")


def cover(call: Call) -> msgspec.Struct:
    return messages.Redirection(call.kamerton.listening.cover(_track(call), call.deadline), _DAY_SECONDS)


def _track(call: Call) -> Track:
    """The track that the address names, of the catalog or the world."""
    return call.kamerton.identify(call.release, call.arguments["id"], call.deadline)


def genres(call: Call) -> msgspec.Struct:
    sizes = call.release.recommender.index.genre_sizes
    return messages.GenresAnswer([messages.GenreSize(name, size) for name, size in sizes.items()], call.release.id)


def health(call: Call) -> msgspec.Struct:
    return health_answer(call.release.id)


_ANSWER_ERRORS = (BadQuery, TrackNotFound, FeaturesUnavailable, NotReady, DeadlineExceeded)

_TRACK_ERRORS = (BadQuery, TrackNotFound, NotReady, DeadlineExceeded)

ROUTES = (
    Route(
        "GET",
        "/api/v1/recommendations",
        "recommendations",
        "The genres of a track and the tracks that sound like it",
        recommendations,
        messages.RecommendationsQuery,
        messages.RecommendationsAnswer,
        (*_ANSWER_ERRORS, GenreNotFound),
        exports=EXPORTS,
    ),
    Route(
        "POST",
        "/api/v1/recommendations",
        "recommendationsForFeatures",
        "The same, from audio features that the asker brings",
        recommendations_for_features,
        messages.FeaturesQuestion,
        messages.RecommendationsAnswer,
        (*_ANSWER_ERRORS, GenreNotFound),
        cached=False,
        exports=EXPORTS,
    ),
    Route(
        "GET",
        "/api/v1/genre",
        "genre",
        "The genres of a track, without recommendations",
        genre,
        messages.GenreQuery,
        messages.GenreAnswer,
        _ANSWER_ERRORS,
    ),
    Route(
        "GET",
        "/api/v1/search",
        "search",
        "Tracks by name: of the catalog, else of the world",
        search,
        messages.SearchQuery,
        messages.SearchAnswer,
        (BadQuery, TrackNotFound, NotReady, DeadlineExceeded),
    ),
    Route(
        "GET",
        "/api/v1/suggestions",
        "suggestions",
        "Tracks of the catalog that a half-typed name may become; nobody outside is asked",
        suggestions,
        messages.SuggestionsQuery,
        messages.SuggestionsAnswer,
        (BadQuery, NotReady, DeadlineExceeded),
    ),
    Route(
        "GET",
        "/api/v1/tracks/{id}",
        "track",
        "One track of the catalog with its audio features",
        track,
        messages.NoQuery,
        messages.TrackAnswer,
        (BadQuery, TrackNotFound, NotReady),
    ),
    Route(
        "GET",
        "/api/v1/tracks/{id}/video",
        "videoAnswer",
        "The video of a track at YouTube, with how well it fits",
        video_answer,
        messages.WatchQuery,
        messages.VideoAnswer,
        _TRACK_ERRORS,
        cached=False,
    ),
    Route(
        "GET",
        "/api/v1/tracks/{id}/preview",
        "previewAnswer",
        "Where half a minute of the track can be heard now",
        preview_answer,
        messages.NoQuery,
        messages.PreviewAnswer,
        (*_TRACK_ERRORS, NotOffered),
        cached=False,
    ),
    Route(
        "GET",
        "/watch/{id}",
        "watch",
        "To the video of the track at YouTube, or to a search for it",
        watch,
        messages.WatchQuery,
        messages.Redirection,
        _TRACK_ERRORS,
        cached=False,
    ),
    Route(
        "GET",
        "/watch",
        "watchInARow",
        "To the videos of several tracks at YouTube, one after the other, as far as they are known already",
        watch_in_a_row,
        messages.WatchInARowQuery,
        messages.Redirection,
        _TRACK_ERRORS,
        cached=False,
    ),
    Route(
        "GET",
        "/listen/{service}/{id}",
        "listen",
        "To the track itself at a service, or to a search for it",
        listen,
        messages.NoQuery,
        messages.Redirection,
        _TRACK_ERRORS,
        cached=False,
        choices={"service": SERVICES},
    ),
    Route(
        "GET",
        "/preview/{id}",
        "preview",
        "To half a minute of the track, an mp3 file at Deezer",
        preview,
        messages.NoQuery,
        messages.Redirection,
        (*_TRACK_ERRORS, NotOffered),
        cached=False,
    ),
    Route(
        "GET",
        "/cover/{id}",
        "cover",
        "To the picture of the track's album",
        cover,
        messages.NoQuery,
        messages.Redirection,
        (*_TRACK_ERRORS, NotOffered),
        cached=False,
    ),
    Route(
        "GET",
        "/api/v1/genres",
        "genres",
        "The genres that the release knows, with how many tracks each has",
        genres,
        messages.NoQuery,
        messages.GenresAnswer,
        (BadQuery, NotReady),
    ),
    Route(
        "GET",
        "/health",
        "health",
        "Whether a release is loaded, and which",
        health,
        messages.NoQuery,
        HealthAnswer,
        (BadQuery, NotReady),
        cached=False,
    ),
)
