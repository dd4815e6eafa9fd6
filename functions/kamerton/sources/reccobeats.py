"""ReccoBeats, which needs no key: audio features and tracks by Spotify's ids and by ISRCs.

GET {url}/v1/audio-features?ids=, at most 40 ids a call: it drops more without a word. Its rows come in any order and under its
own ids, and unknown tracks are missing; which track a row is of says the last part of its `href`, a link to Spotify, and its
`isrc`, which two rows may share. GET {url}/v1/track?ids= likewise, with titles, artists, and where the track can be played.
GET {url}/v1/track/recommendation?seeds=&size= gives tracks like up to five others, without their features.

Public names: NAME, FEATURES_BATCH, ReccoBeatsClient, read_audio_features, read_track, read_markets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kamerton.errors import SourceNotFound, SourceRefused, SourceUnavailable
from kamerton.music.features import CORE, AudioFeatures
from kamerton.music.markets import CODES
from kamerton.music.track import ISRC, SPOTIFY, Track, TrackReference, known_isrc, known_spotify_id
from kamerton.sources.answer_values import duration_of, fields_of, has_core, read_features, rows_of, text_of
from kamerton.sources.http_session import SourceSession
from kamerton.sources.protocols import CallSteps, FoundFeatures, SourceCall

NAME = "ReccoBeats"
FEATURES_BATCH = 40

_FEATURES = (*CORE, "key", "mode")
# As many as one call has the features of.
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
        """What is known of these tracks, FEATURES_BATCH at most."""
        if len(ids) > FEATURES_BATCH:
            raise ValueError(f"{len(ids)} ids, of which ReccoBeats would drop all after {FEATURES_BATCH}")
        answer = self._session.get(f"{self._url}/v1/audio-features", params={"ids": ",".join(ids)}).json()
        return read_audio_features(answer, ids)

    def features(self, reference: TrackReference) -> FoundFeatures | None:
        """Of two rows the fuller counts."""
        for row in self._rows_of("audio-features", reference):
            features = read_features(row, _FEATURES)
            if has_core(features):
                return FoundFeatures(features, _spotify_id(row))
        return None

    def features_of(self, references: Sequence[TrackReference]) -> dict[TrackReference, FoundFeatures]:
        """FEATURES_BATCH at most. Of two rows the fuller counts, and of those the first."""
        if len(references) > FEATURES_BATCH:
            raise ValueError(f"{len(references)} tracks, of which ReccoBeats would drop all after {FEATURES_BATCH}")
        names = ",".join(reference.value for reference in references)
        answer = self._session.get(f"{self._url}/v1/audio-features", params={"ids": names}).json()
        found: dict[TrackReference, FoundFeatures] = {}
        for row in _rows(answer):
            features = read_features(row, _FEATURES) if isinstance(row, dict) else None
            if features is not None and has_core(features):
                for reference in _references(row):
                    found.setdefault(reference, FoundFeatures(features, _spotify_id(row)))
        return {reference: found[reference] for reference in references if reference in found}

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
        """Of `batch` tracks at most. Of two rows of an ISRC both count."""
        known = [reference for reference in references if reference.kind in self.track_kinds]
        if not known:
            return {}
        ids = ",".join(reference.value for reference in known)
        return read_markets(self._session.get(f"{self._url}/v1/track", params={"ids": ids}).json(), known)

    def _rows_of(self, call: str, reference: TrackReference) -> list[dict[str, Any]]:
        """The rows that are of this track, whatever else came along."""
        answer = self._session.get(f"{self._url}/v1/{call}", params={"ids": reference.value}).json()
        read = _spotify_id if reference.kind == SPOTIFY else _isrc
        return [row for row in _rows(answer) if isinstance(row, dict) and read(row) == reference.value]


def read_audio_features(answer: Mapping[str, Any], ids: Sequence[str]) -> dict[str, AudioFeatures]:
    """By Spotify's id, in the order of `ids`; without those that ReccoBeats does not know. Of two rows the fuller counts."""
    found: dict[str, AudioFeatures] = {}
    for row in _rows(answer):
        track_id = _spotify_id(row)
        if track_id is not None and (track_id not in found or not has_core(found[track_id])):
            found[track_id] = read_features(row, _FEATURES)
    return {track_id: found[track_id] for track_id in ids if track_id in found}


def read_track(row: Any) -> Track | None:
    """None for what is no track with an id, a title and an artist."""
    track_id = _spotify_id(row)
    if track_id is None:
        return None
    names = [text_of(fields_of(artist).get("name")) for artist in rows_of(row.get("artists"))]
    title, artists = text_of(row.get("trackTitle")), tuple(name for name in names if name)
    if not title or not artists:
        return None
    return Track(track_id, title, artists, None, duration_of(row.get("durationMs")), isrc=_isrc(row))


def read_markets(answer: Mapping[str, Any], references: Sequence[TrackReference]) -> dict[TrackReference, frozenset[str]]:
    """Without the tracks of which no country is named: that nobody knows is likelier than that it is played nowhere."""
    found: dict[TrackReference, frozenset[str]] = {}
    for row in _rows(answer):
        countries = row.get("availableCountries") if isinstance(row, dict) else None
        named = frozenset(countries.replace(" ", "").split(",")) & CODES if isinstance(countries, str) else frozenset()
        for reference in references:
            if named and reference.value in (_spotify_id(row), _isrc(row)):
                found[reference] = found.get(reference, frozenset()) | named
    return found


def _rows(answer: Mapping[str, Any]) -> list[Any]:
    rows = answer.get("content")
    if not isinstance(rows, list):
        raise SourceUnavailable(NAME, "gave an answer that holds no rows")
    return rows


def _spotify_id(row: Any) -> str | None:
    href = row.get("href") if isinstance(row, dict) else None
    return known_spotify_id(href.partition("?")[0].rstrip("/").rpartition("/")[2]) if isinstance(href, str) else None


def _references(row: Mapping[str, Any]) -> list[TrackReference]:
    """What names the track of the row."""
    names = ((SPOTIFY, _spotify_id(row)), (ISRC, _isrc(row)))
    return [TrackReference(kind, value) for kind, value in names if value is not None]


def _isrc(row: Mapping[str, Any]) -> str | None:
    return known_isrc(row.get("isrc"))
