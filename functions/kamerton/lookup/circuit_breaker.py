"""When an outside service is left alone.

A source is paused for as long as it says itself (Retry-After), for an hour when it refuses our whole account, and for a month
when it closed the call to our app. The end of a pause is kept in the bucket under cache/pauses/, with the date of its
beginning, and every instance reads it there at the first call and every half a minute. After five failures within a minute the
breaker opens for 30 seconds, on this instance.

Public names: CircuitBreaker, Pause.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from kamerton.decoders import prepare_decoders
from kamerton.errors import CallClosed, SourceError, SourceLimited, SourceRefused, SourceUnavailable
from kamerton.lookup.object_cache import ObjectCache

if TYPE_CHECKING:
    from kamerton.sources.protocols import Source

FAILURES = 5
WINDOW_SECONDS = 60.0
OPEN_SECONDS = 30.0
READ_SECONDS = 30.0

_REFUSED_SECONDS = 3600.0
_CLOSED_SECONDS = 30 * 86_400.0
_OTHER_CALL_CLOSED_SECONDS = 3600.0
_CREDENTIALS_SECONDS = 600.0
_LONGEST_SECONDS = 31 * 86_400.0
_TOGETHER_SECONDS = 5.0
_UNAUTHORIZED, _FORBIDDEN = 401, 403

LIMITED, REFUSED, CLOSED = "limited", "refused", "closed"


class Pause(Struct, frozen=True):
    """`until` is seconds since 1970; `since` says when it began, for people who look into the bucket."""

    until: float
    why: str
    since: str = ""


@dataclass
class _State:
    failures: deque[float] = field(default_factory=lambda: deque(maxlen=FAILURES))
    open_until: float = float("-inf")
    pause: Pause | None = None
    read_at: float = float("-inf")
    reading: threading.Lock = field(default_factory=threading.Lock)


class CircuitBreaker:
    """Of all sources, and of each call of a source; safe to use from many threads. `clock` returns seconds since 1970."""

    def __init__(self, objects: ObjectCache, clock: Callable[[], float] = time.time) -> None:
        prepare_decoders(Pause)
        self._objects = objects
        self._clock = clock
        self._states: dict[str, _State] = {}
        self._lock = threading.Lock()

    def check(self, source: Source, call: str) -> None:
        """Raises the `SourceError` for which this call of the source is not to be made now."""
        for key in (source.key, _call_key(source, call)):
            pause = self._current_pause(key)
            if pause is not None:
                raise _error(source, pause, self._clock())
        if self._clock() < self._state(source.key).open_until:
            raise SourceUnavailable(source.name, "failed too often, and is left alone for a while")

    def record_failure(self, source: Source, call: str, error: SourceError) -> None:
        """Pause the source or the call as the failure asks for."""
        if isinstance(error, SourceLimited):
            self._begin_pause(source.key, error.seconds, LIMITED)
        elif isinstance(error, CallClosed):
            seconds = _CLOSED_SECONDS if call == "features" else _OTHER_CALL_CLOSED_SECONDS
            self._begin_pause(_call_key(source, call), seconds, CLOSED)
        elif isinstance(error, SourceRefused) and error.source != source.name:
            # Whoever gives it its tokens refuses the credentials, which another instance may have better.
            self._begin_pause(source.key, _CREDENTIALS_SECONDS, REFUSED, shared=False)
        elif isinstance(error, SourceRefused) and error.status in (_UNAUTHORIZED, _FORBIDDEN):
            self._begin_pause(source.key, _REFUSED_SECONDS, REFUSED)
        elif isinstance(error, SourceUnavailable):
            self._count(source.key)

    def _count(self, key: str) -> None:
        now, state = self._clock(), self._state(key)
        with self._lock:
            state.failures.append(now)
            if len(state.failures) == FAILURES and 0 <= now - state.failures[0] <= WINDOW_SECONDS:
                state.open_until = now + OPEN_SECONDS

    def _begin_pause(self, key: str, seconds: float, why: str, shared: bool = True) -> None:
        now, state = self._clock(), self._state(key)
        pause = Pause(now + min(seconds, _LONGEST_SECONDS), why, datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"))
        with self._lock:
            # Calls that were under way together are told the same, each a moment later: once is enough for the bucket, which
            # takes about one write of an object a second.
            if state.pause is not None and state.pause.until >= pause.until - _TOGETHER_SECONDS:
                return
            state.pause, state.read_at = pause, now
        if shared:
            self._objects.put(f"pauses/{key}.json", msgspec.json.encode(pause))

    def _current_pause(self, key: str) -> Pause | None:
        now, state = self._clock(), self._state(key)
        # A thread that comes while another reads waits for what that one reads.
        with state.reading:
            if not 0 <= now - state.read_at < READ_SECONDS and not _holds(state.pause, now):
                stored = _read(self._objects.get(f"pauses/{key}.json"))
                with self._lock:
                    state.read_at = now
                    state.pause = stored if _holds(stored, now) else state.pause
        return state.pause if _holds(state.pause, now) else None

    def _state(self, key: str) -> _State:
        with self._lock:
            return self._states.setdefault(key, _State())


def _call_key(source: Source, call: str) -> str:
    return f"{source.key}-{call}"


def _holds(pause: Pause | None, now: float) -> bool:
    # What would last for longer than any pause does is not one of ours.
    return pause is not None and 0 < pause.until - now <= _LONGEST_SECONDS


def _read(data: bytes | None) -> Pause | None:
    try:
        return msgspec.json.decode(data, type=Pause) if data else None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def _error(source: Source, pause: Pause, now: float) -> SourceError:
    if pause.why == LIMITED:
        return SourceLimited(source.name, pause.until - now)
    kind = CallClosed if pause.why == CLOSED else SourceRefused
    return kind(source.name, _FORBIDDEN, "refused before, and is not asked again for a while")
