"""When a source is left alone, and when it is asked again."""

from __future__ import annotations

from dataclasses import dataclass

from kamerton.errors import CallClosed, SourceError, SourceLimited, SourceRefused, SourceUnavailable
from kamerton.lookup.circuit_breaker import FAILURES, OPEN_SECONDS, WINDOW_SECONDS, CircuitBreaker
from kamerton.lookup.object_cache import ObjectCache
from kamerton.storage import Bucket
from tests.fakes.buckets import FailingBucket
from tests.fakes.clock import Clock


@dataclass(frozen=True)
class Named:
    name: str = "Some source"
    key: str = "some"


SOURCE = Named()
DOWN = SourceUnavailable(SOURCE.name, "is down")


def instance(bucket: Bucket, clock: Clock) -> CircuitBreaker:
    return CircuitBreaker(ObjectCache(lambda: bucket, lambda *_: None), clock)


def closed(breaker: CircuitBreaker, call: str = "track", source: Named = SOURCE) -> type[SourceError] | None:
    try:
        breaker.check(source, call)
    except SourceError as error:
        return type(error)
    return None


def test_five_failures_in_a_minute_open_the_breaker_for_half_a_minute(bucket: Bucket, clock: Clock) -> None:
    breaker = instance(bucket, clock)
    for _ in range(FAILURES):
        assert closed(breaker) is None
        breaker.record_failure(SOURCE, "track", DOWN)
        clock.pass_by(1)
    assert closed(breaker) is SourceUnavailable
    assert closed(breaker, source=Named(key="other")) is None
    assert closed(instance(bucket, clock)) is None
    clock.pass_by(OPEN_SECONDS)
    assert closed(breaker) is None


def test_failures_far_between_do_not(bucket: Bucket, clock: Clock) -> None:
    breaker = instance(bucket, clock)
    for _ in range(3 * FAILURES):
        breaker.record_failure(SOURCE, "track", DOWN)
        clock.pass_by(WINDOW_SECONDS / (FAILURES - 1) + 1)
        assert closed(breaker) is None


def test_a_limit_holds_as_long_as_it_says_on_every_instance(bucket: Bucket, clock: Clock) -> None:
    one, other = instance(bucket, clock), instance(bucket, clock)
    assert closed(other) is None
    one.record_failure(SOURCE, "track", SourceLimited(SOURCE.name, 3600))
    assert closed(one) is closed(one, "search") is SourceLimited
    clock.pass_by(31)
    # It looks into the bucket every half a minute.
    assert closed(other) is closed(instance(bucket, clock)) is SourceLimited
    clock.pass_by(3600)
    assert closed(one) is closed(other) is None


def test_a_shorter_limit_does_not_end_a_longer_one(bucket: Bucket, clock: Clock) -> None:
    breaker = instance(bucket, clock)
    for seconds in (3600, 5):
        breaker.record_failure(SOURCE, "track", SourceLimited(SOURCE.name, seconds))
    clock.pass_by(10)
    assert closed(breaker) is SourceLimited


def test_a_closed_call_is_closed_alone(bucket: Bucket, clock: Clock) -> None:
    instance(bucket, clock).record_failure(SOURCE, "features", CallClosed(SOURCE.name, 403, "closed"))
    other = instance(bucket, clock)
    assert closed(other, "features") is CallClosed
    assert closed(other, "track") is None


def test_a_refused_account_is_refused_as_a_whole(bucket: Bucket, clock: Clock) -> None:
    instance(bucket, clock).record_failure(SOURCE, "features", SourceRefused(SOURCE.name, 403, "Premium"))
    assert closed(instance(bucket, clock), "track") is SourceRefused


def test_wrong_credentials_are_no_matter_of_other_instances(bucket: Bucket, clock: Clock) -> None:
    breaker = instance(bucket, clock)
    breaker.record_failure(SOURCE, "track", SourceRefused("Its accounts", 400, "invalid_client"))
    assert closed(breaker) is SourceRefused
    assert closed(instance(bucket, clock)) is None


def test_a_question_that_is_refused_is_no_matter_of_the_next(bucket: Bucket, clock: Clock) -> None:
    breaker = instance(bucket, clock)
    breaker.record_failure(SOURCE, "track", SourceRefused(SOURCE.name, 400, "bad id"))
    assert closed(breaker) is None


def test_calls_that_are_told_the_same_together_write_it_down_once(clock: Clock) -> None:
    bucket = FailingBucket()
    breaker = instance(bucket, clock)
    breaker.record_failure(SOURCE, "track", SourceLimited(SOURCE.name, 60))
    bucket.fail_from_now(0, down=True)
    for _ in range(12):
        clock.pass_by(0.05)
        breaker.record_failure(SOURCE, "track", SourceLimited(SOURCE.name, 60))
    assert bucket.calls == 0
    assert closed(breaker) is SourceLimited
