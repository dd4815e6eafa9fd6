"""The API: one table of addresses, and a handler of a few lines for each. `site` registers it, `openapi` describes it."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from kamerton.errors import (
    ArtistNotFound,
    BadQuery,
    DeadlineExceeded,
    FeaturesUnavailable,
    FilterUnknown,
    GenreNotFound,
    NothingLiked,
    NotOffered,
    NotReady,
    OtherSite,
    SoundUnheard,
    TasteUnavailable,
    TooManyQuestions,
    TrackNotFound,
    VerdictUnclear,
)
from kamerton.http.health import HealthAnswer, health_answer
from kamerton.http.public_links import public_link
from kamerton.http.track_messages import note_messages, track_message
from kamerton.music.links import video_link, videos_link, watch_path, youtube_link
from kamerton.music.markets import known_market
from kamerton.music.picture_type import picture_type
from kamerton.music.track import Track
from kamerton.recommending.question import FeaturesQuestion, ListOptions, SoundQuestion, TrackQuestion, audio_features
from kamerton.service.answer import Answer
from kamerton.service.playback import MOST_IN_A_ROW, SERVICES, TrackVideo
from kamerton.service.resolver import clean_query
from kamerton.web import messages
from kamerton.web.exports import EXPORTS
from kamerton.web.list_links import list_links
from kamerton.web.route import LONGEST_ARGUMENT, Call, Route
from kamerton.web.taste_messages import (
    PROFILE_EXPORTS,
    ExportQuestion,
    FeedbackQuestion,
    ForgottenAnswer,
    ForYouQuestion,
    ProfileAnswer,
)
from kamerton.web.taste_routes import feedback, for_you, forget_me, me

Q = TypeVar("Q", bound=ListOptions)

_DAY_SECONDS = 86_400
_BLANK_SECONDS = 600
# One transparent point.
_BLANK = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"


def recommendations(call: Call) -> msgspec.Struct:
    question = _cleaned(call.question)
    answer = call.kamerton.recommend(call.release, question, call.session, call.visitor.profile)
    return messages.recommendations_answer(_marked(call, answer), list_links(question, answer), call.language)


def recommendations_for_features(call: Call) -> msgspec.Struct:
    question = _cleaned(call.question)
    answer = call.kamerton.recommend_features(call.release, audio_features(question.features), question, call.session)
    return messages.recommendations_answer(_marked(call, answer), None, call.language)


def recommendations_for_sound(call: Call) -> msgspec.Struct:
    question = _cleaned(call.question)
    start = None if question.start is UNSET else question.start
    answer, heard = call.kamerton.recommend_sound(call.release, call.file, start, question, call.session)
    return messages.sound_answer(messages.recommendations_answer(_marked(call, answer), None, call.language), heard)


def _cleaned(question: Q) -> Q:
    """The question with the names of artists as they are compared. Raises `BadQuery`."""
    return replace(question, exclude_artist=tuple(clean_query(artist) for artist in question.exclude_artist))


def _marked(call: Call, answer: Answer) -> Answer:
    market = _market(call)
    return answer if market is None else call.kamerton.with_market(answer, market, call.session)


def genre(call: Call) -> msgspec.Struct:
    answer = call.kamerton.recommend(call.release, TrackQuestion((call.question.track,), limit=0), call.session)
    return messages.genre_answer(answer, call.language)


def search(call: Call) -> msgspec.Struct:
    tracks = call.kamerton.search(call.release, call.question.q, call.question.limit, call.session)
    notes = note_messages(call.session.notes, call.language)
    return messages.SearchAnswer([track_message(track) for track in tracks], notes)


def suggestions(call: Call) -> msgspec.Struct:
    """Of the catalog alone: what is half typed is nobody else's business, and it has to be quick."""
    entries = call.release.catalog.search(clean_query(call.question.q), call.question.limit, call.deadline)
    return messages.SuggestionsAnswer([messages.suggestion_message(entry.track) for entry in entries], call.release.id)


def track(call: Call) -> msgspec.Struct:
    entry = call.kamerton.track(call.release, call.arguments["id"])
    return messages.track_answer(entry, call.release.id)


def artist(call: Call) -> msgspec.Struct:
    found = call.kamerton.artist(call.release, call.question.name, call.question.limit, call.session)
    return messages.artist_answer(found, call.release.id)


def path(call: Call) -> msgspec.Struct:
    question = call.question
    found = call.kamerton.path(call.release, question.track, question.to, question.limit, call.session)
    return messages.path_answer(found, call.language, call.release.id)


def watch(call: Call) -> msgspec.Struct:
    watched = _watched(call)
    if watched.video is None:
        return messages.Redirection(youtube_link(watched.track))
    return messages.Redirection(video_link(watched.video.video.id), 0 if watched.notes else _DAY_SECONDS)


def watch_in_a_row(call: Call) -> msgspec.Struct:
    ids = [track_id for track_id in call.question.tracks.split(",") if track_id]
    if not 1 <= len(ids) <= MOST_IN_A_ROW or any(len(track_id) > LONGEST_ARGUMENT for track_id in ids):
        raise BadQuery("tracks_wrong", most=MOST_IN_A_ROW)
    market = _market(call)
    videos = call.kamerton.videos_in_a_row(call.release, ids, market, call.session)
    if videos:
        return messages.Redirection(videos_link(videos))
    # None is known yet: the first of the tracks has its video looked for, as any other that somebody goes to.
    track = call.kamerton.identify(call.release, ids[0], call.session)
    return messages.Redirection(public_link(watch_path(track)) + (f"?market={market}" if market else ""))


def video_answer(call: Call) -> msgspec.Struct:
    watched = _watched(call)
    return messages.video_answer(watched, call.language, call.release.id)


