"""How much of what costs something each client may cause, so that one that asks without end leaves some for the others.

Of outside services a client has BURST calls at once, and PER_SECOND more from then on: an answer for a track that nobody has
asked for takes about thirty. It is counted in this process only, so a client of several instances has as much of each. Whoever
has no name is not counted.

Public names: ClientBudgets, ClientBudget, BURST, PER_SECOND.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from cachetools import LRUCache
from msgspec import Struct

BURST = 300.0
PER_SECOND = 3.0
_MOST_CLIENTS = 5000


class _State(Struct):
    left: float
    at: float


class ClientBudgets:
    """Of all clients of an instance; safe to use from many threads. `clock` returns seconds on a monotonic clock."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, burst: float = BURST, per_second: float = PER_SECOND
    ) -> None:
        self._clock = clock
        self._burst = burst
        self._per_second = per_second
        self._states: LRUCache[str, _State] = LRUCache(_MOST_CLIENTS)
        self._lock = threading.Lock()

    def take(self, client: str) -> float:
        """Take one call of the client's; 0, or the seconds until there is one to take."""
        if not client:
            return 0.0
        now = self._clock()
        with self._lock:
            state = self._states.get(client)
            if state is None:
                state = self._states[client] = _State(self._burst, now)
            state.left = min(self._burst, state.left + (now - state.at) * self._per_second)
            state.at = now
            if state.left < 1:
                return (1 - state.left) / self._per_second
            state.left -= 1
            return 0.0


class ClientBudget:
    """One client's part of the budgets."""

    def __init__(self, budgets: ClientBudgets | None = None, client: str = "") -> None:
        self._budgets = budgets
        self.client = client

    def take(self) -> float:
        """Take one call; 0, or the seconds until there is one to take."""
        return self._budgets.take(self.client) if self._budgets is not None else 0.0
