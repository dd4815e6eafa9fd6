"""YouTube's Data API v3 with a key, through google-api-python-client.

Searches: GET {url}/youtube/v3/search?part=snippet&q=&type=video, 100 a day for a project. Videos: GET
{url}/youtube/v3/videos?id=, 50 ids at most, which cost next to nothing. They are two sources, since searches may be used up
while the other call still answers.

The client is built from the description that comes with the library, and speaks through a session of ours: it looks for no
credentials, calls no other host, follows no redirect, does not retry, and ends with the deadline. Our session adds the key to
each request, so that the client has no key to log or to put into an error. Importing the library takes longer than a request
should, so it is imported at the first call.

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
from kamerton.errors import AnswerUnreadable, KeyRefused, SourceError, SourceLimited, SourceNotFound, SourceRefused
from kamerton.matching.video_titles import track_in
from kamerton.music.track import YOUTUBE, Track, TrackReference
from kamerton.music.video import Video
from kamerton.sources.answer_values import fields_of, flag, read_as, rows_of, text_of
from kamerton.sources.http_session import SourceSession, json_object
from kamerton.sources.pacific_day import pacific_day

NAME = "YouTube"
PAGE = 25
"""Hits of a search that are looked at: the right one is among the first, or there is none."""
MOST_IDS = 50

_FORBIDDEN = 403
_MUSIC = "10"
_USED_UP = ("quotaExceeded", "dailyLimitExceeded")
_TOO_FAST = ("rateLimitExceeded", "userRateLimitExceeded")
_TOO_FAST_SECONDS = 60.0
_A_DAY = "1/d/"
# With these reasons our key will be refused the next time too. A key that is none at all is a 400 of another reason.
_KEY_REFUSED = ("keyInvalid", "keyExpired", "accessNotConfigured", "ipRefererBlocked", "API_KEY_INVALID", "SERVICE_DISABLED")
_REASON = re.compile(r"[A-Za-z_]{1,60}")
_DURATION = re.compile(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?")
_VIDEO_ID = re.compile(r"[0-9A-Za-z_-]{11}", re.ASCII)
_LONGEST_NAME = 500


class YouTubeApi:
    """The access of one project. `seconds` is the longest silence of a call, `clock` returns seconds since 1970."""

    def __init__(self, key: str, url: str, seconds: float, clock: Callable[[], float] = time.time) -> None:
        prepare_decoders(_Hit, _Item)
        # One project may make calls that another may not.
        self.owner = sha256(key.encode()).hexdigest()[:8]
        self._key = key
        self._url = url
        self._session = SourceSession(NAME, seconds)
        self._clock = clock
        self._lock = threading.Lock()
        self._service: Any = None

    def call(self, build_request: Callable[[Any], Any]) -> dict[str, Any]:
        """The answer to the request that `build_request` builds with the library's service. Raises `SourceError`."""
        try:
            answer: dict[str, Any] = build_request(self._opened_service()).execute()
        except SourceError as error:
            # `from None`, since the cause holds the address with the key in it.
            raise _translated(error, self._clock()) from None
        return answer

    def request(self, uri: str, method: str = "GET", **options: Any) -> tuple[Any, bytes]:
        """The one method of httplib2's client that the library calls."""
        from httplib2 import Response

        headers = {name: value for name, value in (options.get("headers") or {}).items() if name != "content-length"}
        response = self._session.request(method, uri, params={"key": self._key}, headers=headers)
        return Response({"status": str(response.status_code)}), response.content

    def _opened_service(self) -> Any:
        with self._lock:
            if self._service is None:
                self._service = self._open_service()
            return self._service

    def _open_service(self) -> Any:
        from googleapiclient.discovery import build_from_document
        from googleapiclient.discovery_cache import get_static_doc

        _silence_loggers()
        options = {"api_endpoint": f"{self._url}/", "universe_domain": "googleapis.com"}
        return build_from_document(get_static_doc("youtube", "v3"), http=self, client_options=options)


class YouTubeSearch:
    """Searches. Every method raises `SourceError`."""

    name = NAME

    def __init__(self, api: YouTubeApi) -> None:
        self._api = api
        self.key = f"youtube-search-{api.owner}"

    def videos(self, text: str) -> list[Video]:
        """The best first, without durations and countries. A call costs one of the day's searches."""

        def build_request(service: Any) -> Any:
            kinds = {"type": "video", "videoCategoryId": _MUSIC, "videoEmbeddable": "true"}
            return service.search().list(part="snippet", q=text, maxResults=PAGE, **kinds)

        return read_search(self._api.call(build_request))


class YouTubeVideos:
    """Videos by their ids. Every method raises `SourceError`."""

    name = NAME
    track_kinds = frozenset({YOUTUBE})

    def __init__(self, api: YouTubeApi) -> None:
        self._api = api
        self.key = f"youtube-videos-{api.owner}"

    def videos(self, ids: Sequence[str]) -> list[Video]:
        """The public videos among MOST_IDS ids at most, with all details, in any order."""
        parts, joined_ids = "snippet,contentDetails,status", ",".join(ids)
        return read_videos(self._api.call(lambda service: service.videos().list(part=parts, id=joined_ids)))

    def track(self, reference: TrackReference) -> Track:
        """The track of the video, as far as the title tells."""
        video = next((video for video in self.videos([reference.value]) if video.id == reference.value), None)
        if video is None:
            raise SourceNotFound(NAME, "has no such video")
        return track_in(video.id, video.title, video.channel, video.duration_ms)


