"""`python -m training.collect` against the outside services' fakes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pandas as pd
import pytest

from tests.fakes.music import MadeTrack
from tests.fakes.reccobeats import FakeReccoBeats
from tests.fakes.spotify import CLIENT_ID, CLIENT_SECRET, FakeSpotify
from training.collect.__main__ import main

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code, what it printed, and the pauses that it made, in seconds."""

    code: int
    said: str
    complained: str
    pauses: list[float]


class Collecting:
    """Both services, and a folder to collect into, for the length of a `with`."""

    def __init__(self, folder: Path, music: Sequence[MadeTrack], unknown: Collection[str] = (), extended: bool = False) -> None:
        self.folder = folder
        self.spotify = FakeSpotify(music, extended_quota=extended)
        self.reccobeats = FakeReccoBeats(music, unknown)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._stack.enter_context(self.spotify)
        self._stack.enter_context(self.reccobeats)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def environ(self) -> dict[str, str]:
        return {
            "SPOTIFY_CLIENT_ID": CLIENT_ID,
            "SPOTIFY_CLIENT_SECRET": CLIENT_SECRET,
            "SPOTIFY_API_URL": self.spotify.url,
            "SPOTIFY_ACCOUNTS_URL": self.spotify.url,
            "RECCOBEATS_URL": self.reccobeats.url,
        }

    def run(self, *arguments: str, capture: pytest.CaptureFixture[str], **environ: str) -> Ended:
        """The command in this process; its pauses are only noted down."""
        pauses: list[float] = []
        capture.readouterr()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in (self.environ | environ).items():
                patch.setenv(name, value)
            code, sentence = _exit_of(lambda: main([*arguments, "--folder", str(self.folder)], pauses.append))
        said = capture.readouterr()
        return Ended(code, said.out, said.err + sentence, pauses)

    def start(self, *arguments: str, **more: Any) -> subprocess.Popen[str]:
        """The command in a process of its own."""
        command = [sys.executable, "-m", "training.collect", *arguments, "--folder", str(self.folder)]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
        return subprocess.Popen(
            command, cwd=ROOT, env=os.environ | {"PYTHONPATH": "functions:."} | self.environ, text=True, **streams
        )

    @property
    def table(self) -> pd.DataFrame:
        return pd.read_parquet(self.folder / "tracks.parquet")

    @property
    def journal(self) -> Path:
        return self.folder / "answers.jsonl"

    @property
    def answers(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.journal.read_text().splitlines()]

    @property
    def asked(self) -> Counter[str]:
        """How often each call was made, tokens aside."""
        services = {"spotify": self.spotify, "reccobeats": self.reccobeats}
        calls = [(name, call) for name, fake in services.items() for call in fake.calls_of("/v1")]
        return Counter(f"{name}{call.path} {sorted(call.query.items())}" for name, call in calls)


def _exit_of(run: Callable[[], None]) -> tuple[int, str]:
    """The exit code, and the sentence where SystemExit carries one, as the interpreter would print it."""
    try:
        run()
    except SystemExit as ended:
        return (ended.code, "") if isinstance(ended.code, int) else (1, str(ended.code))
    return 0, ""
