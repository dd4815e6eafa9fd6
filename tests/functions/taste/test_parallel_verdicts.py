"""Of verdicts that come at once none is lost, on whatever bucket, and whatever it does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kamerton.errors import BucketError
from kamerton.storage import Bucket
from kamerton.taste.taste_store import TasteStore
from tests.fakes import clouds
from tests.fakes.clouds import CLOUDS, Cloud, Fault

N_VERDICTS = 200
SECRET = "a secret of this test"
PERSON = "0" * 32
FAULTS: dict[str, Fault] = {
    "no fault": clouds.no_fault,
    "slow down": clouds.slow_down,
    "lost answers": clouds.lost_answer,
    "late answers": clouds.delayed(0.02),
}
SAYING = f"""
import sys
from kamerton.storage import Bucket
from kamerton.taste.taste_store import TasteStore
bucket = Bucket.open(sys.argv[1], 10)
store = TasteStore(lambda: bucket, {SECRET!r})
for number in range(int(sys.argv[2]), {N_VERDICTS}, 4):
    store.say({PERSON!r}, "like", f"track{{number}}")
"""


@pytest.mark.parametrize(
    ("kind", "fault"), [("file", "no fault"), ("memory", "no fault"), *((cloud, fault) for cloud in CLOUDS for fault in FAULTS)]
)
def test_of_two_hundred_at_once_none_is_lost(in_cloud: Callable[[str], Cloud], tmp_path: Path, kind: str, fault: str) -> None:
    url = "memory://" if kind == "memory" else tmp_path.as_uri()
    if kind in CLOUDS:
        cloud = in_cloud(kind)
        cloud.fault = FAULTS[fault]
        url = f"{cloud.url}/{tmp_path.name}"
    bucket = Bucket.open(url, 10)
    stores = [TasteStore(lambda: bucket, SECRET) for _ in range(4)]

    def say(number: int) -> None:
        # A person taps again when nothing came of it.
        for _ in range(5):
            try:
                stores[number % 4].say(PERSON, "like", f"track{number}")
                return
            except BucketError:
                continue
        raise AssertionError(f"verdict {number} was never taken")

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(say, range(N_VERDICTS)))
    profile = stores[0].profile(PERSON)
    assert sorted(profile.liked) == sorted(f"track{number}" for number in range(N_VERDICTS))
    assert profile.disliked == profile.blocked == ()


def test_of_several_processes_none_is_lost(tmp_path: Path) -> None:
    url = tmp_path.as_uri()
    processes = [subprocess.Popen([sys.executable, "-c", SAYING, url, str(first)]) for first in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4
    bucket = Bucket.open(url)
    assert len(TasteStore(lambda: bucket, SECRET).profile(PERSON).liked) == N_VERDICTS
