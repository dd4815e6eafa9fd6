"""One JSON line for each request, and for each event that an operator should know of, in the format of Cloud Logging.

A line never has the text of a query, an address or a key: a person's questions are their own business.
Fields: https://cloud.google.com/logging/docs/structured-logging

The context of a request under way has fields that stand in each of its lines (its trace), and durations and added fields for
its last line. Threads that work for the request share them when they run in a copy of its context.

Public names: Log, begin_request, end_request, timed, durations, add_field, added_fields.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TextIO

import msgspec
from msgspec import Struct, field


class _RequestContext(Struct, frozen=True):
    fields: Mapping[str, Any]
    # A list, because threads append to it while the request goes on.
    timings: list[tuple[str, float]] = field(default_factory=list)
    added_fields: dict[str, str] = field(default_factory=dict)


_REQUEST: ContextVar[_RequestContext | None] = ContextVar("request_under_way", default=None)


class Log:
    """Writes whole lines to `stream`, or to standard error, looked up at each line."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def line(self, severity: str, message: str, **fields: Any) -> None:
        request = _REQUEST.get()
        entry = {"severity": severity, "message": message, **fields, **(request.fields if request else {})}
        text = msgspec.json.encode(entry).decode() + "\n"
        stream = self._stream or sys.stderr
        stream.write(text)
        stream.flush()


def begin_request(fields: Mapping[str, Any]) -> None:
    """Begin a request in this thread: until it ends, each line of the thread has these fields."""
    _REQUEST.set(_RequestContext(fields))


def end_request() -> None:
    """End the request: later lines of this thread belong to no request."""
    _REQUEST.set(None)


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Add the time that the block takes, however it ends, to the request's duration of this name."""
    started = time.monotonic()
    try:
        yield
    finally:
        if request := _REQUEST.get():
            request.timings.append((name, time.monotonic() - started))


def durations() -> dict[str, float]:
    """Milliseconds by name; blocks of one name are added up, also where they ran side by side."""
    request = _REQUEST.get()
    total: dict[str, float] = {}
    for name, seconds in tuple(request.timings) if request else ():
        total[name] = total.get(name, 0.0) + seconds * 1000
    return {name: round(milliseconds, 1) for name, milliseconds in total.items()}


def add_field(name: str, value: str) -> None:
    """Add a field to the request's last line; without a request under way nothing happens."""
    if request := _REQUEST.get():
        request.added_fields[name] = value


def added_fields() -> dict[str, str]:
    """The added fields so far, the last value of each name."""
    request = _REQUEST.get()
    return dict(request.added_fields) if request else {}
