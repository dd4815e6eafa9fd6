"""ReccoBeats, which needs no key: audio features and tracks by Spotify's ids and by ISRCs.

GET {url}/v1/audio-features?ids=, at most 40 ids a call: ReccoBeats drops more without a word. Its rows come in any order and
under its own ids, and unknown tracks are missing. The track of a row is named by the last part of the row's `href`, a link to
Spotify, and by its `isrc`, which two rows may share. GET {url}/v1/track?ids= likewise, with titles, artists, and the countries
where the track can be played. GET {url}/v1/track/recommendation?seeds=&size= gives tracks like up to five others, without
their features.

Public names: NAME, FEATURES_BATCH, ReccoBeatsClient, read_audio_features, read_track, read_markets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kamerton.errors import AnswerUnreadable, SourceNotFound, SourceRefused
from kamerton.music.features import CORE, AudioFeatures
from kamerton.music.markets import CODES
from kamerton.music.track import ISRC, SPOTIFY, Track, TrackReference, known_isrc, known_spotify_id
from kamerton.sources.answer_values import duration_of, fields_of, has_core, read_features, rows_of, text_of
from kamerton.sources.http_session import SourceSession
from kamerton.sources.protocols import CallSteps, FoundFeatures, SourceCall

NAME = "ReccoBeats"
FEATURES_BATCH = 40

_FEATURES = (*CORE, "key", "mode")
# As many as the features of one call.
_RECOMMENDED = FEATURES_BATCH
_UNKNOWN_SEED = 400


class ReccoBeatsClient:
    """`seconds` is the longest silence of a call. `record` is called with the text of each good answer.

    Every method raises `SourceError`.
    """

    name = NAME
    key = "reccobeats"
    track_kinds = feature_kinds = frozenset({SPOTIFY, ISRC})
    seed_kinds = frozenset({SPOTIFY})
    features_label = "reccobeats"
    batch = FEATURES_BATCH

    def __init__(self, url: str, seconds: float, record: Callable[[str], None] | None = None) -> None:
        self._url = url
        self._session = SourceSession(NAME, seconds, record)

    def audio_features(self, ids: Sequence[str]) -> dict[str, AudioFeatures]:
        """By id, of FEATURES_BATCH ids at most; without the tracks that ReccoBeats does not know."""
        if len(ids) > FEATURES_BATCH:
            raise ValueError(f"{len(ids)} ids, of which ReccoBeats would drop all after {FEATURES_BATCH}")
        answer = self._session.get(f"{self._url}/v1/audio-features", params={"ids": ",".join(ids)}).json()
        return read_audio_features(answer, ids)

    def features(self, reference: TrackReference) -> FoundFeatures | None:
        """The features of the first row that has the core nine."""
        for row in self._rows_of("audio-features", reference):
            features = read_features(row, _FEATURES)
            if has_core(features):
                return FoundFeatures(features, _spotify_id(row))
        return None

    def features_of(self, references: Sequence[TrackReference]) -> dict[TrackReference, FoundFeatures]:
        """For FEATURES_BATCH tracks at most, each with the first of its rows that has the core nine."""
        if len(references) > FEATURES_BATCH:
            raise ValueError(f"{len(references)} tracks, of which ReccoBeats would drop all after {FEATURES_BATCH}")
        names = ",".join(reference.value for reference in references)
        answer = self._session.get(f"{self._url}/v1/audio-features", params={"ids": names}).json()
        by_reference: dict[TrackReference, FoundFeatures] = {}
        for row in _rows(answer):
            features = read_features(row, _FEATURES) if isinstance(row, dict) else None
            if features is not None and has_core(features):
                for reference in _references(row):
                    by_reference.setdefault(reference, FoundFeatures(features, _spotify_id(row)))
        return {reference: by_reference[reference] for reference in references if reference in by_reference}

    def tracks_of(self, references: Sequence[TrackReference]) -> dict[TrackReference, Track]:
        """The tracks of `batch` references at most, without those that ReccoBeats does not know."""
        ids = ",".join(reference.value for reference in references[:FEATURES_BATCH])
        rows = _rows(self._session.get(f"{self._url}/v1/track", params={"ids": ids}).json())
        by_reference: dict[TrackReference, Track] = {}
        for row in rows:
            if (track := read_track(row)) is not None:
                for reference in _references(row):
                    by_reference.setdefault(reference, track)
        return {reference: by_reference[reference] for reference in references if reference in by_reference}

    def candidates(self, seed: Track) -> CallSteps:
        if not seed.on_spotify:
            return []
        (recommended,) = yield [SourceCall(self, "candidates", lambda: self._recommended(seed.id))]
        return recommended or []

    def _recommended(self, track_id: str) -> list[Track]:
        params = {"seeds": track_id, "size": str(_RECOMMENDED)}
        try:
            answer = self._session.get(f"{self._url}/v1/track/recommendation", params=params).json()
        except SourceRefused as error:
            if error.status != _UNKNOWN_SEED:
                raise
            raise SourceNotFound(NAME, "does not know the seed") from error
        return [track for row in _rows(answer) if (track := read_track(row)) is not None]

    def track(self, reference: TrackReference) -> Track:
        for row in self._rows_of("track", reference):
            if (track := read_track(row)) is not None:
                return track
        raise SourceNotFound(NAME, "has no such track")

    def markets(self, references: Sequence[TrackReference]) -> dict[TrackReference, frozenset[str]]:
        """For `batch` tracks at most. An ISRC with two rows has the countries of both."""
        usable = [reference for reference in references if reference.kind in self.track_kinds]
        if not usable:
            return {}
        ids = ",".join(reference.value for reference in usable)
        return read_markets(self._session.get(f"{self._url}/v1/track", params={"ids": ids}).json(), usable)

    def _rows_of(self, call: str, reference: TrackReference) -> list[dict[str, Any]]:
        """The rows of this track; the answer may have others."""
        answer = self._session.get(f"{self._url}/v1/{call}", params={"ids": reference.value}).json()
        value_of = _spotify_id if reference.kind == SPOTIFY else _isrc
        return [row for row in _rows(answer) if isinstance(row, dict) and value_of(row) == reference.value]


def read_audio_features(answer: Mapping[str, Any], ids: Sequence[str]) -> dict[str, AudioFeatures]:
    """By Spotify's id, in the order of `ids`; without the tracks that ReccoBeats does not know.

    Of two rows the one with the core nine counts.
    """
    by_id: dict[str, AudioFeatures] = {}
    for row in _rows(answer):
        track_id = _spotify_id(row)
        if track_id is not None and (track_id not in by_id or not has_core(by_id[track_id])):
            by_id[track_id] = read_features(row, _FEATURES)
    return {track_id: by_id[track_id] for track_id in ids if track_id in by_id}


def read_track(row: Any) -> Track | None:
    """None when the row is no track with an id, a title and an artist."""
    track_id = _spotify_id(row)
    if track_id is None:
        return None
    names = [text_of(fields_of(artist).get("name")) for artist in rows_of(row.get("artists"))]
    title, artists = text_of(row.get("trackTitle")), tuple(name for name in names if name)
    if not title or not artists:
        return None
    duration_ms = duration_of(row.get("durationMs"))
    return Track(id=track_id, title=title, artists=artists, duration_ms=duration_ms, isrc=_isrc(row))


def read_markets(answer: Mapping[str, Any], references: Sequence[TrackReference]) -> dict[TrackReference, frozenset[str]]:
    """The countries of each track; without the tracks whose row names no country.

    Such a row more likely means that the countries are not known than that the track can be played nowhere.
    """
    markets: dict[TrackReference, frozenset[str]] = {}
    for row in _rows(answer):
        countries = row.get("availableCountries") if isinstance(row, dict) else None
        codes = frozenset(countries.replace(" ", "").split(",")) & CODES if isinstance(countries, str) else frozenset()
        for reference in references:
            if codes and reference.value in (_spotify_id(row), _isrc(row)):
                markets[reference] = markets.get(reference, frozenset()) | codes
    return markets


def _rows(answer: Mapping[str, Any]) -> list[Any]:
    rows = answer.get("content")
    if not isinstance(rows, list):
        raise AnswerUnreadable(NAME, "gave an answer that holds no rows")
    return rows


def _spotify_id(row: Any) -> str | None:
    href = row.get("href") if isinstance(row, dict) else None
    return known_spotify_id(href.partition("?")[0].rstrip("/").rpartition("/")[2]) if isinstance(href, str) else None


def _references(row: Mapping[str, Any]) -> list[TrackReference]:
    """The references to the track of the row."""
    names = ((SPOTIFY, _spotify_id(row)), (ISRC, _isrc(row)))
    return [TrackReference(kind, value) for kind, value in names if value is not None]


def _isrc(row: Mapping[str, Any]) -> str | None:
    return known_isrc(row.get("isrc"))
