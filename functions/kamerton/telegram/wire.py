"""How Telegram is spoken to: a form goes there, a JSON object with "ok" comes back, in the time that the deadline leaves.

Importing this imports pyTelegramBotAPI and makes it send through here. What the library can be told of how to send is for the
whole process, so whose call it is stands beside: `speaking`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import requests
from msgspec import Struct

from kamerton.errors import SourceUnavailable
from kamerton.sources.http_session import SourceSession, json_object
from kamerton.telegram.library import apihelper

NAME = "Telegram"

# The longest silence. A deadline, which every call has, ends it sooner.
_MOST_SECONDS = 60.0
# An instance may have been frozen for longer than Telegram keeps a connection; the next message would be lost on it.
_IDLE_SECONDS = 20.0
_MOST_SAID = 200
# Of a message that was taken nothing need be known; of these calls the result is what was asked for.
_TOLD = ("getMe", "getUpdates")


class Answered(Struct, frozen=True):
    """What the library reads of an answer."""

    status_code: int
    content: dict[str, Any]
    text: str = ""

    def json(self) -> dict[str, Any]:
        return self.content


class Wire:
    """To one bot's methods. Safe to use from many threads."""

    def __init__(self, url: str, token: str) -> None:
        self._url = f"{url}/bot{token}"
        self._session = SourceSession(NAME, _MOST_SECONDS)
        self._used = time.time()
        self._lock = threading.Lock()
        # What requests by itself would make and look up anew for each call, which takes it longer than sending.
        self._request = requests.Request("POST", self._url, headers=self._session.headers).prepare()
        self._options = self._session.merge_environment_settings(self._url, {}, None, None, None)

    def send(self, method: str, params: dict[str, Any] | None) -> Answered:
        """Raises `SourceUnavailable`."""
        self._let_go_of_idle()
        form = {name: _written(value) for name, value in (params or {}).items()}
        request = self._request.copy()
        request.url = f"{self._url}/{method}"
        request.prepare_body(form, None)
        # Telegram says in the body what is wrong, whatever the status.
        response = self._session.fetch(request, **self._options)
        answer = json_object(response.content.decode(errors="replace"))
        if answer is not None and answer.get("ok") is True:
            return Answered(200, {"ok": True, "result": answer.get("result") if method in _TOLD else None})
        if answer is not None and answer.get("ok") is False:
            return Answered(response.status_code, _refusal(answer, response.status_code))
        raise SourceUnavailable(NAME, f"gave an answer that we do not understand ({response.status_code})")

    def _let_go_of_idle(self) -> None:
        with self._lock:
            idle, self._used = time.time() - self._used, time.time()
            if not 0 <= idle < _IDLE_SECONDS:
                self._session.close()


_wire: ContextVar[Wire] = ContextVar("wire")


@contextmanager
def speaking(wire: Wire) -> Iterator[None]:
    """In the block the library's calls, in this thread, go over this wire."""
    token = _wire.set(wire)
    try:
        yield
    finally:
        _wire.reset(token)


def _send(_: str, url: str, params: dict[str, Any] | None = None, **__: object) -> Answered:
    return _wire.get().send(url.rpartition("/")[2], params)


apihelper.CUSTOM_REQUEST_SENDER = _send  # type: ignore[assignment]  # whose default is None


def _refusal(answer: dict[str, Any], status: int) -> dict[str, Any]:
    """With all that the library and we read of it."""
    code, said, parameters = (answer.get(name) for name in ("error_code", "description", "parameters"))
    parameters = parameters if isinstance(parameters, dict) else {}
    seconds: Any = parameters.get("retry_after")
    return {
        "ok": False,
        "error_code": code if type(code) is int else status,
        "description": str(said or "")[:_MOST_SAID],
        "parameters": {"retry_after": float(seconds)} if type(seconds) in (int, float) and seconds >= 0 else {},
    }


def _written(value: Any) -> Any:
    return ("true" if value else "false") if isinstance(value, bool) else value
