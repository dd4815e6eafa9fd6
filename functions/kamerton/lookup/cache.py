"""Answers of one kind that are remembered: in this process, and in the bucket for the next instance.

    cache/NAME/KEY.json     {"key", "at": seconds since 1970, "value": the answer, or null when nobody had one}

An answer is remembered without end, or for as long as its cache says; an absence for some minutes, and in this process alone:
whoever makes up ids would fill the bucket with them. What anybody can ask in endless ways is kept in the bucket when it is
asked for again. An object that cannot be read, or that is of another key (where a file system takes small letters for
capitals), counts as missing.

This process holds what it wrote or read last, as it is in the bucket, up to a number of bytes: opened, a list of candidates
takes five times as many.

Public names: Cache, Cached, ABSENT_SECONDS.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Generic, TypeVar

import msgspec
from cachetools import FIFOCache, LRUCache
from msgspec import Struct

from kamerton.lookup.object_cache import ObjectCache

ABSENT_SECONDS = 600.0
_MOST_UNKEPT = 2000
_LARGEST_OBJECT = 128 * 1024
# Of an entry besides its text: the key, and what Python adds to each.
_ENTRY_BYTES = 500

T = TypeVar("T")
S = TypeVar("S")


class Cached(Struct, Generic[T], frozen=True):
    """`value` is None when nobody had one."""

    value: T | None


class _Stored(Struct, Generic[S]):
    key: str
    at: float
    value: S | None = None


class Cache(Generic[T]):
    """Answers of type T, stored as the type `stored`, which msgspec must know, under keys that may stand in an object's name.

    `write` turns an answer into its stored form; an answer for which it raises `msgspec.ValidationError` is not remembered.
    `read` turns a stored form back; a stored form for which it returns None counts as missing. Without them the two are the
    same. Answers stay for `seconds`; `clock` returns seconds since 1970. The process holds `most_bytes` of them, and drops
    first what was not asked for the longest. Safe to use from many threads.

    An absence is kept in the bucket only with `dear_absence`, then for as many seconds. With `asked_twice` nothing is kept
    there before it is asked for a second time."""

    def __init__(
        self,
        objects: ObjectCache,
        name: str,
        stored: Any,
        seconds: float = float("inf"),
        clock: Callable[[], float] = time.time,
        *,
        read: Callable[[Any], T | None] | None = None,
        write: Callable[[T], Any] | None = None,
        dear_absence: float | None = None,
        asked_twice: bool = False,
        most_bytes: int = 500_000,
    ) -> None:
        self._objects = objects
        self._name = name
        kind: Any = _Stored
        self._decoder: msgspec.json.Decoder[_Stored[Any]] = msgspec.json.Decoder(kind[stored])
        self._seconds = seconds
        self._clock = clock
        self._read = read
        self._write = write
        self._dear_absence = dear_absence
        self._asked_twice = asked_twice
        self._in_process: LRUCache[str, bytes] = LRUCache(most_bytes, lambda data: len(data) + _ENTRY_BYTES)
        # The keys of those that are not in the bucket yet, and will be.
        self._unkept: FIFOCache[str, bool] = FIFOCache(_MOST_UNKEPT)
        self._lock = threading.Lock()

    def get(self, key: str) -> Cached[T] | None:
        """None when nothing is remembered."""
        with self._lock:
            data = self._in_process.get(key)
            is_unkept = self._unkept.pop(key, False)
        stored = self._decoded(data)
        if data is not None and stored is not None and is_unkept and self._is_fresh(stored):
            self._keep(key, data)
        if stored is None or not self._is_fresh(stored):
            # Another instance may have asked again since.
            data = self._objects.get(self._object(key))
            stored = self._decoded(data)
            if data is None or stored is None or stored.key != key:
                return None
            self._hold(key, data)
        return self._value_of(stored) if self._is_fresh(stored) else None

    def put(self, key: str, value: T | None) -> None:
        """Remember the answer; None: nobody has one."""
        try:
            written = self._write(value) if self._write and value is not None else value
        except msgspec.ValidationError:
            return
        data = msgspec.json.encode(_Stored(key, self._clock(), written))
        self._hold(key, data)
        if not value and value is not False and self._dear_absence is None:
            return
        if not self._asked_twice:
            self._keep(key, data)
            return
        with self._lock:
            self._unkept[key] = True

    def _keep(self, key: str, data: bytes) -> None:
        self._objects.put(self._object(key), data)

    def _object(self, key: str) -> str:
        return f"{self._name}/{key}.json"

    def _value_of(self, stored: _Stored[Any]) -> Cached[T] | None:
        if self._read is None or stored.value is None:
            return Cached(stored.value)
        value = self._read(stored.value)
        return None if value is None else Cached(value)

    def _is_fresh(self, stored: _Stored[Any]) -> bool:
        seconds = (self._dear_absence or ABSENT_SECONDS) if stored.value is None else self._seconds
        # The age of an answer without end does not matter: another instance's clock may be ahead.
        return seconds == float("inf") or 0 <= self._clock() - stored.at < seconds

    def _decoded(self, data: bytes | None) -> _Stored[Any] | None:
        if data is None or len(data) > _LARGEST_OBJECT:
            return None
        try:
            return self._decoder.decode(data)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return None

    def _hold(self, key: str, data: bytes) -> None:
        # One that is too large for the process is in the bucket alone.
        with self._lock, suppress(ValueError):
            self._in_process[key] = data
