"""YouTube's Data API v3 with a key, through google-api-python-client.

Searches: GET {url}/youtube/v3/search?part=snippet&q=&type=video, 100 a day for a project. Videos: GET
{url}/youtube/v3/videos?id=, 50 ids at most, which cost next to nothing. They are two sources, since the one may be used up
while the other answers.

The client is made out of the description that comes with it, and speaks through a session of ours: it looks for nobody's
credentials, asks no other host, follows no redirect, does not try again, and ends with the deadline. The key is added on the
way out, so that the client knows none that it could log or put into an error. Importing it takes longer than a request
should: that waits for the first question.

Public names: NAME, YouTubeApi, YouTubeSearch, YouTubeVideos, read_search, read_videos.
"""

from __future__ import annotations

import html
import logging
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from msgspec import Struct

from kamerton.decoders import prepare_decoders
from kamerton.errors import SourceError, SourceLimited, SourceNotFound, SourceRefused, SourceUnavailable
from kamerton.matching.video_titles import track_in
from kamerton.music.track import YOUTUBE, Track, TrackReference
from kamerton.music.video import Video
from kamerton.sources.answer_values import fields_of, flag, read_as, rows_of, text_of
from kamerton.sources.http_session import SourceSession, json_object
from kamerton.sources.pacific_day import pacific_day

NAME = "YouTube"
PAGE = 25
"""Hits of a search that are looked at; the right one is among the first, or there is none."""
MOST_IDS = 50

_FORBIDDEN = 403
_MUSIC = "10"
_USED_UP = ("quotaExceeded", "dailyLimitExceeded")
_TOO_FAST = ("rateLimitExceeded", "userRateLimitExceeded")
_TOO_FAST_SECONDS = 60.0
# With these our key will not do the next time either. A key that is none at all is a 400 of another reason.
_NOT_OURS = ("keyInvalid", "keyExpired", "accessNotConfigured", "ipRefererBlocked", "API_KEY_INVALID", "SERVICE_DISABLED")
_REASON = re.compile(r"[A-Za-z_]{1,60}")
_DURATION = re.compile(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?")
_VIDEO_ID = re.compile(r"[0-9A-Za-z_-]{11}", re.ASCII)
_LONGEST_NAME = 500


class YouTubeApi:
    """One project's access. `seconds` is the longest silence of a call, `clock` returns seconds since 1970."""

    def __init__(self, key: str, url: str, seconds: float, clock: Callable[[], float] = time.time) -> None:
        prepare_decoders(_Hit, _Item)
        # What one project may not ask, another may.
        self.owner = sha256(key.encode()).hexdigest()[:8]
        self._key = key
        self._url = url
        self._session = SourceSession(NAME, seconds)
        self._clock = clock
        self._lock = threading.Lock()
        self._service: Any = None

    def call(self, question: Callable[[Any], Any]) -> dict[str, Any]:
        """The answer to a question that is put together by the client. Raises `SourceError`."""
        try:
            answer: dict[str, Any] = question(self._made()).execute()
        except SourceError as error:
            # Without what it was made of, which knows the address with the key in it.
            raise _meant(error, self._clock()) from None
        return answer

    def request(self, uri: str, method: str = "GET", **sent: Any) -> tuple[Any, bytes]:
        """What the client takes for httplib2."""
        from httplib2 import Response

        headers = {name: value for name, value in (sent.get("headers") or {}).items() if name != "content-length"}
        response = self._session.request(method, uri, params={"key": self._key}, headers=headers)
        return Response({"status": str(response.status_code)}), response.content

    def _made(self) -> Any:
        with self._lock:
            if self._service is None:
                self._service = self._make()
            return self._service

    def _make(self) -> Any:
        from googleapiclient.discovery import build_from_document
        from googleapiclient.discovery_cache import get_static_doc

        _silence()
        options = {"api_endpoint": f"{self._url}/", "universe_domain": "googleapis.com"}
        return build_from_document(get_static_doc("youtube", "v3"), http=self, client_options=options)


class YouTubeSearch:
    """Raises `SourceError`."""

    name = NAME

    def __init__(self, api: YouTubeApi) -> None:
        self._api = api
        self.key = f"youtube-search-{api.owner}"

    def videos(self, text: str) -> list[Video]:
        """The best first; without durations and where they can be played. It costs one of the day's searches."""

        def question(service: Any) -> Any:
            kinds = {"type": "video", "videoCategoryId": _MUSIC, "videoEmbeddable": "true"}
            return service.search().list(part="snippet", q=text, maxResults=PAGE, **kinds)

        return read_search(self._api.call(question))


class YouTubeVideos:
    """Raises `SourceError`."""

    name = NAME
    track_kinds = frozenset({YOUTUBE})

    def __init__(self, api: YouTubeApi) -> None:
        self._api = api
        self.key = f"youtube-videos-{api.owner}"

    def videos(self, ids: Sequence[str]) -> list[Video]:
        """All that is known of those that can be seen, in any order; MOST_IDS at most."""
        named = ",".join(ids)
        return read_videos(
            self._api.call(lambda service: service.videos().list(part="snippet,contentDetails,status", id=named))
        )

    def track(self, reference: TrackReference) -> Track:
        """What the video shows, as far as its title tells."""
        found = next((video for video in self.videos([reference.value]) if video.id == reference.value), None)
        if found is None:
            raise SourceNotFound(NAME, "has no such video")
        return track_in(found.id, found.title, found.channel, found.duration_ms)


class _Snippet(Struct):
    title: str
    channelTitle: Any = None  # noqa: N815


class _Named(Struct):
    videoId: str  # noqa: N815


class _Hit(Struct):
    id: _Named
    snippet: _Snippet


class _Item(Struct):
    id: str
    snippet: _Snippet
    contentDetails: Any = None  # noqa: N815
    status: Any = None


def read_search(answer: Mapping[str, Any]) -> list[Video]:
    """The usable hits, none twice: an item may be empty, or no video."""
    found = [hit for item in _items(answer) if (hit := read_as(item, _Hit)) is not None]
    videos = [_video(hit.id.videoId, hit.snippet) for hit in found if _VIDEO_ID.fullmatch(hit.id.videoId)]
    return list({video.id: video for video in videos}.values())[:PAGE]


def read_videos(answer: Mapping[str, Any]) -> list[Video]:
    """The usable ones."""
    found = [item for each in _items(answer) if (item := read_as(each, _Item)) is not None]
    return [_detailed(item) for item in found if _VIDEO_ID.fullmatch(item.id)]


def _items(answer: Mapping[str, Any]) -> list[Any]:
    items = answer.get("items")
    if not isinstance(items, list):
        raise SourceUnavailable(NAME, "gave an answer that is no list of videos")
    return items


def _detailed(item: _Item) -> Video:
    details, embeddable = fields_of(item.contentDetails), flag(fields_of(item.status).get("embeddable"))
    region = fields_of(details.get("regionRestriction"))
    duration_ms, blocked = _duration_ms(text_of(details.get("duration"))), _countries(rows_of(region.get("blocked")))
    return _video(item.id, item.snippet, duration_ms, embeddable, _allowed(region.get("allowed")), blocked)


def _video(video_id: str, snippet: _Snippet, *details: Any) -> Video:
    # Titles of searches come as HTML.
    title, channel = (text_of(html.unescape(text_of(said))) for said in (snippet.title, snippet.channelTitle))
    return Video(video_id, title[:_LONGEST_NAME], channel[:_LONGEST_NAME], *details)


def _allowed(said: Any) -> tuple[str, ...] | None:
    # An empty list is "nowhere", one of which nothing can be read says nothing.
    return _countries(said) or (() if said == [] else None) if isinstance(said, list) else None


def _countries(said: Sequence[Any]) -> tuple[str, ...]:
    codes = [text_of(code) for code in said]
    return tuple(code for code in codes if len(code) == 2 and code.isascii() and code.isupper())


def _duration_ms(text: str) -> int | None:
    """Of ISO 8601, such as PT3M41S. A stream that goes on has 0, which is none."""
    found = _DURATION.fullmatch(text)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0, 0)
    return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 or None


