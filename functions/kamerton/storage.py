"""The bucket: objects under keys, in a folder, in memory, or in a cloud's object storage.

A thin layer over obstore (Rust's object_store), so that one contract holds for file://, memory://, gs://, s3:// and az://.
Keys are relative to the bucket's prefix. Every call ends in a result or in a `BucketError` within about twice the time that the
bucket was opened with: about five seconds, or more for large objects over a slow line.

A cloud answers in time and still otherwise than it did: it asks to write slower (Google's takes about one write of an object a
second, and says 429 where it should say that an object is there already), or it fails after the write. Calls are tried again,
further and further apart; and an object that is created carries a nonce, by which a create that was done is known as ours.

Public names: Bucket, Stored.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import obstore
from msgspec import Struct
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError, NotModifiedError, PreconditionError
from obstore.store import LocalStore, MemoryStore, from_url

from kamerton.deadline import BUCKET_SECONDS
from kamerton.errors import BucketBusy, BucketError, ObjectExists, ObjectMissing

if TYPE_CHECKING:
    from obstore.store import BackoffConfig, ClientConfig, RetryConfig


# As metadata of an object: S3, Google and Azure have such under names of their own.
_NONCE = "nonce"
# What clouds say when they want fewer writes: Google and Amazon, and Azure.
_BUSY = ("429 Too Many Requests", "<Code>SlowDown</Code>", "<Code>ServerBusy</Code>")
_LOCAL = ("file", "memory")
_ADVICE = "The bot would answer several times, or never: use a newer version of it, or another bucket."


class Stored(Struct, frozen=True):
    """An object's bytes, and the tag with which a later call can ask for changes only."""

    data: bytes
    etag: str | None


class Bucket:
    """A bucket with an optional prefix. Open one after a fork, never before: its client does not survive one.

    Methods raise `BucketBusy` when the cloud wants to be asked less often, after some tries.
    """

    def __init__(self, store: Any, url: str) -> None:
        self._store = store
        self.url = url
        self._scheme = urlsplit(url).scheme

    @classmethod
    def open(cls, url: str, seconds: float = BUCKET_SECONDS) -> Bucket:
        """The bucket at `url`; a folder is made when it is not there yet. `seconds` bounds each call."""
        parts = urlsplit(url)
        try:
            if parts.scheme == "memory":
                return cls(MemoryStore(), url)
            if parts.scheme == "file":
                folder = Path(unquote(parts.path))
                folder.mkdir(parents=True, exist_ok=True)
                return cls(LocalStore(folder), url)
            return cls(from_url(url, client_options=_client(seconds), retry_config=_retry(seconds)), url)
        except (BaseError, OSError, ValueError) as error:
            raise BucketError(f"cannot open the bucket {url}: {_first_part(error)}") from error

    def get(self, key: str) -> Stored:
        """Raises `ObjectMissing` or `BucketError`."""
        with _bucket_errors(key):
            answer = obstore.get(self._store, key)
            return Stored(bytes(answer.bytes()), answer.meta["e_tag"])

    def get_if_changed(self, key: str, etag: str | None) -> Stored | None:
        """The object, or None when its tag is still `etag`."""
        try:
            with _bucket_errors(key):
                answer = obstore.get(self._store, key, options={"if_none_match": etag} if etag else None)
                return Stored(bytes(answer.bytes()), answer.meta["e_tag"])
        except _Unchanged:
            return None

    def put(self, key: str, data: bytes) -> None:
        """Store or replace. Readers see the old object or the new one, never a part."""
        with _bucket_errors(key):
            obstore.put(self._store, key, data)

    def create(self, key: str, data: bytes) -> None:
        """Store only if the key has no object; raises `ObjectExists` otherwise. Of several calls at once, one wins."""
        if self._scheme in _LOCAL:
            with _bucket_errors(key):
                obstore.put(self._store, key, data, mode="create")
            return
        nonce = secrets.token_hex(8)
        try:
            with _bucket_errors(key):
                obstore.put(self._store, key, data, mode="create", attributes={_NONCE: nonce})
        except BucketError as error:
            # The first try may have been done whatever was answered, and then the second finds its object there.
            if self._nonce(key, error) != nonce:
                raise ObjectExists(f"an object is already at {key}") from error

    def require_exclusive_create(self) -> None:
        """Raise `BucketError` unless of two who create one object one is refused: some services that speak S3's protocol let
        both, or neither. An object is made and removed again."""
        if self._scheme != "s3":
            return
        key = f"probe/{secrets.token_hex(8)}"
        try:
            self.create(key, b"")
            with suppress(ObjectExists):
                self.create(key, b"")
                raise BucketError(f"{self.url} lets two create one object: it ignores the header If-None-Match. {_ADVICE}")
        except BucketError as error:
            if "501 Not Implemented" in str(error):
                raise BucketError(f"{self.url} does not know the header If-None-Match. {_ADVICE}") from error
            raise
        finally:
            with suppress(BucketError):
                self.delete(key)

    def _nonce(self, key: str, failure: BucketError) -> str | None:
        """Of the object that is there; raises `failure` when none is, or when nobody can say."""
        try:
            with _bucket_errors(key):
                return obstore.get(self._store, key).attributes.get(_NONCE)
        except BucketError:
            raise failure from None

    def delete(self, key: str) -> None:
        """Remove the object, if there is one."""
        with suppress(ObjectMissing), _bucket_errors(key):
            obstore.delete(self._store, key)

    def keys(self, prefix: str = "") -> list[str]:
        """The keys under a prefix (whole path segments), sorted."""
        with _bucket_errors(prefix):
            pages = obstore.list(self._store, prefix=prefix or None)
            return sorted(entry["path"] for page in pages for entry in page)


def _client(seconds: float) -> ClientConfig:
    # Plain HTTP is used only with an endpoint that is configured as http://, such as a MinIO next door. These options replace
    # all options of the client in the environment, AWS_ALLOW_HTTP included.
    return {"connect_timeout": timedelta(seconds=1), "timeout": timedelta(seconds=seconds), "allow_http": True}


def _retry(seconds: float) -> RetryConfig:
    # Six tries in about a second and a half, so that one comes when Google takes a second write of an object.
    backoff: BackoffConfig = {
        "init_backoff": timedelta(milliseconds=100),
        "max_backoff": timedelta(milliseconds=500),
        "base": 2,
    }
    return {"max_retries": 5, "retry_timeout": timedelta(seconds=seconds), "backoff": backoff}


class _Unchanged(Exception):
    pass


@contextmanager
def _bucket_errors(key: str) -> Iterator[None]:
    try:
        yield
    except (NotFoundError, FileNotFoundError) as error:
        raise ObjectMissing(f"no object at {key}") from error
    except NotModifiedError as error:
        raise _Unchanged from error
    except (AlreadyExistsError, PreconditionError) as error:
        raise ObjectExists(f"an object is already at {key}") from error
    except (BaseError, OSError, ValueError) as error:
        kind = BucketBusy if any(words in str(error) for words in _BUSY) else BucketError
        raise kind(f"the bucket failed at {key}: {_first_part(error)}") from error


def _first_part(error: Exception) -> str:
    # The client's messages go on with a dump of its own state.
    return str(error).partition("\n")[0]
