"""Work that one of all instances does, once: whoever creates its object in the bucket first has the lease.

    PREFIX/KEY/1            {"at": seconds since 1970}, when the first attempt began; and 2, 3, ... where one had to follow
    PREFIX/KEY/1-released   there when that attempt was given up, with the time of that
    PREFIX/KEY/done         there when the work was finished, with the time of that

A lease lasts for some seconds, whatever becomes of its holder: an attempt that is older and not done has died. The next attempt
is an object of its own, created if absent, so that of several instances that see the dead one only one takes over. No object is
written twice, which clouds refuse within a second. Nothing is deleted but by `prune`: a life-cycle rule of the bucket may
remove old objects as well.

Public names: Leases, Lease, LeaseState.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum

import msgspec
from msgspec import Struct

from kamerton.errors import ObjectExists, ObjectMissing
from kamerton.storage import Bucket

_DONE = "done"
_RELEASED = "-released"


class LeaseState(Enum):
    OURS = "ours"
    OTHERS = "another attempt is under way"
    DONE = "the work was finished"


class Lease(Struct, frozen=True):
    """`attempt` counts from 1. A lease of ours with a later attempt: others had it before, and may have done the work."""

    key: str
    state: LeaseState
    attempt: int


class _Timestamp(Struct):
    """`at` in seconds since 1970."""

    at: float


class Leases:
    """The leases under one prefix of a bucket, each of `seconds`. `open_bucket` is called at each use; `clock` returns seconds
    since 1970. Methods raise `BucketError`.
    """

    def __init__(
        self, open_bucket: Callable[[], Bucket], prefix: str, seconds: float, clock: Callable[[], float] = time.time
    ) -> None:
        self._open_bucket = open_bucket
        self._prefix = prefix
        self._seconds = seconds
        self._clock = clock
        # Made here, by one thread: see `kamerton.decoders`.
        self._decoder = msgspec.json.Decoder(_Timestamp)

    def acquire(self, key: str) -> Lease:
        """The lease for the work of that key. One call of the bucket when nobody had it before, else four at most, unless
        others take it at the same moment."""
        last = 0
        while True:
            try:
                self._create(key, last + 1)
                return Lease(key, LeaseState.OURS, last + 1)
            except ObjectExists:
                names = self._names(key)
            last = max((int(name) for name in names if name.isascii() and name.isdigit()), default=0)
            if _DONE in names:
                return Lease(key, LeaseState.DONE, last)
            # A clock that is a little behind the holder's must not make the lease an old one.
            if last and f"{last}{_RELEASED}" not in names and self._age(f"{self._path(key)}/{last}") < self._seconds:
                return Lease(key, LeaseState.OTHERS, last)

    def finish(self, lease: Lease) -> None:
        """The work is done: whoever asks for the lease is told so."""
        self._put(lease.key, _DONE, self._clock())

    def release(self, lease: Lease) -> None:
        """The work was given up: whoever asks next may take over at once."""
        self._put(lease.key, f"{lease.attempt}{_RELEASED}", self._clock())

    def prune(self, older_than_seconds: float) -> int:
        """Remove what is older, for buckets without life-cycle rules; the number of keys that were removed.

        The last part of a key has to be a number that counts up: after the first key of a folder that is not old, no other of
        the folder is looked at.
        """
        n_pruned = 0
        for paths in self._paths_by_folder().values():
            # By their numbers, of which a longer one is greater.
            for _, objects in sorted(paths.items(), key=lambda item: (len(item[0]), item[0])):
                if not all(self._age(path) >= older_than_seconds for path in objects):
                    break
                for path in objects:
                    self._open_bucket().delete(path)
                n_pruned += 1
        return n_pruned

    def _paths_by_folder(self) -> dict[str, dict[str, list[str]]]:
        """The objects of each key's path, by the folder of the key."""
        folders: dict[str, dict[str, list[str]]] = {}
        for object_path in self._open_bucket().keys(self._prefix):
            path = object_path.rpartition("/")[0]
            folders.setdefault(path.rpartition("/")[0], {}).setdefault(path, []).append(object_path)
        return folders

    def _names(self, key: str) -> set[str]:
        return {path.rpartition("/")[2] for path in self._open_bucket().keys(self._path(key))}

    def _create(self, key: str, attempt: int) -> None:
        self._open_bucket().create(f"{self._path(key)}/{attempt}", msgspec.json.encode(_Timestamp(self._clock())))

    def _put(self, key: str, name: str, at: float) -> None:
        self._open_bucket().put(f"{self._path(key)}/{name}", msgspec.json.encode(_Timestamp(at)))

    def _path(self, key: str) -> str:
        return f"{self._prefix}/{key}"

    def _age(self, path: str) -> float:
        """Seconds between the object's time and now, in either direction; infinite for what cannot be read."""
        with suppress(ObjectMissing, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return abs(self._clock() - self._decoder.decode(self._open_bucket().get(path).data).at)
        return float("inf")
