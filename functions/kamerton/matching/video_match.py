"""How well a video fits a track.

A score is from 0 to 1: 0.4 for the title, 0.3 for the artists, 0.2 for the duration and 0.1 for whose channel it is, times what
remains for each mark (live, cover, karaoke, remix, sped up, ...) that only one of the two has. The weights and the threshold
were set by hand on the table of cases in the tests: they separate the right videos from the wrong ones there.

Public names: VideoMatch, video_matches, own_video, score, LEAST_SCORE.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from rapidfuzz.fuzz import partial_ratio, token_sort_ratio

from kamerton.matching.video_titles import channel_artist, foreign_marks, is_titled_official, numbers, title_forms
from kamerton.music.normalise import normalise, normalise_name
from kamerton.music.track import Track, reference_of
from kamerton.music.video import Video

LEAST_SCORE = 0.65
"""Below it a video is not taken for one of the track."""

_TITLE, _ARTISTS, _DURATION, _CHANNEL = 0.4, 0.3, 0.2, 0.1
# The factor for each mark that only the video has, and for each that only the track has.
_FOREIGN, _MISSING = 0.55, 0.8
_OTHER_NUMBERS = 0.5
_OTHER_TITLE, _REMAINS_OF_OTHER = 0.6, 0.5
_SAME_MS, _CLOSE_MS, _FAR_MS = 3_000, 10_000, 60_000
_UNKNOWN_DURATION = 0.5
_LEAST_PARTIAL_FIT = 90.0
_LONG_NAME = 6


class VideoMatch(Struct, frozen=True):
    """A video and its score."""

    video: Video
    score: float

    @property
    def fits(self) -> bool:
        return self.score >= LEAST_SCORE


def video_matches(track: Track, videos: Iterable[Video]) -> list[VideoMatch]:
    """The best first; of equals the first."""
    return sorted((VideoMatch(video, score(track, video)) for video in videos), key=lambda match: -match.score)


def own_video(track: Track) -> Video:
    """The video that a track of YouTube's is, as far as the track tells. Raises `ValueError` for a track without an id."""
    return Video(reference_of(track).value, track.title, track.artists[0] if track.artists else "", track.duration_ms)


def score(track: Track, video: Video) -> float:
    """How well the video fits the track, 0 to 1."""
    title = _title_score(track, video)
    whole = (
        _TITLE * title
        + _ARTISTS * _artists_score(track, video)
        + _DURATION * _duration_score(track.duration_ms, video.duration_ms)
        + _CHANNEL * _channel_score(track, video)
    )
    foreign, missing = foreign_marks(track, video.title, video.channel)
    remains = _FOREIGN**foreign * _MISSING**missing
    return round(whole * remains * (_REMAINS_OF_OTHER if title < _OTHER_TITLE else 1.0), 4)


def _title_score(track: Track, video: Video) -> float:
    """The similarity of the two most similar forms of the titles."""
    track_forms, video_forms = title_forms(track.title), title_forms(video.title, track.artists)
    return max((_similarity(form, other) for form in video_forms for other in track_forms), default=0.0)


def _similarity(form: str, other: str) -> float:
    # "Part 1" is not "Part 2", though the two are nearly written alike.
    return token_sort_ratio(form, other) / 100 * (1.0 if numbers(form) == numbers(other) else _OTHER_NUMBERS)


def _artists_score(track: Track, video: Video) -> float:
    """1 when the first artist is named and the others count little; an unknown artist is neither right nor wrong."""
    if not track.artists:
        return 0.5
    text = f"{normalise(video.title)} {normalise(video.channel)}"
    first, *others = (_is_named(normalise_name(artist), text, channel_artist(video.channel)) for artist in track.artists)
    return 0.8 * first + 0.2 * (sum(others) / len(others) if others else first)


def _is_named(artist: str, text: str, channel: str) -> bool:
    if f" {artist} " in f" {text} " or artist.replace(" ", "") == channel.replace(" ", ""):
        return True
    return len(artist) >= _LONG_NAME and partial_ratio(artist, text) >= _LEAST_PARTIAL_FIT


def _duration_score(track_ms: int | None, video_ms: int | None) -> float:
    if not track_ms or not video_ms:
        return _UNKNOWN_DURATION
    difference_ms = abs(track_ms - video_ms)
    if difference_ms <= _SAME_MS:
        return 1.0
    # Within ten seconds it is the recording; a minute more is a film around the recording, or another recording.
    return 0.9 if difference_ms <= _CLOSE_MS else max(0.0, 0.6 * (1 - (difference_ms - _CLOSE_MS) / (_FAR_MS - _CLOSE_MS)))


def _channel_score(track: Track, video: Video) -> float:
    channel = channel_artist(video.channel).replace(" ", "")
    if any(normalise_name(artist).replace(" ", "") == channel for artist in track.artists):
        return 1.0
    return 0.5 if is_titled_official(video.title) else 0.0
