"""The track's number at Deezer or Apple Music, read from a link; and the hosts of these services.

    deezer.com/track/ID, /en/track/ID                  Deezer's number
    music.apple.com/us/album/NAME/ALBUM?i=ID           Apple's number, with the country of its store where that is not the US
    music.apple.com/us/song/NAME/ID, /us/song/ID       the same; geo.music.apple.com and itunes.apple.com likewise

`deezer_number` and `apple_number` take parts of a link, and raise `BadQuery` for a link that is not of one track; `LinkOfList`
when it is of an album or a playlist whose tracks the service tells.

Public names: DEEZER_HOSTS, APPLE_HOSTS, DEEZER_SHORT_HOST, GONE_HOSTS, SERVICE_HOSTS,
deezer_number, apple_number, apple_parts, not_a_track, DEFAULT_STORE.
"""

from __future__ import annotations

import re

from kamerton.errors import BadQuery, LinkOfList
from kamerton.music.track import APPLE, DEEZER
from kamerton.music.track_list import ALBUM, PLAYLIST, ListReference

DEEZER_HOSTS = ("www.deezer.com", "deezer.com", "m.deezer.com")
APPLE_HOSTS = ("music.apple.com", "geo.music.apple.com", "itunes.apple.com", "embed.music.apple.com")
DEEZER_SHORT_HOST = "link.deezer.com"
GONE_HOSTS = ("deezer.page.link", "dzr.page.link")
"""Deezer's former short links: Firebase Dynamic Links, which lead nowhere since 25 August 2025."""

SERVICE_HOSTS = {"deezer": DEEZER_HOSTS, "apple-music": APPLE_HOSTS}
"""The hosts of the pages of tracks, by the name of the service in /listen/SERVICE/ID."""

DEFAULT_STORE = "us"

# What the services tell the tracks of, without a key.
_LISTS = {DEEZER: (ALBUM, PLAYLIST), APPLE: (ALBUM,)}

_DEEZER_PATH = re.compile(r"(?:/[a-z]{2}(?:-[a-z]{2})?)?/(?P<kind>[a-z-]{3,})/(?P<id>[0-9A-Za-z_-]+)/?", re.ASCII)
_APPLE_PATH = re.compile(r"(?:/(?P<store>[a-z]{2}))?/(?P<kind>[a-z-]+)(?:/[^/]+)?/(?:id)?(?P<id>[^/]+)/?", re.ASCII)
_TRACK_OF_ALBUM = re.compile(r"(?:^|&)i=(?P<id>[^&]*)")
_NUMBER = re.compile(r"[1-9]\d{0,14}", re.ASCII)
_OTHER_KINDS = {ALBUM: "link_album", "artist": "link_artist", PLAYLIST: "link_playlist"}


def not_a_track(kind: str) -> BadQuery:
    """The error for a link that is of something else."""
    return BadQuery(_OTHER_KINDS[kind]) if kind in _OTHER_KINDS else BadQuery("link_not_a_track", kind=kind)


def _not_a_track_of(service: str, kind: str, number: str) -> BadQuery:
    """The same, with the reference to the tracks of an album or a playlist whose tracks the service tells."""
    if kind not in _LISTS[service] or not _NUMBER.fullmatch(number.partition("-")[0]):
        return not_a_track(kind)
    return LinkOfList(_OTHER_KINDS[kind], ListReference(service, kind, number))


def deezer_number(link_path: str) -> str:
    path = _DEEZER_PATH.fullmatch(link_path)
    if path is None:
        raise BadQuery("link_broken")
    if path["kind"] != "track":
        raise _not_a_track_of(DEEZER, path["kind"], path["id"])
    return _number(path["id"])


def apple_number(link_path: str, query: str) -> str:
    """NUMBER, or NUMBER-xx for the store of another country than the US."""
    path = _APPLE_PATH.fullmatch(link_path)
    if path is None:
        raise BadQuery("link_broken")
    # An album's link names a track of the album by `i`.
    track = path["kind"] == ALBUM and (item := _TRACK_OF_ALBUM.search(query)) and item["id"]
    number, store = track or path["id"], path["store"] or DEFAULT_STORE
    value = number if store == DEFAULT_STORE else f"{number}-{store}"
    if not track and path["kind"] != "song":
        raise _not_a_track_of(APPLE, path["kind"], value)
    _number(number)
    return value


def apple_parts(value: str) -> tuple[str, str]:
    """The number and the store's country in a value of `apple_number`."""
    number, _, store = value.partition("-")
    return number, store or DEFAULT_STORE


def _number(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise BadQuery("link_broken")
    return text
