"""Every error that Kamerton raises on purpose.

    KamertonError
    |-- SettingsError          the environment holds a wrong value: the process must not start
    |-- BucketError            the bucket did not answer as it should
    |   |-- BucketBusy         it wants to be asked less often
    |   |-- ObjectMissing      there is no object under that key
    |   `-- ObjectExists       an object is already under that key (create-if-absent lost)
    |-- ReleaseError           a release is incomplete, damaged, or made for other features
    |-- SourceError            an outside service did not give what it was asked for
    |   |-- SourceLimited      it wants no more calls for a while (429); has the `seconds`, and whether the quota is used up
    |   |   `-- ClientLimited  it was not asked: whoever asks us has asked for too much
    |   |-- SourceRefused      it refuses us or the call, and will refuse the next time too (4xx)
    |   |   |-- KeyRefused     it does not take our key, token or credentials
    |   |   |-- ChatClosed     it lets us say nothing more in this chat, now or later
    |   |   |-- ChatMoved      the chat goes on under another id; has the `chat_id`
    |   |   `-- CallClosed     it refuses this call to our app, and takes others (403 with JSON, 410)
    |   |-- SourceNotFound     it has nothing under that id (404)
    |   `-- SourceUnavailable  it failed this time: 5xx, no connection, too late, a redirect
    |       `-- AnswerUnreadable  its answer is broken off, or has not the form that we read
    `-- AnswerError            a request cannot be answered; has a `code` and the `params` of its text
        |-- BadQuery           the person can correct the request (400)
        |   |-- VerdictUnclear what is judged is not to be told from what was sent (422)
        |   `-- LinkOfList     it is a link to an album or a playlist; has the `reference`
        |-- TrackNotFound      no track fits the query (404)
        |-- ArtistNotFound     the catalog has no such artist (404)
        |-- GenreNotFound      the release has no such genre (404)
        |-- FilterUnknown      the release does not know what its tracks are to be narrowed by (404)
        |-- NotOffered         the track is known, but the requested video, page, cover or preview of it is not to be had (404)
        |-- FeaturesUnavailable the track is known, its audio features are not (422)
        |-- SoundUnheard        what was sent along is no sound, or none in which anything is heard (422)
        |-- MapMissing         the release in force has no such map (404)
        |-- NothingLiked       somebody who has liked nothing asks for tracks by what they like (404)
        |-- OtherSite          another site asks for what only the listener may (403)
        |-- TasteUnavailable   what listeners say could not be kept just now (503)
        |-- TooManyQuestions   what it takes would be more than one client may have of outside services now (429)
        |-- ServicesUnavailable services outside that could tell could not be asked just now (503)
        |-- NotReady           no release could be loaded yet (503)
        `-- DeadlineExceeded   the request's time is over (503)

Errors are raised where they happen and caught at the edge, which writes them in the reader's language (`texts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from kamerton.notes import Note


class KamertonError(Exception):
    """The root of the tree."""


class SettingsError(KamertonError):
    """A setting has a wrong value; the message names it and says what to write."""


class BucketError(KamertonError):
    """The bucket failed or refused."""


class BucketBusy(BucketError):
    """It wants to be asked less often."""


class ObjectMissing(BucketError):
    """No object is stored under the key."""


class ObjectExists(BucketError):
    """An object is stored under the key already."""


class ReleaseError(KamertonError):
    """A release cannot be used; the message says which object or field is wrong."""


class SourceError(KamertonError):
    """An outside service failed. `source` is its name for people, and `body` the text that it answered with, if any."""

    def __init__(self, source: str, fault: str, body: str = "") -> None:
        super().__init__(f"{source} {fault}")
        self.source = source
        self.body = body


class SourceLimited(SourceError):
    """The source wants no calls for `seconds`; with `quota_used_up` our calls of that time are used up."""

    def __init__(self, source: str, seconds: float, quota_used_up: bool = False, body: str = "") -> None:
        fault = "says that the quota is used up" if quota_used_up else "wants no more calls for now"
        super().__init__(source, fault, body)
        self.seconds = seconds
        self.quota_used_up = quota_used_up


class ClientLimited(SourceLimited):
    """The source was not asked: the client of this request has none of its calls left for `seconds`."""


class SourceRefused(SourceError):
    """The same call again would be refused too. `status` is that of HTTP."""

    def __init__(self, source: str, status: int, fault: str, body: str = "") -> None:
        super().__init__(source, fault, body)
        self.status = status


class KeyRefused(SourceRefused):
    """Our key, token or credentials are not accepted."""


class ChatClosed(SourceRefused):
    """Nothing may be said in this chat any more."""


class ChatMoved(SourceRefused):
    """The chat goes on as `chat_id`."""

    def __init__(self, source: str, status: int, fault: str, chat_id: int) -> None:
        super().__init__(source, status, fault)
        self.chat_id = chat_id


class CallClosed(SourceRefused):
    """This call is closed to our app; other calls are not."""


class SourceNotFound(SourceError):
    """The source has nothing under the requested id."""

    status = 404


class SourceUnavailable(SourceError):
    """The same call may succeed later."""


class AnswerUnreadable(SourceUnavailable):
    """An answer came and cannot be read: the service, or something between it and us, answers in another form."""


class AnswerError(KamertonError):
    """A request that gets a problem instead of an answer.

    `reason` is a key of the texts `problems`; `params` fill its blanks. `code` and `status` are what the API promises.
    `alternatives` are tracks (`kamerton.music.track`) that can be answered for instead, and `notes` say what is missing of the
    search for this one.
    """

    code = "internal"
    status = 500

    def __init__(self, reason: str, *, alternatives: Sequence[Any] = (), notes: Sequence[Note] = (), **params: object) -> None:
        super().__init__(reason, params)
        self.reason = reason
        self.params = params
        self.alternatives = tuple(alternatives)
        self.notes = tuple(notes)


class BadQuery(AnswerError):
    code = "bad_query"
    status = 400


class VerdictUnclear(BadQuery):
    """Each part of it could be read, but not what is judged."""

    status = 422


class LinkOfList(BadQuery):
    """A link to several tracks where one is asked for. `reference` names them (`kamerton.music.track_list`)."""

    def __init__(self, reason: str, reference: Any) -> None:
        super().__init__(reason)
        self.reference = reference


class TrackNotFound(AnswerError):
    code = "track_not_found"
    status = 404


class ArtistNotFound(AnswerError):
    code = "artist_not_found"
    status = 404


class GenreNotFound(AnswerError):
    """`genres` are the genres of the release."""

    code = "genre_not_found"
    status = 404

    def __init__(self, genres: Iterable[str]) -> None:
        self.genres = tuple(genres)
        super().__init__("genre_unknown", known=", ".join(self.genres))


class FilterUnknown(AnswerError):
    code = "filter_unknown"
    status = 404


class OtherSite(AnswerError):
    code = "other_site"
    status = 403


class TasteUnavailable(AnswerError):
    code = "taste_unavailable"
    status = 503


class NothingLiked(AnswerError):
    code = "nothing_liked"
    status = 404


class NotOffered(AnswerError):
    code = "not_offered"
    status = 404


class FeaturesUnavailable(AnswerError):
    """`track` is the track that is known but for its features, if it is (`kamerton.music.track`)."""

    code = "features_unavailable"
    status = 422
    track: Any = None


class SoundUnheard(AnswerError):
    code = "sound_unheard"
    status = 422


class ServicesUnavailable(AnswerError):
    """`services` has the names of those that could not be asked, with commas between."""

    code = "services_unavailable"
    status = 503

    def __init__(
        self, reason: str, *, alternatives: Sequence[Any] = (), notes: Sequence[Note] = (), services: str, **params: object
    ) -> None:
        super().__init__(reason, alternatives=alternatives, notes=notes, services=services, **params)


class TooManyQuestions(AnswerError):
    """`seconds` is after how many it is worth asking again."""

    code = "too_many_questions"
    status = 429

    def __init__(
        self, key: str = "too_many_questions", *, alternatives: Sequence[Any] = (), notes: Sequence[Note] = (), seconds: int
    ) -> None:
        super().__init__(key, alternatives=alternatives, notes=notes, seconds=seconds)


class MapMissing(AnswerError):
    code = "map_missing"
    status = 404


class NotReady(AnswerError):
    code = "not_ready"
    status = 503


class DeadlineExceeded(AnswerError):
    code = "deadline_exceeded"
    status = 503
