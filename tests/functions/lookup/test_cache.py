"""What is remembered, by this process and by the next."""

from __future__ import annotations

import pytest

from kamerton.lookup.cache import ABSENT_SECONDS, Cache, Cached
from kamerton.lookup.object_cache import ObjectCache
from kamerton.storage import Bucket
from tests.fakes.clock import Clock

WEEK = 7 * 86_400.0


def instance(bucket: Bucket, clock: Clock, seconds: float = float("inf")) -> Cache[list[str]]:
    """One instance's."""
    return Cache(ObjectCache(lambda: bucket, lambda *_: None), "names", list[str], seconds, clock)


def test_what_one_instance_keeps_the_next_knows(bucket: Bucket, clock: Clock) -> None:
    instance(bucket, clock).put("a/b", ["x", "y"])
    assert instance(bucket, clock).get("a/b") == Cached(["x", "y"])
    assert instance(bucket, clock).get("a/c") is None
    assert bucket.keys("cache/names") == ["cache/names/a/b.json"]


def test_the_bucket_is_asked_once(bucket: Bucket, clock: Clock) -> None:
    instance(bucket, clock).put("a", ["x"])
    first = instance(bucket, clock)
    first.get("a")
    bucket.delete("cache/names/a.json")
    assert first.get("a") == Cached(["x"])


@pytest.mark.parametrize("value", [None, []])
def test_what_nobody_has_is_known_to_one_instance_alone(bucket: Bucket, clock: Clock, value: list[str] | None) -> None:
    instance(bucket, clock).put("a", value)
    assert bucket.keys() == []


def test_a_dear_absence_is_kept(bucket: Bucket, clock: Clock) -> None:
    def cache() -> Cache[list[str]]:
        return Cache(ObjectCache(lambda: bucket, lambda *_: None), "names", list[str], clock=clock, dear_absence=WEEK)

    cache().put("a", None)
    clock.pass_by(WEEK - 1)
    assert cache().get("a") == Cached(None)
    clock.pass_by(2)
    assert cache().get("a") is None


def test_what_has_to_be_asked_for_twice_is_kept_then(bucket: Bucket, clock: Clock) -> None:
    cache: Cache[list[str]] = Cache(
        ObjectCache(lambda: bucket, lambda *_: None), "names", list[str], WEEK, clock, asked_twice=True
    )
    for key in "abc":
        cache.put(key, [key])
    assert bucket.keys() == []
    assert cache.get("b") == Cached(["b"])
    assert bucket.keys() == ["cache/names/b.json"]
    assert instance(bucket, clock, WEEK).get("b") == Cached(["b"])
    bucket.delete("cache/names/b.json")
    cache.get("b")
    assert bucket.keys() == []
    clock.pass_by(WEEK + 1)
    cache.get("c")
    assert bucket.keys() == [], "what is old is not worth keeping"


def test_that_nobody_has_it_is_forgotten_after_some_minutes(bucket: Bucket, clock: Clock) -> None:
    first = instance(bucket, clock)
    first.put("a", None)
    clock.pass_by(ABSENT_SECONDS - 1)
    assert first.get("a") == Cached(None)
    clock.pass_by(2)
    assert first.get("a") is None


def test_what_is_old_is_forgotten_unless_another_instance_asked_again(bucket: Bucket, clock: Clock) -> None:
    first = instance(bucket, clock, WEEK)
    first.put("a", ["old"])
    clock.pass_by(WEEK + 1)
    assert first.get("a") is None
    instance(bucket, clock, WEEK).put("a", ["new"])
    assert first.get("a") == Cached(["new"])


def test_what_lasts_is_believed_from_an_instance_whose_clock_is_ahead(bucket: Bucket, clock: Clock) -> None:
    instance(bucket, Clock(clock.now + 60)).put("a", ["x"])
    assert instance(bucket, clock).get("a") == Cached(["x"])


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"key": "A", "at": 1, "value": []}', b'{"key": "a", "at": 1, "value": 7}']
)
def test_what_cannot_be_read_is_not_there(bucket: Bucket, clock: Clock, data: bytes) -> None:
    bucket.put("cache/names/a.json", data)
    assert instance(bucket, clock).get("a") is None


def test_an_object_without_end_is_not_read(bucket: Bucket, clock: Clock) -> None:
    bucket.put("cache/names/a.json", b'{"key": "a", "at": 1, "value": ["%s"]}' % (b"x" * 140_000))
    assert instance(bucket, clock).get("a") is None


def test_the_process_holds_no_more_than_so_many_bytes_and_what_was_asked_for_last(bucket: Bucket, clock: Clock) -> None:
    cache: Cache[list[str]] = Cache(
        ObjectCache(lambda: bucket, lambda *_: None), "names", list[str], clock=clock, most_bytes=10_000
    )
    for number in range(9):
        cache.put(f"a{number}", ["x" * 500])
    cache.get("a0")
    for number in range(9, 12):
        cache.put(f"a{number}", ["x" * 500])
    cache.put("large", ["x" * 20_000])
    for key in bucket.keys("cache"):
        bucket.delete(key)
    held = [number for number in range(12) if cache.get(f"a{number}")]
    assert held[0] == 0
    assert held[1:] == list(range(12 - len(held) + 1, 12))
    assert 5 <= len(held) < 10
    assert cache.get("large") is None
