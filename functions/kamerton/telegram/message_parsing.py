"""Whether a message is meant for the bot, and what it asks.

In a private chat every message is. In a group only a command, a message that names the bot, and an answer to one of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

from msgspec import Struct

from kamerton.errors import BadQuery
from kamerton.music.link_parsing import parse_track_reference
from kamerton.telegram.updates import Message

COMMANDS = ("start", "help", "genre", "random", "genres", "language", "about")

_SPEAKING_FOR_PEOPLE = (1_087_968_824, 136_817_688)
"""GroupAnonymousBot and Channel Bot: under whose names admins write for their group, and people for their channel."""

_COMMAND = re.compile(r"/(?P<command>\w{1,32})(?:@(?P<bot>\w{1,64}))?(?:\s+(?P<rest>.*))?", re.DOTALL | re.ASCII)
_ADDRESS = re.compile(r"(?:https?://|spotify:track:)\S+", re.IGNORECASE)
_AROUND = ".,;:!?)]}>»\"'"


class Bot(Struct, frozen=True):
    """`username` asks Telegram at the first call, and may raise `SourceError`."""

    id: int
    username: Callable[[], str]


class Asked(Struct, frozen=True):
    """`command` without its slash, or "" for a name or a link alone; `text` is what to look for."""

    command: str
    text: str


def asked(message: Message, bot: Bot) -> Asked | None:
    """None when the message is not for the bot."""
    if _is_from_a_bot(message, bot) or not message.is_content:
        return None
    if found := _COMMAND.fullmatch(message.words.strip()):
        return _command(message, found, bot)
    text, named = _without_name(message, bot)
    if not (message.chat.is_private or named or (message.words and _is_answer_to(message, bot))):
        return None
    return Asked("", _looked_for(message, text) or (_quoted(message, bot) if named else ""))


def _is_from_a_bot(message: Message, bot: Bot) -> bool:
    # What somebody sent through our own inline mode comes back to us as their message.
    if message.via_bot is not None and message.via_bot.id == bot.id:
        return True
    return message.from_ is not None and message.from_.is_bot and message.from_.id not in _SPEAKING_FOR_PEOPLE


def _command(message: Message, found: re.Match[str], bot: Bot) -> Asked | None:
    private = message.chat.is_private
    if found["bot"] and not private and found["bot"].lower() != bot.username().lower():
        return None
    command = found["command"].lower()
    if command not in COMMANDS and not private and not found["bot"]:
        return None
    return Asked(command, _looked_for(message, found["rest"] or "") or _quoted(message, bot))


def _without_name(message: Message, bot: Bot) -> tuple[str, bool]:
    """What is said, and whether the bot is named in it."""
    if message.chat.is_private or "@" not in message.words:
        return message.words, False
    text, times = re.subn(rf"@{re.escape(bot.username())}\b", " ", message.words, flags=re.IGNORECASE)
    return text, times > 0


def _is_answer_to(message: Message, bot: Bot) -> bool:
    answered = message.reply_to_message
    return answered is not None and answered.from_ is not None and answered.from_.id == bot.id


def _quoted(message: Message, bot: Bot) -> str:
    """What the message answers, when it says nothing itself: "/genre" under somebody's link."""
    answered = message.reply_to_message
    return _looked_for(answered, answered.words) if answered is not None and not _is_answer_to(message, bot) else ""


def _looked_for(message: Message, text: str) -> str:
    """The link to a track that is in the text or behind words of it, else the text; of a music file its own names."""
    for address in (*message.links, *_ADDRESS.findall(text)):
        with suppress(BadQuery):
            address = str(address).rstrip(_AROUND)
            if parse_track_reference(address) is not None:
                return address
    if message.audio is not None and not message.words:
        return " ".join(filter(None, (message.audio.performer, message.audio.title)))
    return " ".join(text.split())
