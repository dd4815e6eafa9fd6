"""Where a track can be heard or seen elsewhere."""

from __future__ import annotations

from urllib.parse import quote, quote_plus

from kamerton.tracks import Track


def spotify_link(track: Track) -> str:
    """The track itself, or a search where Spotify's id is not known."""
    if track.on_spotify:
        return f"https://open.spotify.com/track/{track.id}"
    return "https://open.spotify.com/search/" + quote(f"{' '.join(track.artists)} {track.title}", safe="")


def youtube_link(track: Track) -> str:
    """A search at YouTube: it costs no quota, and the first hit mostly is the right video."""
    return "https://www.youtube.com/results?search_query=" + quote_plus(f"{' '.join(track.artists)} {track.title}")
