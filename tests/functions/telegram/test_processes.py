"""The webhook in processes of its own: what it loads, and that a worker that is killed loses no update."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from kamerton.storage import Bucket
from kamerton.telegram.webhook import SECRET_HEADER
from tests.fakes.loopback import Call
from tests.fakes.telegram import BOT_ID, TOKEN, FakeTelegram
from tests.functions.telegram.conftest import MAIN, SECRET
from tests.functions.telegram.test_once import age, asking
from tests.functions.test_main import TRAINING, run
from tests.serving import Served, served
from tests.small_release import small_release

LOADED = """
import json, sys
sys.path.append({folder!r})
from functions_framework import create_app
client = create_app("telegram_webhook", {main!r}).test_client()
states = [sorted(sys.modules)]
assert client.get("/health").status_code == 200
assert client.post("/", json={update!r}, headers={{{header!r}: "wrong"}}).status_code == 403
states.append(sorted(sys.modules))
assert client.post("/", json={update!r}, headers={{{header!r}: {secret!r}}}).status_code == 200
states.append(sorted(sys.modules))
print(json.dumps(states))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> list[set[str]]:
    """The modules that are loaded before the first request, after those without an update, and after an update."""
    bucket = Bucket.open(tmp_path_factory.mktemp("bot").as_uri())
    small_release(bucket)
    program = LOADED.format(
        folder=str(MAIN.parent), main=str(MAIN), update=asking(1, "hurt"), header=SECRET_HEADER, secret=SECRET
    )
    with FakeTelegram() as telegram:
        done = run(program, KAMERTON_BUCKET=bucket.url, **_environ(telegram))
    assert done.returncode == 0, done.stderr
    return [set(names) for names in json.loads(done.stdout)]


def _environ(telegram: FakeTelegram) -> dict[str, str]:
    return {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_SECRET": SECRET, "TELEGRAM_API_URL": telegram.url, "KAMERTON_WORLD": "0"}


def test_the_client_of_the_bot_api_is_loaded_with_the_first_update(loaded: list[set[str]]) -> None:
    start, refused, answered = loaded
    assert {"requests", "kamerton.telegram.bot_api"} & (start | refused) == set()
    assert {"requests", "kamerton.telegram.bot_api"} <= answered
    assert "kamerton.wiring" not in start


def test_what_the_bot_does_not_need_is_not_loaded(loaded: list[set[str]]) -> None:
    assert {"telebot", "redis", "aiohttp", "spotipy"} & loaded[-1] == set()


def test_the_bot_loads_nothing_of_the_page(loaded: list[set[str]]) -> None:
    assert {name for name in loaded[-1] if name.startswith("kamerton.web")} == set()
    assert "kamerton.telegram.webhook" in loaded[-1]


def test_serving_the_bot_loads_nothing_of_training(loaded: list[set[str]]) -> None:
    assert {name.partition(".")[0] for name in loaded[-1]} & set(TRAINING) == set()


AT_ONCE = """
import sys, threading
sys.path.append({folder!r})
from kamerton.logs import Log
from kamerton.settings import Settings
from kamerton.wiring import new_webhook
sys.setswitchinterval(1e-6)
app = new_webhook(Settings.from_environ({environ!r}), Log())
ready = threading.Barrier(16)

def post():
    ready.wait()
    update = {{"update_id": 1, "message": {{"message_id": 1, "chat": {{"id": 1}}, "new_chat_title": "x"}}}}
    assert app.test_client().post("/", json=update, headers={headers!r}).status_code == 200

threads = [threading.Thread(target=post) for _ in range(16)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_the_first_updates_may_come_at_once(tmp_path: Path) -> None:
    environ = {"KAMERTON_BUCKET": tmp_path.as_uri(), "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_SECRET": SECRET}
    done = run(AT_ONCE.format(folder=str(MAIN.parent), environ=environ, headers=_HEADERS))
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_the_client_of_the_bot_api_changes_nothing_of_how_others_are_imported() -> None:
    """Importing it leaves no stand-in for a module behind: spotipy imports redis in the same process."""
    done = run(f"import sys; sys.path.append({str(MAIN.parent)!r}); import kamerton.telegram.bot_api, redis; redis.Redis")
    assert done.returncode == 0, done.stderr


def test_an_update_whose_worker_is_killed_is_answered_by_the_next(tmp_path: Path) -> None:
    bucket = Bucket.open((tmp_path / "bucket").as_uri())
    small_release(bucket)
    with (
        FakeTelegram() as telegram,
        served(tmp_path, "telegram_webhook", KAMERTON_BUCKET=bucket.url, **_environ(telegram)) as function,
    ):
        for chat, (method, times) in enumerate(_KILLED_AT.items(), 1):
            _kill_once(telegram, function, method)
            assert function.post("/", asking(chat, "hurt"), _HEADERS) is None
            # A dead instance's lease is as any other until it is old.
            assert _posted(function, asking(chat, "hurt")) == 503
            age(bucket)
            assert _posted(function, asking(chat, "hurt")) == 200
            assert _posted(function, asking(chat, "hurt")) == 200
            assert sum(kind == "said" and sent.chat_id == chat for kind, sent in telegram.events) == times
            attempts = [key.rpartition("/")[2] for key in bucket.keys(f"updates/{BOT_ID}/{chat}")]
            assert attempts == ["1", "2", "done"]


_HEADERS = {SECRET_HEADER: SECRET}
# How often an update is answered when the worker dies over this call: twice if Telegram has the answer, and nobody could know.
_KILLED_AT = {"sendChatAction": 1, "sendMessage": 2}


def _kill_once(telegram: FakeTelegram, function: Served, method: str) -> None:
    def kill(call: Call) -> None:
        if call.path.endswith(method):
            telegram.on_call = lambda _: None
            function.kill_workers()

    telegram.on_call = kill


def _posted(function: Served, update: dict[str, Any]) -> int:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if (status := function.post("/", update, _HEADERS)) is not None:
            return status
        time.sleep(0.05)
    raise AssertionError("no worker took the place of the killed one")
