"""The outside calls of one answer: made in threads of their own, waited for until the budget is over, their failures kept as
notes.

A call that nobody waits for any longer ends by itself with the deadline, which `sources.bounded` sees to.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future
from contextvars import copy_context
from typing import Any, TypeVar

from kamerton.deadline import Deadline
from kamerton.errors import (
    AnswerError,
    CallClosed,
    SourceError,
    SourceLimited,
    SourceNotFound,
    SourceRefused,
    SourceUnavailable,
)
from kamerton.logs import timed
from kamerton.lookup.circuit_breaker import Gates
from kamerton.notes import Note
from kamerton.sources.protocols import Source

T = TypeVar("T")
S = TypeVar("S", bound=Source)

Asked = tuple[S, "Future[T]"]
Report = Callable[[str, str], None]

LEAST_SECONDS = 0.05
"""A source is not started when less is left: it could not finish."""


class Inquiry:
    """`deadline` is that of all outside calls together. `report` is told of failures, without what was asked."""

    def __init__(self, threads: Executor, gates: Gates, deadline: Deadline, report: Report) -> None:
        self._threads = threads
        self._gates = gates
        self.deadline = deadline
        self._seconds = deadline.left
        self._report = report
        self._notes: dict[Note, None] = {}

    @property
    def notes(self) -> tuple[Note, ...]:
        """In the order in which they were found."""
        return tuple(self._notes)

    def note(self, note: Note) -> None:
        self._notes[note] = None

    def ask(self, source: S, call: str, question: Callable[[S], T]) -> Asked[S, T]:
        """Begin to ask; `value` waits for the answer."""
        # In a copy of the request's context, by which the lines of the log know which request they belong to.
        return source, self._threads.submit(copy_context().run, self._answer, source, call, question)

    def value(self, asked: Asked[S, T], seconds: float = float("inf")) -> T | None:
        """The answer; None when there is none, the source failed, or it is not ready in `seconds` or the time that is left."""
        source, future = asked
        try:
            return future.result(timeout=min(seconds, self.deadline.left))
        except SourceNotFound:
            return None
        except SourceError as error:
            self.failed(source, error)
        except TimeoutError:
            self.failed(source, None)
        return None

    def values(self, asked: Iterable[Asked[S, T]]) -> list[T]:
        """The answers that there are, in the order in which they were asked for."""
        return [value for each in asked if (value := self.value(each)) is not None]

    def answers(self, asked: Sequence[Asked[S, T]]) -> list[T | None]:
        """Those of questions that go together, as far as they are there, without waiting; None for the others. When half of
        them or more failed, that is noted once."""
        found: list[T | None] = []
        failures: list[tuple[S, SourceError | None]] = []
        for source, future in asked:
            found.append(None)
            try:
                found[-1] = future.result(timeout=0)
            except SourceNotFound:
                continue
            except SourceError as error:
                failures.append((source, error))
            except TimeoutError:
                failures.append((source, None))
        if failures and 2 * len(failures) >= len(asked):
            self.failed(*failures[0])
        return found

    def first(self, sources: Sequence[S], call: str, question: Callable[[S], T | None]) -> T | None:
        """The answer of the first source that has one, one after the other. Each has its share of the time that is left."""
        for place, source in enumerate(sources):
            share = self.deadline.left / (len(sources) - place)
            answer = self.value(self.ask(source, call, question), share)
            if answer is not None:
                return answer
        return None

    def aside(self, work: Callable[..., T], *arguments: Any) -> Future[T]:
        """Work that is no question to a source, such as a look into the bucket."""
        return self._threads.submit(copy_context().run, work, *arguments)

    def wait(self, future: Future[T], seconds: float) -> T | None:
        """What the work gave, or None when it is not ready in time."""
        try:
            return future.result(timeout=min(seconds, self.deadline.left))
        except TimeoutError:
            return None

    def failed(self, source: Source, error: SourceError | None) -> None:
        """Note that the source failed; None: it was too late."""
        if (note := failure_note(source.name, error)) is not None:
            self.note(note)

    def _answer(self, source: S, call: str, question: Callable[[S], T]) -> T:
        # Imported here, with requests: a request that the catalog answers needs neither.
        from kamerton.sources.deadline_adapter import within

        given = self.deadline.left
        if given < LEAST_SECONDS:
            raise SourceUnavailable(source.name, "was not asked: no time is left")
        self._gates.check(source, call)
        try:
            with within(self.deadline), timed(source.name):
                return question(source)
        except SourceNotFound:
            raise
        except SourceError as error:
            if not (isinstance(error, SourceUnavailable) and self._hurried(given)):
                self._gates.failed(source, call, error)
            self._report("WARNING", f"{error.source}: {type(error).__name__}")
            raise
        except AnswerError:
            raise
        except Exception as error:  # a defect of ours in reading an answer must not take the person's answer along
            self._report("ERROR", "".join(traceback.format_exception(error)))
            raise SourceUnavailable(source.name, "gave an answer that we do not understand") from error

    def _hurried(self, given: float) -> bool:
        """Whether a call that had `given` seconds ended because others had used up the time: that is no fault of the source."""
        return given < self._seconds / 2 and self.deadline.left < LEAST_SECONDS


def failure_note(source: str, error: SourceError | None) -> Note | None:
    """What to say of a source that did not answer; None is "too late". A call that is closed to our app is nothing to say."""
    if isinstance(error, CallClosed):
        return None
    if isinstance(error, SourceLimited):
        return Note("source_limited", source)
    return Note("source_refused" if isinstance(error, SourceRefused) else "source_unavailable", source)
