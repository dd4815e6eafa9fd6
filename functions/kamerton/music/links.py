"""Links to a track at other services and on our own pages: addresses that are built without a call."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

from kamerton.music.track import Track


def spotify_link(track: Track) -> str:
    """A link to the track, or to a search when its id is not Spotify's."""
    if track.on_spotify:
        return f"https://open.spotify.com/track/{track.id}"
    return f"https://open.spotify.com/search/{_in_path(track)}"


def watch_path(track: Track) -> str:
    """Our address that redirects to the track's video, which is looked up when the link is followed."""
    return f"/watch/{_path_id(track)}"


def video_link(video_id: str) -> str:
    return f"https://www.youtube.com/watch?v={video_id}"


def embedded_video_link(video_id: str) -> str:
    """For a frame in a page, without YouTube's cookies."""
    return f"https://www.youtube-nocookie.com/embed/{video_id}?rel=0"


def videos_link(video_ids: Sequence[str]) -> str:
    """A link to several videos one after the other, which YouTube plays without an account."""
    return f"https://www.youtube.com/watch_videos?video_ids={','.join(video_ids)}"


def youtube_link(track: Track) -> str:
    """A link to a search at YouTube: it costs no quota, and the first hit mostly is the right video."""
    return f"https://www.youtube.com/results?search_query={_in_query(track)}"


def youtube_music_link(track: Track) -> str:
    return f"https://music.youtube.com/search?q={_in_query(track)}"


def yandex_music_link(track: Track) -> str:
    return f"https://music.yandex.ru/search?text={_in_query(track)}"


def amazon_music_link(track: Track) -> str:
    return f"https://music.amazon.com/search/{_in_path(track)}"


def tidal_link(track: Track) -> str:
    return f"https://tidal.com/search?q={_in_query(track)}"


def deezer_search(track: Track) -> str:
    return f"https://www.deezer.com/search/{_in_path(track)}"


def apple_music_search(track: Track) -> str:
    return f"https://music.apple.com/us/search?term={_in_query(track)}"


def listen_path(service: str, track: Track) -> str:
    """Our address that redirects to the track at this service, which is looked up when the link is followed."""
    return f"/listen/{service}/{_path_id(track)}"


def preview_path(track: Track) -> str:
    """Our address that redirects to half a minute of the track."""
    return f"/preview/{_path_id(track)}"


def cover_path(track: Track) -> str:
    """Our address of the picture of the track's album."""
    return f"/cover/{_path_id(track)}"


def artist_path(name: str) -> str:
    """Our address of the page of an artist of the catalog."""
    return f"/artist/{quote(name, safe='')}"


def elsewhere(track: Track) -> dict[str, str]:
    """A link to each service where the track can be heard or seen, by the service's name, the same in every language."""
    return {
        "Spotify": spotify_link(track),
        "YouTube": watch_path(track),
        "Deezer": listen_path("deezer", track),
        "Apple Music": listen_path("apple-music", track),
        "YouTube Music": youtube_music_link(track),
        "Yandex Music": yandex_music_link(track),
        "Amazon Music": amazon_music_link(track),
        "Tidal": tidal_link(track),
    }


def _path_id(track: Track) -> str:
    return _quoted(track.id, ":")


def _in_path(track: Track) -> str:
    return _quoted(_words(track))


def _in_query(track: Track) -> str:
    return _in_path(track).replace("%20", "+")


# Each track has ten links of the same words.
@lru_cache(maxsize=4096)
def _quoted(text: str, safe: str = "") -> str:
    return quote(text, safe=safe)


def _words(track: Track) -> str:
    return f"{' '.join(track.artists)} {track.title}".strip()
