"""Short links to Spotify's tracks, followed to open.spotify.com and never anywhere else.

A hop is one GET of https://HOST/PATH, where HOST is one of `tracks.SHORT_HOSTS` and PATH is of letters and digits; what comes
with it, such as a query, is not sent. Only the header Location of the answer is read. The host that it leads to is not called
but for another short link. Public names: NAME, ShortLinkClient.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import requests

from kamerton.errors import BadQuery, SourceUnavailable
from kamerton.sources.session import SourceSession, failure
from kamerton.tracks import SHORT_LINK, TrackReference, parse_track_reference

NAME = "Spotify's short links"
_MOST_HOPS = 3


class ShortLinkClient:
    """`url` stands in for the hosts themselves in tests. `seconds` is the longest silence of a hop."""

    name = NAME
    key = "spotify-short-links"

    def __init__(self, url: str | None, seconds: float) -> None:
        self._url = url
        self._session = SourceSession(NAME, seconds)

    def follow(self, reference: TrackReference) -> TrackReference:
        """Raises `BadQuery` when it leads to something else than a track of Spotify's, and `SourceError`."""
        for _ in range(_MOST_HOPS):
            reference = self._hop(reference)
            if reference.kind != SHORT_LINK:
                return reference
        raise BadQuery("link_broken")

    def _hop(self, reference: TrackReference) -> TrackReference:
        host, _, path = reference.value.partition("/")
        location = self._location(f"{self._url or f'https://{host}'}/{path}")
        if not location.startswith("https://") or not location.isascii():
            raise BadQuery("link_foreign")
        found = parse_track_reference(location)
        if found is None:
            raise BadQuery("link_broken")
        return found

    def _location(self, address: str) -> str:
        response = self._session.fetch(self._session.prepare_request(requests.Request("GET", address)))
        if response.is_redirect:
            return str(response.headers["Location"])
        if not response.ok:
            raise failure(NAME, response.status_code, response.text, response.headers.get("Retry-After"))
        raise SourceUnavailable(NAME, f"did not say where {urlsplit(address).hostname} leads")
