"""Where a track can be heard or seen elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, quote_plus

from kamerton.tracks import Track


def spotify_link(track: Track) -> str:
    """The track itself, or a search where Spotify's id is not known."""
    if track.on_spotify:
        return f"https://open.spotify.com/track/{track.id}"
    return "https://open.spotify.com/search/" + quote(f"{' '.join(track.artists)} {track.title}", safe="")


def watch_path(track: Track) -> str:
    """The address of ours that leads to the track's video, which is found when somebody goes there."""
    return f"/watch/{quote(track.id, safe=':')}"


def video_link(video_id: str) -> str:
    return f"https://www.youtube.com/watch?v={video_id}"


def embedded_video_link(video_id: str) -> str:
    """For a frame in a page, without YouTube's cookies."""
    return f"https://www.youtube-nocookie.com/embed/{video_id}?rel=0"


def videos_link(video_ids: Sequence[str]) -> str:
    """Of several videos one after the other, which YouTube plays without an account."""
    return f"https://www.youtube.com/watch_videos?video_ids={','.join(video_ids)}"


def youtube_link(track: Track) -> str:
    """A search at YouTube: it costs no quota, and the first hit mostly is the right video."""
    return "https://www.youtube.com/results?search_query=" + quote_plus(f"{' '.join(track.artists)} {track.title}")
