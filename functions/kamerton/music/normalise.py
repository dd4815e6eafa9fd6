"""One spelling for all the ways of writing a name, for building the search and for searching.

Public names: normalise, normalise_name.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_PUNCTUATION = {chr(code): " " for code in range(128) if not chr(code).isalnum()}
# Letters that Unicode does not decompose into a base letter and a mark.
_LETTERS = {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t", "ħ": "h"}
# Characters that half of all people leave out when they type: apostrophes, and the invisible joiners and selectors of several
# scripts.
_LEFT_OUT = dict.fromkeys("'’‘ʼ`´\u200b\u200c\u200d\u2060\ufe0e\ufe0f\ufeff", "")
_SPELLINGS = str.maketrans(_PUNCTUATION | _LETTERS | _LEFT_OUT | {"&": " and "})


def normalise(text: str) -> str:
    """Casefolded, without diacritics and apostrophes, punctuation as single spaces: "Don't – Sæglópur" is "dont saeglopur"."""
    plain = text.casefold().translate(_SPELLINGS)
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        unmarked = "".join(character for character in decomposed if not unicodedata.combining(character))
        # Respelled once more: a letter with a mark, or in a wide form, may decompose into one of the characters above.
        respelled = unmarked.casefold().translate(_SPELLINGS)
        plain = "".join(character if _is_letter(character) else " " for character in respelled)
    return " ".join(plain.split())


@lru_cache(maxsize=8192)
def normalise_name(name: str) -> str:
    """The same for the name of an artist; a name that would become empty, such as "!!!", stays as it is."""
    return normalise(name) or name


def _is_letter(character: str) -> bool:
    # The vowel signs of Devanagari, Thai and related scripts are marks that do not combine: without them the word is another.
    return character.isalnum() or unicodedata.category(character).startswith("M")
