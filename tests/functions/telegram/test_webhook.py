"""What Telegram is told, and what is refused."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kamerton import texts
from kamerton.http.trace_context import HEADER
from kamerton.logs import Log
from kamerton.settings import Settings
from kamerton.storage import Bucket
from kamerton.telegram.webhook import LARGEST_BODY, SECRET_HEADER
from kamerton.wiring import new_webhook
from tests.conversing import ANN, private
from tests.fakes.buckets import FailingBucket
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.functions.telegram.conftest import SECRET, call

HELP = {"message_id": 1, "date": 1, "chat": private(ANN), "from": ANN, "text": "/help"}


def update(number: int, **content: Any) -> dict[str, Any]:
    return {"update_id": 1_000_000 + number} | (content or {"message": HELP})


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", SECRET[:-1], "é"])
def test_without_the_secret_nothing_is_read(function: Flask, telegram: FakeTelegram, secret: str) -> None:
    # Neither valid nor an update: it is refused before anybody looks.
    headers = {SECRET_HEADER: secret.encode().decode("latin-1")}
    assert function.test_client().post("/", data=b"\xff{", headers=headers).status_code == 403
    assert call(function, update(1), secret.encode().decode("latin-1")).status_code == 403
    assert function.test_client().post("/", json=update(1)).status_code == 403
    assert telegram.calls == []


def test_without_a_secret_of_our_own_every_update_is_refused(small_bucket_url: str) -> None:
    app = new_webhook(Settings.from_environ({"KAMERTON_BUCKET": small_bucket_url, "KAMERTON_WORLD": "0"}), Log())
    for headers in ({}, {SECRET_HEADER: ""}, {SECRET_HEADER: "None"}):
        assert app.test_client().post("/", json=update(1), headers=headers).status_code == 403
    assert app.test_client().get("/health").status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD"])
def test_another_method_is_refused(function: Flask, method: str) -> None:
    answer = function.test_client().open("/", method=method, headers={SECRET_HEADER: SECRET})
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/health/", "/assets/style.css", "/api/v1/genres"])
def test_there_is_nothing_else(function: Flask, path: str) -> None:
    assert function.test_client().get(path).status_code == 404


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"{}", "application/x-www-form-urlencoded", 415),
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"{}", "application/json", 400),
        (b'{"update_id": -1}', "application/json", 400),
        (b'{"update_id": 1e400}', "application/json", 400),
        (b'{"update_id": 1, "message": 5}', "application/json", 400),
        (b'{"update_id": 1, "message": {"message_id": 1, "chat": {"id": "x"}}}', "application/json", 400),
        (b'{"update_id": 1, "message": ' + b"[" * 100_000, "application/json", 400),
        (b'{"update_id": 1, "message": ' + b'{"reply_to_message":' * 50_000, "application/json", 400),
        (b" " * (LARGEST_BODY + 1), "application/json", 413),
    ],
)
def test_what_is_no_update_is_refused_and_nothing_done(
    function: Flask, telegram: FakeTelegram, bot_bucket: Bucket, body: bytes, media_type: str, status: int
) -> None:
    before = bot_bucket.keys("updates")
    headers = {SECRET_HEADER: SECRET}
    answer = function.test_client().post("/", data=body, content_type=media_type, headers=headers)
    assert answer.status_code == status
    assert answer.json["status"] == status
    assert telegram.calls == []
    assert bot_bucket.keys("updates") == before


@pytest.mark.parametrize(
    "content",
    [
        {"edited_message": HELP},
        {"channel_post": HELP},
        {"my_chat_member": {"anything": 1}},
        {"a_kind_of_the_future": {"with": ["anything"]}},
        {"poll": None},
    ],
)
def test_other_kinds_of_update_are_let_be(function: Flask, telegram: FakeTelegram, content: dict[str, Any]) -> None:
    assert call(function, update(10, **content)).status_code == 200
    assert telegram.calls == []


def test_health_is_that_of_the_page(function: Flask) -> None:
    answer = function.test_client().get("/health")
    assert answer.status_code == 200
    assert set(answer.json) == {"status", "release", "uptime_seconds"}
    assert (answer.json["status"], answer.json["release"]) == ("ok", "small-1")


def test_the_line_of_an_update_says_where_and_from_what_it_was_answered(small_bucket_url: str, telegram: FakeTelegram) -> None:
    stream = io.StringIO()
    environ = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_SECRET": SECRET, "TELEGRAM_API_URL": telegram.url, "KAMERTON_WORLD": "0"}
    known = Settings.from_environ(environ | {"KAMERTON_BUCKET": small_bucket_url, "GOOGLE_CLOUD_PROJECT": "tuning-fork"})
    app = new_webhook(known, Log(stream), open_bucket=lambda: Bucket.open("memory://"))
    headers = {SECRET_HEADER: SECRET, HEADER: f"{'0a' * 16}/1;o=1"}
    app.test_client().post("/", json=update(25, message=HELP | {"text": "enter sandman"}), headers=headers)
    line = json.loads(stream.getvalue().splitlines()[-1])
    assert (line["message"], line["outcome"], line["release"], line["source"]) == ("update", "answered", "small-1", "catalog")
    assert line["logging.googleapis.com/trace"] == f"projects/tuning-fork/traces/{'0a' * 16}"
    assert line["durations"]["telegram"] > 0


def test_a_repeat_of_an_answered_update_does_nothing(function: Flask, telegram: FakeTelegram) -> None:
    assert [call(function, update(20)).status_code for _ in range(3)] == [200, 200, 200]
    assert telegram.methods.count("sendMessage") == 1


class Apart:
    """A webhook of its own, over a bucket that can be told to fail; the release is in another."""

    def __init__(self, release_url: str, telegram: FakeTelegram) -> None:
        environ = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_SECRET": SECRET, "TELEGRAM_API_URL": telegram.url, "KAMERTON_WORLD": "0"}
        self.bucket = FailingBucket()
        self.app = new_webhook(
            Settings.from_environ(environ | {"KAMERTON_BUCKET": release_url}), Log(), open_bucket=lambda: self.bucket
        )


@pytest.fixture
def apart(small_bucket_url: str, telegram: FakeTelegram) -> Apart:
    return Apart(small_bucket_url, telegram)


def test_while_the_bucket_is_down_telegram_has_to_ask_again(apart: Apart, telegram: FakeTelegram) -> None:
    apart.bucket.fail_from_now(0, down=True)
    answer = call(apart.app, update(30))
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert telegram.calls == []
    apart.bucket.fail_from_now(None)
    assert call(apart.app, update(30)).status_code == 200
    assert telegram.methods.count("sendMessage") == 1


def test_a_claim_of_another_instance_has_telegram_ask_again(apart: Apart, telegram: FakeTelegram) -> None:
    meanwhile: list[int] = []

    def ask_again(*_: object) -> None:
        meanwhile.append(call(apart.app, update(31)).status_code)

    telegram.before = ask_again
    assert call(apart.app, update(31)).status_code == 200
    assert set(meanwhile) == {503}
    assert telegram.methods.count("sendMessage") == 1


def test_a_bucket_that_fails_after_the_answer_does_not_have_it_repeated(apart: Apart, telegram: FakeTelegram) -> None:
    # The first two calls are the language and the claim, in either order.
    apart.bucket.fail_from_now(2, down=True)
    assert call(apart.app, update(32)).status_code == 200
    assert telegram.methods.count("sendMessage") == 1


def test_a_bucket_without_a_release_is_told_to_the_person(tmp_path: Path, telegram: FakeTelegram) -> None:
    apart = Apart(tmp_path.as_uri(), telegram)
    assert apart.app.test_client().get("/health").status_code == 503
    assert call(apart.app, update(33)).status_code == 200
    ((_, sent),) = [event for event in telegram.events if event[0] == "said"]
    assert sent.text.startswith("No release could be loaded yet.")


_TEXT = st.text(max_size=40)
_NUMBER = st.integers(-(2**63), 2**63 - 1)
_USER = st.fixed_dictionaries({"id": _NUMBER}, optional={"is_bot": st.booleans(), "language_code": _TEXT})
_CHAT = st.fixed_dictionaries({"id": _NUMBER}, optional={"type": st.sampled_from(["private", "group", "supergroup"]) | _TEXT})
_ENTITY = st.fixed_dictionaries(
    {"type": st.sampled_from(["bold", "text_link"]) | _TEXT, "offset": st.integers(0, 50), "length": st.integers(0, 50)},
    optional={"url": _TEXT},
)
_DATA = st.sampled_from(["a", "e", "m", "c", "p", "l", "r"]).flatmap(
    lambda kind: st.lists(_TEXT | st.just("5sICkBXVmaCQk5aISGR3x1"), max_size=4).map(lambda rest: "|".join([kind, *rest]))
)
_BUTTON = st.fixed_dictionaries({"text": _TEXT}, optional={"callback_data": _DATA | _TEXT})
_WORDS = _TEXT | st.sampled_from(["/start", "/genre hurt", "/random metal", "enter sandman", "@KamertonTestBot hurt", "/x@y z"])
_MESSAGE = st.recursive(
    st.fixed_dictionaries(
        {"message_id": _NUMBER, "chat": _CHAT},
        optional={
            "from": _USER,
            "text": _WORDS,
            "caption": _WORDS,
            "entities": st.lists(_ENTITY, max_size=4),
            "audio": st.fixed_dictionaries({}, optional={"title": _TEXT, "performer": _TEXT}),
            "sticker": st.just({}),
            "via_bot": _USER,
            "reply_markup": st.fixed_dictionaries({"inline_keyboard": st.lists(st.lists(_BUTTON, max_size=3), max_size=3)}),
        },
    ),
    lambda inner: st.builds(lambda one, other: one | {"reply_to_message": other}, inner, inner),
    max_leaves=2,
)
_UPDATE = st.fixed_dictionaries(
    {"update_id": st.integers(0, 2**63 - 1)},
    optional={
        "message": _MESSAGE,
        "callback_query": st.fixed_dictionaries(
            {"id": _TEXT, "from": _USER}, optional={"message": _MESSAGE, "inline_message_id": _TEXT, "data": _DATA | _TEXT}
        ),
        "inline_query": st.fixed_dictionaries({"id": _TEXT, "from": _USER, "query": _WORDS, "offset": _TEXT}),
        "chosen_inline_result": st.fixed_dictionaries(
            {"result_id": _TEXT, "from": _USER}, optional={"inline_message_id": _TEXT}
        ),
    },
)
_JSON = st.recursive(
    st.none() | st.booleans() | _NUMBER | st.floats() | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(body=_UPDATE)
def test_any_update_is_answered_with_200_and_within_telegrams_rules(
    function: Flask, telegram: FakeTelegram, body: dict[str, Any]
) -> None:
    assert call(function, body).status_code == 200
    said = [seen if isinstance(seen, str) else getattr(seen, "text", "") for _, seen in telegram.events]
    # An apology is for what is broken, and no update breaks anything.
    assert not {texts.bot_text("apology", language) for language in texts.LANGUAGES} & set(said)
    telegram.forget()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200) | _JSON.map(lambda value: json.dumps(value).encode()), data=st.data())
def test_any_body_is_answered_without_an_error_of_ours(
    function: Flask, telegram: FakeTelegram, body: bytes, data: st.DataObject
) -> None:
    kind = data.draw(st.sampled_from(["application/json", "text/plain"]))
    answer = function.test_client().post("/", data=body, content_type=kind, headers={SECRET_HEADER: SECRET})
    assert answer.status_code < 500
    assert telegram.broken == []
