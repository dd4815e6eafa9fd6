"""Answers of one kind that are remembered: in this process, and in the bucket for the next instance.

    cache/NAME/KEY.json     {"key", "at": seconds since 1970, "value": the answer, or null when nobody had one}

That nobody has it is forgotten after a day; what was found stays, or for as long as its shelf says. An object that cannot be
read, or is of another key (where a file system takes small letters for capitals), is as if it were not there.

Public names: Shelf, Remembered, ABSENT_SECONDS.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

from kamerton.lookup.object_cache import Cache

ABSENT_SECONDS = 86_400.0
_MOST_IN_PROCESS = 2000
_LARGEST_OBJECT = 64 * 1024

T = TypeVar("T")


class Remembered(Struct, Generic[T], frozen=True):
    """`value` is None when nobody had it."""

    value: T | None


class _Kept(Struct, Generic[T]):
    key: str
    at: float
    value: T | None = None


class Shelf(Generic[T]):
    """Answers of the type `kind`, which msgspec must know, under keys that may stand in an object's name.

    They stay for `seconds`, or without end; `clock` returns seconds since 1970.
    """

    def __init__(
        self,
        cache: Cache,
        name: str,
        kind: type[T],
        seconds: float = float("inf"),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._cache = cache
        self._name = name
        kept: Any = _Kept
        self._decoder: msgspec.json.Decoder[_Kept[T]] = msgspec.json.Decoder(kept[kind])
        self._seconds = seconds
        self._clock = clock
        self._known: dict[str, _Kept[T]] = {}
        self._lock = threading.Lock()

    def look(self, key: str) -> Remembered[T] | None:
        """None when nothing is remembered."""
        kept = self._known.get(key)
        if kept is None or not self._fresh(kept):
            # Another instance may have asked again since.
            kept = self._read(self._cache.get(self._object(key)))
            if kept is None or kept.key != key:
                return None
            self._know(kept)
        return Remembered(kept.value) if self._fresh(kept) else None

    def keep(self, key: str, value: T | None) -> None:
        """Remember it; None: nobody has it."""
        kept = _Kept(key, self._clock(), value)
        self._know(kept)
        self._cache.put(self._object(key), msgspec.json.encode(kept))

    def _object(self, key: str) -> str:
        return f"{self._name}/{key}.json"

    def _fresh(self, kept: _Kept[T]) -> bool:
        seconds = ABSENT_SECONDS if kept.value is None else self._seconds
        # What lasts without end is not asked when it began: another instance's clock may be ahead.
        return seconds == float("inf") or 0 <= self._clock() - kept.at < seconds

    def _read(self, data: bytes | None) -> _Kept[T] | None:
        if data is None or len(data) > _LARGEST_OBJECT:
            return None
        try:
            return self._decoder.decode(data)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return None

    def _know(self, kept: _Kept[T]) -> None:
        with self._lock:
            self._known[kept.key] = kept
            while len(self._known) > _MOST_IN_PROCESS:
                self._known.pop(next(iter(self._known)))
