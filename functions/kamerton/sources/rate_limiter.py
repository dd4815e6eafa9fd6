"""How many calls of one kind may be made within a time, so that some are left for the other kinds.

Public names: RateLimiter.
"""

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
        self._limit = calls
        self.seconds = seconds
        self._clock = clock
        self._times: deque[float] = deque()
        self._lock = threading.Lock()

    def take(self, calls: int) -> int:
        """How many of these calls may be made now; those count as made."""
        now = self._clock()
        with self._lock:
            while self._times and now - self._times[0] >= self.seconds:
                self._times.popleft()
            allowance = min(calls, self._limit - len(self._times))
            self._times.extend([now] * allowance)
        return allowance
