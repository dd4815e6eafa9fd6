"""A track in one line. Public names: track_name."""

from __future__ import annotations

from kamerton.music.track import Track


def track_name(track: Track) -> str:
    """The title and the artists, as far as they are known."""
    return f"{track.title} – {', '.join(track.artists)}" if track.artists else track.title
