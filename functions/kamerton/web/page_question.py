"""The question of a page, read from its address, and the changed questions that the page's links ask.

Public names: PageQuestion, read_question.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from msgspec import UNSET
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from kamerton.errors import BadQuery
from kamerton.recommending.feature_shift import LARGEST_SHIFT
from kamerton.recommending.question import DEFAULT_POPULARITY, MOST_EXCLUDED, MOST_OFFSET, MOST_SEEDS, TrackQuestion
from kamerton.service.resolver import clean_query

Pairs = list[tuple[str, str]]


class PageQuestion(TrackQuestion, frozen=True):
    """A question as it stands in a page's address, without what is kept for every page: market, world, language."""

    @property
    def asks_for_more(self) -> bool:
        """Whether more is asked than tracks like one."""
        wishes = (
            self.unlike,
            self.genre,
            self.exclude_artist,
            self.wants_known,
            self.shift.asked,
            self.year,
            not self.explicit,
        )
        return len(self.track) > 1 or any(map(bool, wishes))

    @property
    def wants_known(self) -> int:
        """1: rather well-known tracks are asked for; -1: rather others; 0: neither."""
        return 0 if self.popularity == DEFAULT_POPULARITY else 1 if self.popularity > DEFAULT_POPULARITY else -1

    def known(self, wish: int) -> PageQuestion:
        """With rather well-known tracks, for 1, with others, for -1, or with neither wish, for 0."""
        return self._changed(popularity=float(wish) if wish else DEFAULT_POPULARITY)

    def unshifted(self, name: str) -> PageQuestion:
        """With as much of this feature as the seed has."""
        return self._changed(**{name: 0.0})

    def of_years(self, years: str) -> PageQuestion:
        """With tracks of these years alone; of any for an empty text."""
        return self._changed(year=years or UNSET)

    def also_explicit(self) -> PageQuestion:
        return self._changed(explicit=1)

    @property
    def pairs(self) -> Pairs:
        """The names and values of the address."""
        arguments = self.arguments().items()
        return [
            (name, str(value)) for name, values in arguments for value in (values if isinstance(values, tuple) else (values,))
        ]

    def also(self, track: str) -> PageQuestion | None:
        """With one track more to be like; None when there are enough."""
        return self._changed(track=(*self.track, track)) if len(self.track) < MOST_SEEDS else None

    def less(self, track: str) -> PageQuestion | None:
        return self._changed(unlike=(*self.unlike, track)) if len(self.unlike) < MOST_SEEDS else None

    def without_artist(self, artist: str) -> PageQuestion | None:
        if len(self.exclude_artist) >= MOST_EXCLUDED:
            return None
        return self._changed(exclude_artist=(*self.exclude_artist, artist))

    @property
    def is_full(self) -> bool:
        """Whether it has as many tracks to be like as it may."""
        return len(self.track) >= MOST_SEEDS

    def only(self, genre: str) -> PageQuestion:
        """With this genre alone; with any for an empty one."""
        return self._changed(genre=genre or UNSET)

    def left_out(self, field: str, place: int) -> PageQuestion:
        """Without the value at `place` of the field."""
        values = getattr(self, field)
        return self._changed(**{field: values[:place] + values[place + 1 :]})

    def instead(self, name: str, track: str) -> PageQuestion:
        """With a track in the place of the one that was asked for by this name, like or unlike; or of the whole question."""
        if name not in (*self.track, *self.unlike):
            return PageQuestion((track,))
        return self._changed(track=_replaced(self.track, name, track), unlike=_replaced(self.unlike, name, track))

    def around(self, name: str) -> tuple[Pairs, Pairs]:
        """What the address says before the track that was asked for by this name, and after it; nothing when none was."""
        if name not in self.track:
            return [], []
        place, unlike = self.track.index(name), tuple(other for other in self.unlike if other != name)
        return PageQuestion(self.track[:place]).pairs, self._changed(track=self.track[place + 1 :], unlike=unlike).pairs

    def first_page(self) -> PageQuestion:
        return self._changed()

    def previous_page(self) -> PageQuestion:
        return replace(self, offset=max(self.offset - self.limit, 0))

    def next_page(self) -> PageQuestion | None:
        """None when the list ends there."""
        offset = self.offset + self.limit
        return replace(self, offset=offset) if offset <= MOST_OFFSET else None

    def _changed(self, **changes: object) -> PageQuestion:
        """Another list is read from its beginning."""
        return replace(self, offset=0, **changes)


def read_question(arguments: MultiDict[str, str]) -> PageQuestion:
    """The question of an address; it has no track when nothing was asked. Other arguments are ignored: people add their own to
    links that they share. Raises `BadQuery`."""
    return PageQuestion(
        _names(arguments, "track", MOST_SEEDS),
        unlike=_names(arguments, "unlike", MOST_SEEDS),
        genre=arguments.get("genre", "").strip() or UNSET,
        exclude_artist=_names(arguments, "exclude_artist", MOST_EXCLUDED),
        offset=_offset(arguments.get("offset", "")),
        popularity=_number(arguments, "popularity", (-1, 1), DEFAULT_POPULARITY),
        energy=_shift(arguments, "energy"),
        valence=_shift(arguments, "valence"),
        tempo=_shift(arguments, "tempo"),
        acousticness=_shift(arguments, "acousticness"),
        year=arguments.get("year", "").strip() or UNSET,
        explicit=int(arguments.get("explicit", "").strip() != "0"),
    )


def _names(arguments: MultiDict[str, str], field: str, most: int) -> tuple[str, ...]:
    values = [value for value in arguments.getlist(field) if value.strip()]
    if len(values) > most:
        raise BadQuery("field_many", field=field, most=most)
    return _unique(clean_query(value) for value in values)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _replaced(names: tuple[str, ...], name: str, other: str) -> tuple[str, ...]:
    return _unique(other if current == name else current for current in names)


def _shift(arguments: MultiDict[str, str], field: str) -> float:
    return _number(arguments, field, (-LARGEST_SHIFT, LARGEST_SHIFT), 0.0)


def _number(arguments: MultiDict[str, str], field: str, bounds: tuple[float, float], default: float) -> float:
    text = arguments.get(field, "").strip()
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    low, high = bounds
    if not low <= value <= high:
        raise BadQuery("field_range", field=field, low=f"{low:g}", high=f"{high:g}")
    return value


def _offset(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= MOST_OFFSET):
        raise BadQuery("field_whole", field="offset", low=0, high=MOST_OFFSET)
    return int(text)
