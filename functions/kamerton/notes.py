"""Notes on an answer: what is missing from it, and why. `texts` has the sentence of each.

Public names: Note, and one constant a note that belongs to no source.
"""

from __future__ import annotations

from msgspec import Struct


class Note(Struct, frozen=True):
    """`code` is a key of `texts.NOTES`; `source` is the service that the note is about, if any."""

    code: str
    source: str = ""


TITLE_ONLY = Note("title_only")
"""Only the title of the track is known."""

TITLE_UNKNOWN = Note("title_unknown")
"""Only the id and the audio features of the track are known."""

ANSWERED_INSTEAD = Note("answered_instead")
"""The track that fits the name best has no audio features, and the answer is for the next best one."""

VIDEO_UNSEARCHED = Note("video_unsearched")
"""No video can be searched for at the moment."""

VIDEOS_USED_UP = Note("videos_used_up")
"""All searches that are allowed up to this time of the day were made."""

VIDEO_BUSY = Note("video_busy")
"""Another request is searching for the video."""

VIDEO_UNFIT = Note("video_unfit")
"""No video fits the track well enough."""

VIDEO_BLOCKED = Note("video_blocked")
"""The videos that fit cannot be played in that country."""

MARKET_UNKNOWN = Note("market_unknown")
"""For no track is it known whether it can be played in the requested market."""
