"""How many calls may be made within a time: what one kind of question leaves for the others."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable


class RateLimiter:
    """`calls` in any `seconds`, in this process; safe to use from many threads.

    `clock` returns seconds on a monotonic clock.
    """

    def __init__(self, calls: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self.seconds = seconds
        self._clock = clock
        self._taken: deque[float] = deque()
        self._lock = threading.Lock()

    def take(self, wanted: int) -> int:
        """How many of the wanted calls may be made now; they count from now on."""
        now = self._clock()
        with self._lock:
            while self._taken and now - self._taken[0] >= self.seconds:
                self._taken.popleft()
            granted = min(wanted, self._calls - len(self._taken))
            self._taken.extend([now] * granted)
        return granted
