"""Spotify's oEmbed, which needs no key: the title of a track by its id, and nothing else of it.

GET {url}/oembed?url=https://open.spotify.com/track/ID. Public names: NAME, OEmbedClient.
"""

from __future__ import annotations

from kamerton.errors import SourceUnavailable
from kamerton.sources.session import SourceSession
from kamerton.tracks import SPOTIFY, Track, TrackReference

NAME = "Spotify's player"


class OEmbedClient:
    """`seconds` is the longest silence of a call."""

    name = NAME
    key = "spotify-oembed"
    track_kinds = frozenset({SPOTIFY})

    def __init__(self, url: str, seconds: float) -> None:
        self._url = url
        self._session = SourceSession(NAME, seconds)

    def track(self, reference: TrackReference) -> Track:
        """Without artists."""
        link = f"https://open.spotify.com/track/{reference.value}"
        title = self._session.get(f"{self._url}/oembed", params={"url": link}).json().get("title")
        if not isinstance(title, str) or not title.strip():
            raise SourceUnavailable(NAME, "gave an answer without a title")
        return Track(reference.value, title.strip(), ())