def _watched(call: Call) -> TrackVideo:
    return call.kamerton.video(call.release, call.arguments["id"], _market(call), call.session, call.awaited)


def _market(call: Call) -> str | None:
    return None if call.question.market is UNSET else known_market(call.question.market)


def listen(call: Call) -> msgspec.Struct:
    service = call.arguments["service"]
    if service not in SERVICES:
        raise TrackNotFound("no_such_service", known=", ".join(SERVICES))
    address, is_its_own = call.kamerton.playback(call.session).page(service, _track(call))
    return messages.Redirection(address, _DAY_SECONDS if is_its_own else 0)


def preview(call: Call) -> msgspec.Struct:
    return messages.Redirection(call.kamerton.playback(call.session).preview(_track(call)))


def preview_answer(call: Call) -> msgspec.Struct:
    track = _track(call)
    address = call.kamerton.playback(call.session).preview(track)
    return messages.PreviewAnswer(track_message(track), address, "deezer")


def cover(call: Call) -> msgspec.Struct:
    try:
        data = call.kamerton.playback(call.session).cover(_track(call))
    except (NotOffered, TrackNotFound):
        if not call.question.blank:
            raise
        return messages.Picture(_BLANK, "image/gif", _BLANK_SECONDS)
    return messages.Picture(data, str(picture_type(data)), _DAY_SECONDS)


def _track(call: Call) -> Track:
    """The track that the address names, of the catalog or the world."""
    return call.kamerton.identify(call.release, call.arguments["id"], call.session)


def genres(call: Call) -> msgspec.Struct:
    sizes = call.release.index.genre_sizes
    return messages.GenresAnswer([messages.GenreSize(name, size) for name, size in sizes.items()], call.release.id)


def health(call: Call) -> msgspec.Struct:
    return health_answer(call.release.id)


_ANSWER_ERRORS = (BadQuery, TrackNotFound, FeaturesUnavailable, TooManyQuestions, NotReady, DeadlineExceeded)

_SOUND_ERRORS = (BadQuery, TrackNotFound, FeaturesUnavailable, SoundUnheard, NotOffered, NotReady, DeadlineExceeded)
_TRACK_ERRORS = (BadQuery, TrackNotFound, TooManyQuestions, NotReady, DeadlineExceeded)

ROUTES = (
    Route(
        "GET",
        "/api/v1/recommendations",
        "recommendations",
        "The genres of a track and the tracks that sound like it",
        recommendations,
        TrackQuestion,
        messages.RecommendationsAnswer,
        (*_ANSWER_ERRORS, GenreNotFound, FilterUnknown),
        exports=EXPORTS,
        is_personal=True,
    ),
    Route(
        "POST",
        "/api/v1/recommendations",
        "recommendationsForFeatures",
        "The same, from audio features that the asker brings",
        recommendations_for_features,
        FeaturesQuestion,
        messages.RecommendationsAnswer,
        (*_ANSWER_ERRORS, GenreNotFound, FilterUnknown),
        cached=False,
        exports=EXPORTS,
    ),
    Route(
        "POST",
        "/api/v1/audio",
        "recommendationsForSound",
        "The same, for a piece of music that is sent along",
        recommendations_for_sound,
        SoundQuestion,
        messages.SoundAnswer,
        (*_SOUND_ERRORS, GenreNotFound, FilterUnknown),
        cached=False,
        takes_file=True,
    ),
    Route(
        "POST",
        "/api/v1/feedback",
        "feedback",
        "Say that you like a track or do not, or want nothing by an artist",
        feedback,
        FeedbackQuestion,
        ProfileAnswer,
        (*_TRACK_ERRORS, VerdictUnclear, OtherSite, TasteUnavailable),
        cached=False,
        changes=True,
        is_personal=True,
    ),
    Route(
        "GET",
        "/api/v1/for-you",
        "forYou",
        "Tracks by what you like alone, each of your tastes in its turn",
        for_you,
        ForYouQuestion,
        messages.RecommendationsAnswer,
        (BadQuery, NothingLiked, GenreNotFound, FilterUnknown, TasteUnavailable, NotReady, DeadlineExceeded),
        cached=False,
        exports=EXPORTS,
        is_personal=True,
    ),
    Route(
        "GET",
        "/api/v1/me",
        "me",
        "What you have said that you like",
        me,
        messages.NoQuery,
        ProfileAnswer,
        (BadQuery, TasteUnavailable, NotReady),
        cached=False,
        is_personal=True,
    ),
    Route(
        "GET",
        "/api/v1/me/export",
        "exportMe",
        "The same as a file",
        me,
        ExportQuestion,
        ProfileAnswer,
        (BadQuery, TasteUnavailable, NotReady),
        cached=False,
        exports=PROFILE_EXPORTS,
        is_personal=True,
    ),
    Route(
        "DELETE",
        "/api/v1/me",
        "forgetMe",
        "Forget all that you have said",
        forget_me,
        messages.NoQuery,
        ForgottenAnswer,
        (BadQuery, OtherSite, TasteUnavailable, NotReady),
        cached=False,
        changes=True,
        is_personal=True,
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
        "/api/v1/artist",
        "artist",
        "An artist of the catalog: the tracks, how they sound together, and who sounds like that",
        artist,
        messages.ArtistQuery,
        messages.ArtistAnswer,
        (BadQuery, ArtistNotFound, NotReady, DeadlineExceeded),
    ),
    Route(
        "GET",
        "/api/v1/path",
        "path",
        "The tracks between two, each less like the first and more like the last",
        path,
        messages.PathQuery,
        messages.PathAnswer,
        _ANSWER_ERRORS,
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
        "The picture of the track's album",
        cover,
        messages.CoverQuery,
        messages.Picture,
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