class _Snippet(Struct):
    title: str
    channelTitle: Any = None  # noqa: N815


class _HitId(Struct):
    videoId: str  # noqa: N815


class _Hit(Struct):
    id: _HitId
    snippet: _Snippet


class _Item(Struct):
    id: str
    snippet: _Snippet
    contentDetails: Any = None  # noqa: N815
    status: Any = None


def read_search(answer: Mapping[str, Any]) -> list[Video]:
    """The usable hits, none twice: an item may be empty, or no video."""
    hits = [hit for item in _items(answer) if (hit := read_as(item, _Hit)) is not None]
    videos = [_video(hit.id.videoId, hit.snippet) for hit in hits if _VIDEO_ID.fullmatch(hit.id.videoId)]
    return list({video.id: video for video in videos}.values())[:PAGE]


def read_videos(answer: Mapping[str, Any]) -> list[Video]:
    """The usable videos, with all details."""
    items = [fields for item in _items(answer) if (fields := read_as(item, _Item)) is not None]
    return [_detailed(item) for item in items if _VIDEO_ID.fullmatch(item.id)]


def _items(answer: Mapping[str, Any]) -> list[Any]:
    items = answer.get("items")
    if not isinstance(items, list):
        raise AnswerUnreadable(NAME, "gave an answer that is no list of videos")
    return items


def _detailed(item: _Item) -> Video:
    details, embeddable = fields_of(item.contentDetails), flag(fields_of(item.status).get("embeddable"))
    region = fields_of(details.get("regionRestriction"))
    duration_ms, blocked = _duration_ms(text_of(details.get("duration"))), _countries(rows_of(region.get("blocked")))
    return _video(item.id, item.snippet, duration_ms, embeddable, _allowed(region.get("allowed")), blocked)


def _video(video_id: str, snippet: _Snippet, *details: Any) -> Video:
    # Titles of searches come as HTML.
    title, channel = (text_of(html.unescape(text_of(name))) for name in (snippet.title, snippet.channelTitle))
    return Video(video_id, title[:_LONGEST_NAME], channel[:_LONGEST_NAME], *details)


def _allowed(countries: Any) -> tuple[str, ...] | None:
    # An empty list is "nowhere"; a list without any readable code tells nothing.
    return _countries(countries) or (() if countries == [] else None) if isinstance(countries, list) else None


def _countries(values: Sequence[Any]) -> tuple[str, ...]:
    codes = [text_of(value) for value in values]
    return tuple(code for code in codes if len(code) == 2 and code.isascii() and code.isupper())


def _duration_ms(text: str) -> int | None:
    """Milliseconds of a duration in ISO 8601, such as PT3M41S. A stream that goes on has 0, and None here."""
    match = _DURATION.fullmatch(text)
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (0, 0, 0, 0)
    return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 or None


def _translated(error: SourceError, now: float) -> SourceError:
    """The error by YouTube's reasons, with a text of ours: theirs may repeat the query."""
    reasons = _reasons(error.body)
    if any(reason in _USED_UP for reason in reasons) or _is_limit_of_a_day(error.body):
        return SourceLimited(NAME, pacific_day(now).end - now, quota_used_up=True)
    if any(reason in _TOO_FAST for reason in reasons):
        return SourceLimited(NAME, error.seconds if isinstance(error, SourceLimited) else _TOO_FAST_SECONDS)
    refused = [reason for reason in reasons if reason in _KEY_REFUSED]
    if refused:
        return KeyRefused(NAME, _FORBIDDEN, f"does not take our key ({refused[0]})")
    if isinstance(error, SourceRefused):
        return type(error)(NAME, error.status, f"refused with {error.status} ({', '.join(reasons[:3]) or 'no reason given'})")
    if isinstance(error, SourceNotFound):
        return SourceNotFound(NAME, "has nothing there")
    return error


def _is_limit_of_a_day(body: str) -> bool:
    """Whether the quota that is used up is one of a day: since 2026 such an answer has the reason of one that came too fast."""
    error = fields_of((json_object(body) or {}).get("error"))
    units = [text_of(fields_of(fields_of(row).get("metadata")).get("quota_unit")) for row in rows_of(error.get("details"))]
    return any(unit.startswith(_A_DAY) for unit in units)


def _reasons(body: str) -> list[str]:
    """The reasons of an error of Google's: error.errors[].reason and error.details[].reason."""
    error = (json_object(body) or {}).get("error")
    if not isinstance(error, dict):
        return []
    lists = (error.get("errors"), error.get("details"))
    rows = [row for rows in lists if isinstance(rows, list) for row in rows if isinstance(row, dict)]
    reasons = [row.get("reason") for row in rows]
    return [reason for reason in reasons if isinstance(reason, str) and _REASON.fullmatch(reason)]


def _silence_loggers() -> None:
    # googleapiclient writes each refused call to the standard error; urllib3, when debugging, each address, which has the key.
    logging.getLogger("googleapiclient").setLevel(logging.CRITICAL + 1)
    logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
