"""Covers as they are at the hosts that services name: a JPEG, a PNG or a WebP of a bounded size, and nothing else.

GET the address itself. Public names: NAME, PictureClient.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import requests

from kamerton.errors import AnswerUnreadable
from kamerton.music.allowed_hosts import picture_address
from kamerton.music.picture_type import picture_type
from kamerton.sources.http_session import SourceSession, failure

NAME = "the server of covers"
_LARGEST = 300_000


class PictureClient:
    """`url` stands in for all hosts, for tests; `seconds` is the longest silence of a call."""

    name = NAME
    key = "pictures"

    def __init__(self, url: str | None, seconds: float) -> None:
        self._url = url
        self._session = SourceSession(NAME, seconds, largest_body=_LARGEST)

    def picture(self, address: str) -> bytes:
        """The picture at an address that `allowed_hosts.picture_address` allows. Raises `SourceError`."""
        if picture_address(address) is None:
            raise AnswerUnreadable(NAME, "is at another host")
        parts = urlsplit(address)
        asked = f"{self._url}/{parts.netloc}{parts.path}" if self._url else address
        response = self._session.fetch(self._session.prepare_request(requests.Request("GET", asked)))
        if response.status_code != 200:
            raise failure(NAME, response.status_code, "", response.headers.get("Retry-After"))
        if picture_type(response.content) is None:
            raise AnswerUnreadable(NAME, "gave an answer that is no picture")
        return response.content
