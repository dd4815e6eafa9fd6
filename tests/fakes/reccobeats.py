"""ReccoBeats on a loopback port, as contracts of 2026 say, the unpleasant parts too.

    GET /v1/audio-features?ids=     Spotify's ids, its own, or ISRCs; 40 at most, more are dropped without a word
    GET /v1/track?ids=              the same ids -> tracks

Rows come in any order, unknown ids are missing, and an ISRC gives two rows where two releases share it (`twins`: ids by
ISRC of the second one).
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from tests.fakes.loopback import Call, LoopbackServer, Reply, json_reply
from tests.fakes.music import MadeTrack

_MOST_IDS = 40


class FakeReccoBeats(LoopbackServer):
    """`unknown` are ids of `tracks` that it does not have."""

    def __init__(
        self, tracks: Iterable[MadeTrack], unknown: Collection[str] = (), twins: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        known = [track for track in tracks if track.id not in unknown]
        second = [replace(track, id=twin) for track in known if (twin := (twins or {}).get(track.isrc))]
        self._by_id: dict[str, list[MadeTrack]] = {}
        for track in known + second:
            for name in (track.id, track.uuid, track.isrc):
                self._by_id.setdefault(name, []).append(track)
        self._chance = random.Random(0)

    @property
    def asked_ids(self) -> list[str]:
        """Every id that audio features were asked for, as often as they were."""
        return [name for call in self.calls_of("/v1/audio-features") for name in call.query["ids"].split(",")]

    def answer(self, call: Call) -> Reply:
        kinds = {"/v1/audio-features": features_object, "/v1/track": track_object}
        if call.path not in kinds:
            return _error(404, 4040, "Not found")
        if not call.query.get("ids"):
            return _error(400, 4001, "ids must not be empty")
        names = call.query["ids"].split(",")[:_MOST_IDS]
        rows = [kinds[call.path](track) for name in names for track in self._by_id.get(name, [])]
        self._chance.shuffle(rows)
        return json_reply({"content": rows})


def features_object(track: MadeTrack) -> dict[str, Any]:
    return {"id": track.uuid, "href": track.link, "isrc": track.isrc} | track.features


def track_object(track: MadeTrack) -> dict[str, Any]:
    artists = [{"id": str(uuid.uuid5(uuid.NAMESPACE_URL, name)), "name": name, "href": None} for name in track.artists]
    return {
        "id": track.uuid,
        "trackTitle": track.title,
        "artists": artists,
        "durationMs": track.duration_ms,
        "isrc": track.isrc,
        "href": track.link,
        "availableCountries": None,
        "popularity": 0,
    }


def _error(status: int, code: int, message: str) -> Reply:
    return json_reply({"timestamp": 0, "status": code, "error": message, "path": "/v1"}, status)
