"""Where the leases of updates are kept: a rule of the bucket that removes old objects counts on it."""

from __future__ import annotations

from kamerton.lease import LeaseState
from kamerton.storage import Bucket
from kamerton.telegram.update_leases import LEASE_SECONDS, update_key, update_leases
from tests.fakes.clock import Clock


def test_an_updates_lease_is_kept_under_its_bot_and_number() -> None:
    bucket, clock = Bucket.open("memory://"), Clock()
    leases = update_leases(lambda: bucket, clock)
    leases.finish(leases.acquire(update_key(7, 77)))
    assert bucket.keys() == ["updates/7/77/1", "updates/7/77/done"]


def test_updates_and_bots_do_not_meet() -> None:
    bucket, clock = Bucket.open("memory://"), Clock()
    leases = update_leases(lambda: bucket, clock)
    for bot_id, update_id in ((1, 77), (1, 78), (2, 77)):
        assert leases.acquire(update_key(bot_id, update_id)).state is LeaseState.OURS
    clock.pass_by(LEASE_SECONDS - 1)
    assert leases.acquire(update_key(1, 77)).state is LeaseState.OTHERS
    clock.pass_by(1)
    assert leases.acquire(update_key(1, 77)).attempt == 2
