"""One thing that a person has said, as the key of an object that is empty, made once and never changed:

    taste/PERSON/MILLISECONDS-VERDICT-WHAT

WHAT is the id of a track or the name of an artist, in URL-safe Base64 without padding. So verdicts that come at once, on
whatever instances, lose nothing, and all of a person's are read by one listing.

Public names: Verdict, VERDICTS, TRACK_VERDICTS, MOST_BYTES, LIKE, DISLIKE, CLEAR, BLOCK, UNBLOCK, prefix_of,
verdict_key, read_verdict.
"""

from __future__ import annotations

import base64
import binascii
import re

from msgspec import Struct

LIKE, DISLIKE, CLEAR, BLOCK, UNBLOCK = "like", "dislike", "clear", "block", "unblock"
TRACK_VERDICTS = (LIKE, DISLIKE, CLEAR)
"""Of a track; the others are of an artist."""
VERDICTS = (*TRACK_VERDICTS, BLOCK, UNBLOCK)
MOST_BYTES = 170
"""Of WHAT, in UTF-8: a file's name may have 255 bytes."""

_FOLDER = "taste"
_NAME = re.compile(rf"(\d{{13}})-({'|'.join(VERDICTS)})-([A-Za-z0-9_-]{{1,230}})", re.ASCII)


class Verdict(Struct, frozen=True, order=True):
    """`at` is in milliseconds since 1970. `what` is the id of a track, or the name of an artist."""

    at: int
    kind: str
    what: str

    @property
    def is_of_artist(self) -> bool:
        return self.kind not in TRACK_VERDICTS


def prefix_of(person: str) -> str:
    return f"{_FOLDER}/{person}"


def verdict_key(person: str, verdict: Verdict) -> str:
    what = base64.urlsafe_b64encode(verdict.what.encode()).decode().rstrip("=")
    return f"{prefix_of(person)}/{verdict.at:013d}-{verdict.kind}-{what}"


def read_verdict(key: str) -> Verdict | None:
    """None for a key that is none of ours."""
    match = _NAME.fullmatch(key.rpartition("/")[2])
    if match is None:
        return None
    try:
        what = base64.urlsafe_b64decode(match[3] + "=" * (-len(match[3]) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return Verdict(int(match[1]), match[2], what)
