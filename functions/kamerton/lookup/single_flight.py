"""Work that this process should not do twice at a time: whoever comes while it is done waits for what it brings.

Public names: Flights.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


class Flights(Generic[T]):
    """Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[str, Future[T]] = {}

    @contextmanager
    def join(self, key: str, nothing: T) -> Iterator[tuple[Future[T], bool]]:
        """The work under that key, and whether it is for us to do: to set the result, without which those who wait get
        `nothing`."""
        with self._lock:
            flight = self._under_way.get(key)
            ours = flight is None
            if flight is None:
                flight = self._under_way[key] = Future()
        try:
            yield flight, ours
        finally:
            if ours:
                # Those who wait are told before others begin anew.
                if not flight.done():
                    flight.set_result(nothing)
                with self._lock:
                    del self._under_way[key]
