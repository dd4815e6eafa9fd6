"""Work that this process should not do twice at a time: a thread that comes while it is done waits for the result.

Public names: SingleFlight.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._futures: dict[str, Future[T]] = {}

    @contextmanager
    def join(self, key: str, nothing: T) -> Iterator[tuple[Future[T], bool]]:
        """The result of the work under that key, and whether the work is ours to do. Then we set the result; if we do not, the
        threads that wait get `nothing`."""
        with self._lock:
            future = self._futures.get(key)
            ours = future is None
            if future is None:
                future = self._futures[key] = Future()
        try:
            yield future, ours
        finally:
            if ours:
                # The threads that wait are told before others begin anew.
                if not future.done():
                    future.set_result(nothing)
                with self._lock:
                    del self._futures[key]
