"""Deezer, which needs no key: tracks by name, by ISRC and by its own id.

GET {url}/search/track?q=&limit=, {url}/track/{id}, {url}/track/isrc:{ISRC}, {url}/album/{id}/tracks and
{url}/playlist/{id}/tracks. Its errors come with the status 200 or 404, in the field `error`, with a code or without. Durations
are in whole seconds. The address of a preview is signed, and good for some minutes.

Public names: NAME, WINDOW_SECONDS, DeezerClient, read_track, read_tracks, read_search, read_listing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

import msgspec
from msgspec import Struct

from kamerton.decoders import prepare_decoders
from kamerton.errors import AnswerUnreadable, SourceError, SourceLimited, SourceNotFound, SourceRefused, SourceUnavailable
from kamerton.matching.recording_match import best_match
from kamerton.music.allowed_hosts import picture_address, preview_address
from kamerton.music.declared_genre import DeclaredGenre, read_declared
from kamerton.music.titles import base_title
from kamerton.music.track import DEEZER, ISRC, Track, TrackReference, known_isrc, reference_of
from kamerton.music.track_list import ListReference
from kamerton.sources.answer_values import fields_of, flag, read_as, rows_of, text_of, whole_number
from kamerton.sources.http_session import SourceSession
from kamerton.sources.protocols import Listing

NAME = "Deezer"
PAGE = 100
"""Tracks that a search gives at most."""

WINDOW_SECONDS = 5.0
"""About 50 calls are free in this time."""

_QUOTA, _BUSY, _NOT_FOUND = 4, 700, 800
_OK = 200
_MATCHED_HITS = 15
_MS_IN_A_SECOND = 1000
_LONGEST_SECONDS = 36_000
_HIGHEST_RANK = 1_000_000


class DeezerClient:
    """`seconds` is the longest silence of a call. Every method raises `SourceError`."""

    name = NAME
    key = "deezer"
    service = "deezer"
    track_kinds = frozenset({DEEZER, ISRC})
    list_service = DEEZER

    def __init__(self, url: str, seconds: float) -> None:
        prepare_decoders(_Item)
        self._url = url
        self._session = SourceSession(NAME, seconds)

    def track(self, reference: TrackReference) -> Track:
        """With the ISRC, where Deezer has it."""
        return self._exact(reference)[0]

    def tracks(self, text: str, limit: int) -> list[Track]:
        """The best first; with ISRCs, where Deezer tells them."""
        return read_search(self.ask("/search/track", q=text, limit=str(min(limit, PAGE))))

    def items(self, path: str, **params: str) -> list[Any]:
        """The items of the list at the path."""
        return _items(self.ask(path, **params))

    def search_items(self, track: Track, limit: int) -> list[Any]:
        """The items of a search for this track alone."""
        return self.items("/search/track", q=_query(track), limit=str(limit))

    def listed(self, reference: ListReference) -> list[Track]:
        return read_tracks(self.items(f"/{reference.kind}/{reference.value}/tracks", limit=str(PAGE)))

    def listing(self, track: Track) -> Listing:
        """By Deezer's number or the ISRC; of a track without either, or under another ISRC at Deezer, by a scored search."""
        for reference in (reference_of(track), TrackReference(ISRC, track.isrc or "")):
            if reference.kind in self.track_kinds and reference.value:
                with suppress(SourceNotFound):
                    return self._exact(reference)[1]
        return self._listing_by_name(track)

    def cover(self, track: Track) -> str | None:
        return self.listing(track).image

    def declared_genres(self, track: Track) -> tuple[DeclaredGenre, ...]:
        """Those of the album, which take a call of their own; of a track with an ISRC or Deezer's number."""
        for reference in (reference_of(track), TrackReference(ISRC, track.isrc or "")):
            if reference.kind in self.track_kinds and reference.value:
                album = whole_number(fields_of(self._item(reference).get("album")).get("id"), 1)
                genres = fields_of(self.ask(f"/album/{album}").get("genres")) if album else {}
                return read_declared([fields_of(row).get("name") for row in rows_of(genres.get("data"))], NAME)
        return ()

    def _item(self, reference: TrackReference) -> dict[str, Any]:
        return self.ask(f"/track/isrc:{reference.value}" if reference.kind == ISRC else f"/track/{reference.value}")

    def _exact(self, reference: TrackReference) -> tuple[Track, Listing]:
        item = self._item(reference)
        track = read_track(item)
        if track is None:
            raise AnswerUnreadable(NAME, "gave an answer that is no track")
        if reference.kind == ISRC and track.isrc != reference.value:
            raise SourceNotFound(NAME, "has no track of this ISRC")
        return track, read_listing(item)

    def _listing_by_name(self, track: Track) -> Listing:
        items = self.search_items(track, _MATCHED_HITS)
        hits = [(hit, item) for item in items if (hit := read_track(item))]
        best = best_match(track, [hit for hit, _ in hits])
        if best is None:
            raise SourceNotFound(NAME, "has no such track")
        return next(read_listing(item) for hit, item in hits if hit is best)

    def ask(self, path: str, **params: str) -> dict[str, Any]:
        """The answer at the path. Raises `SourceError` for an answer that is an error."""
        answer: dict[str, Any] = self._session.get(f"{self._url}{path}", params=params).json()
        if "error" in answer:
            raise _failure(answer["error"])
        return answer


