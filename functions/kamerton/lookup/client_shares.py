"""How many of a day's dear calls one client may have, counted in the bucket for all instances together.

    quota/NAME/DAY/CLIENT/N     N from 0: one call, taken by whoever makes it if it is not there yet

CLIENT is a hash of the client's name and the day: who asked cannot be read from it, nor followed from day to day.
Public names: ClientShares.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

from kamerton.lookup.object_cache import ObjectCache
from kamerton.sources.pacific_day import pacific_day

_MOST_TRIES = 3


class ClientShares:
    """`objects` are in the folder quota/; `clock` returns seconds since 1970."""

    def __init__(self, objects: ObjectCache, name: str, per_day: int, clock: Callable[[], float] = time.time) -> None:
        self._objects = objects
        self._name = name
        self._per_day = per_day
        self._clock = clock

    def take(self, client: str) -> bool | None:
        """Whether the client had a call left, which is taken then; None when nobody can say. One without a name has as many as
        there are."""
        if not client:
            return True
        day = pacific_day(self._clock()).date
        folder = f"{self._name}/{day}/{hashlib.sha256(f'{day} {client}'.encode()).hexdigest()[:24]}"
        names = self._objects.names(folder)
        if names is None:
            return None
        free = [number for number in range(self._per_day) if str(number) not in set(names)]
        for number in free[:_MOST_TRIES]:
            made = self._objects.create(f"{folder}/{number}", b"")
            if made is not False:
                return made
        # Others of this client were quicker each time; there may be more.
        return None if len(free) > _MOST_TRIES else False
