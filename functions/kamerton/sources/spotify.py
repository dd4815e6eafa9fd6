"""Spotify's Web API with client credentials, through spotipy.

Token: POST {accounts_url}/api/token. Search: GET {api_url}/v1/search, ten tracks a page at most, the first thousand of a query.
A track: GET {api_url}/v1/tracks/{id}; with `market=` the answer says whether the track can be played there.
Audio features: GET {api_url}/v1/audio-features, only for apps from before 27 November 2024 with an extended quota; for all
others each call raises `CallClosed`.

Public names: NAME, PAGE, CEILING, FEATURES_BATCH, SearchPage, SpotifyClient, read_search_page, read_track, read_audio_features.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Annotated, Any, TypeVar, cast

from msgspec import Meta, Struct
from spotipy import Spotify
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.oauth2 import SpotifyClientCredentials

from kamerton.decoders import prepare_decoders
from kamerton.errors import AnswerUnreadable, KeyRefused, SourceNotFound, SourceRefused, SourceUnavailable
from kamerton.music.allowed_hosts import picture_address
from kamerton.music.features import CORE, AudioFeatures
from kamerton.music.track import ISRC, SPOTIFY, Track, TrackReference, known_isrc
from kamerton.settings import SpotifyApp
from kamerton.sources.answer_values import duration_of, fields_of, flag, has_core, read_as, read_features, rows_of, text_of
from kamerton.sources.deadline_adapter import seconds_left
from kamerton.sources.http_session import SourceSession
from kamerton.sources.protocols import FoundFeatures

NAME = "Spotify"
PAGE = 10
"""Tracks on a page of a search, at most."""
CEILING = 1000
"""A search has no more tracks than this, whatever total the answer names."""
FEATURES_BATCH = 100

_ACCOUNTS = "Spotify's accounts service"
_FEATURES = (*CORE, "key", "mode", "duration_ms")
_UNAUTHORIZED = 401
# https://www.rfc-editor.org/rfc/rfc6749#section-5.2, with the status 400 or 401.
_CREDENTIALS_REFUSED = "invalid_client"
_COVER_PIXELS = 200

_T = TypeVar("_T")


class SearchPage(Struct, frozen=True):
    """One page of a search. `total` counts the hits on all pages; `tracks` are the usable ones of this page's `n_items`."""

    total: int
    n_items: int
    has_next: bool
    tracks: tuple[Track, ...]


class SpotifyClient:
    """Spotify's API for one app. The token is in memory only, and renewed when it has expired or was withdrawn.

    `seconds` is the longest silence of a call. `record` is called with the text of each good answer of the API, never with a
    token. Every method raises `SourceError`.
    """

    name = NAME
    track_kinds = frozenset({SPOTIFY, ISRC})
    feature_kinds = frozenset({SPOTIFY})
    features_label = "spotify"

    def __init__(
        self,
        app: SpotifyApp,
        api_url: str,
        accounts_url: str,
        seconds: float,
        record: Callable[[str], None] | None = None,
    ) -> None:
        prepare_decoders(_Answer, _Item)
        _silence_spotipy()
        # One app may make calls that another may not.
        self.key = f"spotify-{sha256(app.client_id.encode()).hexdigest()[:8]}"
        self._auth = _Credentials(app, SourceSession(_ACCOUNTS, seconds), seconds)
        self._auth.OAUTH_TOKEN_URL = f"{accounts_url}/api/token"
        # A session of our own has none of spotipy's retries, which sleep for as long as Retry-After says: up to a day.
        self._spotify = Spotify(auth_manager=self._auth, requests_session=SourceSession(NAME, seconds, record))
        self._spotify.prefix = f"{api_url}/v1/"

    def search(self, query: str, offset: int = 0, limit: int = PAGE, market: str | None = None) -> SearchPage:
        """Tracks for a query such as `genre:"metal" year:1999`. offset + limit is at most CEILING."""
        answer = self._call(lambda: self._spotify.search(query, limit, offset, "track", market))
        return read_search_page(answer)

    def audio_features(self, ids: Sequence[str]) -> dict[str, AudioFeatures]:
        """By id, of FEATURES_BATCH ids at most. Raises `CallClosed` when this app may not ask."""
        answer = self._call(lambda: self._spotify.audio_features(list(ids)))
        return read_audio_features({"audio_features": answer}, ids)

    def track(self, reference: TrackReference) -> Track:
        if reference.kind == ISRC:
            return self._track_by_isrc(reference)
        track = read_track(self._call(lambda: self._spotify.track(reference.value)))
        if track is None:
            raise AnswerUnreadable(NAME, "gave an answer that is no track")
        return track

    def _track_by_isrc(self, reference: TrackReference) -> Track:
        tracks = [track for track in self.search(f"isrc:{reference.value}").tracks if track.isrc == reference.value]
        if not tracks:
            raise SourceNotFound(NAME, "has no track of this ISRC")
        return tracks[0]

    def tracks(self, text: str, limit: int) -> list[Track]:
        # Spotify would take a word with a colon for a filter.
        return list(self.search(text.replace(":", " ").replace('"', " "), limit=min(limit, PAGE)).tracks)

    def playable(self, track: Track, market: str) -> bool | None:
        if not track.on_spotify:
            return None
        return flag(self._call(lambda: self._spotify.track(track.id, market)).get("is_playable"))

    def cover(self, track: Track) -> str | None:
        return self.track(TrackReference(SPOTIFY, track.id)).image if track.on_spotify else None

    def features(self, reference: TrackReference) -> FoundFeatures | None:
        features = self.audio_features([reference.value]).get(reference.value)
        return FoundFeatures(features, reference.value) if features and has_core(features) else None

    def _call(self, ask: Callable[[], _T]) -> _T:
        token = self._auth.token
        try:
            return _checked(ask)
        except SourceRefused as error:
            if error.source != NAME or error.status != _UNAUTHORIZED:
                raise
        # The token was withdrawn before its time: spotipy looks at the clock only.
        _checked(lambda: self._auth.renew(token))
        return _checked(ask)


