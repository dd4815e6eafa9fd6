"""Nobody asked is not nobody knows: what is raised while a service that could tell does not answer.

Public names: unless_unasked, failed_services.
"""

from __future__ import annotations

from kamerton.errors import AnswerError, ServicesUnavailable, TooManyQuestions
from kamerton.lookup.lookup_session import LookupSession
from kamerton.notes import CLIENT_LIMITED, PASSING_FAILURES

# By then a client that waits has enough for another answer.
_CLIENT_SECONDS = 15


def unless_unasked(session: LookupSession, error: AnswerError, reason: str = "track_unasked") -> AnswerError:
    """The error, or that it cannot be known: a service could not be asked just now, or not for this client."""
    if CLIENT_LIMITED in session.notes:
        return TooManyQuestions(alternatives=error.alternatives, seconds=_CLIENT_SECONDS)
    services = failed_services(session)
    if not services:
        return error
    notes = tuple(note for note in error.notes if note.code not in PASSING_FAILURES)
    return ServicesUnavailable(reason, alternatives=error.alternatives, notes=notes, services=", ".join(services))


def failed_services(session: LookupSession) -> tuple[str, ...]:
    """The names of the services that could not be asked just now. An empty one stands for all of them."""
    return tuple(dict.fromkeys(note.source for note in session.notes if note.code in (*PASSING_FAILURES, CLIENT_LIMITED.code)))
