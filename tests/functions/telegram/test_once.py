"""Each update is answered, and answered once: in parallel, repeated, with faults on both sides, and by instances that die."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from flask import Flask

from kamerton import texts
from kamerton.deadline import Deadline
from kamerton.logs import Log
from kamerton.settings import Settings
from kamerton.storage import Bucket
from kamerton.telegram.bot_api import BotApi
from kamerton.telegram.bot_api_types import Method
from kamerton.telegram.refusals import CLOSED
from kamerton.wiring import new_webhook
from tests.fakes.buckets import FlakyBucket, SteppedBucket
from tests.fakes.loopback import Reply as Answered
from tests.fakes.loopback import hang_up, json_reply
from tests.fakes.telegram import TOKEN, USERNAME, FakeTelegram, refusal, too_many
from tests.functions.telegram.conftest import SECRET, call

APOLOGY = texts.bot_text("apology", "en")
SANDMAN = "5sICkBXVmaCQk5aISGR3x1"


@pytest.fixture
def apart() -> Iterator[FakeTelegram]:
    """A Bot API that nobody else talks to."""
    with FakeTelegram() as telegram:
        yield telegram


def webhook(release_url: str, telegram: FakeTelegram, bucket: Bucket, api: BotApi | None = None) -> Flask:
    """An instance over a bucket that it shares with others."""
    environ = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_SECRET": SECRET, "TELEGRAM_API_URL": telegram.url}
    settings = Settings.from_environ(environ | {"KAMERTON_BUCKET": release_url, "KAMERTON_WORLD": "0"})
    return new_webhook(settings, Log(), lambda: bucket, api)


def asking(chat: int, text: str) -> dict[str, Any]:
    """An update with a number and a chat of its own, so that what came of it can be told apart."""
    person = {"id": chat, "is_bot": False, "language_code": "en"}
    message = {"message_id": 1, "date": 1, "chat": {"id": chat, "type": "private"}, "from": person, "text": text}
    return {"update_id": chat, "message": message}


def age(bucket: Bucket) -> None:
    """Every attempt began long ago."""
    for key in Bucket.keys(bucket, "updates"):
        if not key.endswith("/done"):
            Bucket.put(bucket, key, msgspec.json.encode({"at": 0.0}))


def what_was_said(telegram: FakeTelegram) -> dict[int, Counter[str]]:
    """How many answers and apologies each chat has."""
    said: dict[int, Counter[str]] = {}
    for kind, sent in telegram.events:
        if kind == "said":
            said.setdefault(sent.chat_id, Counter())["apology" if sent.text == APOLOGY else "answer"] += 1
    return said


def test_500_updates_are_each_answered_once_or_apologised_for(small_bucket_url: str, apart: FakeTelegram) -> None:
    bucket = FlakyBucket(0.05, seed=1)
    chance = random.Random(2)
    faults: list[Callable[[], Answered]] = [
        lambda: refusal(429, "Too Many Requests: retry after 0", 0),
        lambda: refusal(429, "Too Many Requests: retry after 5", 5),
        lambda: refusal(500, "Internal Server Error"),
        lambda: refusal(400, "Bad Request: something is not as it should be"),
        lambda: Answered(502, b"<html>Bad gateway</html>", content_type="text/html"),
        lambda: Answered(hangs_up=True),
    ]
    # The server asks for one at a time.
    apart.before = lambda *_: chance.choice(faults)() if chance.random() < 0.1 else None
    instances = [webhook(small_bucket_url, apart, bucket) for _ in range(2)]
    waiting = {chat: asking(chat, "/genre enter sandman" if chat % 5 else "hurt") for chat in range(1, 501)}
    statuses: list[tuple[int, int]] = []

    def deliver(update: dict[str, Any]) -> None:
        statuses.append((update["update_id"], call(chance.choice(instances), update).status_code))

    for _ in range(12):
        if not waiting:
            break
        sent = [update for update in waiting.values() for _ in range(1 + update["update_id"] % 2)]
        chance.shuffle(sent)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(deliver, sent))
        accepted = {chat for chat, status in statuses if status == 200}
        waiting = {chat: update for chat, update in waiting.items() if chat not in accepted}
        age(bucket)
    assert not waiting
    assert {status for _, status in statuses} == {200, 503}
    said = what_was_said(apart)
    for chat in range(1, 501):
        assert said[chat]["answer"] == 1 or (said[chat]["answer"] == 0 and said[chat]["apology"] == 1), (chat, said[chat])
    assert sum(each["answer"] for each in said.values()) > 400
    # And a repeat of any of them does nothing.
    bucket.share = 0
    apart.before = lambda *_: None
    n_calls = len(apart.calls)
    assert {call(instances[0], asking(chat, "hurt")).status_code for chat in range(1, 501, 5)} == {200}
    assert len(apart.calls) == n_calls


class Killed(BaseException):
    """The instance is gone: nothing of it goes on."""


class Steps:
    """Counts what an instance does to others, and kills it at one of these."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.at: int | None = None
        self.dead = False
        self.count = 0

    def kill_at(self, step: int | None) -> None:
        self.at, self.count, self.dead = step, 0, False

    def __call__(self) -> None:
        with self._lock:
            self.dead = self.dead or (self.at is not None and self.count == self.at)
            self.count += 1
        if self.dead:
            raise Killed


