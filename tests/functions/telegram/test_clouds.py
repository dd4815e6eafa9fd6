"""Over every kind of bucket, in parallel, repeated, and with what clouds do besides, each update is answered exactly once."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from kamerton.deadline import LEASE_BUCKET_SECONDS
from kamerton.storage import Bucket
from tests.fakes import clouds
from tests.fakes.clouds import CLOUDS, Cloud, Fault
from tests.fakes.telegram import FakeTelegram
from tests.functions.telegram.conftest import call
from tests.functions.telegram.test_once import asking, webhook, what_was_said

# More of them, later and at the same time, by hand: UPDATES=2000 DELAY=2 THREADS=64.
N_UPDATES = int(os.environ.get("UPDATES", "40"))
DELAY = float(os.environ.get("DELAY", "0.1"))
N_THREADS = int(os.environ.get("THREADS", "8"))
FAULTS: dict[str, Fault] = {
    "no fault": clouds.no_fault,
    "slow down": clouds.slow_down,
    "lost answers": clouds.lost_answer,
    "late answers": clouds.delayed(DELAY),
}


@pytest.mark.parametrize(
    ("kind", "fault"), [("file", "no fault"), ("memory", "no fault"), *((cloud, fault) for cloud in CLOUDS for fault in FAULTS)]
)
def test_each_update_is_answered_once(
    in_cloud: Callable[[str], Cloud], small_bucket_url: str, tmp_path: Path, kind: str, fault: str
) -> None:
    url = "memory://" if kind == "memory" else tmp_path.as_uri()
    if kind in CLOUDS:
        cloud = in_cloud(kind)
        cloud.fault = FAULTS[fault]
        url = f"{cloud.url}/{tmp_path.name}"
    bucket = Bucket.open(url, LEASE_BUCKET_SECONDS)
    chance = random.Random(1)
    waiting = {chat: asking(chat, "/genre enter sandman") for chat in range(1, N_UPDATES + 1)}
    with FakeTelegram() as telegram:
        instances = [webhook(small_bucket_url, telegram, bucket) for _ in range(2)]
        statuses: dict[int, set[int]] = {chat: set() for chat in waiting}

        def deliver(update: dict[str, Any]) -> None:
            statuses[update["update_id"]].add(call(chance.choice(instances), update).status_code)

        # Telegram repeats what was not confirmed; here it sends some twice at once, too.
        for _ in range(3):
            sent = [update for chat, update in waiting.items() for _ in range(1 + chat % 2)]
            chance.shuffle(sent)
            with ThreadPoolExecutor(N_THREADS) as pool:
                list(pool.map(deliver, sent))
            waiting = {chat: update for chat, update in waiting.items() if 200 not in statuses[chat]}
        assert not waiting
        assert {chat: dict(said) for chat, said in what_was_said(telegram).items()} == {
            chat: {"answer": 1} for chat in statuses
        }
