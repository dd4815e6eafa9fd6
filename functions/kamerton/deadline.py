"""The time that is left of a request. The edge starts a deadline, and hands it to everything that may wait.

Public names: Deadline.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from kamerton.errors import DeadlineExceeded


class Deadline:
    """A point in time, on a monotonic clock, after which an answer is of no use.

    `seconds` is the budget from now on; `clock` returns seconds and is replaced in tests.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds

    @property
    def left(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self._end - self._clock())

    @property
    def passed(self) -> bool:
        return self._clock() >= self._end

    def check(self) -> None:
        """Raise `DeadlineExceeded` when the time is over."""
        if self.passed:
            raise DeadlineExceeded("deadline")
