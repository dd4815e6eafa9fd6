"""Sources that need several steps, side by side: each takes its next step when the answers of its last step are there.

A step is over when all of its calls are answered, or when half of the time that was left at its beginning has passed: the steps
after it need time, too, and go on with the answers that have come.

Public names: MultiStepCall, completed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any

from kamerton.deadline import Deadline
from kamerton.errors import SourceError
from kamerton.lookup.calls import Calls, PendingCall
from kamerton.music.track import Track
from kamerton.sources.protocols import CallSteps, Source, SourceCall


class MultiStepCall:
    """The steps of one source; the calls of the first are made at once. `tracks` is the result when all steps are `done`."""

    def __init__(self, calls: Calls, source: Source, steps: CallSteps) -> None:
        self._calls = calls
        self.source = source
        self._steps = steps
        self._pending: list[PendingCall[Source, Any]] = []
        self._end = calls.deadline
        self.tracks: list[Track] = []
        self.done = False
        self._advance(lambda: next(steps))

    @property
    def awaited(self) -> list[Future[Any]]:
        return [future for _, future in self._pending if not future.done()]

    @property
    def seconds_left(self) -> float:
        """What the step may still take."""
        return self._end.left if self.awaited else 0.0

    def take_next_step(self) -> None:
        """With the answers that are ready."""
        answers = self._calls.ready_values(self._pending)
        self._advance(lambda: self._steps.send(answers))

    def _advance(self, step: Callable[[], Sequence[SourceCall]]) -> None:
        try:
            calls = step()
        except StopIteration as end:
            self.tracks, self.done = end.value, True
        except SourceError as error:
            self._calls.note_failure(self.source, error)
            self.done = True
        else:
            self._pending = [self._calls.ask(call.source, call.call, _question(call)) for call in calls]
            self._end = Deadline(self._calls.deadline.left / 2)


def completed(calls: Sequence[MultiStepCall]) -> Iterator[MultiStepCall]:
    """Each when it is done. It takes no longer than the calls have time."""
    waiting = list(calls)
    while waiting:
        done = [call for call in waiting if call.done]
        yield from done
        waiting = [call for call in waiting if not call.done]
        if waiting and not done:
            awaited = [future for call in waiting for future in call.awaited]
            wait(awaited, min(call.seconds_left for call in waiting), FIRST_COMPLETED)
        for call in waiting:
            if call.seconds_left <= 0:
                call.take_next_step()


def _question(call: SourceCall) -> Callable[[Source], Any]:
    return lambda _: call.ask()
