"""Short links, followed to a track of the service that made them and never anywhere else: Spotify's and Deezer's.

A hop is one GET of https://HOST/PATH, where HOST is one of the service's short hosts and PATH is of letters and digits; the
rest of the link, such as a query, is not sent. Only the header Location of the answer is read. Deezer's leads to a page of the
short host itself, whose `dest` names the target. The host of the target is called only when the target is a short link again.

Public names: ShortLinkClient, spotify_short_links, deezer_short_links.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import parse_qs, urlsplit

import requests

from kamerton.errors import AnswerUnreadable, BadQuery
from kamerton.music.link_parsing import SHORT_HOSTS, parse_track_reference
from kamerton.music.store_links import DEEZER_SHORT_HOST
from kamerton.music.track import DEEZER, SHORT_LINK, SPOTIFY, TrackReference
from kamerton.sources.http_session import SourceSession, failure

_MOST_HOPS = 3
_MOST_FIELDS = 50


class ShortLinkClient:
    """Follows links of the service whose tracks are of `kind`. In tests `url` takes the place of the hosts.

    `seconds` is the longest silence of a hop.
    """

    def __init__(self, service: str, kind: str, hosts: Collection[str], url: str | None, seconds: float) -> None:
        self.name = f"{service}'s short links"
        self.key = f"{kind}-short-links"
        self.link_hosts = hosts
        self._kind = kind
        self._url = url
        self._session = SourceSession(self.name, seconds)

    def follow(self, reference: TrackReference) -> TrackReference:
        """The track. Raises `BadQuery` when the link leads to something else than a track of the service, and `SourceError`."""
        for _ in range(_MOST_HOPS):
            reference = self._hop(reference)
            if reference.kind == self._kind:
                return reference
            if reference.kind != SHORT_LINK or reference.value.partition("/")[0] not in self.link_hosts:
                raise BadQuery("link_foreign")
        raise BadQuery("link_broken")

    def _hop(self, reference: TrackReference) -> TrackReference:
        host, _, path = reference.value.partition("/")
        location = self._location(f"{self._url or f'https://{host}'}/{path}")
        if not location.startswith("https://") or not location.isascii():
            raise BadQuery("link_foreign")
        target = parse_track_reference(self._target(location))
        if target is None:
            raise BadQuery("link_broken")
        return target

    def _target(self, location: str) -> str:
        """The location, or the `dest` that it names when it is a page of the short host itself."""
        try:
            parts = urlsplit(location)
            targets = parse_qs(parts.query, max_num_fields=_MOST_FIELDS).get("dest") if parts.path in ("", "/") else None
        except ValueError as error:
            raise BadQuery("link_broken") from error
        return targets[0] if targets and parts.netloc in self.link_hosts else location

    def _location(self, address: str) -> str:
        response = self._session.fetch(self._session.prepare_request(requests.Request("GET", address)))
        if response.is_redirect:
            return str(response.headers["Location"])
        if not response.ok:
            raise failure(self.name, response.status_code, response.text, response.headers.get("Retry-After"))
        raise AnswerUnreadable(self.name, f"did not say where {urlsplit(address).hostname} leads")


def spotify_short_links(url: str | None, seconds: float) -> ShortLinkClient:
    return ShortLinkClient("Spotify", SPOTIFY, SHORT_HOSTS, url, seconds)


def deezer_short_links(url: str | None, seconds: float) -> ShortLinkClient:
    return ShortLinkClient("Deezer", DEEZER, (DEEZER_SHORT_HOST,), url, seconds)
