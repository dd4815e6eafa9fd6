"""Walks of several sources, side by side: each takes its next step when the answers of its last one are there.

A step is over when all of its questions are answered, or when half of the time that was left at its beginning is: the steps
after it need some too, and go on with what has come. Public names: Walking, walked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import TYPE_CHECKING, Any

from kamerton.deadline import Deadline
from kamerton.errors import SourceError
from kamerton.music.track import Track

if TYPE_CHECKING:
    from kamerton.lookup.inquiry import Asked, Inquiry
    from kamerton.sources.protocols import CallSteps, Source, SourceCall


class Walking:
    """A walk of `source`; its first questions are asked at once. `found` is what it brought when it has `ended`."""

    def __init__(self, inquiry: Inquiry, source: Source, walk: CallSteps) -> None:
        self._inquiry = inquiry
        self.source = source
        self._walk = walk
        self._asked: list[Asked[Source, Any]] = []
        self._end = inquiry.deadline
        self.found: list[Track] = []
        self.ended = False
        self._step(lambda: next(walk))

    @property
    def awaited(self) -> list[Future[Any]]:
        return [future for _, future in self._asked if not future.done()]

    @property
    def left(self) -> float:
        """Seconds that the step may still take."""
        return self._end.left if self.awaited else 0.0

    def go_on(self) -> None:
        """Take the next step, with the answers that there are."""
        answers = self._inquiry.answers(self._asked)
        self._step(lambda: self._walk.send(answers))

    def _step(self, advance: Callable[[], Sequence[SourceCall]]) -> None:
        try:
            questions = advance()
        except StopIteration as end:
            self.found, self.ended = end.value, True
        except SourceError as error:
            self._inquiry.failed(self.source, error)
            self.ended = True
        else:
            self._asked = [self._inquiry.ask(each.source, each.call, _question(each)) for each in questions]
            self._end = Deadline(self._inquiry.deadline.left / 2)


def walked(walkings: Sequence[Walking]) -> Iterator[Walking]:
    """Each when it has ended. It takes no longer than the inquiry has time."""
    waiting = list(walkings)
    while waiting:
        ended = [walking for walking in waiting if walking.ended]
        yield from ended
        waiting = [walking for walking in waiting if not walking.ended]
        if waiting and not ended:
            awaited = [future for walking in waiting for future in walking.awaited]
            wait(awaited, min(walking.left for walking in waiting), FIRST_COMPLETED)
        for walking in waiting:
            if walking.left <= 0:
                walking.go_on()


def _question(question: SourceCall) -> Callable[[Source], Any]:
    return lambda _: question.ask()
