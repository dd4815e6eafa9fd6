"""Messages of kinds that this program does not know, and names that come with files."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from kamerton.telegram.message_parsing import BotIdentity, MessageIntent, parse_message
from kamerton.telegram.updates import Message

BOT = BotIdentity(1, lambda: "KamertonTestBot", ("help",))


def intent(chat: str = "private", **fields: Any) -> MessageIntent | None:
    message = {"message_id": 1, "chat": {"id": 5, "type": chat}, "from": {"id": 5}, **fields}
    return parse_message(msgspec.json.decode(json.dumps(message), type=Message), BOT)


@pytest.mark.parametrize("kind", ["rich_message", "checklist", "paid_media", "giveaway", "something_of_tomorrow"])
def test_a_kind_that_nobody_knew_is_answered_in_a_private_chat_only(kind: str) -> None:
    assert intent(**{kind: {"anything": [1]}}) == MessageIntent("", "")
    assert intent("supergroup", **{kind: {"anything": [1]}}) is None


@pytest.mark.parametrize(
    "kind", ["pinned_message", "new_chat_title", "successful_payment", "left_chat_member", "chat_background_set"]
)
def test_what_nobody_said_is_not_answered(kind: str) -> None:
    assert intent(**{kind: {"anything": 1}}) is None


@pytest.mark.parametrize(
    ("fields", "query"),
    [
        ({"audio": {"performer": "Nirvana", "title": "Lithium"}}, "Nirvana Lithium"),
        ({"audio": {"performer": "Nirvana", "title": "Lithium"}, "caption": "@somechannel"}, "Nirvana Lithium"),
        ({"audio": {"performer": "Nirvana", "title": "Lithium"}, "caption": "t.me/somechannel"}, "Nirvana Lithium"),
        ({"audio": {"file_name": "Nirvana - Lithium.mp3"}}, "Nirvana - Lithium"),
        ({"audio": {"file_name": "01 - Nirvana_-_Lithium.flac"}, "caption": "@a @b"}, "Nirvana - Lithium"),
        ({"audio": {"file_name": "99 Luftballons.mp3"}}, "Luftballons"),
        ({"document": {"file_name": "Nirvana - Lithium.wav", "mime_type": "audio/x-wav"}}, "Nirvana - Lithium"),
        ({"document": {"file_name": "Invoice.pdf", "mime_type": "application/pdf"}}, ""),
        ({"photo": [{}], "caption": "@somechannel"}, ""),
        ({"photo": [{}], "caption": "Nirvana - Lithium @somechannel"}, "Nirvana - Lithium"),
        ({"audio": {"title": "Lithium"}, "caption": "who is this?"}, "who is this?"),
        # A text is what was said, whatever it looks like.
        ({"text": "@somechannel"}, "@somechannel"),
        ({"audio": {}}, ""),
    ],
)
def test_a_file_is_asked_for_by_its_names(fields: dict[str, Any], query: str) -> None:
    assert intent(**fields) == MessageIntent("", query)
