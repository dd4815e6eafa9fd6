"""Work that no two instances should do at once: whoever claims it first does it.

    cache/claims/NAME/KEY/1, /2, ...     {"at": seconds since 1970}; each made if it is not there yet, so that one wins

The last claim holds for a while, whatever becomes of its maker: when that one dies, or failed, the next may be made then. What
is done is not claimed any more, since it is remembered: a claim is never taken away. Public names: Claims, Claim.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum

import msgspec
from msgspec import Struct

from kamerton.decoders import prepare_decoders
from kamerton.lookup.object_cache import ObjectCache

CLAIM_SECONDS = 60.0
"""Far longer than a request may take, and so than its maker can still be at work."""


class Claim(Enum):
    FIRST = "nobody had it before"
    NEXT = "others had it before, and may have done the work"
    LOST = "another has it"
    UNKNOWN = "the bucket does not say"


class _Made(Struct):
    at: float


class Claims:
    """`clock` returns seconds since 1970."""

    def __init__(self, cache: ObjectCache, name: str, clock: Callable[[], float] = time.time) -> None:
        prepare_decoders(_Made)
        self._cache = cache
        self._folder = f"claims/{name}"
        self._clock = clock

    def take(self, key: str) -> Claim:
        """Claim the work of that key for CLAIM_SECONDS. In two or three calls of the bucket."""
        names = self._cache.names(f"{self._folder}/{key}")
        if names is None:
            return Claim.UNKNOWN
        last = max((int(name) for name in names if name.isascii() and name.isdigit()), default=0)
        if last and self._holds(self._cache.get(f"{self._folder}/{key}/{last}")):
            return Claim.LOST
        made = self._cache.create(f"{self._folder}/{key}/{last + 1}", msgspec.json.encode(_Made(self._clock())))
        if made is None:
            return Claim.UNKNOWN
        if not made:
            return Claim.LOST
        return Claim.NEXT if last else Claim.FIRST

    def _holds(self, data: bytes | None) -> bool:
        try:
            made = msgspec.json.decode(data, type=_Made) if data else None
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return False
        # Another instance's clock may be ahead, though not by more than that.
        return made is not None and abs(self._clock() - made.at) < CLAIM_SECONDS
