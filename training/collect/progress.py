"""The bar: tracks with audio features of those that are wanted, with their rate and the time left, or what is waited for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from math import ceil

from tqdm import tqdm

from training.collect.collection import Collection
from training.collect.planned_calls import Call, Search, Wanted

# Where nobody watches, a line a minute.
_MOST_SECONDS_BETWEEN_LINES = 60.0


class Progress:
    """One bar over all genres. What was there at the start counts as done, and not into the rate."""

    def __init__(self, collection: Collection, wanted: Wanted, sleep: Callable[[float], object]) -> None:
        self._collection, self._wanted, self._sleep = collection, wanted, sleep
        self._watched = sys.stderr.isatty()
        self._bar = tqdm(
            desc="collect",
            unit=" tracks",
            initial=self._done(),
            total=self._total(),
            dynamic_ncols=True,
            # Tracks come in bursts of a batch: only their mean rate says when the end is near.
            smoothing=0,
            mininterval=0.1 if self._watched else _MOST_SECONDS_BETWEEN_LINES,
        )

    def show(self, call: Call) -> None:
        """What is there once this call is answered."""
        self._bar.total = self._total()
        self._bar.update(self._done() - self._bar.n)
        # By itself the bar is drawn only when the number changes, and a search alone changes none.
        self._bar.set_postfix_str(self._said(call), refresh=self._watched)

    def pause(self, seconds: float, reason: str) -> None:
        """Wait, with the seconds that are left beside the bar."""
        if not self._watched:
            self._bar.write(f"collect: {reason}: waiting {ceil(seconds)} s", file=sys.stderr)
        while seconds > 0:
            self._bar.set_postfix_str(f"{reason}: waiting {ceil(seconds)} s", refresh=self._watched)
            self._sleep(min(seconds, 1.0))
            seconds -= 1.0

    def close(self) -> None:
        self._bar.set_postfix_str("", refresh=False)
        self._bar.close()

    def _said(self, call: Call) -> str:
        if not isinstance(call, Search):
            return f"audio features of {len(call.ids)} tracks"
        return f"{call.genre} {call.year}, {min(self._collection.of(call.genre).n_usable, self._wanted.per_genre):,} of it"

    def _done(self) -> int:
        return sum(min(self._collection.of(genre).n_usable, self._wanted.per_genre) for genre in self._wanted.genres)

    def _total(self) -> int:
        """Less than was wanted once a genre has no more."""
        return sum(self._most_of(genre) for genre in self._wanted.genres)

    def _most_of(self, genre: str) -> int:
        found = self._collection.of(genre)
        if found.has_more(self._wanted.years):
            return self._wanted.per_genre
        return min(found.n_usable + found.n_waiting, self._wanted.per_genre)
