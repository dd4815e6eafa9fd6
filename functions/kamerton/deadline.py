"""What is left of a request's time, and the table of all time budgets.

The edge starts a deadline for each request, and everything that may wait is handed it. Seconds:

    REQUEST                    10     a request of the page, the API or the webhook, with everything that it waits for
      REFRESH_WAIT              1     waiting for a newer release (`kamerton.release.current_release`)
      KAMERTON_WORLD_SECONDS    2     (a setting) all outside calls of an answer together, from the first on
        ANSWER_RESERVE          0.3   of the request's time, never given to outside calls
        CACHE                   0.5   one read or write of what is remembered, within the time of the outside calls
        CANDIDATES_RESERVE      0.15  of that time, kept to remember the candidates of a seed
        LEAST_CALL              0.05  with less than this left a source is not asked: it could not finish
    APOLOGY                     3     the bot's apology for an update, after its request's time
    LOAD                       25     the load of a release, whatever the request's deadline: a slow instance has to start
    BUCKET                      5     a call of the bucket that reads a release
    CACHE_BUCKET                0.7   a call of the bucket that reads or writes what is remembered
    LEASE_BUCKET                3     a call of the bucket that takes a lease of an update or marks it; clouds may take two

Public names: Deadline, and the budgets as *_SECONDS.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from kamerton.errors import DeadlineExceeded

REQUEST_SECONDS = 10.0
ANSWER_RESERVE_SECONDS = 0.3
CACHE_SECONDS = 0.5
CANDIDATES_RESERVE_SECONDS = 0.15
LEAST_CALL_SECONDS = 0.05
APOLOGY_SECONDS = 3.0
LOAD_SECONDS = 25.0
BUCKET_SECONDS = 5.0
CACHE_BUCKET_SECONDS = 0.7
LEASE_BUCKET_SECONDS = 3.0
TASTE_BUCKET_SECONDS = 2.0


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
