"""A collection that is stopped, killed, or torn goes on as if nothing had been: no track twice, none lost."""

from __future__ import annotations

import json
import os
import pty
import random
import signal
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pandas as pd
import pytest

from tests.fakes import loopback
from tests.fakes.loopback import Call
from tests.fakes.music import MadeTrack, made_music
from tests.training.collecting import Collecting
from training import prepare

pytestmark = pytest.mark.filterwarnings("ignore:You're using `audio_features:DeprecationWarning")

OPTIONS = ("--genres", "blues,metal", "--years", "2001-2006", "--per-genre", "60")
SECONDS = 60
MOST_KILLS = 8


@pytest.fixture(scope="module")
def music() -> list[MadeTrack]:
    return made_music(("blues", "metal"), range(2001, 2007), per_year=25)


@pytest.fixture(scope="module")
def unknown(music: list[MadeTrack]) -> set[str]:
    return {track.id for number, track in enumerate(music) if number % 4 == 0}


@pytest.fixture
def collecting(tmp_path: Path, music: list[MadeTrack], unknown: set[str]) -> Iterator[Collecting]:
    with Collecting(tmp_path / "collected", music, unknown) as collecting:
        yield collecting


@pytest.fixture
def undisturbed(tmp_path: Path, music: list[MadeTrack], unknown: set[str], capsys: pytest.CaptureFixture[str]) -> Collecting:
    """The same collection made without a break."""
    with Collecting(tmp_path / "undisturbed", music, unknown) as collecting:
        assert collecting.run(*OPTIONS, capture=capsys).code == 0
    return collecting