class SteppedApi(BotApi):
    def __init__(self, url: str, step: Steps) -> None:
        super().__init__(url, TOKEN)
        self._step = step

    def call(self, method: Method, deadline: Deadline) -> Any:
        self._step()
        result = super().call(method, deadline)
        self._step()
        return result


def _message(chat: int, _: FakeTelegram) -> dict[str, Any]:
    return asking(chat, "enter sandman")


def _press(chat: int, telegram: FakeTelegram) -> dict[str, Any]:
    telegram.presses.add(f"press-{chat}")
    message = {"message_id": 1, "chat": {"id": chat, "type": "private"}, "text": "Something"}
    query = {"id": f"press-{chat}", "from": {"id": chat}, "message": message, "data": f"a|{SANDMAN}"}
    return {"update_id": chat, "callback_query": query}


def _inline(chat: int, _: FakeTelegram) -> dict[str, Any]:
    return {"update_id": chat, "inline_query": {"id": f"inline-{chat}", "from": {"id": chat}, "query": "hurt", "offset": ""}}


@pytest.mark.parametrize("make", [_message, _press, _inline])
def test_an_instance_that_dies_at_any_step_loses_no_update(
    small_bucket_url: str, apart: FakeTelegram, make: Callable[[int, FakeTelegram], dict[str, Any]]
) -> None:
    steps = Steps()
    bucket = SteppedBucket(steps)
    app = webhook(small_bucket_url, apart, bucket, SteppedApi(apart.url, steps))
    times: list[int] = []
    for step in range(40):
        update = make(step + 1, apart)
        before = _n_answers(apart)
        steps.kill_at(step)
        try:
            call(app, update)
            survived = True
        except Killed:
            survived = False
        steps.kill_at(None)
        if survived and steps.count <= step:
            break
        n_before_the_repeat = _n_answers(apart) - before
        if not survived:
            # Until the lease is as old as the dead instance's deadline, Telegram is told to ask again.
            assert call(app, update).status_code in (200, 503)
            age(bucket)
        assert call(app, update).status_code == 200
        assert call(app, update).status_code == 200
        times.append(_n_answers(apart) - before)
        assert times[-1] == 1 or (times[-1] == 2 and n_before_the_repeat == 1 and not survived)
    else:
        raise AssertionError("there is no end to its steps")
    # It was killed before each thing that it does and after it; only between answering and marking an answer comes twice.
    assert len(times) >= 8
    assert 1 <= times.count(2) <= 4


def _n_answers(telegram: FakeTelegram) -> int:
    return sum(kind in ("said", "suggested") for kind, _ in telegram.events)


def test_an_answer_that_may_not_have_arrived_is_followed_by_an_apology(small_bucket_url: str, apart: FakeTelegram) -> None:
    app = webhook(small_bucket_url, apart, Bucket.open("memory://"))
    # Telegram took it, and we never hear of it.
    apart.fail(hang_up, apart.path("sendMessage"))
    assert call(app, asking(1, "enter sandman")).status_code == 200
    assert what_was_said(apart)[1] == Counter(answer=1, apology=1)


def test_while_telegram_is_down_it_is_told_to_ask_again_and_then_answered(small_bucket_url: str, apart: FakeTelegram) -> None:
    app = webhook(small_bucket_url, apart, Bucket.open("memory://"))
    apart.before = lambda *_: Answered(502, b"<html>Bad gateway</html>", content_type="text/html")
    assert call(app, asking(1, "enter sandman")).status_code == 503
    apart.before = lambda *_: None
    assert call(app, asking(1, "enter sandman")).status_code == 200
    assert what_was_said(apart)[1] == Counter(answer=1)


