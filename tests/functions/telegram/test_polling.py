"""A bot that fetches its updates: the same answers, in order, and none lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kamerton.deadline import Deadline
from kamerton.errors import SourceRefused
from kamerton.logs import Log
from kamerton.settings import Settings
from kamerton.storage import Bucket
from kamerton.telegram.bot_api import BotApi
from kamerton.telegram.claims import KEPT_SECONDS, Claims
from kamerton.telegram.polling import Poller
from kamerton.wiring import new_kamerton, new_reception
from tests.fakes.clock import Clock
from tests.fakes.loopback import Reply, server_error
from tests.fakes.telegram import BOT_ID, TOKEN, FakeTelegram, too_many
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
        self.claims = Claims(lambda: self.bucket, str(BOT_ID))
        api = BotApi(telegram.url, TOKEN)
        reception = new_reception(new_kamerton(settings, Log()), settings, Log(), lambda: self.bucket, api)
        self.poller = Poller(api, reception, self.claims, Log(), self._wait, self.clock)
        self.on_wait = lambda: None

    def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.on_wait()


@pytest.fixture
def home(bots: FakeTelegram, small_bucket_url: str) -> Home:
    return Home(bots, small_bucket_url)


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
    assert b"allowed_updates=%5B%22message%22%2C+%22callback_query%22" in call.body


def test_an_update_that_could_not_be_answered_is_tried_until_it_is(home: Home, bots: FakeTelegram) -> None:
    bots.updates = [asking(3, "/help"), asking(4, "/help")]
    bots.before = lambda method, _: server_error()(Reply()) if method != "getUpdates" else None
    home.on_wait = lambda: setattr(bots, "before", (lambda *_: None) if len(home.waits) == 3 else bots.before)
    home.poller.poll()
    assert said_in(bots) == [3, 4]
    assert home.waits == [1.0, 2.0, 4.0]


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
    old = Claims(lambda: home.bucket, str(BOT_ID), Clock(1_000_000.0))
    old.finish(old.take(1))
    home.poller.poll()
    assert home.bucket.keys("updates") == []
    old.finish(old.take(1))
    home.poller.poll()
    assert len(home.bucket.keys("updates")) == 2
    home.clock.pass_by(KEPT_SECONDS)
    home.poller.poll()
    assert home.bucket.keys("updates") == []
