"""A track under a reference that sources of audio features know, its ISRC or Spotify's id, found by a scored search.

Public names: identified.
"""

from __future__ import annotations

from msgspec.structs import replace

from kamerton.deadline import Deadline
from kamerton.lookup.calls import Calls
from kamerton.matching.recording_match import best_match
from kamerton.music.titles import base_title
from kamerton.music.track import Track, reference_of
from kamerton.sources.protocols import Sources

_SEARCHED = 10


def identified(sources: Sources, calls: Calls, track: Track) -> Track:
    """The track with its ISRC or Spotify's id; the track as it is when it has one already, or when none is found."""
    if track.on_spotify or track.isrc or not track.artists:
        return track
    text = f"{track.artists[0]} {base_title(track.title)}"
    end = Deadline(calls.deadline.left / 2)
    pending = [calls.ask(source, "search", lambda source: source.tracks(text, _SEARCHED)) for source in sources.searches]
    for call in pending:
        tracks = calls.value(call, end.left)
        match = best_match(track, tracks or [])
        complete = _with_isrc(sources, calls, match) if match is not None else None
        if complete is not None and (complete.on_spotify or complete.isrc):
            return replace(track, id=complete.id, isrc=complete.isrc, image=track.image or complete.image)
    return track


def _with_isrc(sources: Sources, calls: Calls, track: Track) -> Track | None:
    """The items of a search may lack what the track itself has."""
    if track.on_spotify or track.isrc:
        return track
    reference = reference_of(track)
    known_by = [source for source in sources.tracks if reference.kind in source.track_kinds]
    return calls.first(known_by, "track", lambda source: source.track(reference))
