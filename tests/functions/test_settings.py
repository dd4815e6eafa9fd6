from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.errors import SettingsError
from kamerton.settings import Settings, SourceSettings, SpotifyApp, TelegramSettings, bucket_url

VARIABLES = ("KAMERTON_BUCKET", "KAMERTON_PUBLIC_URL", "KAMERTON_LOOK_SECONDS", "KAMERTON_WORLD", "KAMERTON_WORLD_SECONDS")
VARIABLES += ("GOOGLE_CLOUD_PROJECT",)
ADDRESSES = (
    "SPOTIFY_API_URL",
    "SPOTIFY_ACCOUNTS_URL",
    "SPOTIFY_OPEN_URL",
    "SPOTIFY_LINK_URL",
    "RECCOBEATS_URL",
    "DEEZER_URL",
    "YOUTUBE_API_URL",
    "YOUTUBE_OEMBED_URL",
    "TELEGRAM_API_URL",
)
YOUTUBE = ("YOUTUBE_API_KEY", "YOUTUBE_DAILY_SEARCHES")
BOT = ("TELEGRAM_TOKEN", "TELEGRAM_SECRET")
APP = ("SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET")


def test_nothing_has_to_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environ({})
    assert settings.bucket_url == (tmp_path / "bucket").as_uri()
    assert settings.public_url is None
    assert settings.look_seconds == 30
    assert settings.world
    assert settings.world_seconds == 2


