"""What instances leave for one another in the bucket, under cache/. Nothing depends on it: a bucket that fails is an empty one.

After a failure it is left alone for a while, so that a bucket that is down costs one request its time and not each.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from kamerton.errors import BucketError, ObjectMissing
from kamerton.storage import Bucket

SECONDS = 0.7
"""What a call of the bucket may take here. Whoever opens the bucket gives it this."""

_REST_SECONDS = 30.0


class Cache:
    """`open_bucket` is called on first use; `report` is told of failures; `clock` returns seconds on a monotonic clock."""

    def __init__(
        self,
        open_bucket: Callable[[], Bucket],
        report: Callable[[str, str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
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
            return self._opened().get(f"cache/{key}").data
        except ObjectMissing:
            return None
        except BucketError as error:
            self._failed(error)
            return None

    def put(self, key: str, data: bytes) -> None:
        if self._clock() < self._rests_until:
            return
        try:
            self._opened().put(f"cache/{key}", data)
        except BucketError as error:
            self._failed(error)

    def _opened(self) -> Bucket:
        with self._lock:
            if self._bucket is None:
                self._bucket = self._open_bucket()
            return self._bucket

    def _failed(self, error: BucketError) -> None:
        self._rests_until = self._clock() + _REST_SECONDS
        self._report("WARNING", f"the cache is left alone for {_REST_SECONDS:.0f} seconds: {error}")
