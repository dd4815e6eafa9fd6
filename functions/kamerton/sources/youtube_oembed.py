"""YouTube's oEmbed, which needs no key: the title and the channel of a video by its id.

GET {url}/oembed?url=https://www.youtube.com/watch?v=ID&format=json -> {title, author_name, ...}. The answer is 401
"Unauthorized" for a video that may not be shown elsewhere, 403 or 200 "Forbidden" for a private one, and 400 "Bad Request" for
an id of no video: these speak of the video, and not of us.

Public names: NAME, YouTubeOEmbedClient.
"""

from __future__ import annotations

from kamerton.errors import AnswerUnreadable, SourceNotFound, SourceRefused, SourceUnavailable
from kamerton.matching.video_titles import track_in
from kamerton.music.track import YOUTUBE, Track, TrackReference
from kamerton.sources.http_session import SourceSession

NAME = "YouTube's player"
_VIDEO_STATUSES = (400, 401, 403)
_PRIVATE = "Forbidden"


class YouTubeOEmbedClient:
    """`seconds` is the longest silence of a call."""

    name = NAME
    key = "youtube-oembed"
    track_kinds = frozenset({YOUTUBE})

    def __init__(self, url: str, seconds: float) -> None:
        self._url = url
        self._session = SourceSession(NAME, seconds)

    def track(self, reference: TrackReference) -> Track:
        """The track of the video, as far as the title tells; without its duration."""
        link = f"https://www.youtube.com/watch?v={reference.value}"
        try:
            answer = self._session.get(f"{self._url}/oembed", params={"url": link, "format": "json"}).json()
        except SourceRefused as error:
            if error.status in _VIDEO_STATUSES:
                raise SourceNotFound(NAME, "does not show this video") from error
            raise
        except SourceUnavailable as error:
            if error.body.strip() == _PRIVATE:
                raise SourceNotFound(NAME, "does not show this video") from error
            raise
        title, channel = answer.get("title"), answer.get("author_name")
        if not isinstance(title, str) or not title.strip():
            raise AnswerUnreadable(NAME, "gave an answer without a title")
        return track_in(reference.value, title.strip(), channel.strip() if isinstance(channel, str) else "")
