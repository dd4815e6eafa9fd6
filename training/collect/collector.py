"""Asks, keeps the answer, learns from it, and asks on, until nothing more is wanted or to be had.

Public names: Later, Collector.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from kamerton.errors import SourceError, SourceLimited
from training.collect.asking import Asker
from training.collect.collection import LIMITED, SOURCES, Answered, Collection
from training.collect.journal import Journal
from training.collect.plan import Call, Search, Wanted, next_call


class Later(Exception):
    """Nothing more is to be had before `moment`; the text says why."""

    def __init__(self, reason: str, moment: datetime) -> None:
        super().__init__(reason)
        self.moment = moment


class Collector:
    """`show` is called with each call once its answer is kept. `anyway`: ask even a source that said to wait."""

    def __init__(
        self, collection: Collection, journal: Journal, asker: Asker, show: Callable[[Call], None], anyway: bool = False
    ) -> None:
        self._collection, self._journal, self._asker, self._show = collection, journal, asker, show
        self._anyway = anyway

    def collect(self, wanted: Wanted) -> None:
        """Raises `Later`, or the `SourceError` that no patience mended."""
        while call := next_call(self._collection, wanted):
            try:
                self._ask(call)
            except Later as later:
                if isinstance(call, Search):
                    self._ask_for_what_was_found(wanted, later)
                raise

    def _ask_for_what_was_found(self, wanted: Wanted, later: Later) -> None:
        """No search for now, but the last few tracks may get their audio features from elsewhere."""
        try:
            while call := next_call(self._collection, wanted, may_search=False):
                self._ask(call)
        except (Later, SourceError):
            raise later from None

    def _ask(self, call: Call) -> None:
        self._heed_last_limit(call)
        try:
            answered = self._asker.ask(call)
        except SourceLimited as error:
            limited = Answered(_now(), call, error.body, LIMITED, error.seconds)
            self._keep(limited)
            raise Later(str(error), limited.until) from error
        self._keep(answered)
        self._show(call)

    def _heed_last_limit(self, call: Call) -> None:
        until = self._collection.limited_until(call.source)
        if until and until > _now() and not self._anyway:
            raise Later(f"{SOURCES[call.source].NAME} said to wait", until)

    def _keep(self, answered: Answered) -> None:
        self._journal.append(answered)
        self._collection.take(answered)


def _now() -> datetime:
    return datetime.now(UTC)
