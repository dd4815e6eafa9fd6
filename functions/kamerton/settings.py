"""The settings, and the only place that reads the environment.

KAMERTON_BUCKET       where releases are: file:// gs:// s3:// az://, with an optional prefix; default file://./bucket
KAMERTON_PUBLIC_URL   the address that listeners see, for links to ourselves; default: the request's own
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from kamerton.errors import SettingsError

DEFAULT_BUCKET = "file://./bucket"
_BUCKET_SCHEMES = ("file", "gs", "s3", "az", "memory")
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Settings:
    bucket_url: str
    public_url: str | None
    revision: str

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Raises `SettingsError`, whose message names the variable and says what it should be. Empty means not set."""
        return cls(
            bucket_url=bucket_url(environ.get("KAMERTON_BUCKET") or DEFAULT_BUCKET),
            public_url=_public_url(environ.get("KAMERTON_PUBLIC_URL") or None),
            revision=environ.get("K_REVISION", "local"),
        )


def bucket_url(text: str, name: str = "KAMERTON_BUCKET") -> str:
    """The bucket's URL with a relative file path made absolute. `name` is what the error calls the setting."""
    _refuse_junk(name, text)
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in _BUCKET_SCHEMES:
        raise SettingsError(f"{name} is {text!r}, but a bucket is written file://folder, gs://name, s3://name or az://name")
    if scheme == "file":
        if not rest:
            raise SettingsError(f"{name} is {text!r}, which names no folder: write file://./bucket or file:///some/folder")
        # "file://./bucket" and "file://bucket" are both relative: a file has no host.
        return "file://" + quote(str(Path(unquote(rest)).expanduser().resolve()))
    if scheme != "memory" and not urlsplit(text).netloc:
        raise SettingsError(f"{name} is {text!r}, which names no bucket: write {scheme}://name or {scheme}://name/prefix")
    return text.rstrip("/")


def _public_url(text: str | None) -> str | None:
    if text is None:
        return None
    name = "KAMERTON_PUBLIC_URL"
    _refuse_junk(name, text)
    try:
        parts = urlsplit(text)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or parts.query or parts.fragment or parts.username:
        raise SettingsError(f"{name} is {text!r}, but it must be an address such as https://kamerton.example")
    return text.rstrip("/")


def _refuse_junk(name: str, text: str) -> None:
    if len(text) > _LONGEST or not text.isprintable() or text != text.strip():
        raise SettingsError(f"{name} is too long, or has spaces around it or unprintable characters in it")
