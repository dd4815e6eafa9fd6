"""The hosts that a listener's browser may be sent to: other addresses of a service's answer are not passed on.

A cover is on Spotify's, Deezer's or Apple's servers of pictures, a preview on Deezer's of sounds, the page of a track on the
service's own site.

Public names: PICTURES, PREVIEWS, picture_address, preview_address, page_address.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

# Seen in answers: i.scdn.co, image-cdn-ak.spotifycdn.com, image-cdn-fa.spotifycdn.com; cdn-images.dzcdn.net,
# e-cdns-images.dzcdn.net, cdnt-preview.dzcdn.net, cdns-preview-5.dzcdn.net; is1-ssl.mzstatic.com to is5.
_DEEZER = "dzcdn.net"
PICTURES = ("scdn.co", "spotifycdn.com", _DEEZER, "mzstatic.com")
"""Domains whose hosts have covers."""
PREVIEWS = (_DEEZER,)

_LONGEST = 1000
# Printable ASCII without the characters that a header, an attribute or a browser could take for the end of the address or host.
_PLAIN = re.compile(r"[!#-;=?-\[\]_a-z~]+")


def picture_address(text: object) -> str | None:
    """The text if it is the https address of a cover."""
    return _on_domains(text, PICTURES)


def preview_address(text: object) -> str | None:
    return _on_domains(text, PREVIEWS)


def page_address(text: object, hosts: Collection[str]) -> str | None:
    """The text if it is an https address on one of these hosts."""
    return text if isinstance(text, str) and _host(text) in hosts else None


def _on_domains(text: object, domains: Collection[str]) -> str | None:
    host = _host(text) if isinstance(text, str) else ""
    return text if isinstance(text, str) and any(host.endswith(f".{domain}") for domain in domains) else None


def _host(text: str) -> str:
    """The host of a plain https address at its usual port; empty for any other text."""
    if len(text) > _LONGEST or not _PLAIN.fullmatch(text):
        return ""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return ""
    plain = parts.scheme == "https" and port is None and "@" not in parts.netloc and re.fullmatch(r"[a-z0-9.-]+", parts.netloc)
    return parts.netloc if plain else ""
