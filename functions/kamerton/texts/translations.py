"""The texts of each language: a JSON file in this folder, named after the language and read when the language is first needed.

A file holds sections, and a section holds texts by their keys. `str.format` fills the blanks of a text, such as {genre}. To add
a language, add its file.

Public names: DEFAULT_LANGUAGE, LANGUAGES, Forms, Translation, translation, language_names.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

DEFAULT_LANGUAGE = "en"
"""For readers who want a language that is not here."""

_FOLDER = Path(__file__).parent
_ENDING = ".json"

Section = dict[str, str]


class Forms(Struct, frozen=True, forbid_unknown_fields=True):
    """How the language writes numbers and lists. `share` is of 100; `alternative` and `addition` join the last of several."""

    decimal_separator: str
    thousands_separator: str
    share: str
    alternative: str
    addition: str


class Translation(Struct, frozen=True, forbid_unknown_fields=True):
    """All texts of one language.

    `name` is the language's name for itself. `languages` are the names of languages in it, in the order in which to list them;
    a language that is missing there is listed last, by its name for itself.
    """

    name: str
    languages: Section
    forms: Forms
    feature_units: Section
    problem_titles: Section
    problems: Section
    notes: Section
    feature_sources: Section
    features: Section
    feature_meanings: Section
    reasons: Section
    more_of: Section
    less_of: Section
    likeness: Section
    sureness: Section
    summary: Section
    page: Section
    map: Section
    bot: Section
    bot_profile: Section


# msgspec learns the type here, before several threads can ask for a language (see `kamerton.decoders`).
_DECODER = msgspec.json.Decoder(Translation)


@cache
def translation(language: str) -> Translation:
    """The texts of one of LANGUAGES."""
    return _DECODER.decode((_FOLDER / (language + _ENDING)).read_bytes())


def language_names() -> dict[str, str]:
    """The name of each language for itself, by its code."""
    return {language: translation(language).name for language in LANGUAGES}


def _languages() -> tuple[str, ...]:
    codes = sorted(path.stem for path in _FOLDER.iterdir() if path.suffix == _ENDING)
    return tuple(sorted(codes, key=lambda code: code != DEFAULT_LANGUAGE))


LANGUAGES = _languages()
"""The codes (ISO 639-1) of the languages that have a file, the default first."""
