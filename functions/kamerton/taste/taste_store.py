"""Verdicts in the bucket. A tap costs a write and a listing, and a profile a listing.

The key that tokens are signed with is KAMERTON_SECRET, or else an object that is made once, `secrets/taste`.

Public names: TasteStore, MOST_KEPT.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from kamerton.errors import ObjectExists, ObjectMissing
from kamerton.storage import Bucket
from kamerton.taste.identity import Identity
from kamerton.taste.profile import NOBODY, Profile, profile_of, superseded
from kamerton.taste.verdict import Verdict, prefix_of, read_verdict, verdict_key

MOST_KEPT = 1000
"""Verdicts of a person, above which the superseded go, the oldest first: as many keys as one page of a listing has."""

_SECRET_KEY = "secrets/taste"
_SECRET_BYTES = 32


class TasteStore:
    """Safe to use from many threads; methods raise `BucketError`. `open_bucket` is called on first use; `clock` returns seconds
    since 1970."""

    def __init__(
        self, open_bucket: Callable[[], Bucket], secret: str | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._open_bucket = open_bucket
        self._secret = secret
        self._clock = clock
        self._lock = threading.Lock()
        self._bucket: Bucket | None = None
        self._identity: Identity | None = None

    @property
    def identity(self) -> Identity:
        with self._lock:
            if self._identity is None:
                secret = self._secret.encode() if self._secret else self._kept_secret()
                self._identity = Identity(secret)
            return self._identity

    def profile(self, person: str) -> Profile:
        verdicts = self._verdicts(person)
        return profile_of(verdicts) if verdicts else NOBODY

    def say(self, person: str, kind: str, what: str) -> Profile:
        """Keep a verdict of this kind on a track or an artist; what all of the person's come to then."""
        said = Verdict(round(self._clock() * 1000), kind, what)
        # It may be said twice in one millisecond.
        with suppress(ObjectExists):
            self._opened().create(verdict_key(person, said), b"")
        # A listing may not show at once what was just written.
        verdicts = sorted({*self._verdicts(person), said})
        for verdict in superseded(verdicts)[: max(0, len(verdicts) - MOST_KEPT)]:
            self._opened().delete(verdict_key(person, verdict))
        return profile_of(verdicts)

    def forget(self, person: str) -> None:
        """Everything that this person has said."""
        for key in self._opened().keys(prefix_of(person)):
            self._opened().delete(key)

    def _verdicts(self, person: str) -> list[Verdict]:
        read = (read_verdict(key) for key in self._opened().keys(prefix_of(person)))
        return [verdict for verdict in read if verdict is not None]

    def _kept_secret(self) -> bytes:
        bucket = self._unlocked_bucket()
        try:
            return bucket.get(_SECRET_KEY).data
        except ObjectMissing:
            pass
        # Another instance may be quicker: its key counts.
        with suppress(ObjectExists):
            bucket.create(_SECRET_KEY, secrets.token_hex(_SECRET_BYTES).encode())
        return bucket.get(_SECRET_KEY).data

    def _opened(self) -> Bucket:
        with self._lock:
            return self._unlocked_bucket()

    def _unlocked_bucket(self) -> Bucket:
        if self._bucket is None:
            self._bucket = self._open_bucket()
        return self._bucket
