"""Tracks of an artist's radio at Deezer, and the best known tracks of the artists that are related to that artist.

GET {url}/artist/{id}/radio, {url}/artist/{id}/related, {url}/artist/{id}/top?limit=. The artist is found by the seed's ISRC or
Deezer's id, or by a search for the seed's names. The tracks lack ISRCs, so a few of them, of many artists, are looked up.

Public names: DeezerRelated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kamerton.errors import SourceLimited
from kamerton.music.normalise import normalise, normalise_name
from kamerton.music.track import DEEZER, ISRC, Track, TrackReference, known_isrc
from kamerton.music.track_list import one_of_each_artist_first
from kamerton.sources.answer_values import fields_of
from kamerton.sources.deezer import NAME, WINDOW_SECONDS, DeezerClient, read_tracks
from kamerton.sources.protocols import CallSteps, SourceCall
from kamerton.sources.rate_limiter import RateLimiter

_RELATED_ARTISTS, _TOP_TRACKS, _LOOK_UPS = 4, 3, 12
_FIRST_CALLS = 3 + _RELATED_ARTISTS
# The rest of the free calls is for the track that a person named.
_MOST_CALLS = 36
_HIGHEST_ID = 10**15
_HITS = 5


class DeezerRelated:
    """`client` makes the calls; `limiter` says how often, and may be shared with others."""

    name = NAME
    key = DeezerClient.key
    seed_kinds = frozenset({DEEZER, ISRC})

    def __init__(self, client: DeezerClient, limiter: RateLimiter | None = None) -> None:
        self._client = client
        self._limiter = limiter or RateLimiter(_MOST_CALLS, WINDOW_SECONDS)

    def candidates(self, seed: Track) -> CallSteps:
        self._begin()
        (artist,) = yield [self._call(lambda: self._artist(seed))]
        if artist is None:
            return []
        lists = [self._items(f"/artist/{artist}/radio"), self._items(f"/artist/{artist}/related")]
        radio, related = yield [self._call(ask) for ask in lists]
        paths = [f"/artist/{artist_id}/top" for artist_id in _ids(related or [])[:_RELATED_ARTISTS]]
        tops = yield [self._call(self._items(path, limit=str(_TOP_TRACKS))) for path in paths]
        listed = read_tracks(item for items in (*tops, radio) for item in items or [])
        choice = one_of_each_artist_first(listed)[:_LOOK_UPS]
        tracks = yield [self._call(self._track(track)) for track in choice[: self._limiter.take(len(choice))]]
        return [track for track in tracks if track is not None and track.playable is not False]

    def _begin(self) -> None:
        if self._limiter.take(_FIRST_CALLS) < _FIRST_CALLS:
            raise SourceLimited(NAME, self._limiter.seconds)

    def _call(self, ask: Callable[[], Any]) -> SourceCall:
        return SourceCall(self, "candidates", ask)

    def _items(self, path: str, **params: str) -> Callable[[], list[Any]]:
        return lambda: self._client.items(path, **params)

    def _track(self, track: Track) -> Callable[[], Track]:
        # A track of a list has Deezer's id, or else the ISRC already.
        number = track.id.partition(":")[2]
        return lambda: self._client.track(TrackReference(DEEZER, number)) if number else track

    def _artist(self, seed: Track) -> int | None:
        """The id of the artist who recorded the seed."""
        names = {normalise_name(name) for name in seed.artists}
        artists = [fields_of(fields_of(item).get("artist")) for item in self._items_of(seed)]
        return next(iter(_ids(artist for artist in artists if not names or normalise(str(artist.get("name"))) in names)), None)

    def _items_of(self, seed: Track) -> Sequence[Any]:
        """The items of the seed itself."""
        isrc = seed.isrc or known_isrc(seed.id)
        if isrc or seed.id.startswith(f"{DEEZER}:"):
            return [self._client.ask(f"/track/isrc:{isrc}" if isrc else f"/track/{seed.id.partition(':')[2]}")]
        return self._client.search_items(seed, _HITS) if seed.artists else ()


def _ids(items: Iterable[Any]) -> list[int]:
    numbers = (fields_of(item).get("id") for item in items)
    return [number for number in numbers if type(number) is int and 0 < number < _HIGHEST_ID]
