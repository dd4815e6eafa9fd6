"""The outside calls of one answer: whose fault it is when one of them is too late."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from obstore.store import MemoryStore

from kamerton.deadline import ANSWER_RESERVE_SECONDS, Deadline
from kamerton.errors import SourceUnavailable
from kamerton.lookup.calls import Calls
from kamerton.lookup.circuit_breaker import FAILURES, CircuitBreaker
from kamerton.lookup.object_cache import ObjectCache
from kamerton.storage import Bucket
from tests.fakes.clock import Clock


@dataclass(frozen=True)
class Named:
    name: str = "Some source"
    key: str = "some"


SOURCE = Named()
BUDGET = 2.0


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as made:
        yield made


def too_late(breaker: CircuitBreaker, threads: ThreadPoolExecutor, given: float) -> None:
    """A call that is begun with `given` seconds of the budget, and takes all of them."""
    clock = Clock()
    calls = Calls(threads, breaker, Deadline(BUDGET + ANSWER_RESERVE_SECONDS, clock), BUDGET, lambda *_: None)
    calls.deadline = Deadline(BUDGET, clock)
    clock.pass_by(BUDGET - given)

    def question(_: Named) -> None:
        clock.pass_by(given)
        raise SourceUnavailable(SOURCE.name, "did not answer in time")

    future = calls.ask(SOURCE, "track", question)[1]
    assert isinstance(future.exception(5), SourceUnavailable)


def answered(breaker: CircuitBreaker, threads: ThreadPoolExecutor) -> bool:
    calls = Calls(threads, breaker, Deadline(BUDGET + ANSWER_RESERVE_SECONDS), BUDGET, lambda *_: None)
    return calls.value(calls.ask(SOURCE, "track", lambda _: True)) is True


@pytest.mark.parametrize(("given", "asked_again"), [(0.3, True), (BUDGET, False)])
def test_a_source_is_left_alone_for_its_own_slowness_and_not_for_that_of_others(
    threads: ThreadPoolExecutor, given: float, asked_again: bool
) -> None:
    breaker = CircuitBreaker(ObjectCache(lambda: Bucket(MemoryStore(), "memory://"), lambda *_: None))
    for _ in range(FAILURES):
        too_late(breaker, threads, given)
    assert answered(breaker, threads) is asked_again
