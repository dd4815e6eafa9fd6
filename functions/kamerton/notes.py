"""What a person should know about an answer: what is missing from it, and why. `texts` says it."""

from __future__ import annotations

from dataclasses import dataclass

from kamerton.errors import CallClosed, SourceError, SourceLimited, SourceRefused


@dataclass(frozen=True, slots=True)
class Note:
    """`code` is a key of `texts.NOTES`; `source` is the service that it is about, if any."""

    code: str
    source: str = ""


TITLE_ONLY = Note("title_only")
"""Of the track only the title is known."""

TITLE_UNKNOWN = Note("title_unknown")
"""The track is known by its id and its sound alone."""

ANSWERED_INSTEAD = Note("answered_instead")
"""What fits the name best has no audio features, and the next best track is answered for."""


def failure_note(source: str, error: SourceError | None) -> Note | None:
    """What to say of a source that did not answer; None is "too late". A call that is closed to our app is nothing to say."""
    if isinstance(error, CallClosed):
        return None
    if isinstance(error, SourceLimited):
        return Note("source_limited", source)
    return Note("source_refused" if isinstance(error, SourceRefused) else "source_unavailable", source)
