"""Picks the same recording as a track among the hits of a service, by title, artists and duration.

A title in another edition ("2011 Remaster") still fits. Another recording of the song (live, a remix, karaoke, a DJ's mix) does
not, unless the title of the track names that recording itself. No match is better than a wrong one: then the listener gets a
search page.

Public names: best_match, similarity, DURATION_TOLERANCE_MS, LEAST_SIMILARITY.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz.fuzz import ratio, token_set_ratio

from kamerton.matching.name_forms import search_form
from kamerton.music.titles import base_title, recording_marks
from kamerton.music.track import Track

DURATION_TOLERANCE_MS = 5_000
LEAST_SIMILARITY = 85.0
"""From 0 to 100: below it two tracks are taken for different recordings."""

# The loss of a title in another edition, so that the same edition comes first.
_EDITION_MISFIT = 4.0
_LEAST_TITLE, _LEAST_ARTIST = 82.0, 80.0
_WITHOUT_DURATION = 3.0


def best_match(track: Track, hits: Iterable[Track]) -> Track | None:
    """The hit that is most similar to the track, of equals the first; None when no hit is similar enough."""
    scores = [(score, hit) for hit in hits if (score := similarity(track, hit)) >= LEAST_SIMILARITY]
    return max(scores, key=lambda pair: pair[0])[1] if scores else None


def similarity(track: Track, other: Track) -> float:
    """How likely the two are one recording, 0 to 100; 0 when something speaks against it."""
    title, artist = _title_similarity(track, other), _artist_similarity(track.artists, other.artists)
    difference_ms = _difference_ms(track, other)
    if title < _LEAST_TITLE or artist < _LEAST_ARTIST or (difference_ms or 0) > DURATION_TOLERANCE_MS:
        return 0.0
    # A second of difference counts as much as a letter of a short title.
    loss = _WITHOUT_DURATION if difference_ms is None else difference_ms / 1000
    return (2 * title + artist) / 3 - loss


def _title_similarity(track: Track, other: Track) -> float:
    marks = recording_marks(track.title, track.artists)
    if marks != recording_marks(other.title, other.artists):
        return 0.0
    whole = float(ratio(search_form(track.title), search_form(other.title)))
    if marks:
        # A base title leaves out the words that say which remix or which concert it is.
        return whole
    return max(whole, float(ratio(base_title(track.title), base_title(other.title))) - _EDITION_MISFIT)


def _artist_similarity(artists: Sequence[str], others: Sequence[str]) -> float:
    """The similarity of the two most similar artists. Some services write several as one: "Daft Punk & Julian Casablancas"."""
    if not artists or not others:
        return 0.0
    all_others = search_form(" ".join(others))
    return max(float(token_set_ratio(search_form(artist), all_others)) for artist in artists)


def _difference_ms(track: Track, other: Track) -> int | None:
    if track.duration_ms is None or other.duration_ms is None:
        return None
    return abs(track.duration_ms - other.duration_ms)
