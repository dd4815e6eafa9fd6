"""ReccoBeats on a loopback port, as contracts of 2026 say, the unpleasant parts too.

    GET /v1/audio-features?ids=     Spotify's ids, its own, or ISRCs; 40 at most, more are dropped without a word
    GET /v1/track?ids=              the same ids -> tracks
    GET /v1/track/recommendation?seeds=&size=    the tracks that `near` has for the first seed, else all others in order;
                                                 1 to 5 known seeds, and 1 to 100 tracks, or else 400

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
    """`unknown` are ids of `tracks` that the fake does not have. `countries` says by id where a track can be played."""

    def __init__(
        self, tracks: Iterable[MadeTrack], unknown: Collection[str] = (), twins: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        available = [track for track in tracks if track.id not in unknown]
        doubles = [replace(track, id=twin) for track in available if (twin := (twins or {}).get(track.isrc))]
        self._by_id: dict[str, list[MadeTrack]] = {}
        for track in available + doubles:
            for name in (track.id, track.uuid, track.isrc):
                self._by_id.setdefault(name, []).append(track)
        self.countries: dict[str, str | None] = {}
        self._chance = random.Random(0)
        self._tracks = available
        self.near: dict[str, list[str]] = {}
        """By the id of a seed, the ids of the tracks that are recommended for it."""

    @property
    def asked_ids(self) -> list[str]:
        """Every id that audio features were requested for, as often as they were."""
        return [name for call in self.calls_of("/v1/audio-features") for name in call.query["ids"].split(",")]

    def answer(self, call: Call) -> Reply:
        if call.path == "/v1/track/recommendation":
            return self._recommended(call.query.get("seeds", "").split(","), int(call.query.get("size", 0)))
        kinds = {"/v1/audio-features": features_object, "/v1/track": track_object}
        if call.path not in kinds:
            return _error(404, 4040, "Not found")
        if not call.query.get("ids"):
            return _error(400, 4001, "ids must not be empty")
        names = call.query["ids"].split(",")[:_MOST_IDS]
        rows = [kinds[call.path](track) for name in names for track in self._by_id.get(name, [])]
        for row in rows:
            if call.path == "/v1/track":
                row["availableCountries"] = self.countries.get(row["href"].rpartition("/")[2])
        self._chance.shuffle(rows)
        return json_reply({"content": rows})

    def _recommended(self, seeds: list[str], size: int) -> Reply:
        are_known = all(seed in self._by_id or seed in self.near for seed in seeds)
        if not (are_known and 1 <= len(seeds) <= 5 and 1 <= size <= 100):
            return _error(400, 4001, "seeds or size are wrong")
        rest = [track for track in self._tracks if track.id not in seeds]
        recommended = [self._by_id[name][0] for name in self.near[seeds[0]]] if seeds[0] in self.near else rest
        return json_reply({"content": [track_object(track) for track in recommended[:size]]})


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
