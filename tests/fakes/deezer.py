"""Deezer on a loopback port, as contracts of 2026 say, the unpleasant parts too.

    GET /search/track?q=&limit=     tracks with all of the words, also of artist:"A" track:"T"; without ISRCs
    GET /track/{id}, /track/isrc:{ISRC}
    GET /album/{id}/tracks, /playlist/{id}/tracks    those of `lists`
    GET /artist/{id}/radio, /artist/{id}/related, /artist/{id}/top?limit=    tracks, artists and tracks; tracks without ISRCs

A preview has another address each time; a path of `links` is a short link, which redirects to the address under it.

Its errors come with the status 200: code 800 for an unknown id, code 4 for `quota_error`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count
from typing import Any

from kamerton.music.normalise import normalise
from tests.fakes.loopback import Call, LoopbackServer, Reply, json_reply, replied
from tests.fakes.music import MadeTrack

_DEFAULT_PAGE = 25
FIRST_ID = 3_000_000
FIRST_ARTIST = 1000
FIRST_ALBUM = 5000
COVERS = "https://cdn-images.dzcdn.net/images/cover"
_FIELD = re.compile(r'(?:artist|track):"([^"]*)"')


def _error(kind: str, message: str, code: int) -> dict[str, Any]:
    return {"error": {"type": kind, "message": message, "code": code}}


quota_error = replied(_error("Exception", "Quota limit exceeded", 4))
busy_error = replied(_error("Exception", "Service busy", 700))
parameter_error = replied(_error("ParameterException", "Wrong parameter: limit", 500))


class FakeDeezer(LoopbackServer):
    """The id of a track is its place in `tracks`, from FIRST_ID, and the id of an artist the place of its first track there.

    An artist's radio has the tracks of all artists, and its related artists are the ones that come next.
    """

    def __init__(self, tracks: Iterable[MadeTrack]) -> None:
        super().__init__()
        self.tracks = list(tracks)
        self.links: dict[str, str] = {}
        self.lists: dict[str, list[int]] = {}
        """The places of the tracks of /album/ID and /playlist/ID."""
        self._previews = count(1)

    def answer(self, call: Call) -> Reply:
        if location := self.links.get(call.path):
            return Reply(302, headers={"Location": location})
        if call.path == "/search/track":
            return self._search(call.query.get("q", ""), int(call.query.get("limit", _DEFAULT_PAGE)))
        if call.path.endswith("/tracks"):
            return self._listed(call.path.removesuffix("/tracks"), int(call.query.get("limit", _DEFAULT_PAGE)))
        if call.path.startswith("/album/"):
            return self._album(call.path.removeprefix("/album/"))
        if call.path.startswith("/track/"):
            return self._track(call.path.removeprefix("/track/"))
        if call.path.startswith("/artist/"):
            _, _, artist, kind = call.path.split("/")
            return self._related(int(artist), kind, int(call.query.get("limit", _DEFAULT_PAGE)))
        return json_reply(_error("InvalidQueryException", "Unknown path components", 600))

    def _search(self, query: str, limit: int) -> Reply:
        if _FIELD.search(query):
            # Since July 2026 the advanced form finds nothing.
            return json_reply({"data": [], "total": 0})
        words = normalise(query).split()
        places = [place for place, track in enumerate(self.tracks) if all(word in _names(track) for word in words)]
        return json_reply({"data": [self._item(place, "bpm") for place in places[:limit]], "total": len(places)})

    def _listed(self, path: str, limit: int) -> Reply:
        if path not in self.lists:
            return json_reply(_error("DataException", "no data", 800), 404)
        # Without the album, which the answer is about.
        items = [self._item(place, "album", "bpm") for place in self.lists[path]]
        return json_reply({"data": items[:limit], "total": len(items)})

    def _album(self, number: str) -> Reply:
        """An album for each track."""
        place = int(number) - FIRST_ALBUM if number.isdigit() else -1
        if not 0 <= place < len(self.tracks):
            return json_reply(_error("DataException", "no data", 800), 404)
        genres = [{"id": 1, "name": genre.title()} for genre in self.tracks[place].genres]
        return json_reply({"id": int(number), "title": self.tracks[place].album, "genres": {"data": genres}})

    def _related(self, artist: int, kind: str, limit: int) -> Reply:
        artists = list(dict.fromkeys(self.artist_id(place) for place in range(len(self.tracks))))
        if artist not in artists:
            return json_reply(_error("DataException", "no data", 800))
        if kind == "related":
            start = artists.index(artist)
            others = artists[start + 1 :] + artists[:start]
            return json_reply({"data": [{"id": artist_id, "name": "?"} for artist_id in others]})
        places = [place for place in range(len(self.tracks)) if kind == "radio" or self.artist_id(place) == artist]
        return json_reply({"data": [self._item(place, "bpm", "isrc") for place in places[:limit]]})

    def artist_id(self, place: int) -> int:
        name = self.tracks[place].artists[0]
        return FIRST_ARTIST + next(first for first, track in enumerate(self.tracks) if track.artists[0] == name)

    def _item(self, place: int, *lacking: str) -> dict[str, Any]:
        return {name: value for name, value in self.track_object(place).items() if name not in lacking}

    def _track(self, name: str) -> Reply:
        for place, track in enumerate(self.tracks):
            if name in (str(FIRST_ID + place), f"isrc:{track.isrc}"):
                return json_reply(self.track_object(place))
        return json_reply(_error("DataException", "no data", 800))

    def track_object(self, place: int) -> dict[str, Any]:
        track = self.tracks[place]
        return {
            "id": FIRST_ID + place,
            "title": track.title,
            "isrc": track.isrc,
            "link": f"https://www.deezer.com/track/{FIRST_ID + place}",
            "duration": track.duration_ms // 1000,
            "rank": track.rank,
            "readable": True,
            "explicit_lyrics": track.explicit,
            "preview": f"https://cdnt-preview.dzcdn.net/api/1/1/{FIRST_ID + place}.mp3?hdnea=exp={next(self._previews)}",
            "bpm": 0,
            "artist": {"id": self.artist_id(place), "name": track.artists[0]},
            "album": {
                "id": FIRST_ALBUM + place,
                "title": track.album,
                "cover_medium": f"{COVERS}/{FIRST_ID + place}/250x250.jpg",
            },
        }


def _names(track: MadeTrack) -> list[str]:
    return normalise(" ".join((track.title, *track.artists))).split()
