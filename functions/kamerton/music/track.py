"""A track, and what names one: Spotify's id, an ISRC, a number at Deezer or Apple, a video at YouTube, or a short link.

Public names: Track, TrackReference, reference_of, known_isrc, known_spotify_id, numbered_reference, and the kinds of a
reference: SPOTIFY, ISRC, DEEZER, APPLE, YOUTUBE, SHORT_LINK.
"""

from __future__ import annotations

import re

from msgspec import Struct

SPOTIFY, ISRC, DEEZER, APPLE, YOUTUBE, SHORT_LINK = "spotify", "isrc", "deezer", "apple", "youtube", "short_link"

_SPOTIFY_ID = re.compile(r"[0-9A-Za-z]{22}")
# ISO 3901: a country, a registrant, a year and a number; on paper with dashes.
_ISRC = re.compile(r"([A-Z]{2})-?([A-Z0-9]{3})-?(\d{2})-?(\d{5})", re.IGNORECASE | re.ASCII)
_NUMBERED = {
    DEEZER: re.compile(r"deezer:(?:track:)?(\d{1,15})", re.ASCII),
    APPLE: re.compile(r"apple:(\d{1,15}(?:-[a-z]{2})?)", re.ASCII),
    YOUTUBE: re.compile(r"youtube:([0-9A-Za-z_-]{11})", re.ASCII),
}


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
    if numbered := numbered_reference(track.id):
        return numbered
    if isrc := known_isrc(track.id):
        return TrackReference(ISRC, isrc)
    raise ValueError(f"{track.id!r:.50} is no id of a track")


def known_spotify_id(text: str) -> str | None:
    """The text if it may be an id of Spotify's."""
    return text if _SPOTIFY_ID.fullmatch(text) else None


def known_isrc(text: object) -> str | None:
    """The ISRC that the text is, in capitals and without dashes; None for anything else."""
    found = _ISRC.fullmatch(text.strip()) if isinstance(text, str) else None
    return "".join(found.groups()).upper() if found else None


def numbered_reference(text: str) -> TrackReference | None:
    """What deezer:NUMBER, apple:NUMBER or youtube:VIDEO names; None for any other text."""
    for kind, form in _NUMBERED.items():
        if found := form.fullmatch(text):
            return TrackReference(kind, found[1])
    return None
