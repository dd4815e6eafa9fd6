"""A piece of music that is sent along: in the API, and from the page."""

from __future__ import annotations

import builtins
import tempfile
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from kamerton.storage import Bucket
from kamerton.web.file_upload import LARGEST_UPLOAD
from tests.functions.listening.sounds import beats, encoded, tone
from tests.functions.web.conftest import LoggedSite
from tests.functions.web.test_api import IN_THE_END
from tests.functions.web.test_page import Page
from tests.small_release import GENRES, small_release
from training.listening.__main__ import main

AUDIO = "/api/v1/audio"


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Bucket:
    """With a release and a tagger."""
    made = Bucket.open(tmp_path_factory.mktemp("hearing").as_uri())
    small_release(made)
    main(["--bucket", made.url])
    return made


@pytest.fixture(scope="module")
def hearing(bucket: Bucket) -> LoggedSite:
    return LoggedSite({"KAMERTON_BUCKET": bucket.url})


@pytest.fixture(scope="module")
def song() -> bytes:
    return encoded(beats(124, "house", 12), "mp3", "libmp3lame")


def sent(site: LoggedSite, data: bytes | None, path: str = AUDIO, **headers: str) -> TestResponse:
    kind, body = form(data)
    return site.client.post(path, data=body, content_type=kind, headers=headers)


def form(data: bytes | None) -> tuple[str, bytes]:
    """The content type and the body of a form with a file. By hand: the test client would write it to a disk."""
    head = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="song.mp3"\r\n\r\n'
    part = b"" if data is None else head + data + b"\r\n"
    return "multipart/form-data; boundary=edge", part + b"--edge--\r\n"


def test_a_sound_is_answered_for(hearing: LoggedSite, song: bytes) -> None:
    answer = sent(hearing, song, f"{AUDIO}?limit=4").json
    assert answer["track"] is None
    assert (answer["features_source"], answer["approximate"]) == ("audio", True)
    assert answer["heard"]["tempo"] == 124.0
    assert answer["heard"]["seconds"] == pytest.approx(12, abs=0.2)
    assert answer["heard"]["tags"][0]["tag"] in ("electronic", "electro", "dance")
    known = {name: value for name, value in answer["features"].items() if value is not None}
    assert known == {"tempo": 124.0}
    assert {score["genre"] for score in answer["genres"]} == set(GENRES)
    assert len(answer["recommendations"]) == 4
    assert answer["genre_lacking"].startswith("electronic, says its sound. This catalog knows only country, hip-hop and metal")


def test_the_same_sound_has_the_same_answer(hearing: LoggedSite, song: bytes) -> None:
    assert sent(hearing, song).json == sent(hearing, song).json


def test_a_file_that_names_a_track_of_the_catalog_is_answered_for_it(hearing: LoggedSite) -> None:
    data = encoded(beats(100, "rock", 6), "mp3", "libmp3lame", title="In the End", artist="Linkin Park")
    answer = sent(hearing, data).json
    assert answer["track"]["id"] == IN_THE_END
    assert (answer["features_source"], answer["approximate"]) == ("catalog", False)
    other = encoded(beats(100, "rock", 6), "mp3", "libmp3lame", title="https://evil.example/", artist="Nobody")
    assert sent(hearing, other).json["approximate"] is True


def test_wishes_are_taken_along(hearing: LoggedSite, song: bytes) -> None:
    answer = sent(hearing, song, f"{AUDIO}?genre=metal&limit=3&start=2").json
    assert {item["genre"] for item in answer["recommendations"]} == {"metal"}
    assert sent(hearing, song, f"{AUDIO}?genre=polka").json["code"] == "genre_not_found"
    assert sent(hearing, song, f"{AUDIO}?track=x").status_code == 400


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "No file was given"),
        (b"", "No file was given"),
        (b"no sound at all", "cannot be read as sound"),
        (encoded(tone(440, 0.4), "wav", "pcm_s16le"), "too short"),
        (b"\0" * (LARGEST_UPLOAD + 200_000), "10 MB at most"),
    ],
    ids=["none", "empty", "text", "short", "large"],
)
def test_what_cannot_be_heard_is_a_sentence(hearing: LoggedSite, data: bytes | None, words: str) -> None:
    response = sent(hearing, data)
    assert response.status_code == (422 if words in ("cannot be read as sound", "too short") else 400)
    assert words in response.json["detail"]
    page = sent(hearing, data, "/hear", Accept="text/html")
    assert page.status_code == response.status_code
    assert words in Page(page).text


def test_a_body_that_is_no_form_is_refused(hearing: LoggedSite, song: bytes) -> None:
    for content_type in ("audio/mpeg", "application/json", "multipart/form-data"):
        response = hearing.client.post(AUDIO, data=song, content_type=content_type)
        assert (response.status_code, response.json["code"]) == (400, "bad_query")


def test_a_server_without_a_tagger_says_so(client: Client, song: bytes) -> None:
    kind, body = form(song)
    response = client.post(AUDIO, data=body, content_type=kind)
    assert (response.status_code, response.json["code"]) == (404, "not_offered")
    assert "does not listen" in response.json["detail"]


def test_no_sound_is_written_anywhere(
    hearing: LoggedSite, bucket: Bucket, song: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = encoded(beats(124, "house", 40), "wav", "pcm_s16le")
    assert len(large) > 5_000_000
    sent(hearing, song)
    before, opened = sorted(bucket.keys()), builtins.open

    def read_only(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        assert not set(mode) & set("wax+"), file
        return opened(file, mode, *arguments, **named)

    def refused(*_: Any, **__: Any) -> Any:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr(builtins, "open", read_only)
    for name in ("TemporaryFile", "SpooledTemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refused)
    assert sent(hearing, large).status_code == 200
    assert sorted(bucket.keys()) == before


def test_the_page_says_what_was_heard(hearing: LoggedSite, song: bytes) -> None:
    first = Page(hearing.client.get("/?lang=en"))
    assert [each["action"] for each in first.all("form") if each.get("method") == "post"] == ["/hear?lang=en"]
    shown = Page(sent(hearing, song, "/hear?lang=en", Accept="text/html"))
    assert "What was heard" in shown.text
    assert "124" in shown.text
    assert "electronic, says its sound" in shown.text
    assert len([link for link in shown.links if link.startswith("/?track=")]) >= 10


def test_the_page_speaks_the_language_that_was_chosen(hearing: LoggedSite, song: bytes) -> None:
    page = sent(hearing, song, "/hear?lang=ru")
    assert "Что услышано" in page.text
    assert page.headers["Cache-Control"] == "no-store"
