"""Files as they are at the hosts that services name: covers (a JPEG, a PNG or a WebP) and previews of half a minute, of a
bounded size, and nothing else.

GET the address itself. Public names: PICTURES, PREVIEWS, HostedFiles, picture_files, preview_files.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import requests

from kamerton.errors import AnswerUnreadable
from kamerton.music.allowed_hosts import picture_address, preview_address
from kamerton.music.picture_type import picture_type
from kamerton.sources.http_session import SourceSession, failure

PICTURES, PREVIEWS = "the server of covers", "Deezer's server of previews"
_LARGEST_PICTURE, _LARGEST_PREVIEW = 300_000, 2_000_000


class HostedFiles:
    """`url` stands in for all hosts, for tests. `allowed` gives back an address that may be asked, and `is_right` says of an
    answer whether it is such a file."""

    def __init__(
        self,
        name: str,
        key: str,
        url: str | None,
        session: SourceSession,
        allowed: Callable[[object], str | None],
        is_right: Callable[[bytes], bool],
    ) -> None:
        self.name = name
        self.key = key
        self._url = url
        self._session = session
        self._allowed = allowed
        self._is_right = is_right

    def file(self, address: str) -> bytes:
        """The file at an allowed address. Raises `SourceError`."""
        if self._allowed(address) is None:
            raise AnswerUnreadable(self.name, "is at another host")
        parts = urlsplit(address)
        query = f"?{parts.query}" if parts.query else ""
        asked = f"{self._url}/{parts.netloc}{parts.path}{query}" if self._url else address
        response = self._session.fetch(self._session.prepare_request(requests.Request("GET", asked)))
        if response.status_code != 200:
            raise failure(self.name, response.status_code, "", response.headers.get("Retry-After"))
        if not self._is_right(response.content):
            raise AnswerUnreadable(self.name, "gave an answer of another kind")
        return response.content


def picture_files(url: str | None, seconds: float) -> HostedFiles:
    """`seconds` is the longest silence of a call."""
    session = SourceSession(PICTURES, seconds, largest_body=_LARGEST_PICTURE)
    return HostedFiles(PICTURES, "pictures", url, session, picture_address, lambda data: picture_type(data) is not None)


def preview_files(url: str | None, seconds: float) -> HostedFiles:
    """What is no sound is found out by who listens."""
    session = SourceSession(PREVIEWS, seconds, largest_body=_LARGEST_PREVIEW)
    return HostedFiles(PREVIEWS, "previews", url, session, preview_address, bool)
