"""Spotify's accounts service and Web API on one loopback port, as contracts of 2026 say, the unpleasant parts too.

    POST /api/token             client credentials -> a token for `token_seconds`
    GET  /v1/search             `q` of free words and artist: album: track: year: isrc: genre:; 10 a page, the first 1000
    GET  /v1/tracks/{id}        with market=: whether it is playable there, which it is but in `closed_markets`
    GET  /v1/audio-features     403 unless `extended_quota`
    GET  /oembed?url=           the title of a track, as open.spotify.com says it, without a token

A path of `links` is a short link, which redirects to the address under it. Everything else is 404. `withdraw_tokens()`
makes the tokens that were given out invalid.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.loopback import Call, LoopbackServer, Reply, json_reply
from tests.fakes.music import MadeTrack

CLIENT_ID = "0123456789abcdef0123456789abcdef"
CLIENT_SECRET = "fedcba9876543210fedcba9876543210"

COVERS = "https://i.scdn.co/image"
OEMBED_COVERS = "https://image-cdn-ak.spotifycdn.com/image"

_LARGEST_PAGE = 10
_CEILING = 1000
_FILTER = re.compile(r'(artist|album|track|year|isrc|genre):("[^"]*"|\S+)')


class FakeSpotify(LoopbackServer):
    """`url` is the address of both services."""

    def __init__(self, tracks: Iterable[MadeTrack], extended_quota: bool = False, token_seconds: int = 3600) -> None:
        super().__init__()
        self.tracks = list(tracks)
        self.extended_quota = extended_quota
        self.token_seconds = token_seconds
        self.closed_markets: set[str] = set()
        self.links: dict[str, str] = {}
        self._tokens: set[str] = set()
        self._n_tokens = 0
        self._results: dict[str, list[MadeTrack]] = {}

    def withdraw_tokens(self) -> None:
        self._tokens.clear()

    @property
    def searches(self) -> list[Call]:
        return self.calls_of("/v1/search")

    def answer(self, call: Call) -> Reply:
        if (call.method, call.path) == ("POST", "/api/token"):
            return self._token(call)
        if call.path == "/oembed":
            return self._oembed(call.query.get("url", ""))
        if location := self.links.get(call.path):
            return Reply(302, headers={"Location": location})
        if not call.path.startswith("/v1/"):
            return Reply(404, b"Not Found", content_type="text/plain")
        if call.headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
            return _error(401, "The access token expired")
        if call.path == "/v1/search":
            return self._search(call)
        if call.path.startswith("/v1/tracks/"):
            return self._track(call.path.removeprefix("/v1/tracks/"), call.query.get("market"))
        if call.path.rstrip("/") == "/v1/audio-features":
            return self._audio_features(call.query.get("ids", "").split(","))
        return _error(404, "Service not found")

    def _token(self, call: Call) -> Reply:
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if call.headers.get("authorization") != f"Basic {expected}":
            return json_reply({"error": "invalid_client", "error_description": "Invalid client"}, 400)
        if dict(parse_qsl(call.body.decode())) != {"grant_type": "client_credentials"}:
            return json_reply({"error": "unsupported_grant_type"}, 400)
        self._n_tokens += 1
        token = f"token-{self._n_tokens}"
        self._tokens.add(token)
        return json_reply({"access_token": token, "token_type": "Bearer", "expires_in": self.token_seconds})

    def _search(self, call: Call) -> Reply:
        limit, offset = int(call.query.get("limit", 5)), int(call.query.get("offset", 0))
        if not 1 <= limit <= _LARGEST_PAGE:
            return _error(400, "Invalid limit")
        if not 0 <= offset <= _CEILING:
            return _error(400, "Invalid offset")
        if not call.query.get("q") or call.query.get("type") != "track":
            return _error(400, "No search query")
        hits = self._hits(call.query["q"])
        page = hits[:_CEILING][offset : offset + limit]
        following = f"{self.url}/v1/search?offset={offset + limit}"
        return json_reply(
            {
                "tracks": {
                    "href": f"{self.url}/v1/search",
                    "limit": limit,
                    "offset": offset,
                    "previous": None,
                    "next": following if offset + limit < min(len(hits), _CEILING) else None,
                    "total": len(hits),
                    "items": [track_object(track) for track in page],
                }
            }
        )

    def _hits(self, query: str) -> list[MadeTrack]:
        if query not in self._results:
            filters = [(name, text.strip('"').lower()) for name, text in _FILTER.findall(query)]
            words = _FILTER.sub(" ", query).lower().split()
            self._results[query] = [track for track in self.tracks if _fits(track, words, filters)]
        return self._results[query]

    def _track(self, track_id: str, market: str | None) -> Reply:
        track = next((track for track in self.tracks if track.id == track_id), None)
        if track is None:
            return _error(404, "Resource not found")
        playable = market not in self.closed_markets
        fields = {"is_playable": playable} | ({} if playable else {"restrictions": {"reason": "market"}})
        return json_reply(track_object(track) | (fields if market else {}))

    def _oembed(self, link: str) -> Reply:
        track = next((track for track in self.tracks if track.link == link), None)
        if track is None:
            return Reply(404, b"Not Found", content_type="text/plain")
        cover = f"{OEMBED_COVERS}/{track.id}"
        return json_reply({"title": track.title, "type": "rich", "provider_name": "Spotify", "thumbnail_url": cover})

    def _audio_features(self, ids: list[str]) -> Reply:
        if not self.extended_quota:
            return json_reply({"error": {"status": 403}}, 403)
        if len(ids) > 100:
            return _error(400, "Too many ids requested")
        by_id = {track.id: track for track in self.tracks}
        rows = [_features_object(by_id[track_id]) if track_id in by_id else None for track_id in ids]
        return json_reply({"audio_features": rows})


def track_object(track: MadeTrack) -> dict[str, Any]:
    """A track as the API writes it: without popularity and markets, which are gone, and without a preview."""
    return {
        "id": track.id,
        "name": track.title,
        "type": "track",
        "uri": f"spotify:track:{track.id}",
        "href": f"https://api.spotify.com/v1/tracks/{track.id}",
        "artists": [{"id": None, "name": name, "type": "artist"} for name in track.artists],
        "album": {"name": track.album, "release_date": f"{track.year}", "images": _images(track)},
        "duration_ms": track.duration_ms,
        "explicit": track.explicit,
        "disc_number": 1,
        "track_number": 1,
        "external_urls": {"spotify": track.link},
        "external_ids": {"isrc": track.isrc},
        "is_local": False,
        "preview_url": None,
    }


def _images(track: MadeTrack) -> list[dict[str, Any]]:
    return [{"url": f"{COVERS}/{size}/{track.id}", "height": size, "width": size} for size in (640, 300, 64)]


def _features_object(track: MadeTrack) -> dict[str, Any]:
    return track.features | {"id": track.id, "duration_ms": track.duration_ms, "time_signature": 4}


def _fits(track: MadeTrack, words: list[str], filters: list[tuple[str, str]]) -> bool:
    names = " ".join((track.title, *track.artists, track.album)).lower().split()
    return all(word in names for word in words) and all(_passes(track, name, text) for name, text in filters)


def _passes(track: MadeTrack, name: str, text: str) -> bool:
    if name == "year":
        first, _, last = text.partition("-")
        return int(first) <= track.year <= int(last or first)
    if name == "genre":
        return text in track.genres
    if name == "isrc":
        return text == track.isrc.lower()
    return text in {"artist": "; ".join(track.artists), "album": track.album, "track": track.title}[name].lower()


def _error(status: int, message: str) -> Reply:
    return json_reply({"error": {"status": status, "message": message}}, status)
