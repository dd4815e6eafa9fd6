"""What a page is asked, read from its address and put into one again: of each link on a page that asks a little more or less.

Public names: Question.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from kamerton.errors import BadQuery
from kamerton.recommending.question import MOST_OFFSET, MOST_SEEDS, Wish
from kamerton.service.resolver import clean_query
from kamerton.web.messages import MOST_EXCLUDED


class Question(Struct, frozen=True):
    """Tracks like `tracks` and not like `unlike`, by name or id; of one `genre` if it is not empty, of none of the artists
    `without`; after the first `offset`."""

    tracks: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    genre: str = ""
    without: tuple[str, ...] = ()
    offset: int = 0

    @classmethod
    def of(cls, arguments: MultiDict[str, str]) -> Question:
        """Other names are let be: people add their own to links that they share. Raises `BadQuery`."""
        return cls(
            _names(arguments, "track", MOST_SEEDS),
            _names(arguments, "unlike", MOST_SEEDS),
            arguments.get("genre", "").strip(),
            _names(arguments, "exclude_artist", MOST_EXCLUDED),
            _offset(arguments.get("offset", "")),
        )

    @property
    def arguments(self) -> list[tuple[str, str]]:
        """What an address says of it, without what goes without saying."""
        said = [("track", track) for track in self.tracks] + [("unlike", track) for track in self.unlike]
        said += [("genre", self.genre)] if self.genre else []
        said += [("exclude_artist", artist) for artist in self.without]
        return said + ([("offset", str(self.offset))] if self.offset else [])

    @property
    def asks_for_more(self) -> bool:
        """Whether more is wished for than tracks like one."""
        return len(self.tracks) > 1 or bool(self.unlike or self.genre or self.without)

    def wish(self, limit: int, artist_cap: int, world: bool) -> Wish:
        return Wish(limit, artist_cap, self.offset, self.genre or None, self.without, world)

    def also(self, track: str) -> Question | None:
        """With one track more to be like; None when there are enough of them."""
        return self._begun(tracks=(*self.tracks, track)) if len(self.tracks) < MOST_SEEDS else None

    def less(self, track: str) -> Question | None:
        return self._begun(unlike=(*self.unlike, track)) if len(self.unlike) < MOST_SEEDS else None

    def without_artist(self, artist: str) -> Question | None:
        return self._begun(without=(*self.without, artist)) if len(self.without) < MOST_EXCLUDED else None

    def only(self, genre: str) -> Question:
        return self._begun(genre=genre)

    def left_out(self, name: str, place: int) -> Question:
        """Without the wish at `place` of those of this name."""
        wishes = getattr(self, name)
        return self._begun(**{name: wishes[:place] + wishes[place + 1 :]})

    def instead(self, name: str, track: str) -> Question:
        """With a track in the place of the one that was asked for by this name, like or unlike; or of all there is."""
        if name not in (*self.tracks, *self.unlike):
            return Question((track,))
        return self._begun(tracks=_replaced(self.tracks, name, track), unlike=_replaced(self.unlike, name, track))

    def around(self, name: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """What an address says before a track that was asked for by this name, and after it; nothing when none was."""
        if name not in self.tracks:
            return [], []
        place, unlike = self.tracks.index(name), tuple(each for each in self.unlike if each != name)
        before = Question(self.tracks[:place])
        return before.arguments, self._begun(tracks=self.tracks[place + 1 :], unlike=unlike).arguments

    def begun(self) -> Question:
        """The first page."""
        return self._begun()

    def previous(self, shown: int) -> Question:
        """The page before, when each shows as many."""
        return replace(self, offset=max(self.offset - shown, 0))

    def following(self, shown: int) -> Question | None:
        """The next page, after one that showed as many."""
        offset = self.offset + shown
        return replace(self, offset=offset) if offset <= MOST_OFFSET else None

    def _begun(self, **changes: object) -> Question:
        """Another list is read from its beginning."""
        return replace(self, offset=0, **changes)


def _names(arguments: MultiDict[str, str], name: str, most: int) -> tuple[str, ...]:
    given = [value for value in arguments.getlist(name) if value.strip()]
    if len(given) > most:
        raise BadQuery("field_many", field=name, most=most)
    return _unique(clean_query(value) for value in given)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _replaced(names: tuple[str, ...], name: str, other: str) -> tuple[str, ...]:
    return _unique(other if each == name else each for each in names)


def _offset(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= MOST_OFFSET):
        raise BadQuery("field_whole", field="offset", low=0, high=MOST_OFFSET)
    return int(text)
