from __future__ import annotations

import re
import string
from collections.abc import Mapping
from pathlib import Path

import pytest

import kamerton
from kamerton import texts
from kamerton.music.audible import AUDIBLE
from kamerton.notes import CODES, SOURCE_LIMITED, SOURCE_REFUSED, SOURCE_UNAVAILABLE
from kamerton.recommending.reasons import CloseFeatures, LikelyGenre, SameGenre, SimilarSound

SOURCES = sorted(Path(kamerton.__file__).parent.rglob("*.py"))
TABLES = {
    "PROBLEM_TITLES": texts.PROBLEM_TITLES,
    "PROBLEMS": texts.PROBLEMS,
    "NOTES": texts.NOTES,
    "FEATURE_SOURCES": texts.FEATURE_SOURCES,
    "FEATURES": texts.FEATURES,
    "FEATURE_MEANINGS": texts.FEATURE_MEANINGS,
    "LISTENING": texts.LISTENING,
    "PAGE": texts.PAGE,
    "WATCHING": texts.WATCHING,
    "MAP": texts.MAP,
    "DOCS": texts.DOCS,
    "SCHEMA": texts.SCHEMA,
    "BOT": texts.BOT,
    "BOT_PROFILE": texts.BOT_PROFILE,
}

# What the code fills the blanks of each problem with.
PARAMS = {
    "query_long": {"most": 300},
    "link_not_a_track": {"kind": "album"},
    "field_range": {"field": "energy", "low": "0", "high": "1"},
    "field_whole": {"field": "limit", "low": 1, "high": 50},
    "field_flag": {"field": "explicit"},
    "field_wrong": {"field": "features"},
    "field_unknown": {"field": "tempo", "known": "track, limit"},
    "field_missing": {"field": "track"},
    "field_repeated": {"field": "track"},
    "field_many": {"field": "track", "most": 5},
    "field_choice": {"field": "format", "known": "json, csv"},
    "genre_unknown": {"known": "metal, rock"},
    "no_such_service": {"known": "deezer, apple-music"},
    "method_not_allowed": {"method": "PUT", "allowed": "GET, HEAD"},
    "tracks_wrong": {"most": 50},
    "too_large": {"most": 65536},
    "bad_request": {"status": 416},
}


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def used_reasons() -> set[str]:
    """Every reason that the code raises: the first argument of one of the errors."""
    errors = "BadQuery|TrackNotFound|GenreNotFound|NotOffered|FeaturesUnavailable|MapMissing|NotReady|DeadlineExceeded"
    return {found for source in SOURCES for found in re.findall(rf'\b(?:{errors})\("(\w+)"', source.read_text())}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_text_is_there_in_every_language_with_the_same_blanks(table: Mapping[str, texts.Text]) -> None:
    for key, text in table.items():
        assert set(text) == set(texts.LANGUAGES), key
        assert all(sentence.strip() for sentence in text.values()), key
        assert len({frozenset(blanks(sentence)) for sentence in text.values()}) == 1, key


@pytest.mark.parametrize("reason", texts.PROBLEMS)
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_code_can_fill_every_blank(reason: str, language: str) -> None:
    sentence = texts.problem_detail(reason, language, **PARAMS.get(reason, {}))
    assert not blanks(sentence)
    assert sentence.endswith(".")


def test_every_reason_that_the_code_gives_has_a_text() -> None:
    assert {"query_empty", "link_short", "not_ready", "deadline"} <= used_reasons() <= set(texts.PROBLEMS)


def test_every_note_that_the_code_makes_has_a_text() -> None:
    made = {found for source in SOURCES for found in re.findall(r'\bNote\(\s*"(\w+)"', source.read_text())}
    assert made == CODES - {SOURCE_LIMITED, SOURCE_REFUSED, SOURCE_UNAVAILABLE}
    assert set(texts.NOTES) == CODES


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_code_has_a_title(language: str) -> None:
    for code in texts.PROBLEM_TITLES:
        assert texts.problem_title(code, language)


def test_every_text_of_the_page_is_on_it() -> None:
    templates = "".join(path.read_text() for path in Path(kamerton.__file__).parent.rglob("*.html"))
    assert set(re.findall(r"\btexts\.(\w+)", templates)) == set(texts.PAGE | texts.LISTENING | texts.WATCHING)


def test_every_text_of_the_bot_is_said() -> None:
    source = "".join(path.read_text() for path in SOURCES if path.parent.name == "telegram")
    assert {key for key in texts.BOT if not re.search(rf"[\"']{key}[\"']", source)} == set()


def test_how_sure_the_genre_is_is_said_in_words() -> None:
    assert [texts.sureness(probability, "metal", "en") for probability in (1.0, 0.9, 0.6, 0.4, 0.39)] == [
        "Surely metal",
        "Surely metal",
        "Most likely metal",
        "Probably metal",
        "Perhaps metal, hard to tell",
    ]
    assert texts.sureness(0.0, "metal", "ru") == "Может быть, metal, трудно сказать"


def test_reasons_are_said_in_both_languages() -> None:
    same = SameGenre("metal", 0.814)
    assert texts.reason_text(same, "en") == "same genre: metal 0.81"
    assert texts.reason_text(same, "ru") == "тот же жанр: metal 0.81"
    assert texts.reason_text(same, "en", percent=True) == "same genre: metal 81%"
    assert texts.reason_text(same, "ru", percent=True) == "тот же жанр: metal 81\N{NO-BREAK SPACE}%"
    assert "jazz 0.12" in texts.reason_text(LikelyGenre("jazz", 0.121), "en")
    assert "jazz 0.12" in texts.reason_text(LikelyGenre("jazz", 0.121), "ru")
    close = CloseFeatures(("energy", "tempo"))
    assert texts.reason_text(close, "en") == "close in energy and tempo"
    assert texts.reason_text(close, "ru") == "близко: энергия и темп"
    assert texts.reason_text(SimilarSound(), "ru") == "похоже по звучанию в целом"


def test_every_audible_feature_has_a_name_and_is_explained_in_a_sentence() -> None:
    assert set(AUDIBLE) <= set(texts.FEATURES)
    assert set(AUDIBLE) == set(texts.FEATURE_MEANINGS)
    for name in AUDIBLE:
        assert all(texts.feature_meaning(name, language).endswith(".") for language in texts.LANGUAGES)


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


@pytest.mark.parametrize(("duration_ms", "said"), [(216_880, "3:37"), (59_700, "1:00"), (1, "0:00"), (3_600_000, "60:00")])
def test_a_duration_is_in_minutes_and_seconds(duration_ms: float, said: str) -> None:
    assert texts.duration_text(duration_ms) == said


def test_an_answer_is_said_in_a_sentence() -> None:
    assert texts.shared_text("metal", 0.923, ["A", "B"], "en") == "metal 92%. It sounds like A, B."
    assert texts.shared_text("metal", 0.923, [], "ru") == "metal, 92\xa0%."
