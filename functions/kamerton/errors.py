"""Every error that Kamerton raises on purpose.

    KamertonError
    |-- SettingsError          the environment holds a wrong value: the process must not start
    |-- BucketError            the bucket did not answer as it should
    |   |-- ObjectMissing      there is no object under that key
    |   `-- ObjectExists       an object is already under that key (create-if-absent lost)
    |-- ReleaseError           a release is incomplete, damaged, or made for other features
    `-- AnswerError            a request cannot be answered; has a `code` and the texts' `params`
        |-- BadQuery           the person can mend it (400)
        |-- TrackNotFound      nothing fits the query (404)
        |-- FeaturesUnavailable the track is known, its audio features are not (422)
        |-- NotReady           no release could be loaded yet (503)
        `-- DeadlineExceeded   the request's time is over (503)

Errors are raised where they happen and caught at the edge, which says them in the reader's language (`texts`).
"""

from __future__ import annotations


class KamertonError(Exception):
    """The root of the tree."""


class SettingsError(KamertonError):
    """A setting has a wrong value; the message names it and says what to write."""


class BucketError(KamertonError):
    """The bucket failed or refused."""


class ObjectMissing(BucketError):
    """No object is stored under the key."""


class ObjectExists(BucketError):
    """An object is stored under the key already."""


class ReleaseError(KamertonError):
    """A release cannot be used; the message says which object or field is wrong."""


class AnswerError(KamertonError):
    """A request that gets a problem instead of an answer.

    `reason` is a key of `texts.PROBLEMS`; `params` fill its blanks. `code` and `status` are what the API promises.
    """

    code = "internal"
    status = 500

    def __init__(self, reason: str, **params: object) -> None:
        super().__init__(reason, params)
        self.reason = reason
        self.params = params


class BadQuery(AnswerError):
    code = "bad_query"
    status = 400


class TrackNotFound(AnswerError):
    code = "track_not_found"
    status = 404


class FeaturesUnavailable(AnswerError):
    code = "features_unavailable"
    status = 422


class NotReady(AnswerError):
    code = "not_ready"
    status = 503


class DeadlineExceeded(AnswerError):
    code = "deadline_exceeded"
    status = 503
