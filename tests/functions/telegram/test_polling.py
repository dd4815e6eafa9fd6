"""A bot that fetches its updates: the same answers, in order, and none lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from kamerton.deadline import Deadline
from kamerton.errors import SourceRefused
from kamerton.logs import Log
from kamerton.settings import Settings
from kamerton.storage import Bucket
from kamerton.telegram.bot_api import BotApi
from kamerton.telegram.polling import Poller
from kamerton.telegram.update_leases import RETENTION_SECONDS, update_key, update_leases
from kamerton.wiring import new_kamerton, new_update_handler
from tests.fakes.clock import Clock
from tests.fakes.loopback import Reply, server_error
from tests.fakes.telegram import BOT_ID, TOKEN, FakeTelegram, refusal, too_many
from tests.functions.telegram.test_once import asking


@pytest.fixture
def bots() -> Iterator[FakeTelegram]:
    with FakeTelegram() as telegram:
        yield telegram


class Home:
    """A poller that sleeps no longer than a test wants."""

    def __init__(self, telegram: FakeTelegram, release_url: str) -> None:
        settings = Settings.from_environ(
            {
                "KAMERTON_BUCKET": release_url,
                "KAMERTON_WORLD": "0",
                "TELEGRAM_TOKEN": TOKEN,
                "TELEGRAM_API_URL": telegram.url,
            }
        )
        self.waits: list[float] = []
        self.clock = Clock()
        self.bucket = Bucket.open("memory://")
        api = BotApi(telegram.url, TOKEN)
        handler = new_update_handler(new_kamerton(settings, Log()), settings, Log(), lambda: self.bucket, api)
        self.poller = Poller(api, handler, update_leases(lambda: self.bucket), Log(), self._wait, self.clock)
        self.began = self.clock.now

    def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.clock.pass_by(seconds)


@pytest.fixture
def home(bots: FakeTelegram, small_bucket_url: str) -> Home:
    return Home(bots, small_bucket_url)


def tries(telegram: FakeTelegram, chat: int) -> int:
    """How often it was tried to answer the chat; an apology belongs to a try."""
    calls = [json.loads(call.body) for call in telegram.calls_of(telegram.path("sendMessage"))]
    return sum(call["chat_id"] == chat for call in calls) // 2


def said_in(telegram: FakeTelegram) -> list[int]:
    return [sent.chat_id for kind, sent in telegram.events if kind == "said"]


def test_what_waits_is_answered_in_order_and_never_fetched_again(home: Home, bots: FakeTelegram) -> None:
    bots.updates = [asking(chat, "/help") for chat in (3, 4, 5)]
    home.poller.poll()
    home.poller.poll()
    bots.updates.append(asking(6, "hurt"))
    home.poller.poll()
    assert said_in(bots) == [3, 4, 5, 6]
    assert home.waits == []


def test_only_kinds_that_are_answered_are_asked_for(home: Home, bots: FakeTelegram) -> None:
    home.poller.poll()
    (call,) = bots.calls_of(bots.path("getUpdates"))
    kinds = ["message", "callback_query", "inline_query", "chosen_inline_result"]
    assert json.loads(call.body)["allowed_updates"] == kinds


def test_an_update_that_could_not_be_answered_is_tried_until_it_is(home: Home, bots: FakeTelegram) -> None:
    bots.updates = [asking(3, "/help"), asking(4, "/help")]
    bots.before = lambda method, _: server_error()(Reply()) if method != "getUpdates" else None
    for _ in range(8):
        home.poller.poll()
    assert said_in(bots) == []
    # Tried at once, and 1, 3 and 7 seconds later.
    assert home.clock.now - home.began == 8
    assert tries(bots, 3) == tries(bots, 4) == 4
    bots.before = lambda *_: None
    while not said_in(bots):
        home.poller.poll()
    home.poller.poll()
    assert said_in(bots) == [3, 4]


def test_while_a_chats_update_fails_the_others_are_answered_and_nothing_is_lost(home: Home, bots: FakeTelegram) -> None:
    first, second = asking(3, "/help"), asking(3, "/genres") | {"update_id": 5}
    bots.updates = [first, asking(4, "/help"), second, asking(6, "/help")]
    bots.before = lambda _, form: server_error()(Reply()) if form.get("chat_id") == 3 else None
    for _ in range(3):
        home.poller.poll()
    assert said_in(bots) == [4, 6]
    bots.updates.append(asking(7, "/help"))
    home.poller.poll()
    assert said_in(bots) == [4, 6, 7]
    # Telegram still has what was not answered: another program would get it.
    numbers = [json.loads(call.body).get("offset") for call in bots.calls_of(bots.path("getUpdates"))]
    assert max(number or 0 for number in numbers) == first["update_id"]
    bots.before = lambda *_: None
    while len(said_in(bots)) < 5:
        home.poller.poll()
    home.poller.poll()
    assert said_in(bots) == [4, 6, 7, 3, 3]
    assert json.loads(bots.calls_of(bots.path("getUpdates"))[-1].body)["offset"] == bots.updates[-1]["update_id"] + 1


def test_another_program_that_fetches_is_waited_out(home: Home, bots: FakeTelegram) -> None:
    words = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    bots.updates = [asking(3, "/help")]
    bots.before = lambda method, _: refusal(409, words) if method == "getUpdates" else None
    for _ in range(3):
        home.poller.poll()
    assert home.waits == [1, 2, 4]
    bots.before = lambda *_: None
    home.poller.poll()
    assert said_in(bots) == [3]


def test_a_chat_that_stays_limited_holds_no_other_up(home: Home, bots: FakeTelegram) -> None:
    bots.updates = [asking(3, "/help"), asking(4, "/help")]
    bots.before = lambda _, form: too_many(3600)(Reply()) if form.get("chat_id") == 3 else None
    home.poller.poll()
    assert said_in(bots) == [4]
    assert home.waits == []


def test_a_telegram_that_is_down_is_asked_less_and_less_often(home: Home, bots: FakeTelegram) -> None:
    bots.before = lambda *_: server_error()(Reply())
    for _ in range(9):
        home.poller.poll()
    assert home.waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    bots.before = lambda *_: None
    home.poller.poll()
    bots.before = lambda *_: too_many(7)(Reply())
    home.poller.poll()
    assert home.waits[-1] == 7


@pytest.mark.parametrize("broken", [5, {}, {"update_id": None}, {"update_id": 9, "message": 5}])
def test_an_update_of_an_unknown_form_holds_nothing_up(home: Home, bots: FakeTelegram, broken: Any) -> None:
    bots.updates = [broken, asking(10, "/help")]
    home.poller.poll()
    assert said_in(bots) == [10]


def test_a_webhook_that_is_set_ends_it(home: Home, bots: FakeTelegram) -> None:
    bots.has_webhook = True
    with pytest.raises(SourceRefused) as refused:
        home.poller.run()
    assert refused.value.status == 409


def test_a_token_that_is_no_bots_ends_it(bots: FakeTelegram) -> None:
    with pytest.raises(SourceRefused) as refused:
        BotApi(bots.url, "1:wrong").updates(0, [], 1, Deadline(5))
    assert refused.value.status == 401


def test_once_a_day_what_was_done_long_ago_is_removed(home: Home) -> None:
    old, key = update_leases(lambda: home.bucket, Clock(1_000_000.0)), update_key(BOT_ID, 1)
    old.finish(old.acquire(key))
    home.poller.poll()
    assert home.bucket.keys("updates") == []
    old.finish(old.acquire(key))
    home.poller.poll()
    assert len(home.bucket.keys("updates")) == 2
    home.clock.pass_by(RETENTION_SECONDS)
    home.poller.poll()
    assert home.bucket.keys("updates") == []
