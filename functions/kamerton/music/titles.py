"""Titles without the marks of a version, and the keys by which two tracks are versions of one song.

Public names: plain_title, base_title, is_version_word, is_edition_word, recording_marks, version_keys.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kamerton.music.normalise import normalise, normalise_name
from kamerton.music.track import Track

# Words after a dash or in brackets that mark a version of the same song.
_VERSION_WORDS = (
    "remaster|remastered|live|acoustic|radio|edit|single|album|version|mix|remix|mono|stereo|deluxe|bonus|demo|instrumental|"
    "karaoke|feat|ft|featuring|with|explicit|clean|extended|original|anniversary|edition|recorded|session|sessions|unplugged|"
    "reprise|alternate|take|rerecorded|sped|slowed|reverb|cover|club|vip|edited|soundtrack|from|"
    "mixed|rework|lofi|ver|vivo|directo|acústico|acústica|acustico|remasterizado|remasterizada|versión|versão"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_EDITION_WORD = re.compile(
    r"remaster|remastered|remasterizado|remasterizada|version|album|single|original|mono|stereo|deluxe|bonus|anniversary|"
    rf"edition|explicit|clean|edit|edited|radio|{_YEAR.pattern}"
)
_SUFFIX = re.compile(
    rf"\s*(?:[\(\[][^\)\]]*\b(?:{_VERSION_WORDS})\b[^\)\]]*[\)\]]"
    rf"|\s[-–—/]\s.*\b(?:{_VERSION_WORDS})\b.*$"
    r"|\b(?:feat|ft)\.?\s.*$)",
    re.IGNORECASE,
)


_NORMALISED_VERSION_WORDS = frozenset(normalise(_VERSION_WORDS.replace("|", " ")).split())
_OTHER_RECORDINGS = re.compile(
    r"\b(?:live|acoustic|remix|mix|mixed|karaoke|instrumental|sped|slowed|nightcore|cover|demo|tribute|rework|unplugged|vivo|"
    r"orchestral|lullaby|8d|session|sessions|acústico|acústica|piano|a cappella|acappella|концерт|кавер|караоке)\b"
)


def is_version_word(word: str) -> bool:
    """Whether a normalised word marks a version or an edition; a year may, too."""
    return word in _NORMALISED_VERSION_WORDS or _YEAR.fullmatch(word) is not None


def is_edition_word(word: str) -> bool:
    """Whether a normalised word marks an edition of one recording, such as "remastered" or a year, and no other recording."""
    return _EDITION_WORD.fullmatch(word) is not None


def plain_title(title: str) -> str:
    """The title as it is written, without the marks of a version; the whole title when nothing else is left."""
    stripped = _SUFFIX.sub("", title)
    return stripped if normalise(stripped) else title


@lru_cache(maxsize=4096)
def base_title(title: str) -> str:
    """The normalised title without the marks of a version: "Hurt (Live) - 2011 Remaster" is "hurt"."""
    return normalise_name(plain_title(title))


def recording_marks(title: str, artists: Sequence[str]) -> set[str]:
    """The words that mark another recording than the well-known one. "Live Forever" is no live recording."""
    if _OTHER_RECORDINGS.search(" ".join((title, *artists)).casefold()) is None:
        return set()
    title_words = _OTHER_RECORDINGS.findall(title.casefold())
    base_words = _OTHER_RECORDINGS.findall(base_title(title))
    artist_words = _OTHER_RECORDINGS.findall(" ".join(artists).casefold())
    return {*(word for word in title_words if word not in base_words), *artist_words}


def version_keys(track: Track) -> frozenset[tuple[str, str]]:
    """One (artist, base title) for each artist. Two tracks that share one are versions of the same song."""
    title = base_title(track.title)
    return frozenset((normalise_name(artist), title) for artist in track.artists)
