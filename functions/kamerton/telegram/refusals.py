"""What Telegram's refusals mean, by the words of their descriptions, which are the only thing that tells them apart.

    harmless      all is as it should be already, or it is too late for it to matter
    closed        nothing may be said in this chat, now or later: the next try would be refused as well
    moved         the chat goes on under another id
    webhook       updates are sent to an address, so they cannot be fetched
    other poller  another program fetches this bot's updates, or this one did so a moment ago

The descriptions are those of Telegram's server (https://github.com/tdlib/telegram-bot-api), where most of the words in capitals
come from Telegram itself.

Public names: is_harmless, is_closed, is_webhook_set, CLOSED.
"""

from __future__ import annotations

_FORBIDDEN = 403

_HARMLESS = ("message is not modified", "query is too old", "query ID is invalid")

CLOSED = (
    "chat not found",
    "group chat was deactivated",
    "the group chat was deleted",
    "user not found",
    "user is deactivated",
    "USER_DEACTIVATED",
    "PEER_ID_INVALID",
    "CHANNEL_PRIVATE",
    "CHANNEL_INVALID",
    "bot was blocked",
    "bot was kicked",
    "bot is not a member",
    "bot can't initiate conversation",
    "bot can't send messages to",
    "not enough rights",
    "have no rights to send",
    "need administrator rights",
    "CHAT_ADMIN_REQUIRED",
    "CHAT_WRITE_FORBIDDEN",
    "CHAT_SEND_PLAIN_FORBIDDEN",
    "CHAT_SEND_MEDIA_FORBIDDEN",
    "CHAT_SEND_AUDIOS_FORBIDDEN",
    "CHAT_RESTRICTED",
    "USER_BANNED_IN_CHANNEL",
    "USER_IS_BLOCKED",
    "message thread not found",
    "TOPIC_CLOSED",
    "TOPIC_DELETED",
    "CHAT_FORBIDDEN",
)
_WEBHOOK = "webhook is active"


def is_harmless(description: str) -> bool:
    return any(words in description for words in _HARMLESS)


def is_closed(status: int, description: str) -> bool:
    """Whether the refusal is for ever. Each 403 is."""
    return status == _FORBIDDEN or any(words in description for words in CLOSED)


def is_webhook_set(description: str) -> bool:
    """Of a 409: whether a webhook is set, which only a person can mend; else another program fetches updates."""
    return _WEBHOOK in description
