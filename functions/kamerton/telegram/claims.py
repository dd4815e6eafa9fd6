"""Who answers an update: whoever creates its object in the bucket first, of all instances.

    updates/BOT/UPDATE/1     when the first attempt began; and 2, 3, ... where one had to follow
    updates/BOT/UPDATE/done  there when it was answered

An attempt that is not done by `CLAIM_SECONDS` has died. The next one is an object of its own, created if absent, so that of
several instances that see the dead one only one takes over. Nothing is deleted here but by `prune`: Telegram repeats an update
for a day at most, and a life-cycle rule of the bucket may remove all under updates/ that is older than two.
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

PREFIX = "updates"
_DONE = "done"

BUCKET_SECONDS = 1.5
"""What one try of a call may take; a call is tried twice. Whoever opens the bucket gives it this."""

CLAIM_SECONDS = 30.0
"""All that an attempt may take: claiming, answering, an apology, and marking as done."""

KEPT_SECONDS = 2 * 86_400.0


class State(Enum):
    OURS = "ours"
    OTHERS = "others"
    DONE = "done"


class Claim(Struct, frozen=True):
    """`attempt` counts from 1."""

    update_id: int
    state: State
    attempt: int


class _Mark(Struct):
    """`at` in seconds since 1970."""

    at: float


class Claims:
    """`open_bucket` is called on first use; `bot` keeps bots apart that share a bucket; `clock` returns seconds since 1970.

    Methods raise `BucketError`.
    """

    def __init__(self, open_bucket: Callable[[], Bucket], bot: str, clock: Callable[[], float] = time.time) -> None:
        self._open_bucket = open_bucket
        self._bot = bot
        self._clock = clock
        # Made by one thread, as the webhook's.
        self._decoder = msgspec.json.Decoder(_Mark)

    def take(self, update_id: int) -> Claim:
        """Ours from now on, or whose it is."""
        last = 0
        while True:
            try:
                self._create(update_id, last + 1)
                return Claim(update_id, State.OURS, last + 1)
            except ObjectExists:
                names = {key.rpartition("/")[2] for key in self._open_bucket().keys(self._folder(update_id))}
            last = max((int(name) for name in names if name.isdigit()), default=0)
            if _DONE in names:
                return Claim(update_id, State.DONE, last)
            # A clock that is a little behind the claimer's must not make the claim an old one.
            if last and abs(self._clock() - self._began(update_id, last)) < CLAIM_SECONDS:
                return Claim(update_id, State.OTHERS, last)

    def finish(self, claim: Claim) -> None:
        """It was answered: every repeat is told so."""
        self._put(claim.update_id, _DONE, self._clock())

    def give_up(self, claim: Claim) -> None:
        """Whoever is asked next may take over at once."""
        self._put(claim.update_id, claim.attempt, self._clock() - 2 * CLAIM_SECONDS)

    def prune(self) -> int:
        """Remove what no update asks for any more, for buckets without life-cycle rules; how many updates that were.

        Telegram counts updates up: after the first of a bot's that is not old, no other is looked at.
        """
        bucket = self._open_bucket()
        updates: dict[str, dict[str, list[str]]] = {}
        for key in bucket.keys(PREFIX):
            folder = key.rpartition("/")[0]
            updates.setdefault(folder.rpartition("/")[0], {}).setdefault(folder, []).append(key)
        n_old = 0
        for folders in updates.values():
            # By their numbers, of which a longer one is greater.
            for _, keys in sorted(folders.items(), key=lambda item: (len(item[0]), item[0])):
                if not all(self._is_old(key) for key in keys):
                    break
                for key in keys:
                    bucket.delete(key)
                n_old += 1
        return n_old

    def _is_old(self, key: str) -> bool:
        return abs(self._clock() - self._read(key)) >= KEPT_SECONDS

    def _began(self, update_id: int, attempt: int) -> float:
        return self._read(f"{self._folder(update_id)}/{attempt}")

    def _create(self, update_id: int, attempt: int) -> None:
        self._open_bucket().create(f"{self._folder(update_id)}/{attempt}", msgspec.json.encode(_Mark(self._clock())))

    def _put(self, update_id: int, name: str | int, at: float) -> None:
        self._open_bucket().put(f"{self._folder(update_id)}/{name}", msgspec.json.encode(_Mark(at)))

    def _folder(self, update_id: int) -> str:
        return f"{PREFIX}/{self._bot}/{update_id}"

    def _read(self, key: str) -> float:
        """When that was; long ago for what cannot be read."""
        with suppress(ObjectMissing, msgspec.DecodeError, UnicodeDecodeError):
            return self._decoder.decode(self._open_bucket().get(key).data).at
        return float("-inf")
