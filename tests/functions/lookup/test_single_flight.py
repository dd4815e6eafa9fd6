"""Work that many threads want, and one does."""

from __future__ import annotations

import threading

import pytest

from kamerton.lookup.single_flight import Flights


def test_who_comes_meanwhile_gets_what_the_first_brings() -> None:
    flights: Flights[str] = Flights()
    got: list[str] = []
    joined = threading.Semaphore(0)

    def wait() -> None:
        with flights.join("a", "nothing") as (flight, ours):
            assert not ours
            joined.release()
            got.append(flight.result(5))

    with flights.join("a", "nothing") as (flight, ours):
        assert ours
        threads = [threading.Thread(target=wait) for _ in range(5)]
        for thread in threads:
            thread.start()
        for _ in threads:
            joined.acquire(timeout=5)
        flight.set_result("found")
    for thread in threads:
        thread.join(5)
    assert got == ["found"] * 5


def test_when_the_first_fails_the_others_get_nothing_and_the_next_begins_anew() -> None:
    flights: Flights[str] = Flights()
    with pytest.raises(ZeroDivisionError), flights.join("a", "nothing") as (flight, _):
        raise ZeroDivisionError
    assert flight.result(0) == "nothing"
    with flights.join("a", "nothing") as (_, ours):
        assert ours


def test_other_work_is_not_waited_for() -> None:
    flights: Flights[str] = Flights()
    with flights.join("a", "nothing"), flights.join("b", "nothing") as (_, ours):
        assert ours
