"""Tracks near an artist at Deezer: its radio, and the best known tracks of the artists that are related to it.

GET {url}/artist/{id}/radio, {url}/artist/{id}/related, {url}/artist/{id}/top?limit=. The artist is told by the seed's ISRC or
Deezer's id, or by a search for its names; the tracks lack ISRCs, so that a few of them, of many artists, are looked up.

Public names: DeezerRelated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kamerton.errors import SourceLimited
from kamerton.music.normalise import normalise, normalise_name
from kamerton.music.track import DEEZER, ISRC, Track, TrackReference, known_isrc
from kamerton.sources.deezer import NAME, WINDOW_SECONDS, DeezerClient, read_tracks
from kamerton.sources.protocols import CallSteps, SourceCall
from kamerton.sources.rate_limiter import RateLimiter

_RELATED, _TOPS, _LOOKED_UP = 4, 3, 12
_FIRST_CALLS = 3 + _RELATED
# The others of the free calls are for what a person asked for by name.
_MOST_CALLS = 36
_HIGHEST_ID = 10**15
_FOUND = 5


class DeezerRelated:
    """`client` is what is asked; `pace` is how often, together with whoever shares it."""

    name = NAME
    key = DeezerClient.key
    seed_kinds = frozenset({DEEZER, ISRC})

    def __init__(self, client: DeezerClient, pace: RateLimiter | None = None) -> None:
        self._client = client
        self._pace = pace or RateLimiter(_MOST_CALLS, WINDOW_SECONDS)

    def candidates(self, seed: Track) -> CallSteps:
        self._begin()
        (artist,) = yield [self._question(lambda: self._artist(seed))]
        if artist is None:
            return []
        near = [self._items(f"/artist/{artist}/radio"), self._items(f"/artist/{artist}/related")]
        radio, related = yield [self._question(ask) for ask in near]
        paths = [f"/artist/{each}/top" for each in _ids(related or [])[:_RELATED]]
        tops = yield [self._question(self._items(path, limit=str(_TOPS))) for path in paths]
        found = read_tracks(item for items in (*tops, radio) for item in items or [])
        chosen = _one_of_each_artist_first(found)[:_LOOKED_UP]
        looked_up = yield [self._question(self._track(track)) for track in chosen[: self._pace.take(len(chosen))]]
        return [track for track in looked_up if track is not None]

    def _begin(self) -> None:
        if self._pace.take(_FIRST_CALLS) < _FIRST_CALLS:
            raise SourceLimited(NAME, self._pace.seconds)

    def _question(self, ask: Callable[[], Any]) -> SourceCall:
        return SourceCall(self, "candidates", ask)

    def _items(self, path: str, **params: str) -> Callable[[], list[Any]]:
        return lambda: self._client.items(path, **params)

    def _track(self, track: Track) -> Callable[[], Track]:
        # What a list names has Deezer's id, or else the ISRC already.
        number = track.id.partition(":")[2]
        return lambda: self._client.track(TrackReference(DEEZER, number)) if number else track

    def _artist(self, seed: Track) -> int | None:
        """The id of the artist who recorded the seed."""
        named = {normalise_name(name) for name in seed.artists}
        artists = [item.get("artist") for item in self._same(seed) if isinstance(item, dict)]
        mine = [each for each in artists if isinstance(each, dict) and (not named or normalise(str(each.get("name"))) in named)]
        return next(iter(_ids(mine)), None)

    def _same(self, seed: Track) -> Sequence[Any]:
        """Items of the seed itself."""
        isrc = seed.isrc or known_isrc(seed.id)
        if isrc or seed.id.startswith(f"{DEEZER}:"):
            return [self._client.ask(f"/track/isrc:{isrc}" if isrc else f"/track/{seed.id.partition(':')[2]}")]
        return self._client.named(seed, _FOUND) if seed.artists else ()


def _ids(items: Iterable[Any]) -> list[int]:
    numbers = (item.get("id") for item in items if isinstance(item, dict))
    return [number for number in numbers if type(number) is int and 0 < number < _HIGHEST_ID]


def _one_of_each_artist_first(tracks: Iterable[Track]) -> list[Track]:
    """No track twice: the first of each artist, then the second ones, and so on."""
    turns: Counter[str] = Counter()
    placed: dict[str, tuple[int, Track]] = {}
    for track in tracks:
        if track.id not in placed:
            turns[track.artists[0]] += 1
            placed[track.id] = (turns[track.artists[0]], track)
    return [track for _, track in sorted(placed.values(), key=lambda each: each[0])]
