"""Which track a video shows: what its title says is searched for by name, and taken if the video would be taken for it.

Public names: shown_track.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kamerton.deadline import Deadline
from kamerton.lookup.world import World
from kamerton.matching.video_match import LEAST_SCORE, score
from kamerton.music.track import Track, TrackReference
from kamerton.music.video import Video
from kamerton.release.release import Release

if TYPE_CHECKING:
    from kamerton.lookup.inquiry import Inquiry

_LOOKED_AT = 10
_SURE = 0.85
"""What the catalog has, and fits as well, need not be searched for outside."""


def shown_track(
    release: Release, world: World, inquiry: Inquiry, reference: TrackReference, deadline: Deadline
) -> Track | None:
    """The track of the catalog or the world; else only what the video says of it, under the video's id; None when nobody knows
    of such a video. Raises `DeadlineExceeded`."""
    said = world.track(inquiry, reference)
    if said is None:
        return None
    artists = ", ".join(said.artists)
    video, text = Video(reference.value, f"{artists} - {said.title}", artists, said.duration_ms), f"{artists} {said.title}"
    known = [entry.track for entry in release.catalog.search(text, _LOOKED_AT, deadline)]
    best = _best(video, known)
    if best is None or score(best, video) < _SURE:
        best = _best(video, [*known, *world.search(inquiry, text)])
    return best or said


def _best(video: Video, tracks: list[Track]) -> Track | None:
    """Of equals the first."""
    best = max(tracks, key=lambda track: score(track, video), default=None)
    return best if best is not None and score(best, video) >= LEAST_SCORE else None
