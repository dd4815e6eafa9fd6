"""One JSON line for each request, and for each thing that an operator should know, as Cloud Logging reads them.

Never a query's text, an address or a key: what a person asked is their own business.
Fields: https://cloud.google.com/logging/docs/structured-logging

A request under way carries fields that each of its lines has (its trace), and durations and remarks that its last line sums
up; they go along into the threads that work for it, when these run in a copy of its context.
Public names: Log, begin_request, end_request, timed, durations, remark, remarks.
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


class _UnderWay(Struct, frozen=True):
    fields: Mapping[str, Any]
    # A list, because threads append to it while the request goes on.
    spent: list[tuple[str, float]] = field(default_factory=list)
    remarks: dict[str, str] = field(default_factory=dict)


_UNDER_WAY: ContextVar[_UnderWay | None] = ContextVar("request_under_way", default=None)


class Log:
    """Writes whole lines to `stream` (standard error, looked up at each line, unless one is given)."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def line(self, severity: str, message: str, **fields: Any) -> None:
        request = _UNDER_WAY.get()
        entry = {"severity": severity, "message": message, **fields, **(request.fields if request else {})}
        text = msgspec.json.encode(entry).decode() + "\n"
        stream = self._stream or sys.stderr
        stream.write(text)
        stream.flush()


def begin_request(fields: Mapping[str, Any]) -> None:
    """From here on each line of this thread has these fields, until the request ends."""
    _UNDER_WAY.set(_UnderWay(fields))


def end_request() -> None:
    """What this thread says from here on belongs to no request."""
    _UNDER_WAY.set(None)


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Count the time that the block takes, however it ends, as the request's time for `what`."""
    started = time.monotonic()
    try:
        yield
    finally:
        if request := _UNDER_WAY.get():
            request.spent.append((what, time.monotonic() - started))


def durations() -> dict[str, float]:
    """Milliseconds by what they were spent on; calls of one name are added up, also where they ran side by side."""
    request = _UNDER_WAY.get()
    total: dict[str, float] = {}
    for what, seconds in tuple(request.spent) if request else ():
        total[what] = total.get(what, 0.0) + seconds * 1000
    return {what: round(milliseconds, 1) for what, milliseconds in total.items()}


def remark(name: str, value: str) -> None:
    """Have the request's last line say this; without a request under way nothing happens."""
    if request := _UNDER_WAY.get():
        request.remarks[name] = value


def remarks() -> dict[str, str]:
    """What was remarked so far, the last word of each name."""
    request = _UNDER_WAY.get()
    return dict(request.remarks) if request else {}
