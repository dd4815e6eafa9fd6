"""`python -m infra.poll`: says who answers, answers, and says what only a person can mend."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kamerton.storage import Bucket
from tests.fakes.telegram import TOKEN, USERNAME, FakeTelegram
from tests.functions.telegram.test_once import asking
from tests.small_release import small_release

ROOT = Path(__file__).parents[2]


@contextmanager
def polling(**environ: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.poll"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "functions:."} | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=20)


@pytest.fixture
def bots() -> Iterator[FakeTelegram]:
    with FakeTelegram() as telegram:
        yield telegram


def test_it_answers_until_it_is_stopped(bots: FakeTelegram, tmp_path: Path) -> None:
    bucket = Bucket.open(tmp_path.as_uri())
    small_release(bucket)
    bots.updates = [asking(5, "enter sandman")]
    with polling(KAMERTON_BUCKET=bucket.url, TELEGRAM_TOKEN=TOKEN, TELEGRAM_API_URL=bots.url) as process:
        assert process.stdout.readline() == f"Kamerton answers as @{USERNAME} (Ctrl-C stops it)\n"
        end = time.monotonic() + 30
        while not any(kind == "said" for kind, _ in bots.events) and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert "Traceback" not in process.stderr.read()
    ((_, sent),) = [event for event in bots.events if event[0] == "said"]
    assert sent.text.startswith("Enter Sandman")


def test_what_only_a_person_can_mend_is_said_in_a_sentence(bots: FakeTelegram, tmp_path: Path) -> None:
    bots.has_webhook = True
    environ = {"KAMERTON_BUCKET": tmp_path.as_uri(), "TELEGRAM_API_URL": bots.url}
    said = []
    for token in ("", "1:wrong", TOKEN):
        with polling(**environ, TELEGRAM_TOKEN=token) as process:
            assert process.wait(30) == 1
            said.append(process.stderr.read())
    assert said[0].startswith("kamerton: TELEGRAM_TOKEN is not set: BotFather gives one")
    assert said[1].startswith("kamerton: TELEGRAM_TOKEN is no bot's.")
    assert said[2].startswith("kamerton: Another program has the bot's updates: a webhook (deleteWebhook removes it)")
    assert all(len(each.splitlines()) == 1 for each in said)
