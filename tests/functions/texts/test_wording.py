from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import kamerton
from kamerton import texts
from kamerton.notes import CODES, SOURCE_LIMITED, SOURCE_REFUSED, SOURCE_UNAVAILABLE, Note
from kamerton.texts.translations import DEFAULT_LANGUAGE, LANGUAGES, translation

SOURCES = sorted(Path(kamerton.__file__).parent.rglob("*.py"))
PROBLEMS = translation(DEFAULT_LANGUAGE).problems

# What the code fills the blanks of each problem with.
PARAMS = {
    "query_long": {"most": 300},
    "sound_large": {"most": 10},
    "sound_long": {"most": 10},
    "sound_unfetched": {"most": 10},
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
    "track_unasked": {"services": "Deezer, Spotify"},
    "features_unasked": {"services": "ReccoBeats"},
    "too_many_questions": {"seconds": 15},
    "too_many_verdicts": {"seconds": 2},
    "too_large": {"most": 65536},
    "address_too_long": {"most": 8000},
    "bad_request": {"status": 416},
}


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def used_reasons() -> set[str]:
    """Every reason that the code raises: the first argument of one of the errors."""
    errors = (
        "BadQuery|TrackNotFound|GenreNotFound|NotOffered|FeaturesUnavailable|MapMissing|ServicesUnavailable|NotReady|"
        "DeadlineExceeded"
    )
    return {reason for source in SOURCES for reason in re.findall(rf'\b(?:{errors})\(\s*"(\w+)"', source.read_text())}


@pytest.mark.parametrize("reason", PROBLEMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_can_fill_every_blank(reason: str, language: str) -> None:
    sentence = texts.problem_detail(reason, language, **PARAMS.get(reason, {}))
    assert not blanks(sentence)
    assert sentence.endswith(".")


def test_every_reason_that_the_code_gives_has_a_text() -> None:
    assert {"query_empty", "link_short", "not_ready", "deadline"} <= used_reasons() <= set(PROBLEMS)


def test_every_note_that_the_code_makes_has_a_text() -> None:
    codes = {code for source in SOURCES for code in re.findall(r'\bNote\(\s*"(\w+)"', source.read_text())}
    codes |= {SOURCE_LIMITED, SOURCE_REFUSED, SOURCE_UNAVAILABLE}
    assert codes == CODES == set(translation(DEFAULT_LANGUAGE).notes)
    for language in LANGUAGES:
        assert all(not blanks(texts.note_text(Note(code, "Deezer"), language)) for code in codes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_title(language: str) -> None:
    for code in translation(language).problem_titles:
        assert texts.problem_title(code, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bot_fills_every_blank_of_its_texts(language: str) -> None:
    assert not any(blanks(texts.bot_text(key, language)) for key in translation(language).bot)
    assert not any(blanks(texts.profile_text(key, language)) for key in translation(language).bot_profile)


def test_of_several_tracks_a_problem_names_the_one() -> None:
    assert texts.problem_detail("no_such_id", "en", about="abc") == "abc: The catalog holds no track with this id."
