"""Where tracks can be heard, seen and played, remembered on shelves of the bucket (see `kamerton.lookup.cache`).

    listings/SERVICE/KIND/VALUE      its page at a service
    covers/KIND/VALUE                the address of its cover
    markets/KIND/VALUE               the countries where it can be played; for a week
    playable/MARKET/KIND/VALUE       whether it can be played in one of them, by its own service's word; for a day

A preview is never among them: its address is good for minutes, and what it leads to is not ours. Public names: Listings.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from kamerton.lookup.cache import ABSENT_SECONDS, Remembered, Shelf
from kamerton.lookup.object_cache import Cache
from kamerton.lookup.track_cache import Text, shelf_key
from kamerton.music.allowed_hosts import page_address, picture_address
from kamerton.music.markets import CODES
from kamerton.music.store_links import SERVICE_HOSTS
from kamerton.music.track import TrackReference

_MARKETS_SECONDS = 7 * ABSENT_SECONDS


class Listings:
    """`clock` returns seconds since 1970. A look gives None when nothing is remembered."""

    def __init__(self, cache: Cache, clock: Callable[[], float] = time.time) -> None:
        self._pages = Shelf(cache, "listings", Text, clock=clock)
        self._covers = Shelf(cache, "covers", Text, clock=clock)
        self._markets = Shelf(cache, "markets", frozenset[str], _MARKETS_SECONDS, clock)
        self._playable = Shelf(cache, "playable", bool, ABSENT_SECONDS, clock)

    def page(self, service: str, reference: TrackReference) -> Remembered[str] | None:
        kept = self._pages.look(f"{service}/{shelf_key(reference)}")
        return _checked(kept, lambda text: page_address(text, SERVICE_HOSTS[service]))

    def remember_page(self, service: str, reference: TrackReference, address: str | None) -> None:
        self._pages.keep(f"{service}/{shelf_key(reference)}", address)

    def cover(self, reference: TrackReference) -> Remembered[str] | None:
        return _checked(self._covers.look(shelf_key(reference)), picture_address)

    def remember_cover(self, reference: TrackReference, address: str | None) -> None:
        self._covers.keep(shelf_key(reference), address)

    def markets(self, reference: TrackReference) -> Remembered[frozenset[str]] | None:
        kept = self._markets.look(shelf_key(reference))
        return kept if kept is None or kept.value is None else Remembered(kept.value & CODES)

    def remember_markets(self, reference: TrackReference, markets: frozenset[str] | None) -> None:
        self._markets.keep(shelf_key(reference), markets)

    def playable(self, market: str, reference: TrackReference) -> Remembered[bool] | None:
        return self._playable.look(f"{market}/{shelf_key(reference)}")

    def remember_playable(self, market: str, reference: TrackReference, playable: bool) -> None:
        self._playable.keep(f"{market}/{shelf_key(reference)}", playable)


def _checked(kept: Remembered[str] | None, check: Callable[[str], str | None]) -> Remembered[str] | None:
    """What is no address of such a kind is as if it were not there."""
    if kept is None or kept.value is None:
        return kept
    address = check(kept.value)
    return None if address is None else Remembered(address)