def test_an_empty_value_is_not_set() -> None:
    empty = dict.fromkeys((*VARIABLES, *ADDRESSES, *APP, *YOUTUBE, *BOT), "")
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
        ("GOOGLE_CLOUD_PROJECT", "Tuning Fork"),
        ("GOOGLE_CLOUD_PROJECT", "tuning/fork"),
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
        ("KAMERTON_WORLD", "no"),
        ("KAMERTON_WORLD_SECONDS", "short"),
    ],
)
def test_a_wrong_value_is_refused_with_a_sentence_that_names_it(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as failure:
        Settings.from_environ({name: value})
    assert "\n" not in str(failure.value)


def test_a_wrong_option_is_called_by_its_own_name() -> None:
    with pytest.raises(SettingsError, match=r"^--bucket is"):
        bucket_url("nonsense", "--bucket")


def test_a_public_url_loses_its_last_slash() -> None:
    assert Settings.from_environ({"KAMERTON_PUBLIC_URL": "https://kamerton.example/"}).public_url == "https://kamerton.example"


def test_the_sources_are_at_their_own_addresses_and_spotify_is_not_asked() -> None:
    sources = Settings.from_environ({}).sources
    assert sources.spotify_app is None
    assert sources.spotify_api_url == "https://api.spotify.com"
    assert sources.spotify_accounts_url == "https://accounts.spotify.com"
    assert sources.spotify_open_url == "https://open.spotify.com"
    assert sources.spotify_link_url is None
    assert sources.reccobeats_url == "https://api.reccobeats.com"
    assert sources.deezer_url == "https://api.deezer.com"
    assert sources.youtube_key is None
    assert sources.youtube_api_url == "https://youtube.googleapis.com"
    assert sources.youtube_oembed_url == "https://www.youtube.com"
    assert sources.youtube_daily_searches == 100


def test_the_sources_may_be_elsewhere() -> None:
    environ = {name: f"http://localhost:80/{name}/" for name in ADDRESSES}
    sources = SourceSettings.from_environ(environ)
    urls = (
        sources.spotify_api_url,
        sources.spotify_accounts_url,
        sources.spotify_open_url,
        sources.spotify_link_url,
        sources.reccobeats_url,
        sources.deezer_url,
        sources.youtube_api_url,
        sources.youtube_oembed_url,
        TelegramSettings.from_environ(environ).api_url,
    )
    assert urls == tuple(f"http://localhost:80/{name}" for name in ADDRESSES)


def test_a_spotify_app_never_shows_its_secret() -> None:
    settings = Settings.from_environ({"SPOTIFY_CLIENT_ID": "public", "SPOTIFY_CLIENT_SECRET": "hidden"})
    assert settings.sources.spotify_app == SpotifyApp("public", "hidden")
    assert "public" in repr(settings)
    assert "hidden" not in repr(settings)


@pytest.mark.parametrize(("missing", "present"), [APP, APP[::-1]])
def test_half_an_app_is_refused(missing: str, present: str) -> None:
    with pytest.raises(SettingsError, match=f"^{missing} is not set"):
        Settings.from_environ({present: "something"})


@pytest.mark.parametrize("name", APP)
@pytest.mark.parametrize("value", ["two words", "name:word", " padded ", "né", "line\n", "n" * 300])
def test_a_broken_credential_is_refused_and_not_repeated(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is not") as failure:
        Settings.from_environ(dict.fromkeys(APP, "good") | {name: value})
    assert value not in str(failure.value)


@pytest.mark.parametrize("value", ["two words", "AIza ", "né", "AIza\n", "A" * 300])
def test_a_broken_key_of_youtube_is_refused_and_not_repeated(value: str) -> None:
    with pytest.raises(SettingsError, match=r"^YOUTUBE_API_KEY is not") as failure:
        Settings.from_environ({"YOUTUBE_API_KEY": value})
    assert value not in str(failure.value)


def test_a_key_of_youtube_is_never_shown() -> None:
    settings = Settings.from_environ({"YOUTUBE_API_KEY": "hidden", "YOUTUBE_DAILY_SEARCHES": "0"})
    assert (settings.sources.youtube_key, settings.sources.youtube_daily_searches) == ("hidden", 0)
    assert "hidden" not in repr(settings)


@pytest.mark.parametrize("value", ["-1", "1.5", "many", "100000", "٣", " 5"])
def test_a_number_of_searches_is_a_whole_number(value: str) -> None:
    with pytest.raises(SettingsError, match=r"^YOUTUBE_DAILY_SEARCHES is"):
        Settings.from_environ({"YOUTUBE_DAILY_SEARCHES": value})


def test_without_a_token_there_is_no_bot_and_whoever_needs_one_is_told_where_to_get_it() -> None:
    telegram = Settings.from_environ({}).telegram
    assert (telegram.token, telegram.secret, telegram.api_url) == (None, None, "https://api.telegram.org")
    with pytest.raises(SettingsError, match=r"^TELEGRAM_TOKEN is not set: BotFather gives one"):
        _ = telegram.required_token


def test_a_bot_never_shows_its_token_or_secret() -> None:
    settings = Settings.from_environ({"TELEGRAM_TOKEN": "12:hidden", "TELEGRAM_SECRET": "hidden_too"})
    assert (settings.telegram.required_token, settings.telegram.secret) == ("12:hidden", "hidden_too")
    assert "hidden" not in repr(settings)


def test_a_secret_without_a_token_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"^TELEGRAM_TOKEN is not set: a webhook"):
        Settings.from_environ({"TELEGRAM_SECRET": "something"})


@pytest.mark.parametrize("name", BOT)
@pytest.mark.parametrize("value", ["two words", "12:two words", "12:né", "line\n", "!", "n" * 300])
def test_a_broken_token_or_secret_is_refused_and_not_repeated(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is not") as failure:
        Settings.from_environ({"TELEGRAM_TOKEN": "12:good"} | {name: value})
    assert value not in str(failure.value)


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize("value", ["api.example", "ftp://api.example", "https://", "https://api.example?a=b", "https://a:b@c"])
def test_a_wrong_address_of_a_source_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is"):
        Settings.from_environ({name: value})


@given(
    st.dictionaries(
        st.sampled_from((*VARIABLES, *ADDRESSES, *APP, *YOUTUBE, *BOT)),
        st.text() | st.from_regex(r"(file|s3|https?)://\S*", fullmatch=True),
    )
)
def test_any_environment_is_settings_or_a_sentence(environ: dict[str, str]) -> None:
    with suppress(SettingsError):
        assert Settings.from_environ(environ).bucket_url
