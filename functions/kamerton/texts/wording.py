"""The texts of each section, by their keys, with their blanks filled.

Public names: problem_title, problem_detail, note_text, source_text, feature_names, feature_meaning, page_texts,
map_texts, bot_text, profile_text.
"""

from __future__ import annotations

from collections.abc import Mapping

from kamerton.notes import Note
from kamerton.texts.formatting import language_choice
from kamerton.texts.translations import translation


def problem_title(code: str, language: str) -> str:
    return translation(language).problem_titles[code]


def problem_detail(reason: str, language: str, **params: object) -> str:
    """What is wrong and what to do. `about` in `params` names the track in question, of several."""
    sentence = translation(language).problems[reason].format(**params)
    return f"{params['about']}: {sentence}" if "about" in params else sentence


def note_text(note: Note, language: str) -> str:
    return translation(language).notes[note.code].format(source=note.source)


def source_text(source: str, language: str) -> str:
    """The source of the audio features, in words; a service that needs none is called by its label."""
    return translation(language).feature_sources.get(source, source)


def feature_names(language: str) -> Mapping[str, str]:
    """The names of the audio features for a listener, by their names in code."""
    return translation(language).features


def feature_meaning(name: str, language: str) -> str:
    """One plain sentence on what a listener hears of this feature."""
    return translation(language).feature_meanings[name]


def page_texts(language: str) -> Mapping[str, str]:
    return translation(language).page


def map_texts(language: str) -> Mapping[str, str]:
    return translation(language).map


def bot_text(key: str, language: str) -> str:
    """A text of the bot that has no track in it, as plain text."""
    return translation(language).bot[key].format(languages=language_choice(language))


def profile_text(key: str, language: str) -> str:
    """A text with which Telegram shows the bot: its descriptions and, by their names, its commands."""
    text = translation(language).bot_profile[key].format(languages=language_choice(language))
    return text[0].upper() + text[1:]
