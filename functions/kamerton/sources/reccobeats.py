"""ReccoBeats, which needs no key: audio features by Spotify's ids.

GET {url}/v1/audio-features?ids=, at most 40 ids a call: it drops more without a word. Its rows come in any order and under its
own ids, and unknown tracks are missing; which track a row is of says the last part of its `href`, a link to Spotify.

Public names: NAME, FEATURES_BATCH, ReccoBeatsClient, read_audio_features.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kamerton.errors import SourceUnavailable
from kamerton.features import CORE, AudioFeatures
from kamerton.sources.session import SourceSession
from kamerton.sources.values import has_core, read_features

NAME = "ReccoBeats"
FEATURES_BATCH = 40

_FEATURES = (*CORE, "key", "mode")


class ReccoBeatsClient:
    """`seconds` is the longest silence of a call. `record` is called with the text of each good answer.

    Every method raises `SourceError`.
    """

    def __init__(self, url: str, seconds: float, record: Callable[[str], None] | None = None) -> None:
        self._url = url
        self._session = SourceSession(NAME, seconds, record)

    def audio_features(self, ids: Sequence[str]) -> dict[str, AudioFeatures]:
        """What is known of these tracks, FEATURES_BATCH at most."""
        if len(ids) > FEATURES_BATCH:
            raise ValueError(f"{len(ids)} ids, of which ReccoBeats would drop all after {FEATURES_BATCH}")
        answer = self._session.get(f"{self._url}/v1/audio-features", params={"ids": ",".join(ids)}).json()
        return read_audio_features(answer, ids)


def read_audio_features(answer: Mapping[str, Any], ids: Sequence[str]) -> dict[str, AudioFeatures]:
    """By Spotify's id, in the order of `ids`; without those that ReccoBeats does not know. Of two rows the fuller counts."""
    rows = answer.get("content")
    if not isinstance(rows, list):
        raise SourceUnavailable(NAME, "gave an answer that holds no audio features")
    found: dict[str, AudioFeatures] = {}
    for row in rows:
        track_id = _spotify_id(row)
        if track_id is not None and (track_id not in found or not has_core(found[track_id])):
            found[track_id] = read_features(row, _FEATURES)
    return {track_id: found[track_id] for track_id in ids if track_id in found}


def _spotify_id(row: Any) -> str | None:
    href = row.get("href") if isinstance(row, dict) else None
    return href.partition("?")[0].rstrip("/").rpartition("/")[2] if isinstance(href, str) else None
