"""A real HTTP server on a loopback port in place of an outside service, and the faults that a test can plan for it.

The method `answer` of a fake returns the right reply to a call; a fault is a function from the right reply to a wrong one:

    with FakeReccoBeats(music) as reccobeats:
        reccobeats.fail(rate_limited(86_400))                      # the next call
        reccobeats.fail(truncated, path="/v1/track", after=2)      # the third of these from now
        reccobeats.fail(server_error(), times=3)

`calls` has every call, answered or not, in order.
"""

from __future__ import annotations

import io
import json
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Call:
    """A request of a client. Names of headers are in small letters."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """The reply to a call. `length` is a wrong Content-Length, if one is wanted; a reply that hangs up sends nothing."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"
    length: int | None = None
    hangs_up: bool = False
    drips: float = 0.0
    """Seconds between two bytes."""


Fault = Callable[[Reply], Reply]


def json_reply(value: Any, status: int = 200, **headers: str) -> Reply:
    return Reply(status, json.dumps(value).encode(), headers)


def rate_limited(seconds: int | str | None = 86_400, reason: str | None = None) -> Fault:
    """429; Retry-After may be missing (None) or a date."""
    headers = {} if seconds is None else {"Retry-After": str(seconds)}
    error = {"status": 429, "message": "API rate limit exceeded"} | ({"reason": reason} if reason else {})
    return lambda _: json_reply({"error": error}, 429, **headers)


def quota_exceeded(seconds: int | None = 86_400) -> Fault:
    return rate_limited(seconds, "QUOTA_EXCEEDED")


def server_error(status: int = 502) -> Fault:
    return lambda _: Reply(status, b"<html>Bad gateway</html>", content_type="text/html")


def forbidden_text(_: Reply) -> Reply:
    """Spotify's answer to every call when the app's owner has no Premium."""
    return Reply(403, b"Active premium subscription required for the owner of the app.", content_type="text/plain")


def moved_to(url: str, status: int = 302) -> Fault:
    return lambda _: Reply(status, headers={"Location": url})


def hang_up(_: Reply) -> Reply:
    return Reply(hangs_up=True)


def slow(seconds: float) -> Fault:
    """The right answer, too late."""

    def fault(reply: Reply) -> Reply:
        time.sleep(seconds)
        return reply

    return fault


def dripping(seconds: float) -> Fault:
    """The right answer byte by byte, from the first of its head."""
    return lambda reply: replace(reply, drips=seconds)


def redirected(location: str, status: int = 302) -> Fault:
    return lambda _: Reply(status, headers={"Location": location})


def shuffled(reply: Reply) -> Reply:
    """The lists of the answer turned round, and its fields too."""

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: turned(inner) for name, inner in reversed(value.items())}
        return [turned(inner) for inner in reversed(value)] if isinstance(value, list) else value

    return replace(reply, body=json.dumps(turned(json.loads(reply.body or b"{}"))).encode())


def plain_text(reply: Reply) -> Reply:
    """The right answer under a wrong name."""
    return replace(reply, content_type="text/plain")


def truncated(reply: Reply) -> Reply:
    """Half of the answer, as if that were all."""
    return replace(reply, body=reply.body[: len(reply.body) // 2])


def broken_off(reply: Reply) -> Reply:
    """Half of the answer, and then the connection ends."""
    return replace(reply, body=reply.body[: len(reply.body) // 2], length=len(reply.body))


def web_page(_: Reply) -> Reply:
    """The answer of a captive portal to any call."""
    return Reply(200, b"<!doctype html><title>Welcome</title>", content_type="text/html")


def replied(value: Any, status: int = 200) -> Fault:
    """This JSON, whatever the call."""
    return lambda _: json_reply(value, status)


@dataclass
class _Planned:
    fault: Fault
    path: str
    times: int
    after: int

    def applies(self, call: Call) -> bool:
        if not call.path.startswith(self.path) or self.times <= 0:
            return False
        if self.after > 0:
            self.after -= 1
            return False
        self.times -= 1
        return True


class LoopbackServer(ABC):
    """Serves from `__enter__` to `__exit__`. `url` has no slash at the end.

    `on_call` is called with each call before it is answered, and `on_answered` after the answer was sent. `weather` returns the
    fault of a call for which none was planned.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.on_call: Callable[[Call], None] = lambda _: None
        self.on_answered: Callable[[Call], None] = lambda _: None
        self.weather: Callable[[Call], Fault | None] = lambda _: None
        self._planned: list[_Planned] = []
        self._lock = threading.Lock()
        self.url = ""

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        # The poll is how long the end may take.
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @abstractmethod
    def answer(self, call: Call) -> Reply:
        """The reply of the service when nothing is wrong."""

    def fail(self, fault: Fault, path: str = "", times: int = 1, after: int = 0) -> None:
        """The next `times` calls whose path begins with `path` get the fault, once `after` of them went well."""
        self._planned.append(_Planned(fault, path, times, after))

    def calls_of(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path.startswith(path)]

    def reply(self, call: Call) -> Reply:
        with self._lock:
            self.calls.append(call)
            self.on_call(call)
            planned = next((planned for planned in self._planned if planned.applies(call)), None)
            reply = self.answer(call)
            fault = planned.fault if planned else self.weather(call)
        return fault(reply) if fault else reply


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A client that is killed in the middle of an answer is nothing to report.
    handle_error = lambda *_: None  # noqa: E731


class _Dripping(io.RawIOBase):
    def __init__(self, stream: Any, seconds: float) -> None:
        self._stream = stream
        self._seconds = seconds

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        for octet in bytes(data):
            self._stream.write(bytes([octet]))
            self._stream.flush()
            time.sleep(self._seconds)
        return len(data)


def _handler(fake: LoopbackServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Without this every small answer on a kept connection waits for 40 ms.
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            length = int(headers.get("content-length", 0))
            body = self.rfile.read(length)
            if len(body) < length:
                # Whoever asked was stopped in the middle of it, and waits for no answer.
                self.close_connection = True
                return
            call = Call(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body)
            reply = fake.reply(call)
            if reply.hangs_up:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            if reply.drips:
                self.wfile = _Dripping(self.wfile, reply.drips)
                self.close_connection = True
            self._send(reply)
            fake.on_answered(call)

        do_POST = do_GET  # noqa: N815

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body) if reply.length is None else reply.length))
            self.end_headers()
            self.wfile.write(reply.body)
            self.wfile.flush()
            self.close_connection |= reply.length is not None

        def log_message(self, *_: object) -> None:
            pass

    return Handler
