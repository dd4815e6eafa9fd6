"""Voice messages, music files and films that are sent to the bot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kamerton.logs import Log
from kamerton.settings import Settings
from kamerton.storage import Bucket
from kamerton.telegram.webhook import SECRET_HEADER
from kamerton.wiring import new_webhook
from tests.conversing import BORIS, GROUP, Talk
from tests.fakes.telegram import BOT, TOKEN, FakeTelegram
from tests.functions.listening.sounds import beats, encoded
from tests.small_release import small_release
from training.listening.__main__ import main

LARGEST = 20 * 1024 * 1024


@pytest.fixture(scope="module")
def bucket_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("heard")
    small_release(Bucket.open(folder.as_uri()))
    main(["--bucket", folder.as_uri()])
    return folder.as_uri()


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        fake.files["song"] = encoded(beats(124, "house", 10), "ogg", "libopus")
        yield fake


@pytest.fixture
def post(bucket_url: str, telegram: FakeTelegram) -> Any:
    environ = {"KAMERTON_BUCKET": bucket_url, "KAMERTON_WORLD": "0", "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_SECRET": "secret"}
    client = new_webhook(Settings.from_environ(environ | {"TELEGRAM_API_URL": telegram.url}), Log()).test_client()
    return lambda update: client.post("/", json=update, headers={SECRET_HEADER: "secret"}).status_code


@pytest.fixture
def talk(post: Any, telegram: FakeTelegram) -> Talk:
    return Talk(post, telegram)


@pytest.mark.parametrize(
    "fields",
    [
        {"voice": {"file_id": "song", "duration": 10}},
        {"video_note": {"file_id": "song"}},
        {"video": {"file_id": "song", "file_name": "a.mp4"}},
        {"audio": {"file_id": "song"}},
        {"document": {"file_id": "song", "mime_type": "video/webm"}},
        {"audio": {"file_id": "song", "performer": "Nobody", "title": "Zzq xkv"}},
    ],
    ids=lambda fields: "-".join(fields),
)
def test_what_sounds_is_listened_to(talk: Talk, fields: dict[str, Any]) -> None:
    assert talk.send("a sound", **fields) == 200
    lines = talk.last.text.splitlines()
    assert lines[0] == "What was heard"
    assert "124" in lines[1]
    assert "electronic" in lines[1]
    assert "Sounds alike" in lines
    talk.press("1")
    assert talk.last.has("More like this")


def test_who_a_file_says_that_it_is_of_comes_first(talk: Talk, telegram: FakeTelegram) -> None:
    talk.send("a song", audio={"file_id": "song", "performer": "Linkin Park", "title": "In the End"})
    assert talk.last.text.startswith("In the End")
    assert "getFile" not in telegram.methods


def test_it_speaks_russian(post: Any, telegram: FakeTelegram) -> None:
    talk = Talk(post, telegram, BORIS)
    talk.send("a sound", voice={"file_id": "song"})
    assert talk.last.text.startswith("Что услышано")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no sound", "cannot be read as sound"),
        (b"\0" * (LARGEST + 1), "could not be fetched"),
        (b"\0" * (21 * 1024 * 1024), "could not be fetched"),
        (None, "could not be fetched"),
    ],
    ids=["text", "large", "too large for a bot", "gone"],
)
def test_what_cannot_be_heard_is_a_sentence(talk: Talk, telegram: FakeTelegram, data: bytes | None, words: str) -> None:
    if data is not None:
        telegram.files["other"] = data
    assert talk.send("something", voice={"file_id": "other"}) == 200
    assert words in talk.last.text


def test_in_a_group_only_an_answer_to_the_bot_is_listened_to(post: Any, telegram: FakeTelegram) -> None:
    talk = Talk(post, telegram, chat=GROUP)
    talk.send("a sound", voice={"file_id": "song"})
    assert telegram.methods == []
    original = {"message_id": 5, "date": 1, "chat": GROUP, "from": BOT, "text": "Hello"}
    talk.send("a sound", voice={"file_id": "song"}, reply_to_message=original)
    assert telegram.methods == []


def test_a_file_elsewhere_is_not_fetched(talk: Talk, telegram: FakeTelegram) -> None:
    path = {"file_id": "song", "file_path": "../../etc/passwd", "file_size": 10}
    telegram.before = lambda method, _: _result(path) if method == "getFile" else None
    talk.send("a sound", voice={"file_id": "song"})
    assert not [call for call in telegram.calls if call.path.startswith("/file/")]
    assert "could not be fetched" in talk.last.text


def _result(value: Any) -> Any:
    from tests.fakes.loopback import json_reply

    return json_reply({"ok": True, "result": value})
