"""Who answers an update: whoever creates its object in the bucket first, of all instances.

    updates/BOT/UPDATE/ATTEMPT.json      when the attempt began, and whether it was answered

An attempt that is not done by `CLAIM_SECONDS` has died: the next attempt is an object of its own, created if absent, so that of
several instances that see the dead one again only one takes over. Nothing is deleted here: Telegram repeats an update for a day
at most, and a life-cycle rule of the bucket may remove all under updates/ that is older than two.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from itertools import count

import msgspec
from msgspec import Struct

from kamerton.errors import ObjectExists, ObjectMissing
from kamerton.storage import Bucket

PREFIX = "updates"
BUCKET_SECONDS = 1.5
"""What one try of a call may take; a call is tried twice. Whoever opens the bucket gives it this."""

CLAIM_SECONDS = 30.0
"""All that an attempt may take: claiming, answering, an apology, and marking as done."""

KEPT_SECONDS = 2 * 86_400.0


class State(Enum):
    OURS = "ours"
    OTHERS = "others"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Claim:
    """`attempt` counts from 1."""

    key: str
    state: State
    attempt: int


class _Attempt(Struct):
    """`at` in seconds since 1970."""

    at: float
    done: bool = False


class Claims:
    """`open_bucket` is called on first use; `bot` keeps bots apart that share a bucket; `clock` returns seconds since 1970.

    Methods raise `BucketError`.
    """

    def __init__(self, open_bucket: Callable[[], Bucket], bot: str, clock: Callable[[], float] = time.time) -> None:
        self._open_bucket = open_bucket
        self._bot = bot
        self._clock = clock

    def take(self, update_id: int) -> Claim:
        """Ours from now on, or whose it is."""
        for attempt in count(1):
            key = f"{PREFIX}/{self._bot}/{update_id}/{attempt}.json"
            try:
                self._open_bucket().create(key, msgspec.json.encode(_Attempt(self._clock())))
                return Claim(key, State.OURS, attempt)
            except ObjectExists:
                kept = self._read(key)
            if kept.done:
                return Claim(key, State.DONE, attempt)
            # A clock that is a little behind the claimer's must not make the claim an old one.
            if abs(self._clock() - kept.at) < CLAIM_SECONDS:
                return Claim(key, State.OTHERS, attempt)
        raise AssertionError("there is always a next attempt")

    def finish(self, claim: Claim) -> None:
        """It was answered: every repeat is told so."""
        self._open_bucket().put(claim.key, msgspec.json.encode(_Attempt(self._clock(), done=True)))

    def give_up(self, claim: Claim) -> None:
        """Whoever is asked next may take over at once."""
        self._open_bucket().put(claim.key, msgspec.json.encode(_DEAD))

    def prune(self) -> int:
        """Remove what no update asks for any more, for buckets without life-cycle rules; how many objects that were."""
        bucket = self._open_bucket()
        old = [key for key in bucket.keys(PREFIX) if abs(self._clock() - self._read(key).at) >= KEPT_SECONDS]
        for key in old:
            bucket.delete(key)
        return len(old)

    def _read(self, key: str) -> _Attempt:
        with suppress(ObjectMissing, msgspec.DecodeError, UnicodeDecodeError):
            return msgspec.json.decode(self._open_bucket().get(key).data, type=_Attempt)
        return _DEAD


_DEAD = _Attempt(0.0)
