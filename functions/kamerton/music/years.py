"""Spans of years, as people write them: "1994", "1990s", "1990-1999". Public names: Years, parse_years, YEARS_PATTERN."""

from __future__ import annotations

import re

from msgspec import Struct

YEARS_PATTERN = r"^(1[89]|20)[0-9]{2}(s|-(1[89]|20)[0-9]{2})?$"


class Years(Struct, frozen=True):
    """From the first to the last, both included."""

    first: int
    last: int


def parse_years(text: str) -> Years | None:
    """None for what names no years, or ends before it begins."""
    if not re.fullmatch(YEARS_PATTERN, text):
        return None
    first = int(text[:4])
    if text.endswith("s"):
        # "1994s" is nothing that anybody writes.
        return Years(first, first + 9) if first % 10 == 0 else None
    last = int(text[5:] or first)
    return Years(first, last) if first <= last else None
