"""Where a track can be heard and watched: its page at a service, 30 seconds of it, its cover, its video, a list's videos in a
row.

Where nobody outside can be asked, a service's search page is the answer.

Public names: Playback, TrackVideo, SERVICES, MOST_IN_A_ROW.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec import Struct

from kamerton.errors import NotOffered
from kamerton.lookup.lookup_session import LookupSession
from kamerton.matching.video_match import VideoMatch
from kamerton.music.links import apple_music_search, deezer_search
from kamerton.music.track import YOUTUBE, Track, TrackReference
from kamerton.music.video import Video
from kamerton.notes import VIDEO_BLOCKED, VIDEO_UNFIT, Note

_SEARCHES: dict[str, Callable[[Track], str]] = {"deezer": deezer_search, "apple-music": apple_music_search}
SERVICES = tuple(_SEARCHES)
MOST_IN_A_ROW = 50

T = TypeVar("T")


class TrackVideo(Struct, frozen=True):
    """`video` fits the track and plays in the market; `runner_up` is the next best, whether it fits or not. `notes` say why
    there is none. `remembered`: from an earlier request."""

    track: Track
    video: VideoMatch | None = None
    runner_up: VideoMatch | None = None
    remembered: bool = False
    notes: tuple[Note, ...] = ()


class Playback:
    """Of one request. Each question has notes of its own."""

    def __init__(self, session: LookupSession) -> None:
        self._session = session

    def page(self, service: str, track: Track) -> tuple[str, bool]:
        """Where the track can be heard at the service, one of `SERVICES`; and whether that is its own page, and no search."""
        address = self._session.fork().page(service, track)
        return (address, True) if address else (_SEARCHES[service](track), False)

    def preview(self, track: Track) -> str:
        """The address of 30 seconds of the track, good for some minutes: asked for each time, and never remembered.

        Raises `NotOffered`.
        """
        session = self._session.fork()
        return _offered(session.preview(track), "no_preview", session)

    def cover(self, track: Track) -> bytes:
        """The picture of the track's album: a JPEG, a PNG or a WebP. Raises `NotOffered`."""
        session = self._session.fork()
        return _offered(session.picture(track), "no_cover", session)

    def video(self, track: Track, market: str | None, search: bool = True) -> TrackVideo:
        """The track's video. With `search` it may cost one of the day's searches."""
        session = self._session.fork()
        videos = session.videos(track, search)
        playable = [match for match in videos.matches if match.video.plays_in(market)]
        video = playable[0] if playable and playable[0].fits else None
        runner_up = next((match for match in playable if match is not video), None)
        if video is None:
            _note_absence(session, videos.matches)
        return TrackVideo(track, video, runner_up, videos.remembered, session.notes)

    def videos_in_a_row(self, references: Sequence[TrackReference], market: str | None) -> list[str]:
        """The ids of those videos that are remembered, in order, MOST_IN_A_ROW at most. Nobody is asked."""
        references = references[:MOST_IN_A_ROW]
        remembered = self._session.remembered_videos(references)
        ids = (_playing(reference, matches, market) for reference, matches in zip(references, remembered, strict=True))
        return list(dict.fromkeys(video_id for video_id in ids if video_id is not None))


def _offered(answer: T | None, reason: str, session: LookupSession) -> T:
    if answer is None:
        raise NotOffered(reason, notes=session.notes)
    return answer


def _playing(reference: TrackReference, matches: Sequence[VideoMatch], market: str | None) -> str | None:
    """The id of the best video that plays in the market; a track of YouTube's is its own video."""
    if not matches and reference.kind == YOUTUBE:
        matches = (VideoMatch(Video(reference.value, "", ""), 1.0),)
    return next((match.video.id for match in matches if match.fits and match.video.plays_in(market)), None)


def _note_absence(session: LookupSession, matches: Sequence[VideoMatch]) -> None:
    """Why there is no video, unless the session knows that nobody could be asked."""
    if any(match.fits for match in matches):
        session.note(VIDEO_BLOCKED)
    elif not session.notes:
        session.note(VIDEO_UNFIT)
