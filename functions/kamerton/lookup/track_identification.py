"""A track under a name that those who have audio features know: its ISRC or Spotify's id, found by a scored search.

Public names: known_elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from kamerton.deadline import Deadline
from kamerton.matching.recording_match import best_match
from kamerton.music.titles import base_title
from kamerton.music.track import Track, reference_of

if TYPE_CHECKING:
    from kamerton.lookup.inquiry import Inquiry
    from kamerton.sources.protocols import Sources

_SEARCHED = 10


def known_elsewhere(outside: Sources, inquiry: Inquiry, track: Track) -> Track:
    """The track as it is when it has such a name already, or when none is found."""
    if track.on_spotify or track.isrc or not track.artists:
        return track
    text = f"{track.artists[0]} {base_title(track.title)}"
    end = Deadline(inquiry.deadline.left / 2)
    asked = [inquiry.ask(source, "search", lambda source: source.tracks(text, _SEARCHED)) for source in outside.searches]
    for each in asked:
        found = inquiry.value(each, end.left) or []
        if (match := best_match(track, found)) is not None:
            named = _with_isrc(outside, inquiry, match)
            if named is not None and (named.on_spotify or named.isrc):
                return replace(track, id=named.id, isrc=named.isrc, image=track.image or named.image)
    return track


def _with_isrc(outside: Sources, inquiry: Inquiry, track: Track) -> Track | None:
    """The items of a search may lack what the track itself has."""
    if track.on_spotify or track.isrc:
        return track
    reference = reference_of(track)
    sources = [source for source in outside.tracks if reference.kind in source.track_kinds]
    return inquiry.first(sources, "track", lambda source: source.track(reference))
