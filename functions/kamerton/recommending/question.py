"""What is wanted of recommendations. Public names: Wish, MOST_OFFSET, MOST_SEEDS."""

from __future__ import annotations

from msgspec import Struct

MOST_SEEDS = 5
MOST_OFFSET = 450


class Wish(Struct, frozen=True):
    """At most `limit` tracks, after the first `offset`; of an artist `artist_cap` in all of them together, of some none.

    `genre` is the only one that is wanted, if any. `world`: tracks that other services name are wanted too.
    """

    limit: int
    artist_cap: int = 1
    offset: int = 0
    genre: str | None = None
    excluded_artists: tuple[str, ...] = ()
    world: bool = True
