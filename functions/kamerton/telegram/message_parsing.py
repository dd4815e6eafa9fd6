"""Whether a message is meant for the bot, and what it asks for.

In a private chat every message is. In a group only a command, a message that names the bot, and an answer to one of its own.

Public names: MessageIntent, BotIdentity, parse_message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from msgspec import Struct

from kamerton.errors import BadQuery
from kamerton.music.link_parsing import parse_track_reference
from kamerton.music.pasted_link import find_link
from kamerton.telegram.updates import MediaFile, Message

_ACCOUNTS_OF_PEOPLE = (1_087_968_824, 136_817_688)
"""GroupAnonymousBot and Channel Bot: under whose names admins write for their group, and people for their channel."""

_ACCOUNT = re.compile(r"(?<!\S)(?:@\w+|(?:https?://)?t\.me/\S*)(?!\S)", re.ASCII)
_EXTENSION = re.compile(r"\.\w{2,4}$")
_TRACK_NUMBER = re.compile(r"^\s*\d{1,3}\s*[-.)]?\s+(?=\D)")
_COMMAND = re.compile(r"/(?P<command>\w{1,32})(?:@(?P<bot>\w{1,64}))?(?:\s+(?P<rest>.*))?", re.DOTALL | re.ASCII)


class BotIdentity(Struct, frozen=True):
    """`commands` are the names of its commands. `username` asks Telegram at the first call, and may raise `SourceError`."""

    id: int
    username: Callable[[], str]
    commands: Collection[str]


class MessageIntent(Struct, frozen=True):
    """`command` without its slash, or "" for a name or a link alone; `query` is what to look for, and `sound` the file to
    listen to where there is nothing to look for, or nobody knows it."""

    command: str
    query: str
    sound: MediaFile | None = None


def parse_message(message: Message, bot: BotIdentity) -> MessageIntent | None:
    """None when the message is not for the bot."""
    if _is_from_a_bot(message, bot) or not message.is_content:
        return None
    if match := _COMMAND.fullmatch(message.text_or_caption.strip()):
        return _command_intent(message, match, bot)
    text, is_mention = _without_mention(message, bot)
    if not (message.chat.is_private or is_mention or (message.text_or_caption and _is_reply_to_bot(message, bot))):
        return None
    query = _query(message, text) or (_replied_query(message, bot) if is_mention else "")
    return MessageIntent("", query, None if text.strip() else message.sound)


def _is_from_a_bot(message: Message, bot: BotIdentity) -> bool:
    # What somebody sent through our own inline mode comes back to us as their message.
    if message.via_bot is not None and message.via_bot.id == bot.id:
        return True
    return message.from_ is not None and message.from_.is_bot and message.from_.id not in _ACCOUNTS_OF_PEOPLE


def _command_intent(message: Message, match: re.Match[str], bot: BotIdentity) -> MessageIntent | None:
    private = message.chat.is_private
    if match["bot"] and not private and match["bot"].lower() != bot.username().lower():
        return None
    command = match["command"].lower()
    if command not in bot.commands and not private and not match["bot"]:
        return None
    return MessageIntent(command, _query(message, match["rest"] or "") or _replied_query(message, bot))


def _without_mention(message: Message, bot: BotIdentity) -> tuple[str, bool]:
    """The text without the bot's name, and whether the name stood there."""
    text = message.text_or_caption
    if message.chat.is_private or "@" not in text:
        return text, False
    rest, n_mentions = re.subn(rf"@{re.escape(bot.username())}\b", " ", text, flags=re.IGNORECASE)
    return rest, n_mentions > 0


def _is_reply_to_bot(message: Message, bot: BotIdentity) -> bool:
    original = message.reply_to_message
    return original is not None and original.from_ is not None and original.from_.id == bot.id


def _replied_query(message: Message, bot: BotIdentity) -> str:
    """The query of the message that this one replies to, when this one has none: "/genre" under somebody's link."""
    original = message.reply_to_message
    return _query(original, original.text_or_caption) if original is not None and not _is_reply_to_bot(message, bot) else ""


def _query(message: Message, text: str) -> str:
    """The link to a track that is in the text or behind words of it, else the text; of a music file its own names. What stands
    under a picture or a file names it only where it is more than an account: "@somechannel" says who posted it."""
    if message.caption and not message.text:
        text = _ACCOUNT.sub(" ", text)
    return _track_link(message, text) or " ".join(text.split()) or _file_names(message)


def _track_link(message: Message, text: str) -> str:
    """The first link, of those behind words and those in the text, that is of a track or at least of a service."""
    links = [link for part in (*message.links, text) if (link := find_link(part)) is not None]
    return next((link for link in links if _is_of_a_track(link)), links[0] if links else "")


def _is_of_a_track(link: str) -> bool:
    try:
        return parse_track_reference(link) is not None
    except BadQuery:
        return False


def _file_names(message: Message) -> str:
    """Performer and title of a music file, or else the name of the file."""
    audio, document = message.audio, message.document
    if audio is not None:
        names = " ".join(filter(None, (audio.performer, audio.title)))
        return names or _file_stem(audio.file_name)
    if document is not None and (document.mime_type or "").startswith("audio/"):
        return _file_stem(document.file_name)
    return ""


def _file_stem(name: str | None) -> str:
    """The name of a file as words: "01 - artist_-_title.mp3" is "artist - title"."""
    stem = _EXTENSION.sub("", name or "").replace("_", " ")
    return " ".join(_TRACK_NUMBER.sub("", stem).split())
