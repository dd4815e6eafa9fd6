"""Whole conversations, from the updates to what is seen in the chat, as texts in golden/ that a person can read.

KAMERTON_GOLDEN=write writes them anew; what changed is then for a person to look at.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conversing import ANN, BORIS, GROUP, Post, Talk, bot_message
from tests.fakes.telegram import BOT, USERNAME, FakeTelegram

GOLDEN = Path(__file__).parent / "golden"
SANDMAN = "5sICkBXVmaCQk5aISGR3x1"

Script = Callable[[Talk], None]


def _first_steps(talk: Talk) -> None:
    talk.say("/start")
    talk.say("enter sandman")
    talk.press("2")
    talk.press("Search at YouTube")
    talk.press("More like this")
    talk.press("More")


def _what_a_name_may_mean(talk: Talk) -> None:
    talk.say("metalica")
    talk.press(next(row[0]["text"] for row in talk.last.keyboard if "Nothing Else" in row[0]["text"]))
    talk.say("sandman metallica enter")


def _links_of_all_kinds(talk: Talk) -> None:
    talk.say(f"https://open.spotify.com/track/{SANDMAN}?si=abc")
    talk.say(f"Listen to this!\nhttps://open.spotify.com/intl-de/track/{SANDMAN}.\nHow do you like it?", forward_date=1)
    talk.say(f"spotify:track:{SANDMAN}")
    talk.say(SANDMAN)
    entity = {"type": "text_link", "offset": 0, "length": 4, "url": f"https://open.spotify.com/track/{SANDMAN}"}
    talk.say("this one", entities=[entity])
    talk.send("a photo, and under it: hurt johnny cash", photo=[{"file_id": "1"}], caption="hurt johnny cash")
    talk.send("a music file", audio={"file_id": "1", "performer": "Johnny Cash", "title": "Hurt"})
    talk.say(f"/start {SANDMAN}")


def _only_the_genre(talk: Talk) -> None:
    talk.say("/genre hurt johnny cash")
    talk.press("What sounds like it")
    talk.say("/genre")
    talk.say("/genres")


def _what_cannot_be_read(talk: Talk) -> None:
    talk.send("a sticker", sticker={"file_id": "1"})
    talk.send("a voice memo", voice={"file_id": "1"})
    talk.send("a photo", photo=[{"file_id": "1"}])
    talk.send("a text of 4096 characters", text="la " * 1365)
    talk.say("https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy")
    talk.say("https://example.com/track/1")
    talk.say("qqqq wwww xxxx")
    talk.say("/dance")
    talk.say("/random tango")
    talk.send("a pinned message", pinned_message={})


def _in_russian(talk: Talk) -> None:
    talk.say("/start")
    talk.say("enter sandman")
    talk.press("Ещё")
    talk.press("3")
    talk.say("/genres")
    talk.say("/about")
    talk.say("https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy")
    talk.send("стикер", sticker={"file_id": "1"})


def _another_language(talk: Talk) -> None:
    talk.say("/language")
    talk.press("Русский")
    # It lists the languages: with /language, all that changes when there is one more.
    talk.say("/help")
    talk.say("/genre enter sandman")
    talk.say("/language")
    talk.press("Как в Telegram")
    talk.say("/genre enter sandman")


def _in_any_chat(talk: Talk) -> None:
    talk.type_inline("")
    talk.type_inline("metal")
    talk.pick(1)
    talk.press("What sounds like it")
    talk.press("More")
    talk.type_inline("https://open.spotify.com/tr")
    talk.type_inline("hurt")
    talk.pick(0, tell=True)


def _in_a_group(talk: Talk) -> None:
    talk.say("enter sandman is great")
    talk.say("what does @SomebodyElse think?")
    talk.say(f"@{USERNAME} enter sandman")
    talk.press("1")
    talk.say("enter sandman", reply_to_message=bot_message("Hello!"))
    talk.say("/genre enter sandman")
    talk.say("/genre@SomeOtherBot enter sandman")
    talk.say(f"/genre@{USERNAME}", reply_to_message=talk.message(text="enter sandman metallica"))
    talk.say("/dance")
    talk.send("a sticker", sticker={"file_id": "1"})
    talk.say("an answer from another bot", **{"from": {"id": 9, "is_bot": True}})
    talk.say("Enter Sandman\nMetallica", via_bot=BOT)


CONVERSATIONS: dict[str, tuple[Script, dict[str, Any], dict[str, Any] | None]] = {
    "first steps": (_first_steps, ANN, None),
    "what a name may mean": (_what_a_name_may_mean, ANN, None),
    "links of all kinds": (_links_of_all_kinds, ANN, None),
    "only the genre": (_only_the_genre, ANN, None),
    "what cannot be read": (_what_cannot_be_read, ANN, None),
    "in Russian": (_in_russian, BORIS, None),
    "another language": (_another_language, ANN, None),
    "in any chat": (_in_any_chat, ANN, None),
    "in a group": (_in_a_group, ANN, GROUP),
}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_conversation_goes_as_written(name: str, post: Post, telegram: FakeTelegram) -> None:
    script, person, chat = CONVERSATIONS[name]
    talk = Talk(post, telegram, person, chat)
    script(talk)
    path = GOLDEN / f"{name.replace(' ', '-').lower()}.txt"
    if os.environ.get("KAMERTON_GOLDEN") == "write":
        path.write_text(talk.text)
    assert talk.text == path.read_text()


def test_every_conversation_that_is_kept_is_had() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == {name.replace(" ", "-").lower() for name in CONVERSATIONS}


@pytest.mark.parametrize("number", [1087968824, 136817688])
def test_who_writes_for_a_group_or_a_channel_is_answered(post: Post, telegram: FakeTelegram, number: int) -> None:
    Talk(post, telegram, {"id": number, "is_bot": True, "first_name": "Group"}, GROUP).say("/genre enter sandman")
    assert [sent.chat_id for kind, sent in telegram.events if kind == "said"] == [GROUP["id"]]


@pytest.mark.parametrize(("bot", "is_answered"), [(BOT, False), ({"id": 7, "is_bot": True}, True)])
def test_only_what_was_sent_through_our_own_inline_mode_is_let_be(
    post: Post, telegram: FakeTelegram, bot: dict[str, Any], is_answered: bool
) -> None:
    Talk(post, telegram).say("Enter Sandman", via_bot=bot)
    assert any(kind == "said" for kind, _ in telegram.events) is is_answered
