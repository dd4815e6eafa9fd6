"""The conversation in the terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from kamerton.storage import Bucket
from tests.demo import talking
from tests.fakes.telegram import FakeTelegram

ROOT = Path(__file__).parents[1]


def test_it_is_had_and_leaves_nothing_in_the_bucket(small_bucket_url: str) -> None:
    before = Bucket.open(small_bucket_url).keys()
    lines: list[str] = []
    with FakeTelegram() as telegram:
        talk = talking(telegram, lines.append, {"KAMERTON_BUCKET": small_bucket_url, "KAMERTON_WORLD": "0"})
        talk.say("enter sandman")
        talk.press("1")
    assert lines == talk.lines
    assert "  | Master Of Puppets" in lines
    assert Bucket.open(small_bucket_url).keys() == before


def test_without_a_release_it_says_how_to_make_one(tmp_path: Path) -> None:
    environ = os.environ | {"KAMERTON_BUCKET": tmp_path.as_uri(), "PYTHONPATH": "functions:."}
    done = subprocess.run(
        [sys.executable, "-m", "tests.demo", "--script"], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr == f"There is no release in {tmp_path.as_uri()}: `make train` makes one.\n"
