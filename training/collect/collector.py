"""Asks, keeps the answer, learns from it, and asks on, until nothing more is wanted or to be had.

Public names: MOST_FAILURES, Later, LeftOpen, Collector.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from kamerton.errors import SourceError, SourceLimited, SourceNotFound, SourceRefused, SourceUnavailable
from training.collect.collection import LIMITED, SOURCES, Answered, Collection
from training.collect.plan import next_call
from training.collect.planned_calls import Call, Search, Wanted
from training.collect.source_caller import Asker
from training.data.journal import Journal

MOST_FAILURES = 3
"""So many calls in a row that no patience mended are no matter of one page or one batch."""

_BAD_REQUEST = 400


class Later(Exception):
    """Nothing more is to be had before `moment`; the text says why."""

    def __init__(self, reason: str, moment: datetime) -> None:
        super().__init__(reason)
        self.moment = moment


class LeftOpen(Exception):
    """Something is missing because of `n_calls` that a source failed at each time; the text says how it failed last."""

    def __init__(self, n_calls: int, reason: str) -> None:
        super().__init__(reason)
        self.n_calls = n_calls


class Collector:
    """`show` is called with each call once its answer is kept. `anyway`: ask even a source that said to wait."""

    def __init__(
        self,
        collection: Collection,
        journal: Journal[Answered],
        asker: Asker,
        show: Callable[[Call], None],
        anyway: bool = False,
    ) -> None:
        self._collection, self._journal, self._asker, self._show = collection, journal, asker, show
        self._anyway = anyway
        self._failures: list[SourceError] = []
        self._n_failures_in_a_row = 0

    def collect(self, wanted: Wanted) -> None:
        """Raises `Later`, `LeftOpen`, or the `SourceError` that no patience mended."""
        while call := next_call(self._collection, wanted):
            try:
                self._ask(call)
                self._n_failures_in_a_row = 0
            except Later as later:
                if isinstance(call, Search):
                    self._ask_for_what_was_found(wanted, later)
                raise
            except SourceError as error:
                self._set_aside(call, error)
        if self._failures and not self._collection.has_all(wanted):
            raise LeftOpen(len(self._failures), str(self._failures[-1]))

    def _set_aside(self, call: Call, error: SourceError) -> None:
        """One page or batch that a source always fails at keeps nothing else from being collected."""
        self._n_failures_in_a_row += 1
        if not _may_be_of_this_call(call, error) or self._n_failures_in_a_row == MOST_FAILURES:
            raise error
        self._failures.append(error)
        self._collection.set_aside(call)

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


def _may_be_of_this_call(call: Call, error: SourceError) -> bool:
    if error.source != SOURCES[call.source].NAME:
        return False
    refused_this = isinstance(error, SourceRefused) and error.status == _BAD_REQUEST
    return refused_this or isinstance(error, SourceUnavailable | SourceNotFound)


def _now() -> datetime:
    return datetime.now(UTC)