def read_search(answer: Mapping[str, Any]) -> list[Track]:
    """The usable tracks of a search's answer."""
    return read_tracks(_items(answer))


def read_tracks(items: Iterable[Any]) -> list[Track]:
    """The usable tracks of these items."""
    return [track for item in items if (track := read_track(item))]


def _items(answer: Mapping[str, Any]) -> list[Any]:
    items = answer.get("data")
    if not isinstance(items, list):
        raise AnswerUnreadable(NAME, "gave an answer that is no list")
    return items


class _Item(Struct):
    id: int
    title: str
    artist: Any
    contributors: Any = None
    album: Any = None
    isrc: Any = None
    duration: Any = None
    rank: Any = None
    explicit_lyrics: Any = None
    preview: Any = None
    readable: Any = None


def read_track(item: Any) -> Track | None:
    """None when the item is no track with a name and an artist."""
    fields = read_as(item, _Item)
    if fields is None:
        return None
    names = [text_of(fields_of(artist).get("name")) for artist in (fields.artist, *rows_of(fields.contributors))]
    title, artists = text_of(fields.title), tuple(dict.fromkeys(name for name in names if name))
    if not title or not artists or fields.id <= 0:
        return None
    isrc, album, rank = known_isrc(fields.isrc), fields_of(fields.album), whole_number(fields.rank, 0)
    return Track(
        id=isrc or f"{DEEZER}:{fields.id}",
        title=title,
        artists=artists,
        album=text_of(album.get("title")) or None,
        duration_ms=_duration_ms(fields.duration),
        explicit=flag(fields.explicit_lyrics),
        popularity=None if rank is None else 100 * min(rank, _HIGHEST_RANK) / _HIGHEST_RANK,
        isrc=isrc,
        image=picture_address(album.get("cover_medium")),
        playable=False if flag(fields.readable) is False else None,
    )


def read_listing(item: Any) -> Listing:
    """The listing of an item that `read_track` has read as a track."""
    fields = msgspec.convert(item, _Item)
    image = picture_address(fields_of(fields.album).get("cover_medium"))
    return Listing(f"https://www.deezer.com/track/{fields.id}", image, preview_address(fields.preview))


def _query(track: Track) -> str:
    """Plain words: the form `artist:"" track:""` finds nothing since July 2026."""
    # Deezer mostly writes a version's mark in another way; the match looks at the marks afterwards.
    return " ".join((*track.artists[:1], base_title(track.title))).replace('"', " ")


def _duration_ms(value: Any) -> int | None:
    # Whole seconds count as roughly known: see `kamerton.music.features`.
    seconds = whole_number(value, 1, _LONGEST_SECONDS)
    return None if seconds is None else seconds * _MS_IN_A_SECOND


def _failure(error: Any) -> SourceError:
    code = error.get("code") if isinstance(error, dict) else None
    if code == _QUOTA:
        return SourceLimited(NAME, WINDOW_SECONDS)
    if code == _NOT_FOUND:
        return SourceNotFound(NAME, "has nothing there")
    if code in (_BUSY, None):
        return SourceUnavailable(NAME, "is busy, or does not say what is wrong")
    return SourceRefused(NAME, _OK, f"refused with the code {code!s:.20}")
