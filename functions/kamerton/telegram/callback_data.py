"""What a button carries, in Telegram's 64 bytes: all that its press needs, since nothing is remembered in between.

The data of a press is hostile input like any other: parsing gives None for whatever is not of this form.
Public names: CallbackData, parse_callback_data, and the kinds.
"""

from __future__ import annotations

from msgspec import Struct

MOST_BYTES = 64
_SEPARATOR = "|"

ANSWER = "a"
"""What sounds like the track `value`, in a new message."""
ANSWER_HERE = "e"
"""The same, in place of the message that the button is under."""
MORE = "m"
"""More of what sounds like the track `value`, of which `shown` are shown from the release that `release_tag` stands for."""
CARD = "c"
PREVIEW = "p"
LANGUAGE = "l"
"""Speak `value` from now on."""
RANDOM = "r"
"""A random track of the genre `value`, or of any."""

_WITH_A_VALUE = (ANSWER, ANSWER_HERE, CARD, PREVIEW, LANGUAGE)


class CallbackData(Struct, frozen=True):
    kind: str
    value: str = ""
    shown: int = 0
    release_tag: str = ""

    @property
    def encoded(self) -> str | None:
        """As a button carries it; None when the button has no room for it."""
        parts = [self.kind, self.value, *([str(self.shown), self.release_tag] if self.kind == MORE else [])]
        text = _SEPARATOR.join(parts)
        return text if len(text.encode()) <= MOST_BYTES and len(parts) == text.count(_SEPARATOR) + 1 else None


def parse_callback_data(text: str) -> CallbackData | None:
    kind, *values = text.split(_SEPARATOR)
    if kind == MORE:
        return _parse_more(values)
    if len(values) != 1 or not (kind == RANDOM or (kind in _WITH_A_VALUE and values[0])):
        return None
    return CallbackData(kind, values[0])


def _parse_more(values: list[str]) -> CallbackData | None:
    if len(values) != 3 or not values[0] or not _is_small_number(values[1]):
        return None
    return CallbackData(MORE, values[0], int(values[1]), values[2])


def _is_small_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 4