def test_a_chat_that_is_gone_is_let_go_of_in_the_end(small_bucket_url: str, apart: FakeTelegram) -> None:
    """What nobody foresaw is tried a few times: it may be mended."""
    app = webhook(small_bucket_url, apart, Bucket.open("memory://"))
    apart.before = lambda *_: refusal(400, "Bad Request: something new")
    assert [call(app, asking(1, "hurt")).status_code for _ in range(7)] == [503] * 5 + [200, 200]


@pytest.mark.parametrize(
    ("status", "description"),
    [
        *((400, f"Bad Request: {words}") for words in CLOSED),
        (400, "Bad Request: not enough rights to send text messages to the chat"),
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: user is deactivated"),
        (403, "Forbidden: something new"),
    ],
)
def test_a_refusal_for_ever_ends_the_update_at_once(
    small_bucket_url: str, apart: FakeTelegram, status: int, description: str
) -> None:
    app = webhook(small_bucket_url, apart, Bucket.open("memory://"))
    apart.before = lambda method, _: refusal(status, description) if method == "sendMessage" else None
    assert [call(app, asking(1, "/help")).status_code for _ in range(2)] == [200, 200]
    assert len(apart.calls_of(apart.path("sendMessage"))) == 1


def test_a_group_that_has_become_a_supergroup_is_followed(small_bucket_url: str, apart: FakeTelegram) -> None:
    app = webhook(small_bucket_url, apart, Bucket.open("memory://"))
    moved = json_reply(
        {
            "ok": False,
            "error_code": 400,
            "description": "Bad Request: group chat was upgraded to a supergroup chat",
            "parameters": {"migrate_to_chat_id": -1001234567890},
        },
        400,
    )
    apart.before = lambda _, form: moved if form.get("chat_id") == -5 else None
    update = asking(1, f"/help@{USERNAME}")
    update["message"]["chat"] = {"id": -5, "type": "group"}
    assert call(app, update).status_code == 200
    assert [sent.chat_id for kind, sent in apart.events if kind == "said"] == [-1001234567890]


@pytest.mark.parametrize(("seconds", "statuses"), [(3600, [200, 200]), (5, [503] * 5 + [200, 200])])
def test_a_chat_that_stays_limited_is_let_go_of(
    small_bucket_url: str, apart: FakeTelegram, seconds: int, statuses: list[int]
) -> None:
    app = webhook(small_bucket_url, apart, Bucket.open("memory://"))
    apart.before = lambda _, form: too_many(seconds)(Answered()) if form.get("chat_id") == 1 else None
    assert [call(app, asking(1, "/help")).status_code for _ in statuses] == statuses
    assert call(app, asking(2, "/help")).status_code == 200
    assert what_was_said(apart) == {2: Counter(answer=1)}


def test_an_update_that_kills_every_instance_is_only_apologised_for_in_the_end(
    small_bucket_url: str, apart: FakeTelegram
) -> None:
    steps = Steps()
    bucket = Bucket.open("memory://")
    app = webhook(small_bucket_url, apart, bucket, SteppedApi(apart.url, steps))
    update = asking(1, "enter sandman")
    for _ in range(5):
        # Its first step is to say that it is typing.
        steps.kill_at(0)
        with pytest.raises(Killed):
            call(app, update)
        age(bucket)
    steps.kill_at(None)
    assert call(app, update).status_code == 200
    assert what_was_said(apart)[1] == Counter(apology=1)


def test_while_the_bots_own_name_is_not_known_a_group_has_to_wait(small_bucket_url: str, apart: FakeTelegram) -> None:
    app = webhook(small_bucket_url, apart, Bucket.open("memory://"))
    update = asking(1, f"@{USERNAME} enter sandman")
    update["message"]["chat"] = {"id": -1, "type": "group"}
    apart.before = lambda method, _: refusal(500, "Internal Server Error") if method == "getMe" else None
    assert call(app, update).status_code == 503
    assert apart.events == []
    apart.before = lambda *_: None
    assert call(app, update).status_code == 200
    assert what_was_said(apart)[-1] == Counter(answer=1)
