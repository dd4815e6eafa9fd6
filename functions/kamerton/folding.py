"""One spelling for all the ways of writing a name, used when the search is built and when it is asked."""

from __future__ import annotations

import unicodedata

# Letters that Unicode does not take apart into a base letter and a mark.
_VARIANTS = str.maketrans({"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t", "ħ": "h"})


def fold(text: str) -> str:
    """Casefolded, without diacritics, punctuation as single spaces: "Sigur Rós – Sæglópur" is "sigur ros saeglopur"."""
    if text.isascii():
        plain = text.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_VARIANTS))
        plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join("".join(character if character.isalnum() else " " for character in plain).split())