class Killer:
    """Kills a process with one of its calls: before the answer is sent, or a moment after."""

    def __init__(self, collecting: Collecting, seed: int) -> None:
        self._chance = random.Random(seed)
        self._process: subprocess.Popen[str] | None = None
        self._calls_left = 0
        self._before = False
        for fake in (collecting.spotify, collecting.reccobeats):
            fake.on_call, fake.on_answered = self._called, self._answered

    def aim(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._calls_left, self._before = self._chance.randint(2, 6), self._chance.random() < 0.4

    def _called(self, _: Call) -> None:
        self._calls_left -= 1
        if self._before:
            self._kill_when_due()

    def _answered(self, _: Call) -> None:
        if not self._before and self._calls_left <= 0:
            # Into reading the answer, keeping it, or the next call.
            time.sleep(self._chance.random() * 0.004)
            self._kill_when_due()

    def _kill_when_due(self) -> None:
        if self._calls_left <= 0 and self._process and self._process.poll() is None:
            self._process.kill()


def test_killed_at_many_points_it_ends_as_if_it_never_was(
    collecting: Collecting, undisturbed: Collecting, tmp_path: Path
) -> None:
    killer, n_kills = Killer(collecting, seed=1), 0
    while True:
        process = collecting.start(*OPTIONS)
        if n_kills < MOST_KILLS:
            killer.aim(process)
        _, complained = process.communicate(timeout=SECONDS)
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL, complained
        n_kills += 1
    assert n_kills == MOST_KILLS
    pd.testing.assert_frame_equal(collecting.table, undisturbed.table)
    assert [answer["call"] for answer in collecting.answers] == [answer["call"] for answer in undisturbed.answers]
    # A call is made again only if its answer was lost with the process that had asked.
    assert set(collecting.asked) == set(undisturbed.asked)
    assert collecting.asked.total() - undisturbed.asked.total() <= n_kills
    prepare.main(["--catalog", str(collecting.folder / "tracks.parquet"), "--build", str(tmp_path / "build")])


def test_a_line_torn_at_any_place_is_asked_for_again(
    collecting: Collecting, undisturbed: Collecting, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = undisturbed.journal.read_bytes().splitlines(keepends=True)
    collecting.folder.mkdir()
    chance = random.Random(0)
    for number in chance.sample(range(len(lines)), 12):
        whole, torn = lines[:number], lines[number]
        collecting.journal.write_bytes(b"".join(whole) + torn[: chance.randrange(len(torn))])
        assert collecting.run(*OPTIONS, capture=capsys).code == 0
        pd.testing.assert_frame_equal(collecting.table, undisturbed.table)
        assert len(collecting.answers) == len(lines)


def test_a_damaged_line_in_the_middle_is_named(collecting: Collecting, capsys: pytest.CaptureFixture[str]) -> None:
    collecting.run(*OPTIONS, capture=capsys)
    lines = collecting.journal.read_bytes().splitlines(keepends=True)
    collecting.journal.write_bytes(b"".join([*lines[:3], lines[3][40:], *lines[4:]]))
    ended = collecting.run(*OPTIONS, capture=capsys)
    assert ended.code == 1
    assert "line 4 of" in ended.complained
    collecting.journal.write_bytes(b"".join([*lines[:3], *lines[4:]]))
    assert collecting.run(*OPTIONS, capture=capsys).code == 0
    assert not collecting.table.duplicated(["track_id", "track_genre"]).any()


@pytest.mark.parametrize("answer", ["", "[]", '{"tracks": 1}', '{"tracks": {"items": []'])
def test_an_answer_that_cannot_be_read_is_named(
    collecting: Collecting, answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    collecting.run(*OPTIONS, capture=capsys)
    lines = collecting.journal.read_bytes().splitlines(keepends=True)
    lines[3] = json.dumps(json.loads(lines[3]) | {"answer": answer}).encode() + b"\n"
    collecting.journal.write_bytes(b"".join(lines))
    ended = collecting.run(*OPTIONS, capture=capsys)
    assert ended.code == 1
    assert "line 4 of" in ended.complained


def test_it_stops_cleanly_when_asked_to(
    collecting: Collecting, undisturbed: Collecting, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, code, n_searches in ((signal.SIGTERM, 143, 12), (signal.SIGINT, 130, 14)):
        with stopped_at(collecting, n_searches, number) as process:
            said, complained = process.communicate(timeout=SECONDS)
        assert process.returncode == code
        assert "collect: stopped as asked. What goes on where this stopped: .venv/bin/python -m training.collect" in complained
        assert "Traceback" not in complained
        assert f"{len(collecting.table):,} rows" in said
    assert collecting.run(*OPTIONS, capture=capsys).code == 0
    pd.testing.assert_frame_equal(collecting.table, undisturbed.table)


@contextmanager
def stopped_at(collecting: Collecting, n_searches: int, number: int) -> Iterator[subprocess.Popen[str]]:
    """The command, which gets the signal while its search of that number waits for an answer."""
    process = collecting.start(*OPTIONS)

    def stop(_: Call) -> None:
        if len(collecting.spotify.searches) == n_searches:
            process.send_signal(number)
            # It does not wait for the answer.
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)

    collecting.spotify.on_call = stop
    yield process
    collecting.spotify.on_call = lambda _: None


def test_one_folder_is_for_one_process(collecting: Collecting, capsys: pytest.CaptureFixture[str]) -> None:
    refused = []

    def run_another(_: Call) -> None:
        if not refused:
            refused.append(True)
            refused.append(collecting.start(*OPTIONS).communicate(timeout=SECONDS)[1])

    collecting.spotify.on_call = run_another
    assert collecting.run(*OPTIONS, capture=capsys).code == 0
    assert refused[1] == f"collect: {collecting.folder} is in use: another process writes into it.\n"


def test_on_a_terminal_the_bar_counts_down(collecting: Collecting) -> None:
    collecting.spotify.fail(loopback.rate_limited(2), "/v1/search", after=4)
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (40, 150))
    process = collecting.start(*OPTIONS, stderr=theirs)
    os.close(theirs)
    shown = b""
    # The terminal is gone, with an error, once the process is.
    with suppress(OSError):
        while part := os.read(ours, 65536):
            shown += part
    os.close(ours)
    process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    text = shown.decode()
    assert "waiting 2 s" in text
    assert "waiting 1 s" in text
    assert "blues 2006" in text
    assert "120/120" in text
