"""A track, how to read one out of what a person pasted, and when two tracks are versions of one another.

Public names: Track, parse_track_reference, base_title, version_keys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from kamerton.errors import BadQuery
from kamerton.folding import fold

SPOTIFY_HOSTS = ("open.spotify.com", "play.spotify.com")
SHORT_HOSTS = ("spotify.link", "link.tospotify.com")
"""What the app's Share button may give: an address that leads to a link of the hosts above."""

_ID = re.compile(r"[0-9A-Za-z]{22}")
_URI = re.compile(r"spotify:(?P<kind>[a-z]+):(?P<id>\w+)(?:[?:].*)?")
# /track/ID, /intl-pt-BR/track/ID, /embed/track/ID
_PATH = re.compile(r"(?:/intl-[A-Za-z-]+)?(?:/embed)?/(?P<kind>[a-z]+)/(?P<id>\w+)/?")
# With a scheme, or as phones copy it: a host with a dot, a slash and no space. "AC/DC" has no dot.
_LINK = re.compile(r"https?://|[\w-]+(\.[\w-]+)+/\S+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Track:
    """What is known of a track, apart from its audio features. `id` is Spotify's, 22 characters of base 62."""

    id: str
    title: str
    artists: tuple[str, ...]
    album: str | None = None
    duration_ms: int | None = None
    explicit: bool | None = None
    genres: tuple[str, ...] = ()
    popularity: float | None = None
    """0 to 100, for ranking only; None where the data has none."""


def parse_track_reference(text: str) -> str | None:
    """Spotify's id in a link, a URI or a bare id; None when the text is a name to search for.

    Raises `BadQuery` for a link that is not of one track.
    """
    text = text.strip()
    if _ID.fullmatch(text) and _looks_like_an_id(text):
        return text
    if uri := _URI.fullmatch(text):
        return _track_id(uri["kind"], uri["id"])
    if _LINK.match(text):
        return _id_in_link(text if "://" in text else f"https://{text}")
    return None


def _looks_like_an_id(text: str) -> bool:
    # A name of 22 letters without a space is rare, but "Supercalifragilisticex" should still be searched for.
    return any(character.isdigit() for character in text) or not (text.islower() or text.isupper() or text.istitle())


def _id_in_link(link: str) -> str:
    try:
        parts = urlsplit(link)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadQuery("link_broken") from error
    if host in SHORT_HOSTS:
        raise BadQuery("link_short")
    # A name before the host only ever serves to make a foreign address look like Spotify's.
    if host not in SPOTIFY_HOSTS or "@" in parts.netloc or port not in (None, 80, 443):
        raise BadQuery("link_foreign")
    path = _PATH.fullmatch(parts.path)
    if path is None:
        raise BadQuery("link_broken")
    return _track_id(path["kind"], path["id"])


def _track_id(kind: str, identifier: str) -> str:
    if kind != "track":
        raise BadQuery("link_not_a_track", kind=kind)
    if not _ID.fullmatch(identifier):
        raise BadQuery("link_broken")
    return identifier


# What stands after a dash or in brackets and makes no other song of it.
_VERSION_WORDS = (
    "remaster|remastered|live|acoustic|radio|edit|single|album|version|mix|remix|mono|stereo|deluxe|bonus|demo|instrumental|"
    "karaoke|feat|ft|featuring|with|explicit|clean|extended|original|anniversary|edition|recorded|session|sessions|unplugged|"
    "reprise|alternate|take|rerecorded|sped|slowed|reverb|cover|club|vip|edited|soundtrack|from|"
    "mixed|rework|lofi|ver|vivo|directo|acústico|acústica|acustico|remasterizado|remasterizada|versión|versão"
)
_SUFFIX = re.compile(
    rf"\s*(?:[\(\[][^\)\]]*\b(?:{_VERSION_WORDS})\b[^\)\]]*[\)\]]"
    rf"|\s[-–—/]\s.*\b(?:{_VERSION_WORDS})\b.*$"
    r"|\b(?:feat|ft)\.?\s.*$)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def base_title(title: str) -> str:
    """The folded title without what marks a version: "Hurt (Live) - 2011 Remaster" is "hurt"."""
    stripped = _SUFFIX.sub("", title)
    return fold(stripped) or fold(title) or title


def version_keys(track: Track) -> frozenset[tuple[str, str]]:
    """One (artist, base title) for each artist. Two tracks that share one are versions of the same song."""
    title = base_title(track.title)
    return frozenset((fold(artist) or artist, title) for artist in track.artists)
