"""The outside calls of one request: made in threads, waited for until their time is over, their failures kept as notes.

A call that nobody waits for any longer ends by itself with the deadline, which `sources.deadline_adapter` sees to.

Public names: Calls, PendingCall, CacheRead.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from contextvars import copy_context
from functools import cached_property
from typing import Any, Generic, TypeVar

from kamerton.deadline import ANSWER_RESERVE_SECONDS, CACHE_SECONDS, LEAST_CALL_SECONDS, Deadline
from kamerton.errors import (
    AnswerError,
    AnswerUnreadable,
    CallClosed,
    ClientLimited,
    SourceError,
    SourceLimited,
    SourceNotFound,
    SourceRefused,
    SourceUnavailable,
)
from kamerton.logs import timed
from kamerton.lookup.cache import Cache, Cached
from kamerton.lookup.circuit_breaker import CircuitBreaker
from kamerton.lookup.client_budgets import ClientBudget
from kamerton.notes import CLIENT_LIMITED, SOURCE_LIMITED, SOURCE_REFUSED, SOURCE_UNAVAILABLE, Note
from kamerton.sources.protocols import Source

T = TypeVar("T")
S = TypeVar("S", bound=Source)

PendingCall = tuple[S, Future[T]]
Report = Callable[[str, str], None]
Keep = Callable[["Calls", Any], bool]


def whole(calls: Calls, value: Any) -> bool:
    """Whether an answer is worth remembering: there is one, or every service that was asked said that there is none."""
    return bool(value) or not calls.notes


class Calls:
    """`request` is the request's deadline, and `seconds` what all of its outside calls may take together, from the first on.

    `report` is told of failures, without what was asked. Each call is one of the client's `budget`.
    """

    def __init__(
        self,
        executor: Executor,
        breaker: CircuitBreaker,
        request: Deadline,
        seconds: float,
        report: Report,
        budget: ClientBudget | None = None,
    ) -> None:
        self.budget = budget or ClientBudget()
        self._executor = executor
        self._breaker = breaker
        self.request = request
        self._seconds = seconds
        self._report = report
        self._notes: dict[Note, None] = {}
        self._answers = _Answers()

    @cached_property
    def deadline(self) -> Deadline:
        """Of all outside calls together. The time begins when it is first asked for."""
        return Deadline(min(self._seconds, self.request.left - ANSWER_RESERVE_SECONDS))

    def fork(self, reserve_seconds: float = 0.0) -> Calls:
        """Calls with notes of their own, within the same time less `reserve_seconds`, and with the answers that there are."""
        fork = Calls(self._executor, self._breaker, self.request, self._seconds, self._report, self.budget)
        fork.deadline = Deadline(self.deadline.left - reserve_seconds) if reserve_seconds else self.deadline
        fork._answers = self._answers
        return fork

    @property
    def notes(self) -> tuple[Note, ...]:
        """In the order in which they were noted."""
        return tuple(self._notes)

    def note(self, *notes: Note) -> None:
        self._notes.update(dict.fromkeys(notes))

    def ask(self, source: S, call: str, question: Callable[[S], T]) -> PendingCall[S, T]:
        """Begin to ask; `value` waits for the answer."""
        # In a copy of the request's context, by which the lines of the log know which request they belong to.
        return source, self._executor.submit(copy_context().run, self._answer, source, call, question)

    def value(self, pending: PendingCall[S, T], seconds: float = float("inf")) -> T | None:
        """The answer; None when there is none, the source failed, or it is not ready in `seconds` or the time that is left."""
        source, future = pending
        try:
            return future.result(timeout=min(seconds, self.deadline.left))
        except SourceNotFound:
            return None
        except SourceError as error:
            self.note_failure(source, error)
        except TimeoutError:
            self.note_failure(source, None)
        return None

    def ready_values(self, pending: Sequence[PendingCall[S, T]]) -> list[T | None]:
        """The answers of calls that go together, as far as they are ready, without waiting; None for the others. When half of
        the calls or more failed, that is noted once."""
        values: list[T | None] = []
        failures: list[tuple[S, SourceError | None]] = []
        for source, future in pending:
            values.append(None)
            try:
                values[-1] = future.result(timeout=0)
            except SourceNotFound:
                continue
            except SourceError as error:
                failures.append((source, error))
            except TimeoutError:
                failures.append((source, None))
        if failures and 2 * len(failures) >= len(pending):
            self.note_failure(*failures[0])
        return values

    def first(self, sources: Sequence[S], call: str, question: Callable[[S], T | None]) -> T | None:
        """The answer of the first source that has one, one after the other. Each has its share of the time that is left."""
        for place, source in enumerate(sources):
            share = self.deadline.left / (len(sources) - place)
            answer = self.value(self.ask(source, call, question), share)
            if answer is not None:
                return answer
        return None

    def run(self, work: Callable[..., T], *arguments: Any) -> Future[T]:
        """Begin work that is no call of a source, such as a read of the bucket; `wait` waits for it."""
        return self._executor.submit(copy_context().run, work, *arguments)

    def wait(self, future: Future[T], seconds: float = CACHE_SECONDS) -> T | None:
        """The result of the work, or None when it is not ready in time."""
        try:
            return future.result(timeout=min(seconds, self.deadline.left))
        except TimeoutError:
            return None

    def read(self, cache: Cache[T], key: str) -> CacheRead[T]:
        """Begin to read the key of the cache."""
        return CacheRead(self, cache, key)

    def read_through(self, cache: Cache[T], key: str, ask: Callable[[], T | None], keep: Keep = whole) -> T | None:
        """What the cache holds under the key; else the answer of `ask`, remembered if it is worth that by `keep`. A key that
        the request has asked for already is not asked for again."""
        return self._answers.once(cache, key, lambda: self.read(cache, key).value(ask, keep))

    def note_failure(self, source: Source, error: SourceError | None) -> None:
        """Note that the source failed; None: it was too late. A call that is closed to our app is not worth a note."""
        if isinstance(error, CallClosed):
            return
        if isinstance(error, ClientLimited):
            self.note(CLIENT_LIMITED)
            return
        code = SOURCE_UNAVAILABLE
        if isinstance(error, SourceLimited):
            code = SOURCE_LIMITED
        elif isinstance(error, SourceRefused):
            code = SOURCE_REFUSED
        self.note(Note(code, source.name))

    def _answer(self, source: S, call: str, question: Callable[[S], T]) -> T:
        # Imported here, with requests: a request that the catalog answers needs neither.
        from kamerton.sources.deadline_adapter import within

        seconds = self.deadline.left
        if seconds < LEAST_CALL_SECONDS:
            raise SourceUnavailable(source.name, "was not asked: no time is left")
        self._breaker.check(source, call)
        if seconds_to_wait := self.budget.take():
            raise ClientLimited(source.name, seconds_to_wait)
        try:
            with within(self.deadline), timed(source.name):
                return question(source)
        except SourceNotFound:
            raise
        except SourceError as error:
            if not (isinstance(error, SourceUnavailable) and self._was_hurried(seconds)):
                self._breaker.record_failure(source, call, error)
            self._report("WARNING", f"{error.source}: {type(error).__name__}")
            raise
        except AnswerError:
            raise
        except Exception as error:  # a defect of ours in reading an answer must not take the person's answer along
            self._report("ERROR", "".join(traceback.format_exception(error)))
            raise AnswerUnreadable(source.name, "gave an answer that we do not understand") from error

    def _was_hurried(self, seconds: float) -> bool:
        """Whether a call that had `seconds` ended because others had used up the time: that is no fault of the source."""
        return seconds < self._seconds / 2 and self.deadline.left < LEAST_CALL_SECONDS


class CacheRead(Generic[T]):
    """A read of one key of a cache, under way since this was made."""

    def __init__(self, calls: Calls, cache: Cache[T], key: str) -> None:
        self._calls = calls
        self._cache = cache
        self._key = key
        self._future = calls.run(cache.get, key)

    @cached_property
    def cached(self) -> Cached[T] | None:
        """What the cache holds; None when it holds nothing, or does not say so in time."""
        return self._calls.wait(self._future)

    def value(self, ask: Callable[[], T | None], keep: Keep = whole) -> T | None:
        """What the cache holds; else the answer of `ask`, remembered if it is worth that by `keep`."""
        if self.cached is not None:
            return self.cached.value
        value = ask()
        if keep(self._calls, value):
            self.remember(value)
        return value

    def remember(self, value: T | None) -> None:
        """Waited for: nothing runs after the answer."""
        self._calls.wait(self.begin_to_remember(value))

    def begin_to_remember(self, value: T | None) -> Future[None]:
        return self._calls.run(self._cache.put, self._key, value)


class _Answers:
    """What a request has asked for already, by cache and key; its threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._futures: dict[tuple[int, str], Future[Any]] = {}

    def once(self, cache: Cache[T], key: str, ask: Callable[[], T | None]) -> T | None:
        with self._lock:
            future = self._futures.get((id(cache), key))
            ours = future is None
            if future is None:
                future = self._futures[id(cache), key] = Future()
        if ours:
            try:
                future.set_result(ask())
            except BaseException as error:
                future.set_exception(error)
        value: T | None = future.result()
        return value
