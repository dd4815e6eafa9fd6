"""The settings, and the only place that reads the environment.

KAMERTON_BUCKET       where releases are: file:// gs:// s3:// az://, with an optional prefix; default file://./bucket
KAMERTON_PUBLIC_URL   the address that listeners see, named in /openapi.json; default: relative
KAMERTON_LOOK_SECONDS how often to look for a new release; default 30
KAMERTON_PROXIES      how many proxies in front of us are trusted to say who asks; default 1 in Google's cloud, 0 elsewhere
KAMERTON_WORLD        1: other services are asked for tracks that the catalog lacks; 0: only the catalog answers; default 1
KAMERTON_WORLD_SECONDS how long all calls to other services for one answer may take; default 2
KAMERTON_SECRET       what listeners' tokens are signed with; by default a key that is made once and kept in the bucket
GOOGLE_CLOUD_PROJECT  the project in the name of a request's trace in Cloud Logging; default: log lines have no trace

The addresses of the outside services, and our accounts at Spotify and YouTube:

SPOTIFY_CLIENT_ID      and
SPOTIFY_CLIENT_SECRET  of an app at Spotify, both or neither; default: Spotify is not asked
SPOTIFY_API_URL        default https://api.spotify.com
SPOTIFY_ACCOUNTS_URL   default https://accounts.spotify.com
SPOTIFY_OPEN_URL       default https://open.spotify.com, whose oEmbed knows titles
SPOTIFY_LINK_URL       the address in place of the hosts of its short links; default: these hosts
RECCOBEATS_URL         default https://api.reccobeats.com
DEEZER_URL             default https://api.deezer.com
YOUTUBE_API_KEY        the key of a project at Google with the YouTube Data API v3; default: no video is searched for
YOUTUBE_API_URL        default https://youtube.googleapis.com
YOUTUBE_OEMBED_URL     default https://www.youtube.com, whose oEmbed knows titles
YOUTUBE_DAILY_SEARCHES how many searches the project may make in a day, from midnight in California; default 100
DEEZER_LINK_URL        the address in place of the host of Deezer's short links; default: this host
ITUNES_URL             default https://itunes.apple.com
PICTURES_URL           where covers and previews are fetched in place of the hosts that services name; by default those

The Telegram bot:

TELEGRAM_TOKEN         the bot's token, from BotFather; default: no bot
TELEGRAM_SECRET        the secret that setWebhook was given, and that each of Telegram's calls has; default: calls are refused
TELEGRAM_API_URL       default https://api.telegram.org

The address and the credentials of a cloud's bucket are in the variables that the cloud's own tools use, which the client of
the bucket reads itself: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION for s3://, and
AWS_ENDPOINT_URL=http://host:9000 for a store of one's own with the API of S3; GOOGLE_APPLICATION_CREDENTIALS for gs://;
AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY for az://. On a machine of the same cloud no keys are needed: its role
is used.

A new setting is a line here, a field, and a line in `from_environ`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from kamerton.errors import SettingsError

DEFAULT_BUCKET = "file://./bucket"
_BUCKET_SCHEMES = ("file", "gs", "s3", "az", "memory")
_LONGEST = 1000
_SHORTEST_SECRET = 16
_LONGEST_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class SpotifyApp:
    """The credentials of an app at Spotify."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """The addresses of the outside services, without a slash at the end, and our accounts there."""

    spotify_app: SpotifyApp | None
    spotify_api_url: str
    spotify_accounts_url: str
    spotify_open_url: str
    spotify_link_url: str | None
    reccobeats_url: str
    deezer_url: str
    youtube_key: str | None = field(repr=False)
    youtube_api_url: str
    youtube_oembed_url: str
    youtube_daily_searches: int
    deezer_link_url: str | None
    itunes_url: str
    pictures_url: str | None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> SourceSettings:
        """Raises `SettingsError` as `Settings.from_environ` does."""

        def url(name: str, default: str) -> str:
            return _address(name, environ.get(name) or default)

        def url_if_set(name: str) -> str | None:
            return _address(name, environ[name]) if environ.get(name) else None

        return cls(
            spotify_app=_spotify_app(environ.get("SPOTIFY_CLIENT_ID") or "", environ.get("SPOTIFY_CLIENT_SECRET") or ""),
            spotify_api_url=url("SPOTIFY_API_URL", "https://api.spotify.com"),
            spotify_accounts_url=url("SPOTIFY_ACCOUNTS_URL", "https://accounts.spotify.com"),
            spotify_open_url=url("SPOTIFY_OPEN_URL", "https://open.spotify.com"),
            spotify_link_url=url_if_set("SPOTIFY_LINK_URL"),
            reccobeats_url=url("RECCOBEATS_URL", "https://api.reccobeats.com"),
            deezer_url=url("DEEZER_URL", "https://api.deezer.com"),
            youtube_key=_youtube_key(environ.get("YOUTUBE_API_KEY") or None),
            youtube_api_url=url("YOUTUBE_API_URL", "https://youtube.googleapis.com"),
            youtube_oembed_url=url("YOUTUBE_OEMBED_URL", "https://www.youtube.com"),
            youtube_daily_searches=_count("YOUTUBE_DAILY_SEARCHES", environ.get("YOUTUBE_DAILY_SEARCHES") or "100"),
            deezer_link_url=url_if_set("DEEZER_LINK_URL"),
            itunes_url=url("ITUNES_URL", "https://itunes.apple.com"),
            pictures_url=url_if_set("PICTURES_URL"),
        )


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """Our bot, if there is one, and the secret that calls of the webhook must have."""

    token: str | None = field(repr=False)
    secret: str | None = field(repr=False)
    api_url: str

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> TelegramSettings:
        """Raises `SettingsError` as `Settings.from_environ` does."""
        token = _telegram_token(environ.get("TELEGRAM_TOKEN") or None)
        return cls(
            token=token,
            secret=_telegram_secret(environ.get("TELEGRAM_SECRET") or None, token),
            api_url=_address("TELEGRAM_API_URL", environ.get("TELEGRAM_API_URL") or "https://api.telegram.org"),
        )

    @property
    def required_token(self) -> str:
        """The token. Raises `SettingsError` when it is not set."""
        if self.token is None:
            raise SettingsError(
                "TELEGRAM_TOKEN is not set: BotFather gives one for a bot of yours (https://t.me/BotFather); "
                "`make demo-telegram` needs none"
            )
        return self.token

    @property
    def bot_id(self) -> str:
        """The number of the bot's own account. Raises `SettingsError` without a token."""
        return self.required_token.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Settings:
    bucket_url: str
    public_url: str | None
    revision: str
    project: str | None
    look_seconds: float
    world: bool
    world_seconds: float
    proxies: int
    secret: str | None = field(repr=False)
    sources: SourceSettings
    telegram: TelegramSettings

    @property
    def finds_videos(self) -> bool:
        """Whether the videos of tracks can be searched for, apart from those that are remembered."""
        return self.world and self.sources.youtube_key is not None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """The settings. Raises `SettingsError`, whose message names the variable and a right value. Empty means not set."""
        return cls(
            bucket_url=bucket_url(environ.get("KAMERTON_BUCKET") or DEFAULT_BUCKET),
            public_url=_public_url(environ.get("KAMERTON_PUBLIC_URL") or None),
            revision=environ.get("K_REVISION", "local"),
            project=_project(environ.get("GOOGLE_CLOUD_PROJECT") or None),
            look_seconds=_seconds("KAMERTON_LOOK_SECONDS", environ.get("KAMERTON_LOOK_SECONDS") or "30"),
            world=_switch("KAMERTON_WORLD", environ.get("KAMERTON_WORLD") or "1"),
            world_seconds=_seconds("KAMERTON_WORLD_SECONDS", environ.get("KAMERTON_WORLD_SECONDS") or "2"),
            # Cloud Run sets K_SERVICE, and its own front end is the one proxy that is always there.
            proxies=_proxies(environ.get("KAMERTON_PROXIES") or ("1" if environ.get("K_SERVICE") else "0")),
            secret=_secret(environ.get("KAMERTON_SECRET") or None),
            sources=SourceSettings.from_environ(environ),
            telegram=TelegramSettings.from_environ(environ),
        )