def _meant(error: SourceError, now: float) -> SourceError:
    """What an error of YouTube's means, in words of ours: theirs may repeat what was asked."""
    reasons = _reasons(error.body)
    if any(reason in _USED_UP for reason in reasons):
        return SourceLimited(NAME, pacific_day(now).end - now, quota_used_up=True)
    if any(reason in _TOO_FAST for reason in reasons):
        return SourceLimited(NAME, error.seconds if isinstance(error, SourceLimited) else _TOO_FAST_SECONDS)
    if any(reason in _NOT_OURS for reason in reasons):
        return SourceRefused(NAME, _FORBIDDEN, "does not take our key")
    if isinstance(error, SourceRefused):
        return type(error)(NAME, error.status, f"refused with {error.status} ({', '.join(reasons[:3]) or 'no reason given'})")
    if isinstance(error, SourceNotFound):
        return SourceNotFound(NAME, "has nothing there")
    return error


def _reasons(body: str) -> list[str]:
    """Of an error of Google's: error.errors[].reason, error.status, and the reason of its details."""
    error = (json_object(body) or {}).get("error")
    if not isinstance(error, dict):
        return []
    lists = (error.get("errors"), error.get("details"))
    rows = [row for rows in lists if isinstance(rows, list) for row in rows if isinstance(row, dict)]
    said = [row.get("reason") for row in rows]
    return [reason for reason in said if isinstance(reason, str) and _REASON.fullmatch(reason)]


def _silence() -> None:
    # The one writes each call that is refused to the standard error, the other each address, which has the key, for debugging.
    logging.getLogger("googleapiclient").setLevel(logging.CRITICAL + 1)
    logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
