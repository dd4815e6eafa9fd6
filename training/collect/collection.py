"""What was found so far, read out of the kept answers and nothing else.

Public names: SOURCES, CLOSED_TO_MOST, LIMITED, Answered, GenreTracks, Collection.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from msgspec import Struct

from kamerton.music.features import AudioFeatures
from kamerton.music.track import Track
from kamerton.sources import reccobeats, spotify
from kamerton.sources.answer_values import has_core
from kamerton.sources.http_session import json_object
from training.collect.planned_calls import AskFeatures, Call, Search, SourceName, Wanted

SOURCES: dict[str, Any] = {"spotify": spotify, "reccobeats": reccobeats}
"""Where audio features come from, in the order in which they are asked."""

CLOSED_TO_MOST = "spotify"
"""The source of features that may be closed to us, and then is left out for good. The last one is open to all."""

OK, LIMITED = 200, 429


class Answered(Struct, frozen=True, omit_defaults=True):
    """One call and the text of its answer as it came.

    A status other than 200 is kept when it says something for later: 429 that the source is not to be asked for `wait_seconds`,
    any other something about audio features, that they are closed to us or that the source knows none of the tracks.
    """

    at: datetime
    call: Call
    answer: str
    status: int = OK
    wait_seconds: float = 0.0

    @property
    def until(self) -> datetime:
        """When the source may be asked again, in UTC."""
        return self.at.astimezone(UTC) + timedelta(seconds=self.wait_seconds)


class GenreTracks:
    """The tracks of one genre in the order in which they were found, and which pages were seen."""

    def __init__(self) -> None:
        self.ids: dict[str, None] = {}
        self.n_usable = 0
        """Tracks with audio features."""
        self.n_waiting = 0
        """Tracks that some source still has to be asked about."""
        self._pages: Counter[int] = Counter()
        self._ended_years: set[int] = set()

    @property
    def n_pages(self) -> int:
        return self._pages.total()

    def saw_page(self, search: Search, page: spotify.SearchPage) -> None:
        self._pages[search.year] += 1
        end = min(page.total, spotify.CEILING)
        if not page.has_next or page.n_items == 0 or search.offset + spotify.PAGE >= end:
            self.end(search.year)

    def end(self, year: int) -> None:
        """No more pages of that year."""
        self._ended_years.add(year)

    def wants_more(self, wanted: Wanted) -> bool:
        return self.n_usable + self.n_waiting < wanted.per_genre and self.has_more(wanted.years)

    def has_more(self, years: Sequence[int]) -> bool:
        return not self._ended_years.issuperset(years)

    def next_page(self, years: Sequence[int]) -> tuple[int, int]:
        """The year and the offset of the next page, of those years that have one."""
        open_years = [year for year in years if year not in self._ended_years]
        year = min(open_years, key=lambda year: (self._pages[year], -year))
        return year, self._pages[year] * spotify.PAGE


class Collection:
    """Tracks by genre and their audio features; grows by one answer at a time."""

    def __init__(self) -> None:
        self.genres: dict[str, GenreTracks] = {}
        self.tracks: dict[str, Track] = {}
        self.features: dict[str, tuple[str, AudioFeatures]] = {}
        """By id: the source, and what it said."""
        self._genres_of: dict[str, list[GenreTracks]] = {}
        self._waiting: dict[str, dict[str, None]] = {name: {} for name in SOURCES}
        self._closed: set[str] = set()
        self._limited_until: dict[str, datetime] = {}

    def of(self, genre: str) -> GenreTracks:
        return self.genres.setdefault(genre, GenreTracks())

    def features_to_ask(self, even_few: bool = False) -> AskFeatures | None:
        """The next batch for the first source with a full one, or with any at all."""
        for name, source in SOURCES.items():
            waiting, size = self._waiting[name], source.FEATURES_BATCH
            if len(waiting) >= size or (even_few and waiting):
                return AskFeatures(cast(SourceName, name), tuple(waiting)[:size])
        return None

    def has_all(self, wanted: Wanted) -> bool:
        return all(self.of(genre).n_usable >= wanted.per_genre for genre in wanted.genres)

    def limited_until(self, source: str) -> datetime | None:
        """Until when a source said that it is not to be asked."""
        return self._limited_until.get(source)

    def take(self, answered: Answered) -> None:
        """Raises `SourceUnavailable` for an answer that cannot be read."""
        call = answered.call
        self._limited_until.pop(call.source, None)
        if answered.status == LIMITED:
            self._limited_until[call.source] = answered.until
        elif isinstance(call, Search):
            self._take_page(call, answered)
        else:
            self._take_features(call, answered)

    def set_aside(self, call: Call) -> None:
        """Goes on without its answer: no more of that year, no audio features of those tracks. The next run asks again."""
        if isinstance(call, Search):
            self.of(call.genre).end(call.year)
            return
        for track_id in call.ids:
            del self._waiting[call.source][track_id]
            self._finish(track_id, call.source, None)

    def _take_page(self, search: Search, answered: Answered) -> None:
        genre, page = self.of(search.genre), spotify.read_search_page(json_object(answered.answer) or {})
        genre.saw_page(search, page)
        for found in page.tracks:
            if found.id not in genre.ids:
                self._add(genre, found)

    def _add(self, genre: GenreTracks, found: Track) -> None:
        track_id = found.id
        genre.ids[track_id] = None
        self._genres_of.setdefault(track_id, []).append(genre)
        if track_id not in self.tracks:
            self.tracks[track_id] = found
            first = self._source_after(None)
            assert first is not None, "only Spotify is ever closed"
            self._waiting[first][track_id] = None
        if track_id in self.features:
            genre.n_usable += 1
        elif any(track_id in waiting for waiting in self._waiting.values()):
            genre.n_waiting += 1

    def _take_features(self, call: AskFeatures, answered: Answered) -> None:
        if answered.status != OK and call.source == CLOSED_TO_MOST:
            self._close(call.source)
            return
        found = self._read_features(call, answered) if answered.status == OK else {}
        for track_id in call.ids:
            if track_id in self._waiting[call.source]:
                del self._waiting[call.source][track_id]
                self._settle(track_id, call.source, found.get(track_id))

    def _read_features(self, call: AskFeatures, answered: Answered) -> dict[str, AudioFeatures]:
        rows = SOURCES[call.source].read_audio_features(json_object(answered.answer) or {}, call.ids)
        return {track_id: features for track_id, features in rows.items() if has_core(features)}

    def _settle(self, track_id: str, source: str, features: AudioFeatures | None) -> None:
        """A source has answered: the track has its features, waits for the next source, or stays without."""
        following = self._source_after(source)
        if features is None and following is not None:
            self._waiting[following][track_id] = None
        else:
            self._finish(track_id, source, features)

    def _finish(self, track_id: str, source: str, features: AudioFeatures | None) -> None:
        if features is not None:
            self.features[track_id] = (source, features)
        for genre in self._genres_of[track_id]:
            genre.n_waiting -= 1
            genre.n_usable += features is not None

    def _close(self, source: str) -> None:
        self._closed.add(source)
        moved, self._waiting[source] = self._waiting[source], {}
        for track_id in moved:
            self._settle(track_id, source, None)

    def _source_after(self, source: str | None) -> str | None:
        names = list(SOURCES)
        later = names[names.index(source) + 1 :] if source else names
        return next((name for name in later if name not in self._closed), None)
