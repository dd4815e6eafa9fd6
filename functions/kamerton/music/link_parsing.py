"""Reads the reference that a text is: a link, a URI, an id or an ISRC names one track, any other text is a name to search for.

`kamerton.music.pasted_link` finds the link in a longer text.

Public names: parse_track_reference, SPOTIFY_HOSTS, SHORT_HOSTS, YOUTUBE_HOSTS, SONG_LINK_HOSTS, KNOWN_HOSTS,
KNOWN_HOST.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, urlsplit

from kamerton.errors import BadQuery
from kamerton.music.store_links import (
    APPLE_HOSTS,
    DEEZER_HOSTS,
    DEEZER_SHORT_HOST,
    GONE_HOSTS,
    apple_number,
    deezer_number,
    not_a_track,
)
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

SONG_LINK_HOSTS = ("song.link", "www.song.link", "odesli.co", "www.odesli.co")
"""Its pages still name a track of a service, though its API is shut."""

KNOWN_HOSTS = (
    *(*SPOTIFY_HOSTS, *SHORT_HOSTS, *YOUTUBE_HOSTS, *DEEZER_HOSTS, DEEZER_SHORT_HOST, *GONE_HOSTS, *APPLE_HOSTS),
    *SONG_LINK_HOSTS,
)
"""The hosts whose links are read."""
KNOWN_HOST = "|".join(re.escape(host) for host in KNOWN_HOSTS)
"""A regular expression for them."""

_VIDEO_ID = re.compile(r"[0-9A-Za-z_-]{11}", re.ASCII)
# /shorts/ID, /embed/ID, /live/ID, /v/ID
_VIDEO_PATH = re.compile(r"/(?:shorts|embed|live|v)/([^/]+)/?")
_URI = re.compile(r"(?i:spotify):(?P<kind>[A-Za-z]+):(?P<id>\w+)(?:[?&:].*)?")
# A page that points to a track: ?highlight=spotify:track:ID, ?uri=spotify:track:ID
_POINTED_AT = re.compile(r"(?:^|&)(?:highlight|uri)=spotify(?::|%3A)track(?::|%3A)(?P<id>\w+)", re.IGNORECASE)
_SONG_LINK_PATH = re.compile(r"(?:/[a-z]{2})?/(?P<service>[sdiy])/(?P<id>[\w-]+)/?", re.ASCII)
# /track/ID, /intl-pt-BR/track/ID, /embed/track/ID
_PATH = re.compile(r"(?:/intl-[A-Za-z-]+)?(?:/embed)?/(?P<kind>[a-z]+)/(?P<id>\w+)/?")
_SHORT_PATH = re.compile(r"(?:/[0-9A-Za-z_-]{1,64}){1,3}/?")
# With a scheme, or as phones copy a link: a known host and a path. "will.i.am/Britney" is a name.
_LINK = re.compile(rf"https?://|(?:{KNOWN_HOST})/\S+$", re.IGNORECASE)


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
        return _spotify_track(uri["kind"].lower(), uri["id"])
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
    if host in SONG_LINK_HOSTS:
        return _song_link_track(parts.path)
    if host not in SPOTIFY_HOSTS:
        raise BadQuery("link_foreign")
    if pointed_at := _POINTED_AT.search(parts.query):
        return _spotify_track("track", pointed_at["id"])
    # "&si=..." is copied without its question mark at times.
    path = _PATH.fullmatch(parts.path.partition("&")[0])
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
        raise not_a_track(parts.path.strip("/").partition("/")[0][:20] or host)
    if not _VIDEO_ID.fullmatch(video_id):
        raise BadQuery("link_broken")
    return video_id


def _song_link_track(path: str) -> TrackReference:
    match = _SONG_LINK_PATH.fullmatch(path)
    if match is None:
        raise BadQuery("link_broken")
    kind = {"s": SPOTIFY, "d": DEEZER, "i": APPLE, "y": YOUTUBE}[match["service"]]
    if kind == SPOTIFY:
        return _spotify_track("track", match["id"])
    reference = numbered_reference(f"{kind}:{match['id']}")
    if reference is None:
        raise BadQuery("link_broken")
    return reference


def _short_link(host: str, path: str) -> TrackReference:
    if not _SHORT_PATH.fullmatch(path):
        raise BadQuery("link_broken")
    return TrackReference(SHORT_LINK, f"{host}{path.rstrip('/')}")


def _spotify_track(kind: str, identifier: str) -> TrackReference:
    if kind != "track":
        raise not_a_track(kind)
    if not known_spotify_id(identifier):
        raise BadQuery("link_broken")
    return TrackReference(SPOTIFY, identifier)
