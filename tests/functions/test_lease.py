"""Work that one of all instances does, and another when that one died."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from kamerton.errors import BucketError
from kamerton.lease import Lease, Leases, LeaseState
from kamerton.storage import Bucket
from tests.fakes.buckets import FailingBucket
from tests.fakes.clock import Clock

SECONDS = 30.0
RETENTION_SECONDS = 2 * 86_400.0
KEY = "1/77"


@pytest.fixture(params=["memory", "file"])
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Bucket:
    return Bucket.open("memory://" if request.param == "memory" else tmp_path.as_uri())


@pytest.fixture
def clock() -> Clock:
    return Clock(1_700_000_000.0)


def instance(bucket: Bucket, clock: Callable[[], float], prefix: str = "updates") -> Leases:
    return Leases(lambda: bucket, prefix, SECONDS, clock)


@pytest.fixture
def leases(bucket: Bucket, clock: Clock) -> Leases:
    return instance(bucket, clock)


def together(leases: Leases, number: int = 16) -> list[Lease]:
    """What as many instances get at once."""
    acquired: list[Lease] = []
    ready = threading.Barrier(number)

    def acquire() -> None:
        ready.wait()
        acquired.append(leases.acquire(KEY))

    threads = [threading.Thread(target=acquire) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return acquired


def test_one_of_many_has_a_lease(leases: Leases) -> None:
    assert Counter(lease.state for lease in together(leases)) == {LeaseState.OURS: 1, LeaseState.OTHERS: 15}


def test_one_of_many_takes_over_from_an_instance_that_died(leases: Leases, clock: Clock) -> None:
    for attempt in (1, 2, 3):
        acquired = together(leases)
        assert Counter(lease.state for lease in acquired) == {LeaseState.OURS: 1, LeaseState.OTHERS: 15}
        assert {lease.attempt for lease in acquired} == {attempt}
        clock.pass_by(SECONDS)


def test_the_first_has_it_and_others_of_any_instance_do_not(bucket: Bucket, clock: Clock) -> None:
    first, other = instance(bucket, clock), instance(bucket, clock)
    assert first.acquire(KEY) == Lease(KEY, LeaseState.OURS, 1)
    assert other.acquire(KEY) == first.acquire(KEY) == Lease(KEY, LeaseState.OTHERS, 1)
    assert other.acquire("1/78") == Lease("1/78", LeaseState.OURS, 1)


def test_a_young_lease_is_let_be_and_an_old_one_taken_over(bucket: Bucket, clock: Clock) -> None:
    for attempt in (1, 2, 3):
        assert instance(bucket, clock).acquire(KEY) == Lease(KEY, LeaseState.OURS, attempt)
        clock.pass_by(SECONDS - 0.1)
        assert instance(bucket, clock).acquire(KEY).state is LeaseState.OTHERS
        clock.pass_by(0.1)


def test_what_is_done_stays_done(leases: Leases, clock: Clock) -> None:
    leases.finish(leases.acquire(KEY))
    for seconds in (0.0, SECONDS, 86_400.0):
        clock.pass_by(seconds)
        assert leases.acquire(KEY).state is LeaseState.DONE


def test_what_an_instance_did_that_was_thought_dead_counts(leases: Leases, clock: Clock) -> None:
    late = leases.acquire(KEY)
    clock.pass_by(SECONDS)
    assert leases.acquire(KEY).attempt == 2
    leases.finish(late)
    assert leases.acquire(KEY).state is LeaseState.DONE


def test_what_was_given_up_is_taken_over_at_once(leases: Leases) -> None:
    leases.release(leases.acquire(KEY))
    assert leases.acquire(KEY) == Lease(KEY, LeaseState.OURS, 2)
    assert leases.acquire(KEY).state is LeaseState.OTHERS


def test_a_clock_that_is_behind_the_holders_takes_nothing_over(bucket: Bucket, leases: Leases, clock: Clock) -> None:
    leases.acquire(KEY)
    assert instance(bucket, Clock(clock.now - 5)).acquire(KEY).state is LeaseState.OTHERS


@pytest.mark.parametrize(
    "damaged", [b"", b"{", b"[]", b"\xff", b'{"at": "now"}', b'{"at": 1e308}', b"[" * 50_000], ids=lambda data: str(data[:12])
)
def test_an_object_that_nobody_can_read_holds_nothing_up(bucket: Bucket, leases: Leases, damaged: bytes) -> None:
    bucket.put(f"updates/{KEY}/1", damaged)
    bucket.put(f"updates/{KEY}/x", damaged)
    assert leases.acquire(KEY) == Lease(KEY, LeaseState.OURS, 2)
    assert leases.acquire(KEY).state is LeaseState.OTHERS


def test_keys_and_prefixes_do_not_meet(bucket: Bucket, leases: Leases, clock: Clock) -> None:
    leases.finish(leases.acquire(KEY))
    assert leases.acquire("1/78").state is LeaseState.OURS
    assert leases.acquire("2/77").state is LeaseState.OURS
    assert instance(bucket, clock, "cache/claims/videos").acquire(KEY).state is LeaseState.OURS


def test_the_objects_of_a_lease_say_when_they_were_made(bucket: Bucket, clock: Clock) -> None:
    leases = instance(bucket, clock, "cache/claims/videos")
    lease = leases.acquire("spotify/0000")
    clock.pass_by(5)
    leases.finish(lease)
    objects = {key: bucket.get(key).data for key in bucket.keys("cache")}
    assert objects == {
        "cache/claims/videos/spotify/0000/1": b'{"at":1700000000.0}',
        "cache/claims/videos/spotify/0000/done": b'{"at":1700000005.0}',
    }


@pytest.mark.parametrize("fail_at", [0, 1, 2, 3])
def test_a_bucket_that_fails_says_so(clock: Clock, fail_at: int) -> None:
    bucket = FailingBucket()
    instance(bucket, clock).acquire(KEY)
    clock.pass_by(SECONDS)
    bucket.fail_from_now(fail_at, down=True)
    with pytest.raises(BucketError):
        instance(bucket, clock).acquire(KEY)


def test_what_nobody_had_before_costs_one_call(clock: Clock) -> None:
    bucket = FailingBucket()
    assert instance(bucket, clock).acquire(KEY).state is LeaseState.OURS
    assert bucket.calls == 1


def test_what_failed_a_hundred_times_takes_no_longer_than_what_failed_once() -> None:
    bucket = FailingBucket()
    leases = Leases(lambda: bucket, "updates", SECONDS)
    calls = []
    for _ in range(100):
        bucket.fail_from_now(None)
        lease = leases.acquire(KEY)
        calls.append(bucket.calls)
        leases.release(lease)
    assert lease == Lease(KEY, LeaseState.OURS, 100)
    assert max(calls) <= 4


def test_only_what_is_old_is_pruned(bucket: Bucket, leases: Leases, clock: Clock) -> None:
    bucket.put("releases/one/manifest.json", b"{}")
    leases.finish(leases.acquire("1/1"))
    leases.acquire("2/9")
    clock.pass_by(RETENTION_SECONDS - 10)
    leases.finish(leases.acquire("1/2"))
    clock.pass_by(10)
    assert leases.prune(RETENTION_SECONDS) == 2
    assert bucket.keys() == ["releases/one/manifest.json", "updates/1/2/1", "updates/1/2/done"]


def test_pruning_looks_at_no_more_than_the_first_key_that_is_not_old() -> None:
    bucket = FailingBucket()
    leases = Leases(lambda: bucket, "updates", SECONDS)
    for number in range(95, 105):
        leases.finish(leases.acquire(f"1/{number}"))
    before = bucket.calls
    assert leases.prune(RETENTION_SECONDS) == 0
    assert bucket.calls - before <= 2
