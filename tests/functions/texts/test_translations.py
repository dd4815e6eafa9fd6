"""The languages: the same keys and the same blanks in each, all of them used, and no code that knows a language."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path

import msgspec
import pytest

import kamerton
from infra.source import copy_source
from kamerton.music.audible import AUDIBLE
from kamerton.music.features import NAMES
from kamerton.texts import translations
from kamerton.texts.translations import DEFAULT_LANGUAGE, LANGUAGES, Translation, language_names, translation

FUNCTIONS = Path(kamerton.__file__).parents[1]
SOURCES = sorted(FUNCTIONS.rglob("*.py"))
TEMPLATES = sorted(FUNCTIONS.rglob("*.html"))
FOLDER = FUNCTIONS / "kamerton" / "texts"

SECTIONS = [field for field in Translation.__struct_fields__ if field not in ("name", "languages")]
"""A file may leave out the names of other languages, which `languages` has."""


def section(name: str, language: str) -> dict[str, str]:
    return msgspec.to_builtins(getattr(translation(language), name))


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("name", SECTIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_in_every_language_with_the_same_blanks(name: str, language: str) -> None:
    texts, default = section(name, language), section(name, DEFAULT_LANGUAGE)
    assert list(texts) == list(default)
    for key, text in texts.items():
        assert text.strip() or key == "thousands_separator", key
        assert blanks(text) == blanks(default[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_has_each_key_once_and_its_sections_in_order(language: str) -> None:
    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)

    content = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"), object_pairs_hook=unique)
    assert tuple(content) == Translation.__struct_fields__


def test_the_languages_are_the_files_that_are_there() -> None:
    assert LANGUAGES[0] == DEFAULT_LANGUAGE
    assert sorted(LANGUAGES) == sorted(path.stem for path in FOLDER.glob("*.json"))
    assert language_names()["en"] == "English"
    assert language_names()["ru"] == "Русский"
    for language in LANGUAGES:
        assert set(translation(language).languages) <= set(LANGUAGES)


def test_a_file_that_lacks_a_section_or_has_another_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = json.loads((FOLDER / "en.json").read_text(encoding="utf-8"))
    monkeypatch.setattr(translations, "_FOLDER", tmp_path)
    (tmp_path / "xx.json").write_text(json.dumps(content | {"more": {}}))
    with pytest.raises(msgspec.ValidationError, match="unknown field `more`"):
        translation("xx")
    del content["notes"]
    (tmp_path / "yy.json").write_text(json.dumps(content))
    with pytest.raises(msgspec.ValidationError, match="missing required field `notes`"):
        translation("yy")


def test_no_code_names_a_language() -> None:
    """Only the default language is written down, once."""
    quoted = re.compile(r"""["'](?:{})["']""".format("|".join(LANGUAGES)))
    paths = [path for ending in ("py", "html", "js") for path in FUNCTIONS.rglob(f"*.{ending}")]
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    named = [line for line in lines if quoted.search(line) and "<html lang=" not in line]
    assert named == [f'DEFAULT_LANGUAGE = "{DEFAULT_LANGUAGE}"']


def test_the_files_are_deployed(tmp_path: Path) -> None:
    copy_source(tmp_path)
    assert {path.stem for path in (tmp_path / "kamerton" / "texts").glob("*.json")} == set(LANGUAGES)


def test_every_key_is_used() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    markup = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    quoted = set(re.findall(r"""["'](\w+)["']""", code)) | set(re.findall(r"\b(?:texts|words)\.(\w+)", markup))
    attributes = set(re.findall(r"\.(\w+)", code))
    for name in SECTIONS:
        used = attributes if name == "forms" else quoted
        assert [key for key in section(name, DEFAULT_LANGUAGE) if key not in used] == [], name


def test_every_text_of_the_page_is_on_it() -> None:
    templates = "".join(path.read_text() for path in TEMPLATES)
    assert set(re.findall(r"\btexts\.(\w+)", templates)) == set(translation(DEFAULT_LANGUAGE).page)


def test_every_text_of_the_bot_is_said() -> None:
    source = "".join(path.read_text() for path in SOURCES if path.parent.name == "telegram")
    assert {key for key in translation(DEFAULT_LANGUAGE).bot if not re.search(rf"[\"']{key}[\"']", source)} == set()


def test_every_audible_feature_has_a_name_and_is_explained_in_a_sentence() -> None:
    for language in LANGUAGES:
        texts = translation(language)
        assert set(AUDIBLE) <= set(texts.features) <= set(NAMES)
        assert set(AUDIBLE) == set(texts.feature_meanings)
        assert all(sentence.endswith(".") for sentence in texts.feature_meanings.values())
