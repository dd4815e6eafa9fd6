"""YouTube's Data API v3 and its oEmbed on one loopback port, as contracts of 2026 say, the unpleasant parts too.

    GET /youtube/v3/search?q=     snippets of the videos whose title or channel has a word of `q`, most words first; `quota` a
                                  day, then 403 quotaExceeded. Between them an item without a videoId, and one that is empty.
    GET /youtube/v3/videos?id=    50 ids at most; unknown ones are missing
    GET /oembed?url=              the title and channel of a video, without a key; 401 where it may not be embedded

Titles of searches hold HTML entities. Who asks without `KEY` is refused.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.fakes.loopback import Call, LoopbackServer, Reply, json_reply, replied
from tests.fakes.music import MadeTrack

KEY = "AIzaSyFakeKeyOfTheTests-0123456789abcde"
_MOST_IDS = 50


@dataclass(frozen=True)
class MadeVideo:
    id: str
    title: str
    channel: str
    seconds: int
    embeddable: bool = True
    allowed: tuple[str, ...] | None = None
    blocked: tuple[str, ...] | None = None


def video_of(track: MadeTrack, place: int, suffix: str = " (Official Video)", **details: Any) -> MadeVideo:
    artist = track.artists[0]
    return MadeVideo(f"vid{place:08d}", f"{artist} - {track.title}{suffix}", artist, track.duration_ms // 1000, **details)


def _error(reason: str, status: int = 403, message: str = "The request is refused") -> dict[str, Any]:
    return {
        "error": {
            "code": status,
            # Google repeats what was asked in some of its messages.
            "message": f"{message} key={KEY}",
            "errors": [{"message": f"{message} {KEY}", "domain": "youtube.quota", "reason": reason}],
        }
    }


quota_exceeded = replied(_error("quotaExceeded"), 403)
rate_limited = replied(_error("rateLimitExceeded"), 403)
too_fast = replied(_error("rateLimitExceeded", 429), 429)
key_invalid = replied(_error("keyInvalid", 400, "API key not valid."), 400)
not_configured = replied(_error("accessNotConfigured"), 403)


class FakeYouTube(LoopbackServer):
    def __init__(self, videos: Iterable[MadeVideo], quota: int = 100) -> None:
        super().__init__()
        self.videos = list(videos)
        self.quota = quota

    @property
    def searches(self) -> list[Call]:
        return self.calls_of("/youtube/v3/search")

    def answer(self, call: Call) -> Reply:
        if call.path == "/oembed":
            return self._oembed(call.query.get("url", ""))
        if call.query.get("key") != KEY:
            return json_reply(_error("keyInvalid", 400), 400)
        if call.path == "/youtube/v3/search":
            return self._search(call)
        if call.path == "/youtube/v3/videos":
            return self._videos(call.query.get("id", "").split(","))
        return json_reply(_error("notFound", 404), 404)

    def _search(self, call: Call) -> Reply:
        if len(self.searches) > self.quota:
            return json_reply(_error("quotaExceeded"), 403)
        expected = {"part": "snippet", "type": "video", "videoCategoryId": "10", "videoEmbeddable": "true"}
        if any(call.query.get(name) != value for name, value in expected.items()) or not call.query.get("q"):
            return json_reply(_error("invalidParameter", 400), 400)
        words = set(call.query["q"].lower().split())
        ranked = sorted(self.videos, key=lambda video: -len(words & _words(video)))
        hits = [video for video in ranked if words & _words(video) and video.embeddable][: int(call.query["maxResults"])]
        items = [_hit(video) for video in hits]
        items[1:1] = [{}, {"id": {"kind": "youtube#channel", "channelId": "UC0"}, "snippet": {"title": "A channel"}}]
        return json_reply({"kind": "youtube#searchListResponse", "pageInfo": {"totalResults": 1_000_000}, "items": items})

    def _videos(self, ids: list[str]) -> Reply:
        if len(ids) > _MOST_IDS:
            return json_reply(_error("invalidFilters", 400), 400)
        by_id = {video.id: video for video in self.videos}
        items = [_item(by_id[video_id]) for video_id in reversed(ids) if video_id in by_id]
        return json_reply({"kind": "youtube#videoListResponse", "items": items})

    def _oembed(self, url: str) -> Reply:
        video = next((video for video in self.videos if url.endswith(f"watch?v={video.id}")), None)
        if video is None:
            return Reply(404, b"Not Found", content_type="text/plain")
        if not video.embeddable:
            return Reply(401, b"Unauthorized", content_type="text/plain")
        names = {"title": video.title, "author_name": video.channel, "author_url": "https://www.youtube.com/@x"}
        picture = {"thumbnail_url": f"https://i.ytimg.com/vi/{video.id}/hqdefault.jpg", "provider_name": "YouTube"}
        return json_reply(names | picture | {"type": "video", "version": "1.0", "html": "<iframe></iframe>"})


def _words(video: MadeVideo) -> set[str]:
    return set(f"{video.title} {video.channel}".lower().split())


def _snippet(video: MadeVideo) -> dict[str, Any]:
    return {"title": video.title, "channelTitle": video.channel, "liveBroadcastContent": "none"}


def _hit(video: MadeVideo) -> dict[str, Any]:
    snippet = _snippet(video) | {"title": html.escape(video.title).replace("&#x27;", "&#39;")}
    return {"kind": "youtube#searchResult", "id": {"kind": "youtube#video", "videoId": video.id}, "snippet": snippet}


def _item(video: MadeVideo) -> dict[str, Any]:
    hours, minutes, seconds = video.seconds // 3600, video.seconds // 60 % 60, video.seconds % 60
    region = {name: list(codes) for name in ("allowed", "blocked") if (codes := getattr(video, name)) is not None}
    details: dict[str, Any] = {"duration": f"PT{f'{hours}H' if hours else ''}{minutes}M{seconds}S"}
    return {
        "id": video.id,
        "snippet": _snippet(video),
        "contentDetails": details | ({"regionRestriction": region} if region else {}),
        "status": {"embeddable": video.embeddable, "privacyStatus": "public"},
    }
