"""HTML as Telegram takes it: escaped, and cut before it is escaped, so that no tag or entity is ever cut through.

Telegram counts UTF-16 code units, after the tags are taken out. https://core.telegram.org/bots/api#html-style
"""

from __future__ import annotations

import html
import unicodedata
from collections import deque
from collections.abc import Sequence

from kamerton.telegram.updates import MessageEntity

MOST_TEXT = 4096
_TAGS = {"bold": "b", "italic": "i", "code": "code"}
_RIGHT_TO_LEFT = ("R", "AL", "RLE", "RLO", "RLI")


def units(text: str) -> int:
    """The length of the text as Telegram counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def plain(text: str, most: int = MOST_TEXT) -> str:
    """The text as it should be seen, of at most `most` units."""
    return html.escape(clipped(text, most), quote=False)


def name(text: str, most: int) -> str:
    """A name from elsewhere, on one line. Where it is written from right to left, it is isolated from the text around it."""
    text = clipped(" ".join(_printable(text).split()), most - 2)
    right_to_left = any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text)
    return html.escape(f"\u2068{text}\u2069" if right_to_left else text, quote=False)


def bold(inner: str) -> str:
    return f"<b>{inner}</b>"


def italic(inner: str) -> str:
    return f"<i>{inner}</i>"


def link(inner: str, url: str) -> str:
    return f'<a href="{html.escape(url)}">{inner}</a>'


def clipped(text: str, most: int) -> str:
    """The text, or the beginning of it and an ellipsis."""
    if units(text) <= most:
        return text
    left = most - 1
    for index, character in enumerate(text):
        left -= units(character)
        if left < 0:
            return text[:index].rstrip() + "…"
    return text


def lines_within(lines: Sequence[str], most: int = MOST_TEXT) -> str:
    """As many of the lines, which are HTML without tags, as there is room for."""
    while units("\n".join(lines)) > most:
        lines = [*lines[:-2], "…"]
    return "\n".join(lines)


def read_back(text: str, entities: Sequence[MessageEntity]) -> str:
    """The HTML of a message of ours, from the text and the entities that Telegram made of it.

    Entities that are not nested, or of a kind that we never write, are left out.
    """
    units16 = text.encode("utf-16-le", "surrogatepass")
    return _inside(units16, 0, len(units16) // 2, sorted(entities, key=lambda entity: (entity.offset, -entity.length)))


def _inside(units16: bytes, start: int, end: int, entities: Sequence[MessageEntity]) -> str:
    parts, position = [], start
    queue = deque(entities)
    while queue:
        entity = queue.popleft()
        stop = entity.offset + entity.length
        inner = [other for other in queue if other.offset < stop]
        if entity.offset < position or stop > end:
            continue
        queue = deque(other for other in queue if other.offset >= stop)
        parts.append(_escaped(units16, position, entity.offset))
        parts.append(_in_tags(entity, _inside(units16, entity.offset, stop, inner)))
        position = stop
    return "".join([*parts, _escaped(units16, position, end)])


def _in_tags(entity: MessageEntity, inner: str) -> str:
    if entity.type == "text_link" and entity.url:
        return link(inner, entity.url)
    tag = _TAGS.get(entity.type)
    return f"<{tag}>{inner}</{tag}>" if tag else inner


def _escaped(units16: bytes, start: int, stop: int) -> str:
    return html.escape(units16[2 * start : 2 * stop].decode("utf-16-le", "replace"), quote=False)


def _printable(text: str) -> str:
    # Controls, halves of surrogate pairs, and private characters become spaces.
    return "".join(" " if unicodedata.category(character) in ("Cc", "Cs", "Co") else character for character in text)
