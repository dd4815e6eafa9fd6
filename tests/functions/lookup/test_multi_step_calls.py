"""Sources of several steps, fake ones that are slow, broken or silent, with real threads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from kamerton.deadline import Deadline
from kamerton.errors import SourceLimited, SourceNotFound, SourceUnavailable
from kamerton.lookup.calls import Calls
from kamerton.lookup.circuit_breaker import CircuitBreaker
from kamerton.lookup.multi_step_calls import MultiStepCall, completed
from kamerton.lookup.object_cache import ObjectCache
from kamerton.music.track import Track
from kamerton.notes import Note
from kamerton.sources.protocols import CallSteps, SourceCall
from kamerton.storage import Bucket

UNAVAILABLE = Note("source_unavailable", "Some service")


@pytest.fixture
def calls() -> Iterator[Calls]:
    with ThreadPoolExecutor(8) as threads:
        cache = ObjectCache(lambda: Bucket.open("memory://"), lambda *_: None)
        yield Calls(threads, CircuitBreaker(cache), Deadline(10), 0.4, lambda *_: None)


def named(number: int) -> Track:
    return Track(f"{number:022}", f"Title {number}", ("Somebody",))


@dataclass
class Steps:
    """A source whose every step is these questions; it names a track a step that had an answer."""

    steps: list[list[Callable[[], object]]]
    answers: list[list[object]] = field(default_factory=list)
    name = "Some service"
    key = "some-service"

    def steps_of_calls(self) -> CallSteps:
        found = []
        for number, asked in enumerate(self.steps):
            answers = yield [SourceCall(self, "candidates", ask) for ask in asked]
            self.answers.append(answers)
            found += [named(number)] if any(answers) else []
        return found


def run_all(calls: Calls, *sources: Steps) -> list[MultiStepCall]:
    return list(completed([MultiStepCall(calls, source, source.steps_of_calls()) for source in sources]))


def fail() -> object:
    raise SourceUnavailable("Some service", "failed")


def find_nothing() -> object:
    raise SourceNotFound("Some service", "has nothing there")


def late() -> object:
    time.sleep(0.5)
    return "too late"


def test_a_walk_goes_step_by_step_to_its_end(calls: Calls) -> None:
    source = Steps([[lambda: 1], [lambda: 2, lambda: 3]])
    (call,) = run_all(calls, source)
    assert source.answers == [[1], [2, 3]]
    assert call.tracks == [named(0), named(1)]
    assert calls.notes == ()


def test_a_step_without_questions_takes_no_time(calls: Calls) -> None:
    source = Steps([[], [lambda: 1], []])
    (call,) = run_all(calls, source)
    assert call.tracks == [named(1)]


def test_the_quicker_of_two_walks_ends_first(calls: Calls) -> None:
    def slowly() -> int:
        time.sleep(0.05)
        return 1

    slow, quick = Steps([[slowly], [slowly]]), Steps([[lambda: 1]])
    done = run_all(calls, slow, quick)
    assert [call.source for call in done] == [quick, slow]
    assert len(done[1].tracks) == 2


def test_a_step_goes_on_with_what_has_come_and_leaves_time_for_the_next(calls: Calls) -> None:
    source = Steps([[lambda: 1, lambda: 2, late], [lambda: 3]])
    run_all(calls, source)
    assert source.answers == [[1, 2, None], [3]]
    assert calls.notes == ()
    assert calls.deadline.left > 0.05


def test_a_service_that_says_nothing_ends_with_the_time(calls: Calls) -> None:
    started = time.monotonic()
    run_all(calls, Steps([[late], [late], [late], [late]]), Steps([[late]]))
    assert time.monotonic() - started < 0.6
    assert calls.notes == (UNAVAILABLE,)


@pytest.mark.parametrize(
    ("questions", "notes"),
    [
        ([fail], (UNAVAILABLE,)),
        ([fail, fail], (UNAVAILABLE,)),
        ([fail, lambda: 1], (UNAVAILABLE,)),
        ([fail, lambda: 1, lambda: 2], ()),
        ([find_nothing], ()),
        ([find_nothing, find_nothing], ()),
    ],
)
def test_a_failure_is_noted_once_when_half_of_a_step_is_lost(
    calls: Calls, questions: list[Callable[[], object]], notes: tuple[Note, ...]
) -> None:
    run_all(calls, Steps([questions]))
    assert calls.notes == notes


def test_a_source_may_say_itself_that_it_is_not_to_be_asked(calls: Calls) -> None:
    class Busy(Steps):
        def steps_of_calls(self) -> CallSteps:
            yield []
            raise SourceLimited(self.name, 5)

    (call,) = run_all(calls, Busy([]))
    assert call.tracks == []
    assert calls.notes == (Note("source_limited", "Some service"),)
