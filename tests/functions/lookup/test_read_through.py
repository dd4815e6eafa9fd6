"""Look in the cache, else ask, else remember: what each of them costs, and what is not worth remembering."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from kamerton.deadline import Deadline
from kamerton.lookup.cache import Cache, Cached
from kamerton.lookup.calls import Calls
from kamerton.lookup.circuit_breaker import CircuitBreaker
from kamerton.lookup.object_cache import ObjectCache
from kamerton.notes import TITLE_ONLY, TITLE_UNKNOWN, Note
from kamerton.storage import Bucket


@dataclass
class Service:
    """Answers from `answers`, and counts what it was asked; it notes `failure`, if there is one."""

    answers: dict[str, str]
    failure: Note | None = None
    asked: list[str] = field(default_factory=list)

    def ask(self, calls: Calls, key: str) -> str | None:
        self.asked.append(key)
        if self.failure is not None:
            calls.note(self.failure)
        return self.answers.get(key)


@pytest.fixture
def objects(bucket: Bucket) -> ObjectCache:
    return ObjectCache(lambda: bucket, lambda *_: None)


@pytest.fixture
def calls(objects: ObjectCache) -> Iterator[Calls]:
    with ThreadPoolExecutor(8) as threads:
        yield Calls(threads, CircuitBreaker(objects), Deadline(60), 30, lambda *_: None)


def new_cache(objects: ObjectCache) -> Cache[str]:
    return Cache(objects, "words", str)


def read(calls: Calls, cache: Cache[str], service: Service, key: str) -> str | None:
    return calls.read_through(cache, key, lambda: service.ask(calls, key))


def test_an_answer_is_remembered_for_the_next_request(calls: Calls, objects: ObjectCache) -> None:
    service = Service({"a": "one"})
    assert read(calls, new_cache(objects), service, "a") == "one"
    assert new_cache(objects).get("a") == Cached("one")
    assert read(calls, new_cache(objects), service, "a") == "one"
    assert service.asked == ["a"]


def test_an_absence_is_remembered_when_every_service_answered(calls: Calls, objects: ObjectCache) -> None:
    cache = new_cache(objects)
    assert read(calls, cache, Service({}), "a") is None
    assert cache.get("a") == Cached(None)


def test_an_absence_is_not_remembered_when_a_service_failed(calls: Calls, objects: ObjectCache) -> None:
    assert read(calls, new_cache(objects), Service({}, failure=TITLE_ONLY), "a") is None
    assert new_cache(objects).get("a") is None


def test_what_a_request_asked_for_it_does_not_ask_for_again(calls: Calls, objects: ObjectCache) -> None:
    cache, service = new_cache(objects), Service({}, failure=TITLE_ONLY)
    for session in (calls, calls.fork(), calls.fork()):
        assert read(session, cache, service, "a") is None
    assert read(calls, cache, service, "b") is None
    assert service.asked == ["a", "b"]


def test_threads_of_a_request_ask_once_together(calls: Calls, objects: ObjectCache) -> None:
    cache, service = new_cache(objects), Service({"a": "one"})
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: read(calls.fork(), cache, service, "a"), range(20)))
    assert answers == ["one"] * 20
    assert service.asked == ["a"]


def test_an_error_of_the_question_is_everybodys(calls: Calls, objects: ObjectCache) -> None:
    def broken() -> str:
        raise ZeroDivisionError

    cache = new_cache(objects)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            calls.read_through(cache, "a", broken)


def test_a_fork_has_notes_of_its_own_and_the_same_time(calls: Calls) -> None:
    calls.note(TITLE_ONLY)
    fork = calls.fork()
    fork.note(TITLE_UNKNOWN)
    assert (calls.notes, fork.notes) == ((TITLE_ONLY,), (TITLE_UNKNOWN,))
    assert fork.deadline is calls.deadline
    assert calls.fork(reserve_seconds=10).deadline.left < calls.deadline.left - 9


def test_outside_calls_leave_time_for_the_answer(objects: ObjectCache) -> None:
    with ThreadPoolExecutor(1) as threads:
        calls = Calls(threads, CircuitBreaker(objects), Deadline(1), 30, lambda *_: None)
        assert calls.deadline.left <= 0.7
