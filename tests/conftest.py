"""What tests of several folders share: a bucket with a small release, and the release itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from kamerton.deadline import Deadline
from kamerton.release.loader import load_release
from kamerton.release.release import Release
from kamerton.storage import Bucket
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
