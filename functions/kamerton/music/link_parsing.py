"""Reads the text that a person pasted: a link, a URI, an id or an ISRC names one track, any other text is a name to search for.

Public names: parse_track_reference, SPOTIFY_HOSTS, SHORT_HOSTS, YOUTUBE_HOSTS.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, urlsplit

from kamerton.errors import BadQuery
from kamerton.music.store_links import APPLE_HOSTS, DEEZER_HOSTS, DEEZER_SHORT_HOST, GONE_HOSTS, apple_number, deezer_number
from kamerton.music.track import (
    APPLE,
    DEEZER,
    ISRC,
    SHORT_LINK,
    SPOTIFY,
    YOUTUBE,
    TrackReference,
    known_isrc,
    known_spotify_id,
    numbered_reference,
)

SPOTIFY_HOSTS = ("open.spotify.com", "play.spotify.com")
SHORT_HOSTS = ("spotify.link", "link.tospotify.com")
"""Hosts of the links of Spotify's Share button, which redirect to a link of the hosts above. Deezer's button does likewise."""

YOUTUBE_HOSTS = ("www.youtube.com", "youtube.com", "m.youtube.com", "music.youtube.com", "youtu.be", "www.youtube-nocookie.com")

_VIDEO_ID = re.compile(r"[0-9A-Za-z_-]{11}", re.ASCII)
# /shorts/ID, /embed/ID, /live/ID, /v/ID
_VIDEO_PATH = re.compile(r"/(?:shorts|embed|live|v)/([^/]+)/?")
_URI = re.compile(r"spotify:(?P<kind>[a-z]+):(?P<id>\w+)(?:[?:].*)?")
# /track/ID, /intl-pt-BR/track/ID, /embed/track/ID
_PATH = re.compile(r"(?:/intl-[A-Za-z-]+)?(?:/embed)?/(?P<kind>[a-z]+)/(?P<id>\w+)/?")
_SHORT_PATH = re.compile(r"(?:/[0-9A-Za-z_-]{1,64}){1,3}/?")
# With a scheme, or as phones copy a link: a host with a dot, a slash and no space. "AC/DC" has no dot.
_LINK = re.compile(r"https?://|[\w-]+(\.[\w-]+)+/\S+$", re.IGNORECASE)


def parse_track_reference(text: str) -> TrackReference | None:
    """The track that a link, a URI, an id or an ISRC names; None when the text is a name to search for.

    Raises `BadQuery` for a link that is not of one track.
    """
    text = text.strip()
    if known_spotify_id(text) and _looks_like_id(text):
        return TrackReference(SPOTIFY, text)
    if isrc := known_isrc(text):
        return TrackReference(ISRC, isrc)
    if numbered := numbered_reference(text):
        return numbered
    if uri := _URI.fullmatch(text):
        return _spotify_track(uri["kind"], uri["id"])
    if _LINK.match(text):
        return _reference_of_link(text if "://" in text else f"https://{text}")
    return None


def _looks_like_id(text: str) -> bool:
    # A name of 22 letters without a space is rare, but "Supercalifragilisticex" should still be searched for.
    return any(character.isdigit() for character in text) or not (text.islower() or text.isupper() or text.istitle())


def _reference_of_link(link: str) -> TrackReference:
    try:
        parts = urlsplit(link)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadQuery("link_broken") from error
    # A user name before the host only ever makes a foreign address look like a service's.
    if "@" in parts.netloc or port not in (None, 80, 443):
        raise BadQuery("link_foreign")
    if host in GONE_HOSTS:
        raise BadQuery("link_gone")
    if host in SHORT_HOSTS or host == DEEZER_SHORT_HOST:
        return _short_link(host, parts.path)
    if host in YOUTUBE_HOSTS:
        return TrackReference(YOUTUBE, _video_id(host, parts))
    if host in DEEZER_HOSTS:
        return TrackReference(DEEZER, deezer_number(parts.path))
    if host in APPLE_HOSTS:
        return TrackReference(APPLE, apple_number(parts.path, parts.query))
    if host not in SPOTIFY_HOSTS:
        raise BadQuery("link_foreign")
    path = _PATH.fullmatch(parts.path)
    if path is None:
        raise BadQuery("link_broken")
    return _spotify_track(path["kind"], path["id"])


def _video_id(host: str, parts: SplitResult) -> str:
    """The id of the video of a link of YouTube's. Raises `BadQuery` for a playlist, a channel or a search."""
    if host == "youtu.be":
        video_id = parts.path.strip("/")
    elif parts.path.rstrip("/") == "/watch":
        video_id = parse_qs(parts.query).get("v", [""])[0]
    elif match := _VIDEO_PATH.fullmatch(parts.path):
        video_id = match[1]
    else:
        raise BadQuery("link_not_a_track", kind=parts.path.strip("/").partition("/")[0][:20] or host)
    if not _VIDEO_ID.fullmatch(video_id):
        raise BadQuery("link_broken")
    return video_id


def _short_link(host: str, path: str) -> TrackReference:
    if not _SHORT_PATH.fullmatch(path):
        raise BadQuery("link_broken")
    return TrackReference(SHORT_LINK, f"{host}{path.rstrip('/')}")


def _spotify_track(kind: str, identifier: str) -> TrackReference:
    if kind != "track":
        raise BadQuery("link_not_a_track", kind=kind)
    if not known_spotify_id(identifier):
        raise BadQuery("link_broken")
    return TrackReference(SPOTIFY, identifier)
