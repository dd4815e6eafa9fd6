"""Notes on an answer: what is missing from it, and why. `texts` has the sentence of each.

Public names: Note, and one constant a note that belongs to no source.
"""

from __future__ import annotations

from msgspec import Struct


class Note(Struct, frozen=True):
    """`code` is a key of the texts `notes`; `source` is the service that it is about, if any."""

    code: str
    source: str = ""


TITLE_ONLY = Note("title_only")
"""Only the title of the track is known."""

TITLE_UNKNOWN = Note("title_unknown")
"""Only the id and the audio features of the track are known."""

ANSWERED_INSTEAD = Note("answered_instead")
"""The version that fits the name best has no audio features, and the answer is for another version of the song."""

LIST_TRACKS = Note("list_tracks")
"""A few tracks stand for a whole album or playlist."""

VIDEO_UNSEARCHED = Note("video_unsearched")
"""No video can be searched for at the moment."""

VIDEOS_OFF = Note("videos_off")
"""This server searches for no videos: it has no key for them, or asks nobody outside."""

VIDEOS_USED_UP = Note("videos_used_up")
"""All searches that are allowed up to this time of the day were made."""

CLIENT_LIMITED = Note("client_limited")
"""No more was asked of the services outside for this client."""

CLIENT_VIDEOS_USED_UP = Note("client_videos_used_up")
"""This client has had its part of the day's searches for videos."""

VIDEO_BUSY = Note("video_busy")
"""Another request is searching for the video."""

VIDEO_UNFIT = Note("video_unfit")
"""No video fits the track well enough."""

VIDEO_BLOCKED = Note("video_blocked")
"""Those that fit cannot be played in that country."""

HEARD_PREVIEW = Note("heard_preview")
"""Nobody has the audio features of this track: its preview was listened to."""

MARKET_UNKNOWN = Note("market_unknown")
"""Of no track is it known whether it can be played in the market that was asked about."""

SOURCE_LIMITED, SOURCE_REFUSED, SOURCE_UNAVAILABLE = "source_limited", "source_refused", "source_unavailable"
"""The codes of notes about a service: it wants no more calls for now, it refuses us, it did not answer."""

PASSING_FAILURES = (SOURCE_LIMITED, SOURCE_UNAVAILABLE)
"""The codes of failures after which the same question may be answered a little later."""

_NOTES = (TITLE_ONLY, TITLE_UNKNOWN, ANSWERED_INSTEAD, LIST_TRACKS, CLIENT_LIMITED, MARKET_UNKNOWN, HEARD_PREVIEW)
_VIDEO_NOTES = (VIDEO_UNSEARCHED, VIDEOS_OFF, VIDEOS_USED_UP, CLIENT_VIDEOS_USED_UP, VIDEO_BUSY, VIDEO_UNFIT, VIDEO_BLOCKED)
CODES = frozenset((SOURCE_LIMITED, SOURCE_REFUSED, SOURCE_UNAVAILABLE, *(note.code for note in (*_NOTES, *_VIDEO_NOTES))))
"""Of all notes."""
