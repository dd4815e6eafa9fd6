"""Of all that are told of an update, one answers it."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

import pytest

from kamerton.errors import BucketError
from kamerton.storage import Bucket
from kamerton.telegram.claims import CLAIM_SECONDS, KEPT_SECONDS, Claim, Claims, State
from tests.fakes.buckets import FailingBucket
from tests.fakes.clock import Clock

UPDATE = 77


@pytest.fixture(params=["memory", "file"])
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Bucket:
    return Bucket.open("memory://" if request.param == "memory" else tmp_path.as_uri())


@pytest.fixture
def clock() -> Clock:
    return Clock(1_700_000_000.0)


@pytest.fixture
def claims(bucket: Bucket, clock: Clock) -> Claims:
    return Claims(lambda: bucket, "1", clock)


def together(claims: Claims, number: int = 16) -> list[Claim]:
    """What as many instances are told at once."""
    found: list[Claim] = []
    ready = threading.Barrier(number)

    def take() -> None:
        ready.wait()
        found.append(claims.take(UPDATE))

    threads = [threading.Thread(target=take) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_one_of_many_has_an_update(claims: Claims) -> None:
    assert Counter(claim.state for claim in together(claims)) == {State.OURS: 1, State.OTHERS: 15}


def test_one_of_many_takes_over_from_an_instance_that_died(claims: Claims, clock: Clock) -> None:
    for attempt in (1, 2, 3):
        taken = together(claims)
        assert Counter(claim.state for claim in taken) == {State.OURS: 1, State.OTHERS: 15}
        assert {claim.attempt for claim in taken} == {attempt}
        clock.pass_by(CLAIM_SECONDS)


def test_a_young_claim_is_let_be_and_an_old_one_taken_over(claims: Claims, clock: Clock) -> None:
    assert claims.take(UPDATE).state is State.OURS
    clock.pass_by(CLAIM_SECONDS - 0.1)
    assert claims.take(UPDATE).state is State.OTHERS
    clock.pass_by(0.1)
    assert claims.take(UPDATE) == Claim(UPDATE, State.OURS, 2)


def test_what_is_done_stays_done(claims: Claims, clock: Clock) -> None:
    claims.finish(claims.take(UPDATE))
    for seconds in (0.0, CLAIM_SECONDS, 86_400.0):
        clock.pass_by(seconds)
        assert claims.take(UPDATE).state is State.DONE


def test_what_an_instance_did_that_was_thought_dead_counts(claims: Claims, clock: Clock) -> None:
    late = claims.take(UPDATE)
    clock.pass_by(CLAIM_SECONDS)
    assert claims.take(UPDATE).attempt == 2
    claims.finish(late)
    assert claims.take(UPDATE).state is State.DONE


def test_what_was_given_up_is_taken_over_at_once(claims: Claims) -> None:
    claims.give_up(claims.take(UPDATE))
    assert claims.take(UPDATE) == Claim(UPDATE, State.OURS, 2)
    assert claims.take(UPDATE).state is State.OTHERS


def test_a_clock_that_is_behind_the_claimers_takes_nothing_over(bucket: Bucket, claims: Claims, clock: Clock) -> None:
    claims.take(UPDATE)
    assert Claims(lambda: bucket, "1", Clock(clock.now - 5)).take(UPDATE).state is State.OTHERS


@pytest.mark.parametrize("damaged", [b"", b"{", b"[]", b'{"at": "now"}', b"\xff"])
def test_an_object_that_nobody_can_read_holds_nothing_up(bucket: Bucket, claims: Claims, damaged: bytes) -> None:
    bucket.put("updates/1/77/1", damaged)
    assert claims.take(UPDATE).state is State.OURS
    assert claims.take(UPDATE).state is State.OTHERS


def test_updates_and_bots_do_not_meet(bucket: Bucket, claims: Claims, clock: Clock) -> None:
    claims.finish(claims.take(UPDATE))
    assert claims.take(UPDATE + 1).state is State.OURS
    assert Claims(lambda: bucket, "2", clock).take(UPDATE).state is State.OURS


def test_a_bucket_that_fails_says_so() -> None:
    bucket = FailingBucket()
    claims = Claims(lambda: bucket, "1")
    bucket.fail_from_now(0)
    with pytest.raises(BucketError):
        claims.take(UPDATE)


def test_only_what_no_update_asks_for_any_more_is_pruned(bucket: Bucket, claims: Claims, clock: Clock) -> None:
    bucket.put("releases/one/manifest.json", b"{}")
    claims.finish(claims.take(1))
    clock.pass_by(KEPT_SECONDS - 10)
    claims.finish(claims.take(2))
    clock.pass_by(10)
    assert claims.prune() == 1
    assert bucket.keys() == ["releases/one/manifest.json", "updates/1/2/1", "updates/1/2/done"]


def test_pruning_looks_at_no_more_than_the_first_update_that_is_not_old() -> None:
    bucket = FailingBucket()
    claims = Claims(lambda: bucket, "1")
    for number in range(95, 105):
        claims.finish(claims.take(number))
    before = bucket.calls
    assert claims.prune() == 0
    assert bucket.calls - before <= 2


def test_what_failed_a_hundred_times_takes_no_longer_than_what_failed_once() -> None:
    bucket = FailingBucket()
    claims = Claims(lambda: bucket, "1")
    calls = []
    for _ in range(100):
        bucket.fail_from_now(None)
        claim = claims.take(UPDATE)
        calls.append(bucket.calls)
        claims.give_up(claim)
    assert claim == Claim(UPDATE, State.OURS, 100)
    assert max(calls) <= 4
