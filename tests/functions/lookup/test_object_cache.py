"""What instances leave for one another: a bucket that is down is let be, and one that is busy is not."""

from __future__ import annotations

from kamerton.errors import BucketBusy, BucketError
from kamerton.lookup.object_cache import ObjectCache
from tests.fakes.buckets import FailingBucket
from tests.fakes.clock import Clock


def test_a_bucket_that_fails_is_left_alone_for_a_while(clock: Clock) -> None:
    bucket, said = FailingBucket(), []
    cache = ObjectCache(lambda: bucket, lambda *line: said.append(line), clock)
    bucket.fail_from_now(0)
    cache.put("a", b"1")
    cache.put("a", b"1")
    assert (bucket.calls, len(said), cache.create("b", b"1")) == (1, 1, None)
    clock.pass_by(31)
    cache.put("a", b"1")
    assert cache.get("a") == b"1"


def test_a_bucket_that_wants_fewer_writes_is_asked_on(clock: Clock) -> None:
    bucket, said = FailingBucket(), []
    bucket.error = BucketBusy
    assert issubclass(BucketBusy, BucketError)
    cache = ObjectCache(lambda: bucket, lambda *line: said.append(line), clock)
    cache.put("a", b"1")
    bucket.fail_from_now(0)
    cache.put("a", b"2")
    assert (cache.get("a"), said) == (b"1", [])
    bucket.fail_from_now(0)
    assert cache.create("b", b"1") is None
    assert cache.create("b", b"1") is True
