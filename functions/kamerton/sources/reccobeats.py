"""ReccoBeats, which needs no key: audio features and tracks by Spotify's ids and by ISRCs.

GET {url}/v1/audio-features?ids=, at most 40 ids a call: it drops more without a word. Its rows come in any order and under its
own ids, and unknown tracks are missing; which track a row is of says the last part of its `href`, a link to Spotify, and its
`isrc`, which two rows may share. GET {url}/v1/track?ids= likewise, with titles and artists.

Public names: NAME, FEATURES_BATCH, ReccoBeatsClient, read_audio_features, read_track.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kamerton.errors import SourceNotFound, SourceUnavailable
from kamerton.features import CORE, AudioFeatures
from kamerton.sources.roles import FoundFeatures
from kamerton.sources.session import SourceSession
from kamerton.sources.values import has_core, read_features
from kamerton.tracks import ISRC, SPOTIFY, Track, TrackReference, known_isrc, known_spotify_id

NAME = "ReccoBeats"
FEATURES_BATCH = 40

_FEATURES = (*CORE, "key", "mode")


class ReccoBeatsClient:
    """`seconds` is the longest silence of a call. `record` is called with the text of each good answer.

    Every method raises `SourceError`.
    """

    name = NAME
    key = "reccobeats"
    track_kinds = feature_kinds = frozenset({SPOTIFY, ISRC})
    features_label = "reccobeats"

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

    def track(self, reference: TrackReference) -> Track:
        for row in self._rows_of("track", reference):
            if (track := read_track(row)) is not None:
                return track
        raise SourceNotFound(NAME, "has no such track")

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


def read_track(row: Mapping[str, Any]) -> Track | None:
    """None for what is no track with an id, a title and an artist."""
    track_id, title, artists = _spotify_id(row), row.get("trackTitle"), row.get("artists")
    if track_id is None or not isinstance(title, str) or not title.strip() or not isinstance(artists, list):
        return None
    names = [artist.get("name") for artist in artists if isinstance(artist, dict)]
    named = tuple(name.strip() for name in names if isinstance(name, str) and name.strip())
    return Track(track_id, title.strip(), named, None, _duration_ms(row), isrc=_isrc(row)) if named else None


def _rows(answer: Mapping[str, Any]) -> list[Any]:
    rows = answer.get("content")
    if not isinstance(rows, list):
        raise SourceUnavailable(NAME, "gave an answer that holds no rows")
    return rows


def _spotify_id(row: Any) -> str | None:
    href = row.get("href") if isinstance(row, dict) else None
    return known_spotify_id(href.partition("?")[0].rstrip("/").rpartition("/")[2]) if isinstance(href, str) else None


def _isrc(row: Mapping[str, Any]) -> str | None:
    return known_isrc(row.get("isrc"))


def _duration_ms(row: Mapping[str, Any]) -> int | None:
    duration_ms = read_features({"duration_ms": row.get("durationMs")}, ("duration_ms",)).duration_ms
    return None if duration_ms is None else round(duration_ms)
