"""The client of the Bot API: a method goes there as JSON, and Telegram's refusals become our errors.

A call ends with its deadline. The token is a part of the address, so no error and no log line holds an address.
https://core.telegram.org/bots/api#making-requests

Public names: BotApi, NAME, LONGEST_WAIT.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec
import requests

from kamerton.deadline import Deadline
from kamerton.errors import (
    AnswerUnreadable,
    ChatClosed,
    ChatMoved,
    KeyRefused,
    SourceError,
    SourceLimited,
    SourceRefused,
    SourceUnavailable,
)
from kamerton.sources.deadline_adapter import within
from kamerton.sources.http_session import SourceSession, json_object
from kamerton.telegram.bot_api_types import GetFile, GetMe, GetUpdates, Method
from kamerton.telegram.refusals import is_closed, is_harmless

NAME = "Telegram"

LONGEST_WAIT = 3.0
"""Seconds for which a call is held back when Telegram wants that; rather than for longer, it is given up."""

_RESERVE_AFTER_A_WAIT = 1.0
_USERNAME_SECONDS = 3.0
# The longest silence. A deadline, which every call has, ends it sooner.
_MOST_SECONDS = 60.0
# An instance may have been frozen for longer than Telegram keeps a connection; the next message would be lost on it.
_IDLE_SECONDS = 20.0
_LONGEST_DESCRIPTION = 200
# 401: no such token; 404: it has not the form of one.
_TOKEN_REFUSED = (401, 404)
_OK = 200
# "voice/file_12.oga"; nothing that leads elsewhere.
_FILE_PATH = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*(?:\.[A-Za-z0-9]{1,8})?")


class BotApi:
    """One bot, safe to use from many threads. `wait` sleeps.

    Methods raise `SourceLimited`, `SourceRefused` with Telegram's status, of which `ChatClosed` and `ChatMoved` are kinds, or
    `SourceUnavailable`.
    """

    def __init__(self, url: str, token: str, wait: Callable[[float], None] = time.sleep) -> None:
        self._url = f"{url}/bot{token}"
        self._file_url = f"{url}/file/bot{token}"
        self._wait = wait
        self._session = SourceSession(NAME, _MOST_SECONDS)
        self._last_call = time.time()
        self._lock = threading.Lock()
        self._username = ""
        # What requests by itself would make and look up anew for each call, which takes it longer than sending.
        headers = {**self._session.headers, "Content-Type": "application/json"}
        self._request = requests.Request("POST", self._url, headers=headers).prepare()
        self._options = self._session.merge_environment_settings(self._url, {}, None, None, None)

    def username(self) -> str:
        """Without the at sign; asked for once."""
        if not self._username:
            me = self.call(GetMe(), Deadline(_USERNAME_SECONDS))
            self._username = str(me.get("username") or "") if isinstance(me, dict) else ""
        return self._username

    def updates(self, offset: int, kinds: list[str], seconds: int, deadline: Deadline) -> list[Any]:
        """Updates from number `offset` on, as Telegram writes them; it waits for `seconds` at most until there are any."""
        updates = self.call(GetUpdates(offset, seconds, kinds), deadline)
        return updates if isinstance(updates, list) else []

    def file(self, file_id: str, most: int, deadline: Deadline) -> bytes:
        """What somebody sent, of `most` bytes at most; empty for a file that is larger, or that Telegram does not give."""
        try:
            described = self.call(GetFile(file_id), deadline)
        except SourceRefused:
            # "file is too big": of more than 20 MB Telegram gives none to a bot.
            return b""
        path, size = (described.get(name) if isinstance(described, dict) else None for name in ("file_path", "file_size"))
        if not isinstance(path, str) or not _FILE_PATH.fullmatch(path) or (type(size) is int and size > most):
            return b""
        session = SourceSession(NAME, _MOST_SECONDS, largest_body=most)
        request = session.prepare_request(requests.Request("GET", f"{self._file_url}/{path}"))
        with within(deadline):
            response = session.fetch(request)
        return response.content if response.status_code == _OK else b""

    def call(self, method: Method, deadline: Deadline) -> Any:
        """Telegram's result, unchecked; None for a refusal that is harmless. A short limit is waited out."""
        while True:
            try:
                with within(deadline):
                    return self._post(method)
            except SourceLimited as limit:
                if not _worth_waiting(limit.seconds, deadline):
                    raise
                self._wait(limit.seconds)

    def _post(self, method: Method) -> Any:
        self._close_idle_connections()
        request = self._request.copy()
        request.url = f"{self._url}/{method.method_name}"
        request.prepare_body(msgspec.json.encode(method), None)
        # Telegram says in the body what is wrong, whatever the status.
        response = self._session.fetch(request, **self._options)
        answer = json_object(response.content.decode(errors="replace"))
        if answer is not None and answer.get("ok") is True:
            return answer.get("result")
        if answer is None or answer.get("ok") is not False:
            raise AnswerUnreadable(NAME, f"gave an answer that we do not understand ({response.status_code})")
        description = str(answer.get("description") or "")
        if is_harmless(description):
            return None
        raise _refusal(answer, description, response.status_code)

    def _close_idle_connections(self) -> None:
        with self._lock:
            idle, self._last_call = time.time() - self._last_call, time.time()
            if not 0 <= idle < _IDLE_SECONDS:
                self._session.close()


def _worth_waiting(seconds: float, deadline: Deadline) -> bool:
    return seconds <= LONGEST_WAIT and seconds + _RESERVE_AFTER_A_WAIT <= deadline.left


def _refusal(answer: dict[str, Any], description: str, http_status: int) -> SourceError:
    """The error that an answer with "ok": false stands for. https://core.telegram.org/bots/api#responseparameters"""
    code = answer.get("error_code")
    status = code if type(code) is int else http_status
    if status == 429:
        return SourceLimited(NAME, _retry_after(answer.get("parameters")))
    if status >= 500:
        return SourceUnavailable(NAME, f"failed with {status}")
    fault = f"refused with {status}: {description[:_LONGEST_DESCRIPTION]}"
    parameters = answer.get("parameters")
    chat_id = parameters.get("migrate_to_chat_id") if isinstance(parameters, dict) else None
    if type(chat_id) is int:
        return ChatMoved(NAME, status, fault, chat_id)
    if status in _TOKEN_REFUSED:
        return KeyRefused(NAME, status, fault)
    return (ChatClosed if is_closed(status, description) else SourceRefused)(NAME, status, fault)


def _retry_after(parameters: Any) -> float:
    """Seconds; too many to be waited out when Telegram does not say."""
    seconds: Any = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(seconds) if type(seconds) in (int, float) and seconds >= 0 else LONGEST_WAIT + 1