def _secret(text: str | None) -> str | None:
    if text is not None and len(text) < _SHORTEST_SECRET:
        raise SettingsError(f"KAMERTON_SECRET has {len(text)} characters, but it must have {_SHORTEST_SECRET} at least")
    return text


def bucket_url(text: str, name: str = "KAMERTON_BUCKET") -> str:
    """The bucket's URL with a relative file path made absolute. `name` is what the error calls the setting."""
    _refuse_junk(name, text)
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in _BUCKET_SCHEMES:
        raise SettingsError(f"{name} is {text!r}, but a bucket is written file://folder, gs://name, s3://name or az://name")
    if scheme == "file":
        if not rest:
            raise SettingsError(f"{name} is {text!r}, which names no folder: write file://./bucket or file:///some/folder")
        return _folder_url(text, rest, name)
    if scheme != "memory" and not re.fullmatch(r"[^/?#@\[\]]+(?:/[^?#]*)?", rest):
        raise SettingsError(f"{name} is {text!r}, which names no bucket: write {scheme}://name or {scheme}://name/prefix")
    return text.rstrip("/")


def _folder_url(text: str, folder: str, name: str) -> str:
    # "file://./bucket" and "file://bucket" are both relative: a file has no host.
    try:
        return "file://" + quote(str(Path(unquote(folder)).expanduser().resolve()))
    except (RuntimeError, ValueError, OSError) as error:
        raise SettingsError(f"{name} is {text!r}, which is no folder: {error}") from error


