from __future__ import annotations

import re

import pytest

from kamerton import texts
from kamerton.texts.formatting import addition, alternative, language_choice
from kamerton.texts.translations import LANGUAGES, language_names, translation


@pytest.mark.parametrize(
    ("name", "value", "english", "russian"),
    [
        ("energy", 0.914, "91%", "91\xa0%"),
        ("energy", 0.0, "0%", "0\xa0%"),
        ("loudness", -5.87, "\N{MINUS SIGN}5.9\xa0dB", "\N{MINUS SIGN}5,9\xa0дБ"),
        ("tempo", 104.6, "105\xa0bpm", "105\xa0уд./мин"),
        ("tempo", None, "\N{EN DASH}", "\N{EN DASH}"),
    ],
)
def test_a_value_is_said_with_its_unit(name: str, value: float | None, english: str, russian: str) -> None:
    assert texts.feature_value(name, value, "en") == english
    assert texts.feature_value(name, value, "ru") == russian


@pytest.mark.parametrize(("duration_ms", "text"), [(216_880, "3:37"), (59_700, "1:00"), (1, "0:00"), (3_600_000, "60:00")])
def test_a_duration_is_in_minutes_and_seconds(duration_ms: float, text: str) -> None:
    assert texts.duration_text(duration_ms) == text


def test_of_several_names_the_last_is_joined_by_a_word() -> None:
    assert addition(["energy"], "en") == "energy"
    assert addition(["energy", "tempo"], "en") == "energy and tempo"
    assert alternative(["a", "b", "c"], "en") == "a, b or c"
    assert alternative(["a", "b", "c"], "ru") == "a, b или c"


def test_every_language_can_be_chosen_by_its_name() -> None:
    assert re.fullmatch("English(, .*)?(,| or) Russian.*", language_choice("en"))
    assert language_choice("ru").startswith("русский")
    for language in LANGUAGES:
        for other in LANGUAGES:
            name = translation(language).languages.get(other, language_names()[other])
            assert name in language_choice(language)
