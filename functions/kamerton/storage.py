"""The bucket: objects under keys, in a folder, in memory, or in a cloud's object storage.

A thin layer over obstore (Rust's object_store), so that one contract holds for file://, memory://, gs://, s3:// and az://.
Keys are relative to the bucket's prefix. Every call ends in a result or in a `BucketError` within the time that the bucket was
opened with: about five seconds, or more for large objects over a slow line.

Public names: Bucket, Stored.
"""

from __future__ import annotations

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
from kamerton.errors import BucketError, ObjectExists, ObjectMissing

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig


class Stored(Struct, frozen=True):
    """An object's bytes, and the tag with which a later call can ask for changes only."""

    data: bytes
    etag: str | None


class Bucket:
    """A bucket with an optional prefix. Open one after a fork, never before: its client does not survive one."""

    def __init__(self, store: Any, url: str) -> None:
        self._store = store
        self.url = url

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
        with _bucket_errors(key):
            obstore.put(self._store, key, data, mode="create")

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
    return {"max_retries": 1, "retry_timeout": timedelta(seconds=seconds)}


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
        raise BucketError(f"the bucket failed at {key}: {_first_part(error)}") from error


def _first_part(error: Exception) -> str:
    # The client's messages go on with a dump of its own state.
    return str(error).partition("\n")[0]
