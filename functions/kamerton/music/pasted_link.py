"""Finds the link that somebody means in what they pasted: a shared text, Markdown, quotes, a link inside a link of a search
engine or a chat.

Nothing is fetched: links that other sites wrap around an address are read.

Public names: find_link, LONGEST_TEXT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from kamerton.errors import BadQuery
from kamerton.music.link_parsing import KNOWN_HOST, KNOWN_HOSTS, SONG_LINK_HOSTS, parse_track_reference

LONGEST_TEXT = 2000
"""Characters of a text with a link in it."""

# An address with a scheme, Spotify's URI, or, as phones copy a link, an address of a host that is known.
_ADDRESS = re.compile(rf"(?:https?://|spotify:(?!local)\w+:|(?<![\w.@/-])(?:{KNOWN_HOST})/)[^\s<>\"“”«»`|\\^]+", re.IGNORECASE)
_AFTER = ".,;:!?)]}>'’…*_~"
# Characters that nobody sees: joiners, marks of direction, soft hyphens.
_INVISIBLE = dict.fromkeys(
    map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")
)

# The parameter in which a site's link holds the address that it leads to, by the end of the host.
_WRAPPERS = {
    "google.com": ("q", "url"),
    "facebook.com": ("u",),
    "instagram.com": ("u",),
    "messenger.com": ("u",),
    "reddit.com": ("url",),
    "vk.com": ("to",),
    "t.umblr.com": ("z",),
    "slack-redir.net": ("url",),
    "duckduckgo.com": ("uddg",),
    "youtube.com": ("q",),
    "deezer.com": ("dest",),
}
_REDIRECTS = re.compile(r"/(?:url|l\.php|l|link|redirect|away\.php|flx/warn)?/?")
_DEEPEST = 3
_MOST_ADDRESSES = 20


def find_link(text: str) -> str | None:
    """The first address in the text that is of a track; else the first one of a service that is known, or the text when it is
    nothing but an address; None when the text is a name."""
    text = text.translate(_INVISIBLE).strip()
    known = None
    for address in islice(_addresses(text), _MOST_ADDRESSES):
        with suppress(BadQuery):
            if parse_track_reference(address) is not None:
                return address
        if known is None and _is_known(address):
            known = address
    if known is not None:
        return known
    return text if re.fullmatch(r"https?://\S*", text, re.IGNORECASE) else None


def _addresses(text: str) -> Iterator[str]:
    for match in _ADDRESS.finditer(text):
        # In "[title](address)" and "(see address)" the bracket ends it.
        address = match[0].partition("](")[0]
        yield _unwrapped((address if "(" in address else address.partition(")")[0]).rstrip(_AFTER))


def _unwrapped(address: str) -> str:
    for _ in range(_DEEPEST):
        inner = _wrapped_address(address)
        if inner is None:
            return address
        address = inner
    return address


def _wrapped_address(address: str) -> str | None:
    """The address that the link of a search engine or a chat leads to."""
    parts = _split(address)
    host = parts.hostname or ""
    if host in SONG_LINK_HOSTS and (match := re.search(r"https?(?::|%3A)//?.+", unquote(parts.path), re.IGNORECASE)):
        return match[0]
    names = next((names for end, names in _WRAPPERS.items() if host == end or host.endswith(f".{end}")), ())
    if not names or not _REDIRECTS.fullmatch(parts.path):
        return None
    return _first_address(parts, names)


def _first_address(parts: SplitResult, names: tuple[str, ...]) -> str | None:
    values = parse_qs(parts.query, max_num_fields=50) if parts.query.count("&") < 50 else {}
    found = (value for name in names for value in values.get(name, []))
    return next((value for value in found if _ADDRESS.match(value)), None)


def _is_known(address: str) -> bool:
    return address[:8].lower().startswith("spotify:") or _split(address).hostname in KNOWN_HOSTS


def _split(address: str) -> SplitResult:
    """The parts of the address, empty when it is broken."""
    try:
        return urlsplit(address if "://" in address else f"https://{address}")
    except ValueError:
        return urlsplit("")
