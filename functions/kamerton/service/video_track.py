"""Which track a video shows: the title of the video is searched for by name, and a track is taken if the video fits it.

Public names: video_track.
"""

from __future__ import annotations

from kamerton.lookup.lookup_session import LookupSession
from kamerton.matching.video_match import LEAST_SCORE, score
from kamerton.music.track import Track, TrackReference
from kamerton.music.video import Video
from kamerton.release.release import Release

_SEARCHED = 10
_SURE = 0.85
"""A track of the catalog that fits as well as this need not be searched for outside."""


def video_track(release: Release, session: LookupSession, reference: TrackReference) -> Track | None:
    """The track of the catalog, or of the services outside; else what the video says of it, under the video's id; None when
    nobody knows of such a video. Raises `DeadlineExceeded`."""
    shown = session.track(reference)
    if shown is None:
        return None
    artists = ", ".join(shown.artists)
    video, text = Video(reference.value, f"{artists} - {shown.title}", artists, shown.duration_ms), f"{artists} {shown.title}"
    tracks = [entry.track for entry in release.catalog.search(text, _SEARCHED, session.deadline)]
    best = _best(video, tracks)
    if best is None or score(best, video) < _SURE:
        best = _best(video, [*tracks, *session.search(text)])
    return best or shown


def _best(video: Video, tracks: list[Track]) -> Track | None:
    """Of equals the first."""
    best = max(tracks, key=lambda track: score(track, video), default=None)
    return best if best is not None and score(best, video) >= LEAST_SCORE else None
