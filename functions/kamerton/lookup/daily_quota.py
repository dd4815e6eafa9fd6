"""How many searches all instances together may make in a day, and how they are spread over it.

    quota/NAME/DAY/N     N from 0: one slot, taken by whoever makes it if it is not there yet

A slot is taken before what it is for, and never given back: what was counted and not used is lost, but nothing is used that was
not counted. Counting by one object would not do: a bucket refuses many writes of one object.

Four tenths of the slots are open from midnight on, and the others open one by one until the next: whatever was asked in the
morning, something is left for the evening. Public names: DailyQuota.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from kamerton.lookup.object_cache import ObjectCache
from kamerton.sources.pacific_day import PacificDay, pacific_day

_AT_MIDNIGHT = 0.4
_MOST_TRIES = 5


class DailyQuota:
    """`objects` are in the folder quota/; `clock` returns seconds since 1970, and `choose` a number below the one that it is
    given: instances that come at once should not all try the same slot."""

    def __init__(
        self,
        objects: ObjectCache,
        name: str,
        per_day: int,
        choose: Callable[[int], int],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._objects = objects
        self._name = name
        self._per_day = per_day
        self._choose = choose
        self._clock = clock
        self._none_before = float("-inf")

    def any_free(self) -> bool | None:
        """Whether a slot could be taken now; None when nobody can say. In one call of the bucket, and in none when there was
        none a moment ago."""
        now = self._clock()
        free = self._free(pacific_day(now), now)
        return None if free is None else bool(free)

    def take(self) -> bool | None:
        """Whether a slot was taken, or False: none is free; None when nobody can say, though one may have been. In two calls of
        the bucket unless others take theirs at the same time, and in none when there was none a moment ago."""
        now = self._clock()
        day = pacific_day(now)
        free = self._free(day, now)
        if not free:
            return None if free is None else False
        for _ in range(min(_MOST_TRIES, len(free))):
            number = free.pop(self._choose(len(free)))
            made = self._objects.create(f"{self._name}/{day.date}/{number}", b"")
            if made is not False:
                return made
        if free:
            # Others were quicker each time; there may be more.
            return None
        self._none_before = self._opens(day, self._n_open(day, now))
        return False

    def _free(self, day: PacificDay, now: float) -> list[int] | None:
        """The numbers of the slots that are open and not taken; None when the bucket does not say."""
        if now < self._none_before:
            return []
        names = self._objects.names(f"{self._name}/{day.date}")
        if names is None:
            return None
        taken, n_open = set(names), self._n_open(day, now)
        free = [number for number in range(n_open) if str(number) not in taken]
        if not free:
            self._none_before = self._opens(day, n_open)
        return free

    def _n_open(self, day: PacificDay, now: float) -> int:
        share = (now - day.start) / (day.end - day.start)
        return min(self._per_day, math.ceil(self._per_day * (_AT_MIDNIGHT + (1 - _AT_MIDNIGHT) * share)))

    def _opens(self, day: PacificDay, number: int) -> float:
        """When the slot opens: after midnight the first, or the next day when it is none of this one."""
        if number >= self._per_day:
            return day.end
        share = (number / self._per_day - _AT_MIDNIGHT) / (1 - _AT_MIDNIGHT)
        return day.start + max(0.0, share) * (day.end - day.start)
