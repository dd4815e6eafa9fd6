"""Apple's iTunes Search API on a loopback port, as contracts of 2026 say, the unpleasant parts too.

    GET /search?term=&media=music&entity=song&country=&limit=     songs with all of the words
    GET /lookup?id=&entity=song&country=                          a song by its number, in the stores that have it

Over its limit it answers 403 with an empty body: `over_limit`. A search may find a DJ's mix first, under the same title with
"(Mixed)" behind it: `mixes`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kamerton.music.normalise import normalise
from tests.fakes.loopback import Call, LoopbackServer, Reply, json_reply
from tests.fakes.music import MadeTrack

FIRST_ID = 1_440_000_000
_DEFAULT_LIMIT = 50


def over_limit(_: Reply) -> Reply:
    return Reply(403, b"", content_type="text/plain")


class FakeITunes(LoopbackServer):
    """The number of a track is its place in `tracks`, from FIRST_ID. `stores` are those of the countries that have them."""

    def __init__(self, tracks: Iterable[MadeTrack], stores: Iterable[str] = ("US",)) -> None:
        super().__init__()
        self.tracks = list(tracks)
        self.stores = set(stores)
        self.mixes = False
        self.albums: dict[int, list[int]] = {}
        """By the number of an album the places of its tracks."""

    def answer(self, call: Call) -> Reply:
        if call.query.get("entity") != "song" or call.query.get("country", "US") not in self.stores:
            return _results([])
        if call.path == "/search" and call.query.get("media") == "music":
            return self._search(call.query.get("term", ""), int(call.query.get("limit", _DEFAULT_LIMIT)))
        if call.path == "/lookup" and call.query.get("id", "").isdigit():
            if (number := int(call.query["id"])) in self.albums:
                collection = {"wrapperType": "collection", "collectionId": number, "collectionName": "An album"}
                return _results([collection, *(self.song_object(place) for place in self.albums[number])])
            place = int(call.query["id"]) - FIRST_ID
            return _results([self.song_object(place)] if 0 <= place < len(self.tracks) else [])
        return json_reply({"errorMessage": "Invalid value(s) for key(s): [mediaType]", "queryParameters": {}}, 400)

    def _search(self, term: str, limit: int) -> Reply:
        words = normalise(term).split()
        places = [place for place, track in enumerate(self.tracks) if all(word in _names(track) for word in words)]
        songs = [self.song_object(place) for place in places]
        mixes = [song | {"trackId": song["trackId"] + 500_000, "trackName": f"{song['trackName']} (Mixed)"} for song in songs]
        return _results([*(mixes if self.mixes else []), *songs][:limit])

    def song_object(self, place: int) -> dict[str, Any]:
        track = self.tracks[place]
        number = FIRST_ID + place
        return {
            "wrapperType": "track",
            "kind": "song",
            "trackId": number,
            "artistName": " & ".join(track.artists),
            "collectionName": track.album,
            "trackName": track.title,
            "trackViewUrl": f"https://music.apple.com/us/album/made/{number - 1_000_000}?i={number}&uo=4",
            "previewUrl": f"https://audio-ssl.itunes.apple.com/{number}.m4a",
            "artworkUrl100": f"https://is1-ssl.mzstatic.com/image/thumb/Music/{number}.jpg/100x100bb.jpg",
            "releaseDate": f"{track.year}-01-01T12:00:00Z",
            "trackTimeMillis": track.duration_ms,
            "trackExplicitness": "explicit" if track.explicit else "notExplicit",
            "primaryGenreName": track.genres[0].title(),
        }


def _results(results: list[dict[str, Any]]) -> Reply:
    # Apple puts line breaks before its answers, and says that they are a script.
    reply = json_reply({"resultCount": len(results), "results": results})
    return Reply(reply.status, b"\n\n\n" + reply.body, content_type="text/javascript; charset=utf-8")


def _names(track: MadeTrack) -> list[str]:
    return normalise(" ".join((track.title, *track.artists))).split()
