"""A video, and where it can be played. Public names: Video."""

from __future__ import annotations

from msgspec import Struct


class Video(Struct, frozen=True):
    """`channel` is the name of a channel. `allowed` are the only countries where the video can be played, or None; `blocked`
    are the countries where it cannot, by ISO 3166-1 alpha-2. `duration_ms` and `embeddable` are None when unknown."""

    id: str
    title: str
    channel: str
    duration_ms: int | None = None
    embeddable: bool | None = None
    allowed: tuple[str, ...] | None = None
    blocked: tuple[str, ...] = ()

    def plays_in(self, market: str | None) -> bool:
        """Whether it plays there, as far as is known; None stands for any country."""
        if market is None:
            return self.allowed is None or bool(self.allowed)
        return market not in self.blocked and (self.allowed is None or market in self.allowed)
