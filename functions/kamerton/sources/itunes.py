"""Apple's iTunes Search API, which needs no key: tracks of Apple Music by name and by Apple's number.

GET {url}/search?term=&media=music&entity=song&country=&limit=, {url}/lookup?id=&entity=song&country=. About 20 calls a minute
are taken; beyond that it answers 403 with an empty body, which is a pause and no refusal. There is no look-up by ISRC, and
several artists are written as one name.

Public names: NAME, ITunesClient, read_track, read_results.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kamerton.decoders import prepare_decoders
from kamerton.errors import SourceLimited, SourceNotFound, SourceRefused, SourceUnavailable
from kamerton.matching.recording_match import best_match
from kamerton.music.allowed_hosts import page_address, picture_address
from kamerton.music.store_links import APPLE_HOSTS, DEFAULT_STORE, apple_parts
from kamerton.music.titles import base_title
from kamerton.music.track import APPLE, Track, TrackReference, reference_of
from kamerton.sources.answer_values import duration_of, read_as, text_of
from kamerton.sources.http_session import SourceSession
from kamerton.sources.protocols import Listing

NAME = "Apple Music"
PAGE = 25

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

    def __init__(self, url: str, seconds: float) -> None:
        prepare_decoders(_Item)
        self._url = url
        self._session = SourceSession(NAME, seconds)

    def track(self, reference: TrackReference) -> Track:
        """Without an ISRC, which Apple does not tell."""
        return _exact(self._looked_up(reference), reference)[0]

    def listing(self, track: Track) -> Listing:
        """Of Apple's own track by its number, of any other by a search in the US store."""
        reference = reference_of(track)
        if reference.kind == APPLE:
            return _exact(self._looked_up(reference), reference)[1]
        found = self._results("/search", term=_term(track), media="music", country=DEFAULT_STORE.upper(), limit=str(PAGE))
        best = best_match(track, [known for known, _ in found])
        if best is None:
            raise SourceNotFound(NAME, "has no such track")
        return next(listing for known, listing in found if known is best)

    def cover(self, track: Track) -> str | None:
        return self.listing(track).image

    def _looked_up(self, reference: TrackReference) -> list[tuple[Track, Listing]]:
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
    """The usable tracks of an answer, and where each can be heard."""
    results = answer.get("results")
    if not isinstance(results, list):
        raise SourceUnavailable(NAME, "gave an answer that is no list of tracks")
    return [found for item in results if (found := read_track(item))]


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


def read_track(item: Any) -> tuple[Track, Listing] | None:
    """None for what is no track with a name and an artist, such as a music video or an album."""
    read = read_as(item, _Item)
    if read is None:
        return None
    title, artist = text_of(read.trackName), text_of(read.artistName)
    if (read.wrapperType, read.kind) != ("track", "song") or read.trackId <= 0 or not title or not artist:
        return None
    image = picture_address(text_of(read.artworkUrl100).replace("100x100", _COVER_SIZE))
    track = Track(
        f"{APPLE}:{read.trackId}",
        title,
        (artist,),
        text_of(read.collectionName) or None,
        duration_of(read.trackTimeMillis),
        _EXPLICIT.get(text_of(read.trackExplicitness)),
        image=image,
    )
    return track, Listing(page_address(read.trackViewUrl, APPLE_HOSTS), image)


def _exact(found: list[tuple[Track, Listing]], reference: TrackReference) -> tuple[Track, Listing]:
    """What has the asked number, under the id that it was asked for by: the store is a part of it."""
    number, _ = apple_parts(reference.value)
    for track, listing in found:
        if track.id == f"{APPLE}:{number}":
            return replace(track, id=f"{APPLE}:{reference.value}"), listing
    raise SourceNotFound(NAME, "has no such track")


def _term(track: Track) -> str:
    # Each word has to be there, and a version's mark is mostly written in another way.
    return f"{' '.join(track.artists[:1])} {base_title(track.title)}"
