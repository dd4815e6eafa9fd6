"""What is said arrives as Telegram wants it, in time, and what Telegram refuses becomes an error that says what to do."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from kamerton.deadline import Deadline
from kamerton.errors import SourceLimited, SourceRefused, SourceUnavailable
from kamerton.telegram.bot_api import LONGEST_WAIT, BotApi
from kamerton.telegram.bot_api_types import AnswerCallbackQuery, EditMessageText, Method, SendChatAction, SendMessage
from kamerton.telegram.callback_data import CARD, MORE, CallbackData
from kamerton.telegram.replies import (
    Button,
    ChatTarget,
    MessageContent,
    audio_message,
    callback_alert,
    inline_answer,
    inline_result,
    message_edit,
    new_message,
)
from kamerton.telegram.updates import CallbackQuery, Chat, InlineQuery, Message, User
from tests.fakes.loopback import Reply, broken_off, dripping, hang_up, json_reply, moved_to, replied, slow, truncated, web_page
from tests.fakes.telegram import TOKEN, USERNAME, FakeTelegram, blocked, refusal, too_many

CHAT = ChatTarget(7)
HELLO = new_message(CHAT, MessageContent("Hello <b>&amp; welcome</b>"))


@pytest.fixture
def bots() -> Iterator[FakeTelegram]:
    with FakeTelegram() as telegram:
        yield telegram


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def api(bots: FakeTelegram, waits: list[float]) -> BotApi:
    return BotApi(bots.url, TOKEN, waits.append)


def test_a_message_arrives_with_its_buttons_picture_and_place(api: BotApi, bots: FakeTelegram) -> None:
    first = (Button("1", CallbackData(CARD, "x" * 22)), Button("Page", url="https://kamerton.example"))
    content = MessageContent(
        "A &amp; B", (first, (Button("More", CallbackData(MORE, "x")),)), "https://kamerton.example/cover/1"
    )
    api.call(new_message(ChatTarget(-5, 3, 12), content), Deadline(5))
    (sent,) = bots.messages.values()
    assert (sent.chat_id, sent.reply_to, sent.text, sent.preview) == (-5, 12, "A & B", "https://kamerton.example/cover/1")
    assert sent.keyboard == [
        [{"text": "1", "callback_data": "c|" + "x" * 22}, {"text": "Page", "url": "https://kamerton.example"}],
        [{"text": "More", "callback_data": "m|x|0|"}],
    ]
    (call,) = bots.calls
    assert json.loads(call.body)["message_thread_id"] == 3


@pytest.mark.parametrize(
    ("method", "name", "body"),
    [
        (SendMessage(7, "Hello"), "sendMessage", {"chat_id": 7, "text": "Hello"}),
        (EditMessageText("Hello", 7, 8), "editMessageText", {"chat_id": 7, "message_id": 8, "text": "Hello"}),
        (AnswerCallbackQuery("press"), "answerCallbackQuery", {"callback_query_id": "press"}),
    ],
)
def test_a_call_is_its_fields_as_json_without_those_that_have_their_default(
    api: BotApi, bots: FakeTelegram, method: Method, name: str, body: dict[str, Any]
) -> None:
    bots.before = lambda *_: json_reply({"ok": True, "result": True})
    api.call(method, Deadline(5))
    (call,) = bots.calls
    assert (call.path.rpartition("/")[2], json.loads(call.body)) == (name, body)


def test_nothing_that_is_said_stands_in_an_address(api: BotApi, bots: FakeTelegram) -> None:
    api.call(new_message(CHAT, MessageContent("я" * 4096)), Deadline(5))
    assert [call.query for call in bots.calls] == [{}]


def test_a_button_without_room_for_its_data_is_left_out(api: BotApi, bots: FakeTelegram) -> None:
    both = (Button("long", CallbackData(CARD, "x" * 63)), Button("ok", CallbackData(CARD, "x" * 62)))
    for row in (both, (Button("long", CallbackData(CARD, "я" * 32)),)):
        api.call(new_message(CHAT, MessageContent("Hello", (row,))), Deadline(5))
    first, second = bots.messages.values()
    assert [[button["text"] for button in row] for row in first.keyboard] == [["ok"]]
    assert second.keyboard == []


def test_audio_toasts_typing_and_suggestions_arrive(api: BotApi, bots: FakeTelegram) -> None:
    api.call(audio_message(CHAT, "https://cdn.example/preview.mp3", "Title", "Artist"), Deadline(5))
    bots.presses.add("press")
    api.call(callback_alert(CallbackQuery("press", User(1)), "w" * 300), Deadline(5))
    api.call(SendChatAction(7, "typing"), Deadline(5))
    card = MessageContent("Card", ((Button("More", CallbackData(CARD, "x")),),))
    result = inline_result("id", "Title", "", card)
    api.call(inline_answer(InlineQuery("query", User(1)), (result,), "10"), Deadline(5))
    played, alerted, typing, suggested = bots.events
    assert played[1].audio == {
        "audio": "https://cdn.example/preview.mp3",
        "title": "Title",
        "performer": "Artist",
        "duration": "30",
    }
    assert alerted == ("alerted", "w" * 199 + "…")
    assert typing == ("typing", 7)
    assert [result["text"] for result in suggested[1]] == ["Card"]


def test_a_message_that_is_changed_to_what_it_is_already_is_no_failure(api: BotApi, bots: FakeTelegram) -> None:
    api.call(HELLO, Deadline(5))
    ((_, message_id),) = bots.messages
    assert isinstance(message_id, int)
    for _ in range(2):
        api.call(message_edit(press_under(message_id), MessageContent("Changed")), Deadline(5))
    assert [kind for kind, _ in bots.events] == ["said", "changed"]


def press_under(message_id: int) -> CallbackQuery:
    """A press of a button under a message of the bot."""
    return CallbackQuery("press", User(1), Message(message_id, Chat(7)))


def test_a_press_that_is_too_old_to_be_acknowledged_is_no_failure(api: BotApi) -> None:
    api.call(AnswerCallbackQuery("of-yesterday"), Deadline(5))


def test_the_bots_name_is_asked_for_once(api: BotApi, bots: FakeTelegram) -> None:
    assert [api.username() for _ in range(3)] == [USERNAME] * 3
    assert bots.methods == ["getMe"]


def test_a_short_limit_is_waited_out(api: BotApi, bots: FakeTelegram, waits: list[float]) -> None:
    bots.before = limited_times(2, 1)
    api.call(HELLO, Deadline(5))
    assert waits == [1, 1]
    assert len(bots.messages) == 1


@pytest.mark.parametrize(("seconds", "left"), [(LONGEST_WAIT + 1, 30.0), (2, 2.5), (86_400, 30.0)])
def test_a_limit_that_is_long_or_does_not_fit_is_given_up(
    api: BotApi, bots: FakeTelegram, waits: list[float], seconds: int, left: float
) -> None:
    bots.before = lambda *_: refusal(429, "Too Many Requests", int(seconds))
    with pytest.raises(SourceLimited) as limited:
        api.call(HELLO, Deadline(left))
    assert limited.value.seconds == seconds
    assert waits == []


@pytest.mark.parametrize("parameters", [{}, {"parameters": None}, {"parameters": {"retry_after": "soon"}}])
def test_a_limit_of_unknown_length_is_given_up(api: BotApi, bots: FakeTelegram, parameters: dict[str, Any]) -> None:
    bots.fail(replied({"ok": False, "error_code": 429, "description": "Too Many Requests"} | parameters, 429))
    with pytest.raises(SourceLimited):
        api.call(HELLO, Deadline(5))


def limited_times(times: int, seconds: int) -> Any:
    left = iter(range(times))
    return lambda *_: too_many(seconds)(Reply()) if next(left, None) is not None else None


def test_who_blocked_the_bot_and_what_is_refused_can_be_told_apart(api: BotApi, bots: FakeTelegram) -> None:
    bots.fail(blocked)
    with pytest.raises(SourceRefused) as refused:
        api.call(HELLO, Deadline(5))
    assert refused.value.status == 403
    bots.fail(replied({"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}, 400))
    with pytest.raises(SourceRefused, match="chat not found") as refused:
        api.call(HELLO, Deadline(5))
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "fault",
    [
        hang_up,
        truncated,
        broken_off,
        web_page,
        moved_to("http://127.0.0.1:9/"),
        replied([]),
        replied({}),
        replied({"ok": "yes"}),
        replied({"ok": False}, 502),
        replied({"ok": False, "error_code": 500, "description": 5}, 500),
    ],
)
def test_whatever_else_goes_wrong_telegram_is_unavailable(api: BotApi, bots: FakeTelegram, fault: Any) -> None:
    bots.fail(fault)
    with pytest.raises(SourceUnavailable):
        api.call(HELLO, Deadline(5))


@pytest.mark.parametrize("fault", [slow(1.0), dripping(0.02)])
def test_a_call_ends_with_its_deadline(api: BotApi, bots: FakeTelegram, fault: Any) -> None:
    bots.fail(fault)
    started = time.monotonic()
    with pytest.raises(SourceUnavailable):
        api.call(HELLO, Deadline(0.3))
    assert time.monotonic() - started < 0.8


@pytest.mark.parametrize("result", [None, True, {"message_id": "seven"}, [1], {"nothing": "known"}])
def test_what_telegram_tells_about_a_message_that_it_took_does_not_matter(api: BotApi, bots: FakeTelegram, result: Any) -> None:
    bots.fail(replied({"ok": True, "result": result}), times=2)
    api.call(HELLO, Deadline(5))
    api.call(message_edit(press_under(1), MessageContent("Changed")), Deadline(5))


def test_two_bots_in_one_process_do_not_mix(api: BotApi, bots: FakeTelegram) -> None:
    with FakeTelegram() as others:
        other = BotApi(others.url, TOKEN)
        other.call(HELLO, Deadline(5))
        api.call(HELLO, Deadline(5))
        assert (len(bots.messages), len(others.messages)) == (1, 1)


@pytest.mark.parametrize("fault", [hang_up, web_page, blocked, replied({"ok": False, "error_code": 401}, 401)])
def test_no_error_holds_the_token(api: BotApi, bots: FakeTelegram, fault: Any) -> None:
    bots.fail(fault)
    with pytest.raises((SourceUnavailable, SourceRefused)) as failed:
        api.call(HELLO, Deadline(5))
    assert TOKEN.partition(":")[2] not in f"{failed.value!r} {failed.value} {failed.value.body}"
