"""Spotify's oEmbed, which needs no key: the title and the cover of a track by its id, and nothing else.

GET {url}/oembed?url=https://open.spotify.com/track/ID. Public names: NAME, SpotifyOEmbedClient.
"""

from __future__ import annotations

from typing import Any

from kamerton.errors import AnswerUnreadable
from kamerton.music.allowed_hosts import picture_address
from kamerton.music.track import SPOTIFY, Track, TrackReference
from kamerton.sources.http_session import SourceSession

NAME = "Spotify's player"


class SpotifyOEmbedClient:
    """`seconds` is the longest silence of a call."""

    name = NAME
    key = "spotify-oembed"
    track_kinds = frozenset({SPOTIFY})

    def __init__(self, url: str, seconds: float) -> None:
        self._url = url
        self._session = SourceSession(NAME, seconds)

    def track(self, reference: TrackReference) -> Track:
        """The track without artists, which oEmbed does not tell."""
        answer = self._ask(reference.value)
        title = answer.get("title")
        if not isinstance(title, str) or not title.strip():
            raise AnswerUnreadable(NAME, "gave an answer without a title")
        return Track(reference.value, title.strip(), (), image=picture_address(answer.get("thumbnail_url")))

    def cover(self, track: Track) -> str | None:
        """None for a track whose id is not Spotify's."""
        return picture_address(self._ask(track.id).get("thumbnail_url")) if track.on_spotify else None

    def _ask(self, track_id: str) -> dict[str, Any]:
        link = f"https://open.spotify.com/track/{track_id}"
        answer: dict[str, Any] = self._session.get(f"{self._url}/oembed", params={"url": link}).json()
        return answer
