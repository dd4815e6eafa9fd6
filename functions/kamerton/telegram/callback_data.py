"""What a button carries, in Telegram's 64 bytes: all that its press needs, since nothing is remembered in between.

A press is hostile input like any other: whatever cannot be read is None.
"""

from __future__ import annotations

from msgspec import Struct

MOST_BYTES = 64
_SEPARATOR = "|"

ANSWER = "a"
"""What sounds like `track`, in a new message."""
ANSWER_HERE = "e"
"""The same, in place of the message that the button is under."""
MORE = "m"
"""More of what sounds like `track`, of which `shown` are shown from the release that `tag` stands for."""
CARD = "c"
PREVIEW = "p"
LANGUAGE = "l"
"""Speak `value` from now on."""
RANDOM = "r"
"""A random track of the genre `value`, or of any."""


class Press(Struct, frozen=True):
    kind: str
    value: str = ""
    shown: int = 0
    tag: str = ""

    @property
    def data(self) -> str | None:
        """As a button carries it; None when that has no room for it."""
        parts = [self.kind, self.value, *([str(self.shown), self.tag] if self.kind == MORE else [])]
        data = _SEPARATOR.join(parts)
        return data if len(data.encode()) <= MOST_BYTES and len(parts) == data.count(_SEPARATOR) + 1 else None


def read_press(data: str) -> Press | None:
    kind, *rest = data.split(_SEPARATOR)
    if kind == MORE:
        return _read_more(rest)
    known = kind in (ANSWER, ANSWER_HERE, CARD, PREVIEW, LANGUAGE, RANDOM)
    return Press(kind, rest[0]) if known and len(rest) == 1 and (rest[0] or kind == RANDOM) else None


def _read_more(rest: list[str]) -> Press | None:
    if len(rest) != 3 or not rest[0] or not (rest[1].isascii() and rest[1].isdigit() and len(rest[1]) < 4):
        return None
    return Press(MORE, rest[0], int(rest[1]), rest[2])
