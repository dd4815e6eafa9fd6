"""In which countries tracks can be played: those of many tracks in one call, remembered; of the track that was asked about also
what its own service says of one country.

Public names: MarketLookup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from kamerton.lookup.caches import Caches, cache_key
from kamerton.lookup.calls import CacheRead, Calls, PendingCall
from kamerton.music.track import ISRC, SPOTIFY, Track, TrackReference
from kamerton.notes import MARKET_UNKNOWN
from kamerton.sources.protocols import MarketSource, PlayableSource, Sources

_Countries = dict[TrackReference, frozenset[str] | None]
_Playable = Callable[[], bool | None]


class MarketLookup:
    """`sources` is called when a market is asked about."""

    def __init__(self, sources: Callable[[], Sources], caches: Caches) -> None:
        self._sources = sources
        self._caches = caches

    def playable(self, calls: Calls, tracks: Sequence[Track], seed: Track | None, market: str) -> Mapping[str, bool | None]:
        """By the id of each track whether it can be played in the market; None where nobody knows. `seed` is one of
        `tracks`."""
        own_word = self._begin_own_word(calls, seed, market) if seed else None
        countries = self._countries(calls, {reference for track in tracks if (reference := _reference(track))})
        playable = {track.id: _is_playable(countries, track, market) for track in tracks}
        if own_word is not None and seed is not None and (answer := own_word()) is not None:
            playable[seed.id] = answer
        if tracks and all(value is None for value in playable.values()):
            calls.note(MARKET_UNKNOWN)
        return playable

    def _countries(self, calls: Calls, references: Iterable[TrackReference]) -> _Countries:
        """Those that are remembered, and the others, asked for in as few calls as possible."""
        reads = {reference: calls.read(self._caches.markets, cache_key(reference)) for reference in references}
        countries = {reference: read.cached.value for reference, read in reads.items() if read.cached is not None}
        missing = sorted(reads.keys() - countries.keys(), key=lambda reference: (reference.kind, reference.value))
        asked = self._asked(calls, missing)
        for write in [reads[reference].begin_to_remember(value) for reference, value in asked.items()]:
            calls.wait(write)
        return countries | asked

    def _asked(self, calls: Calls, references: Sequence[TrackReference]) -> _Countries:
        source = self._sources().markets
        batches = [references[start : start + source.batch] for start in range(0, len(references), source.batch)]
        pending = [(batch, calls.ask(source, "markets", partial(_markets, batch))) for batch in batches]
        countries: _Countries = {}
        for batch, call in pending:
            if (answer := calls.value(call)) is not None:
                countries |= {reference: answer.get(reference) for reference in batch}
        return countries

    def _begin_own_word(self, calls: Calls, track: Track, market: str) -> _Playable | None:
        """What the service whose id the track has says of the country: asked for at once, while others are asked, too."""
        source = self._sources().playable
        if source is None or not track.on_spotify:
            return None
        key = f"{market}/{cache_key(TrackReference(SPOTIFY, track.id))}"
        read = calls.read(self._caches.playable, key)
        if (cached := read.cached) is not None:
            return lambda: cached.value
        pending = calls.ask(source, "playable", lambda source: source.playable(track, market))
        return partial(_own_word, calls, read, pending)


def _own_word(calls: Calls, read: CacheRead[bool], pending: PendingCall[PlayableSource, bool | None]) -> bool | None:
    answer = calls.value(pending)
    if answer is not None:
        read.remember(answer)
    return answer


def _markets(references: Sequence[TrackReference], source: MarketSource) -> dict[TrackReference, frozenset[str]]:
    return source.markets(references)


def _is_playable(countries: _Countries, track: Track, market: str) -> bool | None:
    reference = _reference(track)
    known = countries.get(reference) if reference else None
    return None if known is None else market in known


def _reference(track: Track) -> TrackReference | None:
    """The reference by which a source can tell where the track can be played."""
    if track.on_spotify:
        return TrackReference(SPOTIFY, track.id)
    return TrackReference(ISRC, track.isrc) if track.isrc else None
