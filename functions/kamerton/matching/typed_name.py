"""What a person typed or pasted instead of a plain name: titles of web pages, and text in the wrong keyboard layout.

Public names: LONGEST_QUERY, TypedName, read_name, undecorated, other_layout.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote_plus

from msgspec import Struct

from kamerton.matching.name_forms import search_form, significant_words, spellings
from kamerton.matching.video_titles import without_decoration, without_guests
from kamerton.music.titles import is_version_word, plain_title

LONGEST_QUERY = 300
"""Characters of a query that are looked at; the longest title with artists in the public data has 236."""

# How pages, tabs and Share buttons of the services name a song.
_PAGE = re.compile(
    r"(?i)\s*(?:[-–—|•·]\s*(?:youtube(?:\s+music)?|spotify|deezer|apple music|genius(?:\s+lyrics)?|soundcloud|shazam|"
    r"last\.fm|tidal|amazon music|яндекс[.\s]?музыка|vk|bandcamp|azlyrics(?:\.com)?|musixmatch)"
    r"|\bon\s+(?:apple music|spotify|deezer|tidal|soundcloud|amazon music|youtube(?:\s+music)?))\s*$"
)
_SONG_BY = re.compile(
    r"(?i)\s*[-–—]?\s*\b(?:song and lyrics by|song by|single by|lyrics by|a song by|песня|музыка и текст|трек)\b[:\s]*"
)
_SHARED = re.compile(r"(?i)^\s*(?:listen to|now playing:?|check out|слушать|сейчас играет:?|#nowplaying)\s+")
_LYRICS = re.compile(
    r"(?i)\s+(?:lyrics|текст песни|official (?:music )?video|official audio|music video|клип|(?:full )?(?:hd|hq|uhd)|[48]k|"
    r"(?:2160|1440|1080|720|480)p)\s*$"
)
# A file of one's own in Spotify: spotify:local:ARTIST:ALBUM:TITLE:SECONDS, with "+" for spaces.
_LOCAL_FILE = re.compile(r"(?i)spotify:local:([^:]*):[^:]*:([^:]+)(?::\d*)?")
_ADDRESS = re.compile(r"(?i)https?://\S+")
_SYMBOLS = re.compile(r"[\u2190-\u2bff\U0001f000-\U0001faff]+")

_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.~{}:\"<>"
_CYRILLIC = "ёйцукенгшщзхъфывапролджэячсмитьбюёхъжэбю"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(dict(reversed([*zip(_CYRILLIC, _LATIN, strict=True)])))
_VOWELS = frozenset("aeiouаеёиоуыэюя")
# In words of both languages a third to a half of the letters are vowels; in words of the other keyboard a few are.
_FEW_VOWELS, _USUAL_VOWELS, _MANY_VOWELS = 0.24, 0.27, 0.7


def undecorated(text: str) -> str:
    """The name in the title of a page or a video: "Muse - Hysteria (Official Video) [HD] - YouTube" is "Muse - Hysteria"."""
    text = text[:LONGEST_QUERY]
    if local := _LOCAL_FILE.search(text):
        return unquote_plus(f"{local[1]} {local[2]}").strip()
    plain = " ".join(_SYMBOLS.sub(" ", _ADDRESS.sub(" ", text)).split())
    before = ""
    while plain != before:
        before = plain
        plain = _SHARED.sub("", _PAGE.sub("", _SONG_BY.sub(" ", plain)))
        plain = _LYRICS.sub("", without_decoration(plain) or plain)
    return plain if search_form(plain) else text


class TypedName(Struct, frozen=True):
    """`forms` are the spellings that are compared with the names of tracks, `reduced` those without marks of a version or
    guests, where these are others. `lost` are the words that only the first have, apart from the marks themselves."""

    forms: tuple[str, ...]
    reduced: tuple[str, ...] = ()
    lost: frozenset[str] = frozenset()


@lru_cache(maxsize=256)
def read_name(text: str) -> TypedName:
    """The name that a text is. Only the first LONGEST_QUERY characters count."""
    plain = undecorated(text)
    typed = spellings(plain)
    reduced = tuple(form for form in spellings(plain_title(without_guests(plain))) if form not in typed)
    kept = {word for form in reduced for word in form.split()}
    lost = {word for word in significant_words(typed[0]) if word not in kept and not is_version_word(word)} if reduced else ()
    return TypedName(typed, reduced, frozenset(lost))


def other_layout(text: str) -> str | None:
    """The text on the other keyboard, Russian for Latin or the reverse, when only that looks like words: "ьуефддшсф" is
    "metallica"; None otherwise."""
    small = text.casefold()
    other = small.translate(_TO_LATIN if re.search("[а-яё]", small) else _TO_CYRILLIC)
    if other == small or _vowels(small) > _FEW_VOWELS or not _USUAL_VOWELS <= _vowels(other) <= _MANY_VOWELS:
        return None
    return other


def _vowels(text: str) -> float:
    """The share of vowels among the letters; 0 without letters."""
    letters = [character for character in text if character.isalpha()]
    return sum(letter in _VOWELS for letter in letters) / len(letters) if letters else 0.0
