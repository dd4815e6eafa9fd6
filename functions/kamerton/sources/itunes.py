"""Apple's iTunes Search API, which needs no key: tracks of Apple Music by name and by Apple's number.

GET {url}/search?term=&media=music&entity=song&country=&limit=, {url}/lookup?id=&entity=song&country=. About 20 calls a minute
are answered; beyond that the answer is 403 with an empty body, which asks for a pause and is no refusal. There is no look-up by
ISRC, and several artists are written as one name.

Public names: NAME, ITunesClient, read_track, read_results.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kamerton.decoders import prepare_decoders
from kamerton.errors import AnswerUnreadable, SourceLimited, SourceNotFound, SourceRefused
from kamerton.matching.recording_match import best_match
from kamerton.music.allowed_hosts import page_address, picture_address
from kamerton.music.declared_genre import DeclaredGenre, read_declared
from kamerton.music.store_links import APPLE_HOSTS, DEFAULT_STORE, apple_parts
from kamerton.music.titles import base_title
from kamerton.music.track import APPLE, Track, TrackReference, reference_of
from kamerton.music.track_list import ListReference
from kamerton.sources.answer_values import duration_of, read_as, text_of
from kamerton.sources.http_session import SourceSession
from kamerton.sources.protocols import Listing

NAME = "Apple Music"
PAGE = 25
_MOST_LISTED = 100

_FORBIDDEN = 403
_WINDOW_SECONDS = 60.0
_COVER_SIZE = "300x300"
_EXPLICIT = {"explicit": True, "notExplicit": False, "cleaned": False}


class ITunesClient:
    """`seconds` is the longest silence of a call. Every method raises `SourceError`."""

    name = NAME
    key = "itunes"
    service = "apple-music"
    track_kinds = frozenset({APPLE})
    list_service = APPLE

    def __init__(self, url: str, seconds: float) -> None:
        prepare_decoders(_Item)
        self._url = url
        self._session = SourceSession(NAME, seconds)

    def track(self, reference: TrackReference) -> Track:
        """The track without an ISRC, which Apple does not tell."""
        return _exact(self._look_up(reference), reference)[0]

    def listed(self, reference: ListReference) -> list[Track]:
        number, store = apple_parts(reference.value)
        tracks = [track for track, _ in self._results("/lookup", id=number, country=store.upper(), limit=str(_MOST_LISTED))]
        if not tracks:
            raise SourceNotFound(NAME, "has no such album")
        return tracks

    def listing(self, track: Track) -> Listing:
        """Found by Apple's number, or for any other track by a scored search in the US store."""
        reference = reference_of(track)
        if reference.kind == APPLE:
            return _exact(self._look_up(reference), reference)[1]
        return self._found(track)[1]

    def _found(self, track: Track) -> tuple[Track, Listing]:
        """By a scored search in the US store."""
        results = self._results("/search", term=_term(track), media="music", country=DEFAULT_STORE.upper(), limit=str(PAGE))
        best = best_match(track, [hit for hit, _ in results])
        if best is None:
            raise SourceNotFound(NAME, "has no such track")
        return next(result for result in results if result[0] is best)

    def cover(self, track: Track) -> str | None:
        return self.listing(track).image

    def declared_genres(self, track: Track) -> tuple[DeclaredGenre, ...]:
        return track.declared_genres or self._found(track)[0].declared_genres

    def _look_up(self, reference: TrackReference) -> list[tuple[Track, Listing]]:
        number, store = apple_parts(reference.value)
        return self._results("/lookup", id=number, country=store.upper())

    def _results(self, path: str, **params: str) -> list[tuple[Track, Listing]]:
        try:
            answer = self._session.get(f"{self._url}{path}", params={"entity": "song", **params}).json()
        except SourceRefused as error:
            if error.status == _FORBIDDEN and not error.body.strip():
                raise SourceLimited(NAME, _WINDOW_SECONDS) from error
            raise
        return read_results(answer)


def read_results(answer: Mapping[str, Any]) -> list[tuple[Track, Listing]]:
    """The usable tracks of an answer, each with its listing."""
    results = answer.get("results")
    if not isinstance(results, list):
        raise AnswerUnreadable(NAME, "gave an answer that is no list of tracks")
    return [result for item in results if (result := read_track(item))]


class _Item(Struct):
    wrapperType: str  # noqa: N815
    kind: str
    trackId: int  # noqa: N815
    trackName: str  # noqa: N815
    artistName: str  # noqa: N815
    trackViewUrl: Any = None  # noqa: N815
    collectionName: Any = None  # noqa: N815
    trackTimeMillis: Any = None  # noqa: N815
    trackExplicitness: Any = None  # noqa: N815
    artworkUrl100: Any = None  # noqa: N815
    primaryGenreName: Any = None  # noqa: N815


def read_track(item: Any) -> tuple[Track, Listing] | None:
    """None when the item is no track with a name and an artist, such as a music video or an album."""
    fields = read_as(item, _Item)
    if fields is None:
        return None
    title, artist = text_of(fields.trackName), text_of(fields.artistName)
    if (fields.wrapperType, fields.kind) != ("track", "song") or fields.trackId <= 0 or not title or not artist:
        return None
    image = picture_address(text_of(fields.artworkUrl100).replace("100x100", _COVER_SIZE))
    track = Track(
        id=f"{APPLE}:{fields.trackId}",
        title=title,
        artists=(artist,),
        album=text_of(fields.collectionName) or None,
        duration_ms=duration_of(fields.trackTimeMillis),
        explicit=_EXPLICIT.get(text_of(fields.trackExplicitness)),
        image=image,
        declared_genres=read_declared([fields.primaryGenreName], NAME),
    )
    return track, Listing(page_address(fields.trackViewUrl, APPLE_HOSTS), image)


def _exact(results: list[tuple[Track, Listing]], reference: TrackReference) -> tuple[Track, Listing]:
    """The track with the number of the reference, under the id of the reference, of which the store is a part."""
    number, _ = apple_parts(reference.value)
    for track, listing in results:
        if track.id == f"{APPLE}:{number}":
            return replace(track, id=f"{APPLE}:{reference.value}"), listing
    raise SourceNotFound(NAME, "has no such track")


def _term(track: Track) -> str:
    # A hit has each word of the term, and Apple mostly writes a version's mark in another way.
    return f"{' '.join(track.artists[:1])} {base_title(track.title)}"
