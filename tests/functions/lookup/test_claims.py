"""Work that one of all instances does, and another when that one died."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from kamerton.lookup.claims import CLAIM_SECONDS, Claim, Claims
from kamerton.lookup.object_cache import ObjectCache
from kamerton.storage import Bucket
from tests.fakes.buckets import FailingBucket
from tests.fakes.clock import Clock

KEY = "spotify/0000"


def instance(bucket: Bucket, clock: Clock) -> Claims:
    return Claims(ObjectCache(lambda: bucket, lambda *_: None), "videos", clock)


def test_the_first_has_it_and_others_of_any_instance_do_not(bucket: Bucket, clock: Clock) -> None:
    first, other = instance(bucket, clock), instance(bucket, clock)
    assert first.take(KEY) is Claim.FIRST
    assert other.take(KEY) is first.take(KEY) is Claim.LOST
    assert other.take("spotify/0001") is Claim.FIRST


def test_a_claim_whose_maker_died_is_over_after_a_while(bucket: Bucket, clock: Clock) -> None:
    for expected in (Claim.FIRST, Claim.NEXT, Claim.NEXT):
        assert instance(bucket, clock).take(KEY) is expected
        clock.pass_by(CLAIM_SECONDS - 1)
        assert instance(bucket, clock).take(KEY) is Claim.LOST
        clock.pass_by(1)


def test_of_many_at_once_one_has_it_also_after_a_death(bucket: Bucket, clock: Clock) -> None:
    for expected in (Claim.FIRST, Claim.NEXT):
        with ThreadPoolExecutor(30) as threads:
            taken = list(threads.map(lambda _: instance(bucket, clock).take(KEY), range(30)))
        assert sorted(claim.name for claim in taken) == sorted([expected.name] + ["LOST"] * 29)
        clock.pass_by(CLAIM_SECONDS)


@pytest.mark.parametrize("fail_at", [0, 1, 2])
def test_a_bucket_that_fails_gives_nobody_anything(clock: Clock, fail_at: int) -> None:
    bucket = FailingBucket()
    instance(bucket, clock).take(KEY)
    clock.pass_by(CLAIM_SECONDS)
    bucket.fail_from_now(fail_at, down=True)
    assert instance(bucket, clock).take(KEY) is Claim.UNKNOWN


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b'{"at": "now"}', b'{"at": 1e308}', b"[" * 50_000])
def test_a_broken_claim_is_none(bucket: Bucket, clock: Clock, data: bytes) -> None:
    bucket.put(f"cache/claims/videos/{KEY}/1", data)
    bucket.put(f"cache/claims/videos/{KEY}/x", data)
    assert instance(bucket, clock).take(KEY) is Claim.NEXT
    assert instance(bucket, clock).take(KEY) is Claim.LOST
