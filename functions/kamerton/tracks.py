"""A track, how to read one out of what a person pasted, and when two tracks are versions of one another.

Public names: Track, TrackReference, parse_track_reference, reference_of, known_isrc, known_spotify_id, base_title,
version_keys, and the kinds of a reference: SPOTIFY, ISRC, DEEZER, APPLE, YOUTUBE, SHORT_LINK.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qs, urlsplit

from msgspec import Struct

from kamerton.errors import BadQuery
from kamerton.folding import fold
from kamerton.store_links import APPLE_HOSTS, DEEZER_HOSTS, DEEZER_SHORT_HOST, GONE_HOSTS, apple_number, deezer_number

SPOTIFY_HOSTS = ("open.spotify.com", "play.spotify.com")
SHORT_HOSTS = ("spotify.link", "link.tospotify.com")
"""What the app's Share button may give: an address that leads to a link of the hosts above. Deezer's does likewise."""

YOUTUBE_HOSTS = ("www.youtube.com", "youtube.com", "m.youtube.com", "music.youtube.com", "youtu.be", "www.youtube-nocookie.com")

SPOTIFY, ISRC, DEEZER, APPLE, YOUTUBE, SHORT_LINK = "spotify", "isrc", "deezer", "apple", "youtube", "short_link"

_ID = re.compile(r"[0-9A-Za-z]{22}")
# ISO 3901: a country, a registrant, a year and a number; on paper with dashes.
_ISRC = re.compile(r"([A-Z]{2})-?([A-Z0-9]{3})-?(\d{2})-?(\d{5})", re.IGNORECASE | re.ASCII)
_DEEZER = re.compile(r"deezer:(?:track:)?(\d{1,15})", re.ASCII)
_YOUTUBE = re.compile(r"youtube:([0-9A-Za-z_-]{11})", re.ASCII)
_VIDEO_ID = re.compile(r"[0-9A-Za-z_-]{11}", re.ASCII)
# /shorts/ID, /embed/ID, /live/ID, /v/ID
_VIDEO_PATH = re.compile(r"/(?:shorts|embed|live|v)/([^/]+)/?")
_APPLE = re.compile(r"apple:(\d{1,15}(?:-[a-z]{2})?)", re.ASCII)
_URI = re.compile(r"spotify:(?P<kind>[a-z]+):(?P<id>\w+)(?:[?:].*)?")
# /track/ID, /intl-pt-BR/track/ID, /embed/track/ID
_PATH = re.compile(r"(?:/intl-[A-Za-z-]+)?(?:/embed)?/(?P<kind>[a-z]+)/(?P<id>\w+)/?")
_SHORT_PATH = re.compile(r"(?:/[0-9A-Za-z_-]{1,64}){1,3}/?")
# With a scheme, or as phones copy it: a host with a dot, a slash and no space. "AC/DC" has no dot.
_LINK = re.compile(r"https?://|[\w-]+(\.[\w-]+)+/\S+$", re.IGNORECASE)


class Track(Struct, frozen=True):
    """What is known of a track, apart from its audio features.

    `id` is Spotify's, 22 characters of base 62; of a track that only others name, what a person may ask for it by: its ISRC,
    deezer:NUMBER, apple:NUMBER or youtube:VIDEO. `artists` is empty when only the title is known.
    """

    id: str
    title: str
    artists: tuple[str, ...]
    album: str | None = None
    duration_ms: int | None = None
    explicit: bool | None = None
    genres: tuple[str, ...] = ()
    popularity: float | None = None
    """0 to 100, for ranking only; None where the data has none."""
    isrc: str | None = None
    """Of the recording, 12 characters; None where the source has none."""
    image: str | None = None
    """The address of its cover, as `hosts.picture_address` allows it; None where it is not known yet."""
    playable: bool | None = None
    """Whether it can be played in the market that was asked about; None where none was, or nobody knows."""

    @property
    def on_spotify(self) -> bool:
        """Whether `id` is Spotify's."""
        return known_spotify_id(self.id) is not None


class TrackReference(Struct, frozen=True):
    """One track by a name that is nobody else's: Spotify's id, an ISRC, Deezer's or Apple's number, a video of YouTube's, or a
    short link.

    Of a short link the value is its host and path, without a scheme; of Apple's number what `store_links.apple_number` gives.
    """

    kind: str
    value: str


def reference_of(track: Track) -> TrackReference:
    """What names the track by its id. Raises `ValueError` for an id that is nobody's."""
    if known_spotify_id(track.id):
        return TrackReference(SPOTIFY, track.id)
    if numbered := _numbered(track.id):
        return numbered
    if isrc := known_isrc(track.id):
        return TrackReference(ISRC, isrc)
    raise ValueError(f"{track.id!r:.50} is no id of a track")


def known_spotify_id(text: str) -> str | None:
    """The text if it may be an id of Spotify's."""
    return text if _ID.fullmatch(text) else None


def known_isrc(text: object) -> str | None:
    """The ISRC that the text is, in capitals and without dashes; None for anything else."""
    found = _ISRC.fullmatch(text.strip()) if isinstance(text, str) else None
    return "".join(found.groups()).upper() if found else None


def parse_track_reference(text: str) -> TrackReference | None:
    """What a link, a URI, an id or an ISRC names; None when the text is a name to search for.

    Raises `BadQuery` for a link that is not of one track.
    """
    text = text.strip()
    if _ID.fullmatch(text) and _looks_like_an_id(text):
        return TrackReference(SPOTIFY, text)
    if isrc := known_isrc(text):
        return TrackReference(ISRC, isrc)
    if numbered := _numbered(text):
        return numbered
    if uri := _URI.fullmatch(text):
        return _spotify_track(uri["kind"], uri["id"])
    if _LINK.match(text):
        return _linked(text if "://" in text else f"https://{text}")
    return None


def _numbered(text: str) -> TrackReference | None:
    for kind, form in ((DEEZER, _DEEZER), (APPLE, _APPLE), (YOUTUBE, _YOUTUBE)):
        if found := form.fullmatch(text):
            return TrackReference(kind, found[1])
    return None


def _looks_like_an_id(text: str) -> bool:
    # A name of 22 letters without a space is rare, but "Supercalifragilisticex" should still be searched for.
    return any(character.isdigit() for character in text) or not (text.islower() or text.isupper() or text.istitle())


def _linked(link: str) -> TrackReference:
    try:
        parts = urlsplit(link)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadQuery("link_broken") from error
    # A name before the host only ever serves to make a foreign address look like a service's.
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
    """The video of a link of YouTube's. A playlist, a channel or a search is none."""
    if host == "youtu.be":
        named = parts.path.strip("/")
    elif parts.path.rstrip("/") == "/watch":
        named = parse_qs(parts.query).get("v", [""])[0]
    elif found := _VIDEO_PATH.fullmatch(parts.path):
        named = found[1]
    else:
        raise BadQuery("link_not_a_track", kind=parts.path.strip("/").partition("/")[0][:20] or host)
    if not _VIDEO_ID.fullmatch(named):
        raise BadQuery("link_broken")
    return named


def _short_link(host: str, path: str) -> TrackReference:
    if not _SHORT_PATH.fullmatch(path):
        raise BadQuery("link_broken")
    return TrackReference(SHORT_LINK, f"{host}{path.rstrip('/')}")


def _spotify_track(kind: str, identifier: str) -> TrackReference:
    if kind != "track":
        raise BadQuery("link_not_a_track", kind=kind)
    if not _ID.fullmatch(identifier):
        raise BadQuery("link_broken")
    return TrackReference(SPOTIFY, identifier)


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
