"""Slots of a day that instances take from one bucket: none is lost, none is taken twice, some are left for the evening."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from random import Random

import pytest
from obstore.store import MemoryStore

from kamerton.lookup.daily_quota import DailyQuota
from kamerton.lookup.object_cache import ObjectCache
from kamerton.sources.pacific_day import pacific_day
from kamerton.storage import Bucket
from tests.fakes.buckets import FailingBucket
from tests.fakes.clock import Clock

MIDNIGHT = datetime.fromisoformat("2026-11-25T08:00:00+00:00").timestamp()
HOUR = 3600.0


def instance(bucket: Bucket, clock: Callable[[], float], per_day: int = 10, seed: int = 0) -> DailyQuota:
    cache = ObjectCache(lambda: bucket, lambda *_: None, folder="quota")
    return DailyQuota(cache, "youtube", per_day, Random(seed).randrange, clock)


def taken(bucket: Bucket) -> list[str]:
    return Bucket.keys(bucket, "quota")


@pytest.fixture
def clock() -> Clock:
    return Clock(MIDNIGHT)


@pytest.fixture
def bucket() -> FailingBucket:
    return FailingBucket()


def test_some_slots_open_later_in_the_day(bucket: FailingBucket, clock: Clock) -> None:
    quota = instance(bucket, clock, per_day=100)
    opened = []
    for hour in range(24):
        clock.now = MIDNIGHT + hour * HOUR
        opened.append(sum(iter(quota.take, False)))
    assert opened[0] == 40
    assert all(2 <= n <= 3 for n in opened[1:])
    clock.now = MIDNIGHT + 24 * HOUR - 1
    opened.append(sum(iter(quota.take, False)))
    assert sum(opened) == len(taken(bucket)) == 100


def test_a_new_day_begins_at_midnight_in_california(bucket: FailingBucket, clock: Clock) -> None:
    quota = instance(bucket, clock)
    clock.now = MIDNIGHT - 1
    while quota.take():
        pass
    before = len(taken(bucket))
    clock.now = MIDNIGHT + 1
    assert quota.take()
    assert before == 10
    assert {key.split("/")[2] for key in taken(bucket)} == {"2026-11-24", "2026-11-25"}


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-11-25", 24)])
def test_days_have_as_many_hours_as_they_have(day: str, hours: int) -> None:
    noon = datetime.fromisoformat(f"{day}T20:00:00+00:00").timestamp()
    found = pacific_day(noon)
    assert (found.date, found.end - found.start) == (day, hours * HOUR)
    assert pacific_day(found.end).start == found.end
    assert pacific_day(found.end - 1) == found


def test_a_slot_takes_two_calls_and_none_left_takes_none(bucket: FailingBucket, clock: Clock) -> None:
    clock.pass_by(HOUR)
    quota = instance(bucket, clock)
    for _ in range(5):
        bucket.calls = 0
        assert quota.take()
        assert bucket.calls == 2
    bucket.calls = 0
    assert not quota.take()
    assert bucket.calls == 1
    assert not any(quota.take() for _ in range(100))
    assert bucket.calls == 1
    clock.pass_by(24 * HOUR)
    assert quota.take()


def test_many_instances_at_once_take_each_slot_once(clock: Clock) -> None:
    bucket = Bucket(MemoryStore(), "memory://")
    clock.now = MIDNIGHT + 24 * HOUR - 1
    quotas = [instance(bucket, clock, per_day=30, seed=seed) for seed in range(8)]
    won: list[bool | None] = []

    def ask(quota: DailyQuota) -> None:
        for _ in range(20):
            won.append(quota.take())

    threads = [threading.Thread(target=ask, args=(quota,)) for quota in quotas]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won.count(True) == len(taken(bucket)) == 30


@pytest.mark.parametrize("down", [False, True])
def test_nothing_is_used_that_was_not_counted_whenever_the_bucket_fails(clock: Clock, down: bool) -> None:
    for fail_at in range(12):
        bucket = FailingBucket()
        bucket.fail_from_now(fail_at, down)
        # A new instance each time: one rests for a while after a failure.
        won = sum(instance(bucket, clock, seed=seed).take() is True for seed in range(8))
        assert won == len(taken(bucket))
        assert won <= 4


def test_a_slot_that_was_made_before_the_answer_was_lost_is_not_used(clock: Clock) -> None:
    class Forgetful(FailingBucket):
        def create(self, key: str, data: bytes) -> None:
            Bucket.create(self, key, data)
            raise self.error("the answer was lost")

    bucket = Forgetful()
    assert instance(bucket, clock).take() is None
    assert len(taken(bucket)) == 1


def test_a_bucket_that_does_not_answer_is_not_taken_for_a_day_that_is_used_up(bucket: FailingBucket, clock: Clock) -> None:
    bucket.fail_from_now(0, True)
    assert instance(bucket, clock).any_free() is None
    assert instance(bucket, clock).take() is None


def test_a_look_takes_nothing_and_remembers_that_none_is_free(bucket: FailingBucket, clock: Clock) -> None:
    clock.pass_by(HOUR)
    quota, other = instance(bucket, clock), instance(bucket, clock)
    assert quota.any_free()
    assert taken(bucket) == []
    while other.take():
        pass
    assert quota.any_free() is False
    bucket.calls = 0
    assert (quota.any_free(), quota.take(), bucket.calls) == (False, False, 0)
    clock.pass_by(24 * HOUR)
    assert quota.any_free()


def test_no_slot_of_none(bucket: FailingBucket, clock: Clock) -> None:
    assert instance(bucket, clock, per_day=0).take() is False


@pytest.mark.parametrize("name", ["x", "-1", "3.5", "1000000", "٣"])
def test_other_objects_there_are_let_be(bucket: FailingBucket, clock: Clock, name: str) -> None:
    bucket.create(f"quota/youtube/2026-11-25/{name}", b"")
    assert sum(iter(instance(bucket, clock).take, False)) == 4
