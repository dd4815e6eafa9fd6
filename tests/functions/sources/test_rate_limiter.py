from __future__ import annotations

from kamerton.sources.rate_limiter import RateLimiter
from tests.fakes.clock import Clock


def test_no_more_calls_are_granted_than_the_time_holds() -> None:
    clock = Clock()
    pace = RateLimiter(10, 5, clock)
    assert [pace.take(7), pace.take(7), pace.take(1)] == [7, 3, 0]
    clock.pass_by(4.9)
    assert pace.take(1) == 0
    clock.pass_by(0.1)
    assert [pace.take(4), pace.take(20)] == [4, 6]


def test_calls_are_free_again_as_each_grows_old() -> None:
    clock = Clock()
    pace = RateLimiter(2, 5, clock)
    assert pace.take(1) == 1
    clock.pass_by(3)
    assert pace.take(5) == 1
    clock.pass_by(2)
    assert pace.take(5) == 1
