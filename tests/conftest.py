"""What tests of several folders share: a bucket with a small release, and the release itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from kamerton.deadline import Deadline
from kamerton.release.loader import load_release
from kamerton.release.release import Release
from kamerton.storage import Bucket
from tests.fakes.clouds import CLOUDS, Cloud, no_fault
from tests.small_release import small_release

# No test and no process that one starts asks anybody outside: those of the world name their fakes and turn it on.
os.environ["KAMERTON_WORLD"] = "0"

# The same examples in each run, and no verdict by the clock: the machine may be busy.
settings.register_profile("kamerton", deadline=None, derandomize=True, database=None, max_examples=100)
settings.load_profile("kamerton")


@pytest.fixture(scope="session")
def small_bucket_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with the release small-1 in force, which no test changes."""
    folder: Path = tmp_path_factory.mktemp("small-bucket")
    small_release(Bucket.open(folder.as_uri()))
    return folder.as_uri()


@pytest.fixture(scope="session")
def release(small_bucket_url: str) -> Release:
    return load_release(Bucket.open(small_bucket_url), "small-1", Deadline(30))


@pytest.fixture(scope="session")
def opened_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Cloud]]:
    """The cloud of a name in `CLOUDS`, which is started when it is first asked for."""
    with ExitStack() as stack:

        @cache
        def opened(name: str) -> Cloud:
            return stack.enter_context(CLOUDS[name](tmp_path_factory.mktemp(name)))

        yield opened


@pytest.fixture
def in_cloud(opened_cloud: Callable[[str], Cloud], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Cloud]]:
    """Makes a cloud the one that buckets are opened in."""
    used: list[Cloud] = []

    def chosen(name: str) -> Cloud:
        used.append(cloud := opened_cloud(name))
        for key, value in cloud.environ.items():
            monkeypatch.setenv(key, value)
        return cloud

    yield chosen
    for cloud in used:
        cloud.fault = no_fault
