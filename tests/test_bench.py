"""The bench measures what it says, seen with a small release and few requests; its seconds are judged by nobody here."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest

import tests.bench
from kamerton.deadline import Deadline
from kamerton.release.loader import load_release
from kamerton.storage import Bucket
from tests.bench.world import remembered_answers
from tests.small_release import small_release


@pytest.mark.parametrize("module", [module.name for module in pkgutil.iter_modules(tests.bench.__path__)])
def test_each_module_of_the_bench_fits_the_program(module: str) -> None:
    importlib.import_module(f"tests.bench.{module}")


def test_remembered_tracks_of_the_world_are_answered_with_nobody_asked(tmp_path: Path) -> None:
    bucket = Bucket.open(tmp_path.as_uri())
    small_release(bucket)
    figures = remembered_answers(bucket, load_release(bucket, "small-1", Deadline(60)), requests=4)
    assert set(figures["seconds"]) == {"outside", "catalog", "catalog_alone"}
    assert all(seconds > 0 for seconds in figures["seconds"].values())
