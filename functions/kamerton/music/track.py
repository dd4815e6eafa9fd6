"""A track, and a reference to one: Spotify's id, an ISRC, a number at Deezer or Apple, a video at YouTube, or a short link.

Public names: Track, TrackReference, reference_of, known_isrc, known_spotify_id, numbered_reference, and the kinds of a
reference: SPOTIFY, ISRC, DEEZER, APPLE, YOUTUBE, OWN, SHORT_LINK.
"""

from __future__ import annotations

import re

from msgspec import Struct

from kamerton.music.declared_genre import DeclaredGenre

SPOTIFY, ISRC, DEEZER, APPLE, YOUTUBE, SHORT_LINK = "spotify", "isrc", "deezer", "apple", "youtube", "short_link"
OWN = "own"
"""Of a track that a catalog has without any service's id: made of its names, and known to nobody outside."""

_SPOTIFY_ID = re.compile(r"[0-9A-Za-z]{22}")
# ISO 3901: a country, a registrant, a year and a number; on paper with dashes.
_ISRC = re.compile(r"([A-Z]{2})-?([A-Z0-9]{3})-?(\d{2})-?(\d{5})", re.IGNORECASE | re.ASCII)
_NUMBERED = {
    DEEZER: re.compile(r"deezer:(?:track:)?(\d{1,15})", re.ASCII),
    APPLE: re.compile(r"apple:(\d{1,15}(?:-[a-z]{2})?)", re.ASCII),
    YOUTUBE: re.compile(r"youtube:([0-9A-Za-z_-]{11})", re.ASCII),
    # The whole, because that is what its catalog knows it by.
    OWN: re.compile(r"(own:[0-9a-f]{16})", re.ASCII),
}


class Track(Struct, frozen=True):
    """All that is known of a track, apart from its audio features.

    `id` is Spotify's, 22 characters of base 62. A track without Spotify's id has one of its other references there: its ISRC,
    deezer:NUMBER, apple:NUMBER, youtube:VIDEO, or the own:DIGITS of its catalog. `artists` is empty when only the title is
    known.
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
    """The ISRC of the recording, 12 characters; None where the source has none."""
    image: str | None = None
    """The address of its cover, as `allowed_hosts.picture_address` allows it; None where it is not known yet."""
    declared_genres: tuple[DeclaredGenre, ...] = ()
    """What services file it under; `genres` are the catalog's."""
    playable: bool | None = None
    """Whether it can be played in the requested market; None without such a market, or where no source knows."""
    year: int | None = None
    """In which it came out; None where the catalog does not know."""

    @property
    def on_spotify(self) -> bool:
        """Whether `id` is Spotify's."""
        return known_spotify_id(self.id) is not None


class TrackReference(Struct, frozen=True):
    """A unique name of one track: Spotify's id, an ISRC, Deezer's or Apple's number, a video of YouTube's, or a short link.

    The value of a short link is its host and path, without a scheme; the value of Apple's number is `store_links.apple_number`.
    The value of a catalog's own id is the whole id.
    """

    kind: str
    value: str


def reference_of(track: Track) -> TrackReference:
    """The reference that the track's id is. Raises `ValueError` for an id of no known kind."""
    if known_spotify_id(track.id):
        return TrackReference(SPOTIFY, track.id)
    if numbered := numbered_reference(track.id):
        return numbered
    if isrc := known_isrc(track.id):
        return TrackReference(ISRC, isrc)
    raise ValueError(f"{track.id!r:.50} is no id of a track")


def known_spotify_id(text: str) -> str | None:
    """The text, if it may be an id of Spotify's."""
    return text if _SPOTIFY_ID.fullmatch(text) else None


def known_isrc(text: object) -> str | None:
    """The ISRC that the text is, in capitals and without dashes; None for anything else."""
    match = _ISRC.fullmatch(text.strip()) if isinstance(text, str) else None
    return "".join(match.groups()).upper() if match else None


def numbered_reference(text: str) -> TrackReference | None:
    """The reference in deezer:NUMBER, apple:NUMBER, youtube:VIDEO or own:DIGITS; None for any other text."""
    for kind, form in _NUMBERED.items():
        if match := form.fullmatch(text):
            return TrackReference(kind, match[1])
    return None
