"""What Telegram shows of the bot, within Telegram's bounds."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from kamerton import texts
from kamerton.telegram import profile
from kamerton.telegram.commands import COMMANDS


def test_the_calls_set_english_for_all_and_each_language_for_its_own() -> None:
    methods = ("setMyCommands", "setMyDescription", "setMyShortDescription")
    expected = [(method, language) for language in (None, *texts.LANGUAGES) for method in methods]
    assert [(call["method"], call["payload"].get("language_code")) for call in profile.calls()] == expected
    default = profile.calls()[0]["payload"]
    russian = next(call["payload"] for call in profile.calls() if call["payload"].get("language_code") == "ru")
    assert [command["command"] for command in default["commands"]] == list(COMMANDS)
    assert default["commands"][1]["description"] == "What I can do"
    assert russian["commands"][1]["description"] == "Что я умею"


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_everything_is_within_telegrams_bounds(language: str) -> None:
    assert 0 < len(profile.description(language)) <= 512
    assert 0 < len(profile.short_description(language)) <= 120
    for command in profile.commands(language):
        assert re.fullmatch(r"[a-z0-9_]{1,32}", command["command"])
        assert 0 < len(command["description"]) <= 256


def test_the_program_prints_the_calls_as_json() -> None:
    done = subprocess.run([sys.executable, "-m", "kamerton.telegram.profile"], capture_output=True, text=True, timeout=60)
    assert json.loads(done.stdout) == profile.calls()


def test_every_text_of_the_profile_is_used() -> None:
    assert set(texts.translation(texts.DEFAULT_LANGUAGE).bot_profile) == {"description", "short_description", *COMMANDS}
