"""Every sentence that a person reads, on the page, in the API's details and reasons, and from the bot.

A language is one JSON file: en.json, ru.json. A key that one of them lacks is a defect, and a test looks for it.

translations   the languages, and all texts of one
formatting     numbers, shares, durations, values and lists, as a language writes them
wording        the texts by their keys, with their blanks filled
"""

from __future__ import annotations

from kamerton.texts.formatting import duration_text, feature_value, number, share_text
from kamerton.texts.translations import DEFAULT_LANGUAGE, LANGUAGES, language_names, translation
from kamerton.texts.wording import (
    bot_text,
    feature_meaning,
    feature_names,
    map_texts,
    note_text,
    page_texts,
    problem_detail,
    problem_title,
    profile_text,
    source_text,
)

__all__ = [
    "DEFAULT_LANGUAGE",
    "LANGUAGES",
    "bot_text",
    "duration_text",
    "feature_meaning",
    "feature_names",
    "feature_value",
    "language_names",
    "map_texts",
    "note_text",
    "number",
    "page_texts",
    "problem_detail",
    "problem_title",
    "profile_text",
    "share_text",
    "source_text",
    "translation",
]
