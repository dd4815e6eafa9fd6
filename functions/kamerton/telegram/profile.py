"""How Telegram shows the bot: its commands and descriptions, in every language.

python -m kamerton.telegram.profile      the calls of the Bot API that set them, as a JSON list of {"method", "payload"}

Public names: commands, description, short_description, calls, ALLOWED_UPDATES.
"""

from __future__ import annotations

import json
from typing import Any

from kamerton.telegram.commands import COMMANDS
from kamerton.telegram.updates import KINDS
from kamerton.texts import DEFAULT_LANGUAGE, LANGUAGES, profile_text

ALLOWED_UPDATES = list(KINDS)
"""What setWebhook should name, so that Telegram sends no update that would be ignored."""


def commands(language: str) -> list[dict[str, str]]:
    return [{"command": name, "description": profile_text(name, language)} for name in COMMANDS]


def description(language: str) -> str:
    """What stands in a chat before the first message."""
    return profile_text("description", language)


def short_description(language: str) -> str:
    """What stands on the bot's own page, and beside links to it."""
    return profile_text("short_description", language)


def calls() -> list[dict[str, Any]]:
    """Calls without a language for people of any other language, and calls for each language of ours."""
    return [
        {"method": method, "payload": payload if language is None else payload | {"language_code": language}}
        for language in (None, *LANGUAGES)
        for method, payload in _payloads(language or DEFAULT_LANGUAGE).items()
    ]


def _payloads(language: str) -> dict[str, dict[str, Any]]:
    return {
        "setMyCommands": {"commands": commands(language)},
        "setMyDescription": {"description": description(language)},
        "setMyShortDescription": {"short_description": short_description(language)},
    }


if __name__ == "__main__":
    print(json.dumps(calls(), ensure_ascii=False, indent=2))
