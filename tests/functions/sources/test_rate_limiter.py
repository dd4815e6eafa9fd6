from __future__ import annotations

from kamerton.sources.rate_limiter import RateLimiter
from tests.fakes.clock import Clock


def test_no_more_calls_are_granted_than_the_time_holds() -> None:
    clock = Clock()
    limiter = RateLimiter(10, 5, clock)
    assert [limiter.take(7), limiter.take(7), limiter.take(1)] == [7, 3, 0]
    clock.pass_by(4.9)
    assert limiter.take(1) == 0
    clock.pass_by(0.1)
    assert [limiter.take(4), limiter.take(20)] == [4, 6]


def test_calls_are_free_again_as_each_grows_old() -> None:
    clock = Clock()
    limiter = RateLimiter(2, 5, clock)
    assert limiter.take(1) == 1
    clock.pass_by(3)
    assert limiter.take(5) == 1
    clock.pass_by(2)
    assert limiter.take(5) == 1