def _seconds(name: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= _LONGEST_SECONDS:
        raise SettingsError(f"{name} is {text[:40]!r}, but it must be a number of seconds from 0 to {_LONGEST_SECONDS}")
    return seconds


def _count(name: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII):
        raise SettingsError(f"{name} is {text[:40]!r}, but it must be a whole number from 0 to 99999")
    return int(text)


def _proxies(text: str) -> int:
    if not re.fullmatch(r"\d", text, re.ASCII):
        raise SettingsError(f"KAMERTON_PROXIES is {text[:40]!r}, but it must be a whole number from 0 to 9")
    return int(text)


def _switch(name: str, text: str) -> bool:
    if text not in ("0", "1"):
        raise SettingsError(f"{name} is {text[:40]!r}, but it must be 1 or 0")
    return text == "1"


def _public_url(text: str | None) -> str | None:
    return None if text is None else _address("KAMERTON_PUBLIC_URL", text)


def _project(text: str | None) -> str | None:
    # https://cloud.google.com/resource-manager/docs/creating-managing-projects; older ones may begin with "example.com:".
    if text is not None and not re.fullmatch(r"[a-z0-9][a-z0-9.:-]{2,99}", text):
        raise SettingsError(f"GOOGLE_CLOUD_PROJECT is {text[:40]!r}, but a project's id is small letters, digits and hyphens")
    return text


def _address(name: str, text: str) -> str:
    _refuse_junk(name, text)
    try:
        parts = urlsplit(text)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or parts.query or parts.fragment or parts.username:
        raise SettingsError(f"{name} is {text!r}, but it must be an address such as https://kamerton.example")
    return text.rstrip("/")


def _spotify_app(client_id: str, client_secret: str) -> SpotifyApp | None:
    if not client_id and not client_secret:
        return None
    for name, value in (("SPOTIFY_CLIENT_ID", client_id), ("SPOTIFY_CLIENT_SECRET", client_secret)):
        if not value:
            raise SettingsError(f"{name} is not set: Spotify needs both SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET")
        # The message does not repeat the value: the secret may have been pasted for the id.
        if not re.fullmatch(r"[0-9A-Za-z_-]{1,200}", value):
            raise SettingsError(f"{name} is not as Spotify gives it: letters and digits, nothing around them")
    return SpotifyApp(client_id, client_secret)


def _youtube_key(text: str | None) -> str | None:
    # The message does not repeat the value: it is a password.
    if text is not None and not re.fullmatch(r"[0-9A-Za-z_-]{1,200}", text):
        raise SettingsError("YOUTUBE_API_KEY is not as Google gives it: letters, digits, - and _, nothing around them")
    return text


def _telegram_token(text: str | None) -> str | None:
    # The message does not repeat the value: it is a password.
    if text is not None and not re.fullmatch(r"[0-9]{1,20}:[0-9A-Za-z_-]{1,200}", text):
        raise SettingsError("TELEGRAM_TOKEN is not as BotFather gives it: a number, a colon, letters and digits")
    return text


def _telegram_secret(text: str | None, token: str | None) -> str | None:
    if text is not None and token is None:
        raise SettingsError("TELEGRAM_TOKEN is not set: a webhook that takes updates by TELEGRAM_SECRET has to answer them")
    if text is not None and not re.fullmatch(r"[0-9A-Za-z_-]{1,256}", text):
        raise SettingsError("TELEGRAM_SECRET is not what Telegram takes: 1 to 256 letters, digits, _ and -")
    return text


def _refuse_junk(name: str, text: str) -> None:
    if len(text) > _LONGEST or not text.isprintable() or text != text.strip():
        raise SettingsError(f"{name} is too long, or has spaces around it or unprintable characters in it")
