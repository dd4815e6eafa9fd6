"""Titles without the marks of a version, and the keys by which two tracks are versions of one song.

Public names: base_title, version_keys.
"""

from __future__ import annotations

import re
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
_SUFFIX = re.compile(
    rf"\s*(?:[\(\[][^\)\]]*\b(?:{_VERSION_WORDS})\b[^\)\]]*[\)\]]"
    rf"|\s[-–—/]\s.*\b(?:{_VERSION_WORDS})\b.*$"
    r"|\b(?:feat|ft)\.?\s.*$)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def base_title(title: str) -> str:
    """The normalised title without the marks of a version: "Hurt (Live) - 2011 Remaster" is "hurt"."""
    stripped = _SUFFIX.sub("", title)
    return normalise(stripped) or normalise_name(title)


def version_keys(track: Track) -> frozenset[tuple[str, str]]:
    """One (artist, base title) for each artist. Two tracks that share one are versions of the same song."""
    title = base_title(track.title)
    return frozenset((normalise_name(artist), title) for artist in track.artists)
