"""The spellings under which a name is searched and compared: small, without marks and punctuation, in Latin letters
where the script is Latin, Cyrillic, Greek or Armenian.

A name has a second spelling where punctuation stands inside a word: "AC/DC" is "ac dc" and "acdc", "P!nk" is "p nk" and
"pink", "R.E.M." is "r e m" and "rem".

Public names: search_form, spellings, significant_words, compact.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kamerton.music.normalise import normalise

# Words that people add and leave out: "The Beatles", "Simon & Garfunkel", "Rihanna feat. Eminem", "Hurt by Johnny Cash".
_CONNECTIVES = frozenset(("the", "a", "an", "and", "n", "feat", "ft", "featuring", "by", "with", "x", "vs", "und", "et"))
# Signs that stand for a letter: "Ke$ha", "$uicideboy$", "P!nk", "A$AP".
_SIGNS = ((re.compile(r"\$(?=\w)|(?<=\w)\$"), "s"), (re.compile(r"(?<=\w)!(?=\w)"), "i"), (re.compile(r"(?<=\w)@(?=\w)"), "a"))
# Cyrillic, Greek and Armenian are written in Latin letters by sound; of other scripts that would leave too little of the word.
_FIRST_HEBREW = "\u0590"
_INSIDE_WORD = re.compile(r"(?<=\w)[^\w\s]+(?=\w)")


@lru_cache(maxsize=1024)
def search_form(text: str) -> str:
    """The name as the search compares it; a name without any letter ("!!!") stays as it is, in small letters."""
    form = normalise(text)
    if form:
        return form if form.isascii() else _in_latin_letters(form)
    return " ".join("".join(character for character in text if character.isprintable()).casefold().split())


def spellings(text: str) -> tuple[str, ...]:
    """The search form, and the one without the punctuation inside words where that is another."""
    form = search_form(text)
    if _INSIDE_WORD.search(text) is None and "$" not in text:
        return (form,)
    joined = text
    for sign, letter in _SIGNS:
        joined = sign.sub(letter, joined)
    other = search_form(_INSIDE_WORD.sub("", joined))
    return (form,) if other == form else (form, other)


def significant_words(form: str) -> tuple[str, ...]:
    """The words without articles and connectives; all of them when there are no others ("The The")."""
    words = form.split()
    return tuple(word for word in words if word not in _CONNECTIVES) or tuple(words)


def compact(form: str) -> str:
    """The significant words without spaces: a space too many or too few is no error."""
    return "".join(significant_words(form))


def _in_latin_letters(form: str) -> str:
    # Imported when a name needs it: most do not.
    from anyascii import anyascii

    plain = "".join(anyascii(character) if character < _FIRST_HEBREW else character for character in form)
    return normalise(plain) or form
