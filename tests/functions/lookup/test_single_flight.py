"""Work that many threads want, and one does."""

from __future__ import annotations

import threading

import pytest

from kamerton.lookup.single_flight import SingleFlight


def test_who_comes_meanwhile_gets_what_the_first_brings() -> None:
    single_flight: SingleFlight[str] = SingleFlight()
    got: list[str] = []
    joined = threading.Semaphore(0)

    def wait() -> None:
        with single_flight.join("a", "nothing") as (future, ours):
            assert not ours
            joined.release()
            got.append(future.result(5))

    with single_flight.join("a", "nothing") as (future, ours):
        assert ours
        threads = [threading.Thread(target=wait) for _ in range(5)]
        for thread in threads:
            thread.start()
        for _ in threads:
            joined.acquire(timeout=5)
        future.set_result("found")
    for thread in threads:
        thread.join(5)
    assert got == ["found"] * 5


def test_when_the_first_fails_the_others_get_nothing_and_the_next_begins_anew() -> None:
    single_flight: SingleFlight[str] = SingleFlight()
    with pytest.raises(ZeroDivisionError), single_flight.join("a", "nothing") as (future, _):
        raise ZeroDivisionError
    assert future.result(0) == "nothing"
    with single_flight.join("a", "nothing") as (_, ours):
        assert ours


def test_other_work_is_not_waited_for() -> None:
    single_flight: SingleFlight[str] = SingleFlight()
    with single_flight.join("a", "nothing"), single_flight.join("b", "nothing") as (_, ours):
        assert ours
