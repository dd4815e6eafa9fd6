"""The conversation in the terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from kamerton.storage import Bucket
from tests.demo import talking
from tests.fakes.telegram import FakeTelegram
from tests.small_release import put_release, small_objects, small_tracks

ROOT = Path(__file__).parents[1]


def test_it_is_had_and_leaves_nothing_in_the_bucket(small_bucket_url: str) -> None:
    before = Bucket.open(small_bucket_url).keys()
    lines: list[str] = []
    with FakeTelegram() as telegram:
        talk, _ = talking(telegram, lines.append, {"KAMERTON_BUCKET": small_bucket_url, "KAMERTON_WORLD": "0"})
        talk.say("enter sandman")
        talk.press("1")
    assert lines == talk.lines
    assert "  | Master Of Puppets" in lines
    assert Bucket.open(small_bucket_url).keys() == before


def said(bucket_url: str, typed: str) -> list[str]:
    environ = os.environ | {"KAMERTON_BUCKET": bucket_url, "KAMERTON_WORLD": "0", "PYTHONPATH": "functions:."}
    done = subprocess.run(
        [sys.executable, "-m", "tests.demo"], cwd=ROOT, env=environ, input=typed, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [line for line in done.stdout.splitlines() if line.startswith("Ann")]


def test_what_is_piped_in_is_said_and_nothing_else(small_bucket_url: str) -> None:
    assert said(small_bucket_url, "numb\n\n1\n/help\n") == ["Ann: “numb”", "Ann presses (1)", "Ann: “/help”"]


def test_the_conversation_is_of_tracks_that_the_catalog_has(tmp_path: Path) -> None:
    tracks = small_tracks()
    names = [f"Etude {place}" for place in range(len(tracks))]
    folder = (tmp_path / "other").as_uri()
    put_release(Bucket.open(folder), *small_objects(tracks.assign(track_name=names, artists=["Somebody"] * len(tracks))))
    first, *_, last = said(folder, "")
    assert first.startswith("Ann: “Etude ")
    assert last.startswith("Ann: “/genre Etude ")


def test_without_a_release_it_says_how_to_make_one(tmp_path: Path) -> None:
    environ = os.environ | {"KAMERTON_BUCKET": tmp_path.as_uri(), "PYTHONPATH": "functions:."}
    done = subprocess.run(
        [sys.executable, "-m", "tests.demo", "--script"], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr == f"There is no release in {tmp_path.as_uri()}: `make train` makes one.\n"
