"""The webhook as the function serves it, over the small release, with a fake Bot API at the other end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from functions_framework import create_app
from werkzeug.test import TestResponse

from kamerton import wiring
from kamerton.storage import Bucket
from kamerton.telegram.webhook import SECRET_HEADER
from tests.conversing import Post, Talk
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.small_release import small_release

MAIN = Path(__file__).parents[3] / "functions" / "main.py"
SECRET = "a-secret_of_setWebhook"
PAGE = "https://kamerton.example"


@pytest.fixture(scope="session")
def bot_bucket(tmp_path_factory: pytest.TempPathFactory) -> Bucket:
    """A bucket of the bot's own: it writes there."""
    bucket = Bucket.open(tmp_path_factory.mktemp("bot-bucket").as_uri())
    small_release(bucket)
    return bucket


@pytest.fixture(scope="session")
def _served(bot_bucket: Bucket) -> Iterator[tuple[Flask, FakeTelegram]]:
    with FakeTelegram() as telegram, pytest.MonkeyPatch.context() as others:
        others.setattr(wiring, "_webhook", None)
        # Read with the first request, and of no concern to other tests.
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("KAMERTON_BUCKET", bot_bucket.url)
            environment.setenv("KAMERTON_PUBLIC_URL", PAGE)
            environment.setenv("TELEGRAM_TOKEN", TOKEN)
            environment.setenv("TELEGRAM_SECRET", SECRET)
            environment.setenv("TELEGRAM_API_URL", telegram.url)
            # create_app leaves it to every process that is started after.
            environment.setenv("FUNCTION_TARGET", "telegram_webhook")
            app = create_app("telegram_webhook", str(MAIN))
            assert app.test_client().get("/health").status_code == 200
        yield app, telegram


@pytest.fixture
def function(_served: tuple[Flask, FakeTelegram]) -> Flask:
    return _served[0]


@pytest.fixture
def telegram(_served: tuple[Flask, FakeTelegram]) -> Iterator[FakeTelegram]:
    """The Bot API; the test fails when a rule of it was broken."""
    fake = _served[1]
    yield fake
    fake.forget()


def call(function: Flask, update: Any, secret: str = SECRET, **options: Any) -> TestResponse:
    """What Telegram does with an update."""
    return function.test_client().post("/", json=update, headers={SECRET_HEADER: secret}, **options)


@pytest.fixture
def post(function: Flask) -> Post:
    return lambda update: call(function, update).status_code


@pytest.fixture
def talk(post: Post, telegram: FakeTelegram) -> Talk:
    """Ann, alone with the bot."""
    return Talk(post, telegram)
