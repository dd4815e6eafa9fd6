"""In which country a track can be played: the countries of many tracks in one call, remembered; of the one that was asked about
also what its own service says of that country. No I/O but through the objects that it is given.

Public names: Availability.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kamerton.deadline import Deadline
from kamerton.lookup.cache import Remembered
from kamerton.lookup.world import CACHE_SECONDS, World
from kamerton.music.track import ISRC, SPOTIFY, Track, TrackReference
from kamerton.notes import MARKET_UNKNOWN, Note

if TYPE_CHECKING:
    from kamerton.lookup.inquiry import Inquiry
    from kamerton.sources.protocols import MarketSource

Countries = dict[TrackReference, frozenset[str] | None]


class Availability:
    """Without a `world` nothing is known of it."""

    def __init__(self, world: World | None) -> None:
        self._world = world

    def marked(
        self, tracks: Sequence[Track], seed: Track | None, market: str, deadline: Deadline
    ) -> tuple[dict[str, Track], tuple[Note, ...]]:
        """The tracks by their ids, each with `playable`, and what could not be found out. The `seed` is one of them."""
        if self._world is None:
            return {track.id: track for track in tracks}, (MARKET_UNKNOWN,)
        inquiry = self._world.inquiry(deadline)
        own_word = _OwnWord(self._world, inquiry, seed, market) if seed else None
        countries = _countries(self._world, inquiry, {name for track in tracks if (name := _name(track))})
        marked = {track.id: replace(track, playable=_playable(countries, track, market)) for track in tracks}
        if own_word is not None and seed is not None and (said := own_word.value()) is not None:
            marked[seed.id] = replace(seed, playable=said)
        if tracks and all(track.playable is None for track in marked.values()):
            inquiry.note(MARKET_UNKNOWN)
        return marked, inquiry.notes


def _markets(names: Sequence[TrackReference], source: MarketSource) -> dict[TrackReference, frozenset[str]]:
    return source.markets(names)


def _playable(countries: Countries, track: Track, market: str) -> bool | None:
    name = _name(track)
    known = countries.get(name) if name else None
    return None if known is None else market in known


def _countries(world: World, inquiry: Inquiry, names: Iterable[TrackReference]) -> Countries:
    """What is remembered of them, and what else is asked for in as few calls as there may be."""
    source, remembered = world.equipment.outside.markets, world.equipment.listings
    looks = {name: inquiry.aside(remembered.markets, name) for name in names}
    kept = {name: inquiry.wait(look, CACHE_SECONDS) for name, look in looks.items()}
    countries = {name: known.value for name, known in kept.items() if known is not None}
    missing = sorted((name for name, known in kept.items() if known is None), key=lambda name: (name.kind, name.value))
    batches = [missing[start : start + source.batch] for start in range(0, len(missing), source.batch)]
    asked = [(batch, inquiry.ask(source, "markets", partial(_markets, batch))) for batch in batches]
    found: Countries = {}
    for batch, each in asked:
        if (answer := inquiry.value(each)) is not None:
            found |= {name: answer.get(name) for name in batch}
    for begun in [inquiry.aside(remembered.remember_markets, name, known) for name, known in found.items()]:
        inquiry.wait(begun, CACHE_SECONDS)
    return countries | found


class _OwnWord:
    """What the service whose id a track has says of one country; asked for from the beginning, while others are asked too."""

    def __init__(self, world: World, inquiry: Inquiry, track: Track, market: str) -> None:
        self._inquiry, self._market = inquiry, market
        self._listings, source = world.equipment.listings, world.equipment.outside.playable
        self._name = TrackReference(SPOTIFY, track.id)
        self._kept: Remembered[bool] | None = Remembered(None)
        if source is not None and track.on_spotify:
            self._kept = inquiry.wait(inquiry.aside(self._listings.playable, market, self._name), CACHE_SECONDS)
        if self._kept is None and source is not None:
            self._asked = inquiry.ask(source, "playable", lambda source: source.playable(track, market))

    def value(self) -> bool | None:
        """None when nobody is asked or it does not say."""
        if self._kept is not None:
            return self._kept.value
        said = self._inquiry.value(self._asked)
        if said is not None:
            work = self._inquiry.aside(self._listings.remember_playable, self._market, self._name, said)
            self._inquiry.wait(work, CACHE_SECONDS)
        return said


def _name(track: Track) -> TrackReference | None:
    """The name by which it can be asked for where a track can be played."""
    if track.on_spotify:
        return TrackReference(SPOTIFY, track.id)
    return TrackReference(ISRC, track.isrc) if track.isrc else None
