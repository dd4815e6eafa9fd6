from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.errors import SettingsError
from kamerton.settings import Settings, bucket_url

VARIABLES = ("KAMERTON_BUCKET", "KAMERTON_PUBLIC_URL", "KAMERTON_LOOK_SECONDS")


def test_nothing_has_to_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environ({})
    assert settings.bucket_url == (tmp_path / "bucket").as_uri()
    assert settings.public_url is None
    assert settings.look_seconds == 30


def test_an_empty_value_is_not_set() -> None:
    empty = dict.fromkeys(VARIABLES, "")
    assert Settings.from_environ(empty) == Settings.from_environ({})


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("file://./some/bucket", "some/bucket"),
        ("file://bucket", "bucket"),
        ("file://a%20b", "a b"),
        ("file://../beside", "../beside"),
        ("file://què?#", "què?#"),
    ],
)
def test_a_relative_folder_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, folder: str) -> None:
    monkeypatch.chdir(tmp_path)
    assert bucket_url(text) == (tmp_path / folder).resolve().as_uri()


@pytest.mark.parametrize("text", ["gs://name", "s3://name/with/prefix", "az://container", "memory://"])
def test_a_cloud_bucket_stays_as_it_is_written(text: str) -> None:
    assert Settings.from_environ({"KAMERTON_BUCKET": text}).bucket_url == text.rstrip("/")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KAMERTON_BUCKET", "bucket"),
        ("KAMERTON_BUCKET", "/some/folder"),
        ("KAMERTON_BUCKET", "file://"),
        ("KAMERTON_BUCKET", "file://~nobody-of-this-name/bucket"),
        ("KAMERTON_BUCKET", "file://%00"),
        ("KAMERTON_BUCKET", "ftp://name"),
        ("KAMERTON_BUCKET", "s3://"),
        ("KAMERTON_BUCKET", "s3:///prefix"),
        ("KAMERTON_BUCKET", "s3://["),
        ("KAMERTON_BUCKET", "s3://name?region=x"),
        ("KAMERTON_BUCKET", "gs://name#part"),
        ("KAMERTON_BUCKET", " s3://name"),
        ("KAMERTON_BUCKET", "s3://na\nme"),
        ("KAMERTON_BUCKET", "s3://" + "n" * 2000),
        ("KAMERTON_PUBLIC_URL", "kamerton.example"),
        ("KAMERTON_PUBLIC_URL", "ftp://kamerton.example"),
        ("KAMERTON_PUBLIC_URL", "https://"),
        ("KAMERTON_PUBLIC_URL", "https://kamerton.example?a=b"),
        ("KAMERTON_PUBLIC_URL", "https://kamerton.example#top"),
        ("KAMERTON_PUBLIC_URL", "https://user:word@kamerton.example"),
        ("KAMERTON_PUBLIC_URL", "https://kamerton.example:0"),
        ("KAMERTON_PUBLIC_URL", "https://kamerton.example:port"),
        ("KAMERTON_PUBLIC_URL", "https://[kamerton"),
        ("KAMERTON_LOOK_SECONDS", "soon"),
        ("KAMERTON_LOOK_SECONDS", "-1"),
        ("KAMERTON_LOOK_SECONDS", "nan"),
        ("KAMERTON_LOOK_SECONDS", "inf"),
    ],
)
def test_a_wrong_value_is_refused_with_a_sentence_that_names_it(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as refused:
        Settings.from_environ({name: value})
    assert "\n" not in str(refused.value)


def test_a_wrong_option_is_called_by_its_own_name() -> None:
    with pytest.raises(SettingsError, match=r"^--bucket is"):
        bucket_url("nonsense", "--bucket")


def test_a_public_url_loses_its_last_slash() -> None:
    assert Settings.from_environ({"KAMERTON_PUBLIC_URL": "https://kamerton.example/"}).public_url == "https://kamerton.example"


@given(st.dictionaries(st.sampled_from(VARIABLES), st.text() | st.from_regex(r"(file|s3|https?)://\S*", fullmatch=True)))
def test_any_environment_is_settings_or_a_sentence(environ: dict[str, str]) -> None:
    with suppress(SettingsError):
        assert Settings.from_environ(environ).bucket_url
