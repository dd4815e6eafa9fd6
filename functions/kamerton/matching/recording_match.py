"""Which of the tracks that a service found is the one that is meant: the same recording, by title, artists and duration.

A title in another edition ("2011 Remaster") still fits; another recording of the song (live, a remix, karaoke, a DJ's mix) does
not, unless the title that is looked for says so itself. Better no match than a wrong one: a search page is the answer then.

Public names: best_match, likeness, DURATION_TOLERANCE_MS, LEAST_LIKENESS.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rapidfuzz.fuzz import ratio, token_set_ratio

from kamerton.matching.name_fit import search_form
from kamerton.music.titles import base_title
from kamerton.music.track import Track

DURATION_TOLERANCE_MS = 5_000
LEAST_LIKENESS = 85.0
"""Of 100. Below it a track is taken for another."""

# What a title in another edition loses, so that the same edition comes first.
_EDITION_MISFIT = 4.0
_LEAST_TITLE, _LEAST_ARTIST = 82.0, 80.0
_WITHOUT_DURATION = 3.0
_OTHER_RECORDINGS = re.compile(
    r"\b(?:live|acoustic|remix|mix|mixed|karaoke|instrumental|sped|slowed|nightcore|cover|demo|tribute|rework|unplugged|vivo|"
    r"orchestral|lullaby|8d|session|sessions|acústico|acústica|piano|a cappella|acappella|концерт|кавер|караоке)\b"
)


def best_match(track: Track, found: Iterable[Track]) -> Track | None:
    """The one that is most like the track, of equals the first; None when none is like enough."""
    likely = [(value, other) for other in found if (value := likeness(track, other)) >= LEAST_LIKENESS]
    return max(likely, key=lambda each: each[0])[1] if likely else None


def likeness(track: Track, other: Track) -> float:
    """How likely the two are one recording, 0 to 100; 0 when something speaks against it."""
    title, artist = _title_likeness(track, other), _artist_likeness(track.artists, other.artists)
    apart_ms = _apart_ms(track, other)
    if title < _LEAST_TITLE or artist < _LEAST_ARTIST or (apart_ms or 0) > DURATION_TOLERANCE_MS:
        return 0.0
    # A second apart counts as one letter of a short title would.
    lost = _WITHOUT_DURATION if apart_ms is None else apart_ms / 1000
    return (2 * title + artist) / 3 - lost


def _title_likeness(track: Track, other: Track) -> float:
    marks = _marks(track)
    if marks != _marks(other):
        return 0.0
    whole = float(ratio(search_form(track.title), search_form(other.title)))
    if marks:
        # Which remix it is, or which concert, is said in what a base title leaves out.
        return whole
    return max(whole, float(ratio(base_title(track.title), base_title(other.title))) - _EDITION_MISFIT)


def _marks(track: Track) -> set[str]:
    """What says that it is another recording than the well-known one. "Live Forever" is no live recording."""
    said = _OTHER_RECORDINGS.findall(track.title.casefold())
    in_the_name = _OTHER_RECORDINGS.findall(base_title(track.title))
    by_whom = _OTHER_RECORDINGS.findall(" ".join(track.artists).casefold())
    return {*(word for word in said if word not in in_the_name), *by_whom}


def _artist_likeness(artists: Sequence[str], others: Sequence[str]) -> float:
    """Of the two artists that are most alike. Some services write several as one: "Daft Punk & Julian Casablancas"."""
    if not artists or not others:
        return 0.0
    everyone = search_form(" ".join(others))
    return max(float(token_set_ratio(search_form(artist), everyone)) for artist in artists)


def _apart_ms(track: Track, other: Track) -> int | None:
    if track.duration_ms is None or other.duration_ms is None:
        return None
    return abs(track.duration_ms - other.duration_ms)
