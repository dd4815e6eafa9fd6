"""Buckets that misbehave."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import TypeVar

from obstore.store import MemoryStore

from kamerton.errors import BucketError
from kamerton.storage import Bucket, Stored

T = TypeVar("T")


class FailingBucket(Bucket):
    """A bucket in memory that counts its calls and fails when it is told to, with `error`."""

    def __init__(self) -> None:
        super().__init__(MemoryStore(), "memory://")
        self.calls = 0
        self.error: type[Exception] = BucketError
        self._fail_at: int | None = None
        self._down = False

    def fail_from_now(self, fail_at: int | None, down: bool = False) -> None:
        """The call `fail_at` from now, counted from 0, fails, and with `down` all after it; None: no call does."""
        self.calls, self._fail_at, self._down = 0, fail_at, down

    def get(self, key: str) -> Stored:
        self._count(key)
        return super().get(key)

    def get_if_changed(self, key: str, etag: str | None) -> Stored | None:
        self._count(key)
        return super().get_if_changed(key, etag)

    def put(self, key: str, data: bytes) -> None:
        self._count(key)
        super().put(key, data)

    def create(self, key: str, data: bytes) -> None:
        self._count(key)
        super().create(key, data)

    def delete(self, key: str) -> None:
        self._count(key)
        super().delete(key)

    def keys(self, prefix: str = "") -> list[str]:
        self._count(prefix)
        return super().keys(prefix)

    def _count(self, key: str) -> None:
        call, self.calls = self.calls, self.calls + 1
        if self._fail_at is not None and (call == self._fail_at or (self._down and call > self._fail_at)):
            raise self.error(f"the bucket failed at {key}: call {call}")


class SteppedBucket(Bucket):
    """A bucket in memory that calls `step` before each call and after it."""

    def __init__(self, step: Callable[[], None]) -> None:
        super().__init__(MemoryStore(), "memory://")
        self._step = step

    def get(self, key: str) -> Stored:
        return self._between(lambda: super(SteppedBucket, self).get(key))

    def put(self, key: str, data: bytes) -> None:
        self._between(lambda: super(SteppedBucket, self).put(key, data))

    def create(self, key: str, data: bytes) -> None:
        self._between(lambda: super(SteppedBucket, self).create(key, data))

    def delete(self, key: str) -> None:
        self._between(lambda: super(SteppedBucket, self).delete(key))

    def keys(self, prefix: str = "") -> list[str]:
        return self._between(lambda: super(SteppedBucket, self).keys(prefix))

    def _between(self, call: Callable[[], T]) -> T:
        self._step()
        try:
            return call()
        finally:
            self._step()


class FlakyBucket(SteppedBucket):
    """Fails by chance, before a call or when it is done already."""

    def __init__(self, share: float, seed: int) -> None:
        super().__init__(self._fail)
        self.share = share
        self._chance = random.Random(seed)
        self._lock = threading.Lock()

    def _fail(self) -> None:
        with self._lock:
            fails = self._chance.random() < self.share
        if fails:
            raise BucketError("the bucket failed by chance")
