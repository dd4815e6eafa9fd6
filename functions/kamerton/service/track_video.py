"""Watching a track: the video that fits it and can be played where the listener is, and a list's videos in a row.

No I/O but through the objects that it is given. Public names: Watcher, Watched, MOST_IN_A_ROW.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from kamerton.deadline import Deadline
from kamerton.lookup.world import World
from kamerton.matching.video_match import Match
from kamerton.music.track import YOUTUBE, Track, TrackReference, reference_of
from kamerton.music.video import Video
from kamerton.notes import VIDEO_BLOCKED, VIDEO_UNFIT, VIDEO_UNSEARCHED, Note

if TYPE_CHECKING:
    from kamerton.lookup.inquiry import Inquiry

MOST_IN_A_ROW = 50
_BUCKET_SECONDS = 0.7


class Watched(Struct, frozen=True):
    """`video` fits the track and plays in the market; `runner_up` is the next best, whether it fits or not. `notes` say why
    there is none. `remembered`: from an earlier question."""

    track: Track
    video: Match | None = None
    runner_up: Match | None = None
    remembered: bool = False
    notes: tuple[Note, ...] = ()


class Watcher:
    """Without a `world` no video is known."""

    def __init__(self, world: World | None) -> None:
        self._world = world

    def watch(self, track: Track, market: str | None, deadline: Deadline, search_for_it: bool = True) -> Watched:
        """The track's video. With `search_for_it` it may cost one of the day's searches."""
        reference = reference_of(track)
        own = _own_video(reference, track) if reference.kind == YOUTUBE else None
        if self._world is None:
            notes = () if own else (VIDEO_UNSEARCHED,)
            return Watched(track, Match(own, 1.0) if own else None, remembered=own is not None, notes=notes)
        inquiry, videos = self._world.inquiry(deadline), self._world.equipment.videos
        found = videos.known(inquiry, own) if own else videos.find(inquiry, track, search_for_it)
        playable = [match for match in found.matches if match.video.plays_in(market)]
        video = playable[0] if playable and playable[0].fits else None
        runner_up = next((match for match in playable if match is not video), None)
        if video is None:
            _say_why(inquiry, found.matches)
        return Watched(track, video, runner_up, found.remembered, inquiry.notes)

    def in_a_row(self, references: Sequence[TrackReference], market: str | None, deadline: Deadline) -> list[str]:
        """The ids of those videos that are remembered, in order, MOST_IN_A_ROW at most. Nobody is asked."""
        if self._world is None:
            return [reference.value for reference in references if reference.kind == YOUTUBE]
        inquiry, videos = self._world.inquiry(deadline), self._world.equipment.videos
        begun = [inquiry.aside(videos.remembered, reference) for reference in references[:MOST_IN_A_ROW]]
        found = []
        for reference, each in zip(references, begun, strict=False):
            matches = inquiry.wait(each, _BUCKET_SECONDS) or ()
            if not matches and reference.kind == YOUTUBE:
                matches = (Match(Video(reference.value, "", ""), 1.0),)
            playing = (match.video.id for match in matches if match.fits and match.video.plays_in(market))
            found.append(next(playing, None))
        return list(dict.fromkeys(video_id for video_id in found if video_id is not None))


def _own_video(reference: TrackReference, track: Track) -> Video:
    """The video that the track is, as far as the track tells."""
    return Video(reference.value, track.title, track.artists[0] if track.artists else "", track.duration_ms)


def _say_why(inquiry: Inquiry, found: Sequence[Match]) -> None:
    """Unless the inquiry knows that nobody could be asked."""
    if any(match.fits for match in found):
        inquiry.note(VIDEO_BLOCKED)
    elif not inquiry.notes:
        inquiry.note(VIDEO_UNFIT)