class _Credentials(SpotifyClientCredentials):  # type: ignore[misc]  # spotipy has no types
    """Tokens, in memory only. One thread at a time asks for a token: the others wait for that one."""

    def __init__(self, app: SpotifyApp, session: SourceSession, seconds: float) -> None:
        # The default handler writes the token to a file .cache.
        handler = MemoryCacheHandler()
        super().__init__(app.client_id, app.client_secret, requests_session=session, cache_handler=handler)
        self._seconds = seconds
        self._lock = threading.Lock()

    @property
    def token(self) -> str | None:
        """The token in memory, good or not."""
        return cast("str | None", (self.cache_handler.get_cached_token() or {}).get("access_token"))

    def get_access_token(self, as_dict: bool = False, check_cache: bool = True) -> str:  # noqa: ARG002
        if not self._lock.acquire(timeout=seconds_left(self._seconds)):
            raise SourceUnavailable(_ACCOUNTS, "did not answer in time")
        try:
            return cast(str, super().get_access_token(as_dict=False, check_cache=check_cache))
        except SourceRefused as error:
            if _CREDENTIALS_REFUSED not in error.body:
                raise
            raise KeyRefused(_ACCOUNTS, error.status, str(error).removeprefix(f"{_ACCOUNTS} "), error.body) from error
        finally:
            self._lock.release()

    def renew(self, withdrawn: str | None) -> None:
        """Ask for a token, unless the one in memory already is another than the `withdrawn` one."""
        self.get_access_token(check_cache=withdrawn is not None and self.token != withdrawn)


def read_search_page(answer: Mapping[str, Any]) -> SearchPage:
    """Raises `SourceUnavailable` for an answer that is no page of tracks."""
    fields = read_as(answer, _Answer)
    if fields is None:
        raise AnswerUnreadable(NAME, "gave an answer that is no page of tracks")
    page = fields.tracks
    tracks = [track for item in page.items if (track := read_track(item))]
    return SearchPage(page.total, len(page.items), bool(text_of(page.next)), tuple(tracks))


def read_audio_features(answer: Mapping[str, Any], ids: Sequence[str]) -> dict[str, AudioFeatures]:
    """By id, in the order of `ids`; without the tracks that Spotify does not know."""
    rows = answer.get("audio_features")
    if not isinstance(rows, list):
        raise AnswerUnreadable(NAME, "gave an answer that holds no audio features")
    by_id = {row["id"]: row for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)}
    return {track_id: read_features(by_id[track_id], _FEATURES) for track_id in ids if track_id in by_id}


class _Item(Struct):
    id: Annotated[str, Meta(pattern=r"^[0-9A-Za-z]{22}\Z")]
    name: str
    artists: list[Any]
    album: Any = None
    duration_ms: Any = None
    explicit: Any = None
    external_ids: Any = None
    is_local: Any = None


class _Page(Struct):
    total: int
    items: list[Any]
    next: Any = None


class _Answer(Struct):
    tracks: _Page


def read_track(item: Any) -> Track | None:
    """None when the item is no track with a name and an artist: Spotify leaves holes where a track was withdrawn."""
    fields = read_as(item, _Item)
    if fields is None:
        return None
    title = text_of(fields.name)
    artists = tuple(name for artist in fields.artists if (name := text_of(fields_of(artist).get("name"))))
    if flag(fields.is_local) or not title or not artists:
        return None
    album = fields_of(fields.album)
    return Track(
        id=fields.id,
        title=title,
        artists=artists,
        album=text_of(album.get("name")) or None,
        duration_ms=duration_of(fields.duration_ms),
        explicit=flag(fields.explicit),
        isrc=known_isrc(fields_of(fields.external_ids).get("isrc")),
        image=_image(album.get("images")),
    )


def _image(images: Any) -> str | None:
    """The smallest cover that is large enough; Spotify mostly has 640, 300 and 64 pixels."""
    covers = [
        (_width(image), address) for image in map(fields_of, rows_of(images)) if (address := picture_address(image.get("url")))
    ]
    large = [cover for cover in covers if cover[0] >= _COVER_PIXELS]
    return min(large)[1] if large else max(covers, default=(0, None))[1]


def _width(image: Mapping[str, Any]) -> int:
    width = image.get("width")
    return width if isinstance(width, int) and width > 0 else 1


def _checked(ask: Callable[[], _T]) -> _T:
    try:
        return ask()
    except (KeyError, TypeError, AttributeError) as error:
        # spotipy takes for granted that the answer holds what it should.
        raise AnswerUnreadable(NAME, "gave an answer that lacks what it should hold") from error


def _silence_spotipy() -> None:
    # spotipy writes each failed call to the standard error, and at the level of debugging its credentials and tokens.
    logging.getLogger("spotipy").setLevel(logging.CRITICAL + 1)
