"""Objects that instances leave for one another in the bucket, under cache/. No answer depends on them: a bucket that fails
counts as empty, and nothing can be created in it.

After a failure the bucket is left alone for 30 seconds, so that a bucket that is down costs one request its time, and not every
request. One that only wants fewer writes of an object is no failure: others wrote it just now.

Public names: ObjectCache.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from kamerton.errors import BucketBusy, BucketError, ObjectExists, ObjectMissing
from kamerton.storage import Bucket

_REST_SECONDS = 30.0


class ObjectCache:
    """`open_bucket` is called on first use; `report` is told of failures; `clock` returns seconds on a monotonic clock. Keys
    are in `folder`."""

    def __init__(
        self,
        open_bucket: Callable[[], Bucket],
        report: Callable[[str, str], None],
        clock: Callable[[], float] = time.monotonic,
        folder: str = "cache",
    ) -> None:
        self._folder = folder
        self._open_bucket = open_bucket
        self._report = report
        self._clock = clock
        self._lock = threading.Lock()
        self._bucket: Bucket | None = None
        self._rests_until = float("-inf")

    def get(self, key: str) -> bytes | None:
        """What is there, or None."""
        if self._clock() < self._rests_until:
            return None
        try:
            return self._opened().get(f"{self._folder}/{key}").data
        except ObjectMissing:
            return None
        except BucketError as error:
            self._failed(error)
            return None

    def put(self, key: str, data: bytes) -> None:
        if self._clock() < self._rests_until:
            return
        try:
            self._opened().put(f"{self._folder}/{key}", data)
        except BucketError as error:
            self._failed(error)

    def create(self, key: str, data: bytes) -> bool | None:
        """Whether it was made, by us of all who try; None when nobody can say, though it may have been."""
        if self._clock() < self._rests_until:
            return None
        try:
            self._opened().create(f"{self._folder}/{key}", data)
        except ObjectExists:
            return False
        except BucketError as error:
            self._failed(error)
            return None
        return True

    def names(self, prefix: str) -> list[str] | None:
        """What is there under a prefix of whole parts, without the prefix; None when nobody can say."""
        if self._clock() < self._rests_until:
            return None
        try:
            keys = self._opened().keys(f"{self._folder}/{prefix}")
        except BucketError as error:
            self._failed(error)
            return None
        return [key.removeprefix(f"{self._folder}/{prefix}/") for key in keys]

    def _opened(self) -> Bucket:
        with self._lock:
            if self._bucket is None:
                self._bucket = self._open_bucket()
            return self._bucket

    def _failed(self, error: BucketError) -> None:
        if isinstance(error, BucketBusy):
            return
        self._rests_until = self._clock() + _REST_SECONDS
        self._report("WARNING", f"the cache is left alone for {_REST_SECONDS:.0f} seconds: {error}")
