"""The Bot API, through pyTelegramBotAPI: what is said is sent, and Telegram's refusals become our errors.

By itself the library puts every parameter into the address, and waits for up to half a minute. Here `wire` sends its calls, and
they end with the deadline. Nothing is made of what Telegram tells about a message that it took: so an answer of a form that the
library does not expect is no failure.

https://core.telegram.org/bots/api
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from kamerton.deadline import Deadline
from kamerton.errors import SourceError, SourceLimited, SourceRefused, SourceUnavailable
from kamerton.sources.deadline_adapter import within
from kamerton.telegram import forms, markup
from kamerton.telegram.library import ApiTelegramException, TeleBot, apihelper
from kamerton.telegram.replies import Change, Play, Reply, Room, Say, Suggest, Toast
from kamerton.telegram.wire import NAME, Wire, speaking

LONGEST_WAIT = 3.0
"""Seconds for which a call is held back when Telegram wants that; rather than for longer, it is given up."""

_KEPT_AFTER_A_WAIT = 1.0
_USERNAME_SECONDS = 3.0
_MOST_TOAST = 200
_PREVIEW_SECONDS = 30
# What Telegram says when all is as it should be already, or when it is too late for it to matter.
_HARMLESS = ("message is not modified", "query is too old", "query ID is invalid")


class BotApi:
    """One bot. `wait` sleeps. Methods raise `SourceLimited`, `SourceRefused` with Telegram's status, or `SourceUnavailable`."""

    def __init__(self, url: str, token: str, wait: Callable[[float], None] = time.sleep) -> None:
        self._wire = Wire(url, token)
        self._token = token
        self._wait = wait
        self._bot = TeleBot(token, threaded=False)
        self._username = ""

    def username(self) -> str:
        """Without the at sign; asked for once."""
        if not self._username:
            get: Any = apihelper.get_me
            me = self._call(lambda: get(self._token), Deadline(_USERNAME_SECONDS))
            self._username = str(me.get("username") or "") if isinstance(me, dict) else ""
        return self._username

    def send(self, reply: Reply, deadline: Deadline) -> None:
        """What is seen in a chat: `Say`, `Change` or `Play`."""
        sends: dict[type, Callable[[Any], None]] = {Say: self._say, Change: self._change, Play: self._play}
        send = sends[type(reply)]
        self._call(lambda: send(reply), deadline)

    def acknowledge(self, query_id: str, toast: Toast | None, deadline: Deadline) -> None:
        """End the waiting of who pressed a button."""
        words = markup.clipped(toast.words, _MOST_TOAST) if toast else None
        alert = toast.alert if toast else None
        self._call(lambda: self._bot.answer_callback_query(query_id, words, alert), deadline)

    def suggest(self, query_id: str, suggest: Suggest, deadline: Deadline) -> None:
        """The answer to an inline query."""
        lines = [forms.line(each) for each in suggest.suggestions]
        # What is said in a person's language is for that person.
        call = self._bot.answer_inline_query
        self._call(lambda: call(query_id, lines, suggest.seconds, is_personal=True, next_offset=suggest.next_offset), deadline)

    def show_typing(self, room: Room, deadline: Deadline) -> None:
        self._call(lambda: self._bot.send_chat_action(room.chat_id, "typing", message_thread_id=room.topic_id), deadline)

    def updates(self, offset: int, kinds: list[str], seconds: int, deadline: Deadline) -> list[Any]:
        """Updates from number `offset` on, as Telegram writes them; it waits for `seconds` at most until there are any."""
        # By the library's types, what they do not know would be lost.
        get: Any = apihelper.get_updates
        found = self._call(lambda: get(self._token, offset, None, None, kinds, seconds), deadline)
        return found if isinstance(found, list) else []

    def _say(self, say: Say) -> None:
        self._bot.send_message(
            say.room.chat_id,
            say.text.html,
            parse_mode="HTML",
            reply_markup=forms.keyboard(say.text.buttons),
            link_preview_options=forms.preview(say.text.preview),
            message_thread_id=say.room.topic_id,
            reply_parameters=forms.reply_to(say.room.reply_to),
        )

    def _change(self, change: Change) -> None:
        self._bot.edit_message_text(
            change.text.html,
            chat_id=change.spot.chat_id,
            message_id=change.spot.message_id,
            inline_message_id=change.spot.inline_message_id,
            parse_mode="HTML",
            reply_markup=forms.keyboard(change.text.buttons),
            link_preview_options=forms.preview(change.text.preview),
        )

    def _play(self, play: Play) -> None:
        self._bot.send_audio(
            play.room.chat_id,
            play.url,
            title=play.title,
            performer=play.performer,
            duration=_PREVIEW_SECONDS,
            message_thread_id=play.room.topic_id,
        )

    def _call(self, call: Callable[[], Any], deadline: Deadline) -> Any:
        while True:
            try:
                with speaking(self._wire), within(deadline):
                    return call()
            except ApiTelegramException as refusal:
                if any(words in refusal.description for words in _HARMLESS):
                    return None
                error = _error(refusal)
                if not isinstance(error, SourceLimited) or not _worth_waiting(error.seconds, deadline):
                    raise error from None
                self._wait(error.seconds)


def _worth_waiting(seconds: float, deadline: Deadline) -> bool:
    return seconds <= LONGEST_WAIT and seconds + _KEPT_AFTER_A_WAIT <= deadline.left


def _error(refusal: ApiTelegramException) -> SourceError:
    status, said = refusal.error_code, refusal.description
    if status == 429:
        return SourceLimited(NAME, refusal.result_json["parameters"].get("retry_after", LONGEST_WAIT + 1))
    if status >= 500:
        return SourceUnavailable(NAME, f"failed with {status}")
    return SourceRefused(NAME, status, f"refused with {status}: {said}")
