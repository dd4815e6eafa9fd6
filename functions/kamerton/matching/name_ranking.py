"""The tracks of a search that a typed name may mean: fitted as the catalog does, and one track of each song.

Public names: best_named, is_named_whole, fits_any, other_spellings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from kamerton.matching.name_fit import LONGEST_QUERY, POPULARITY_WEIGHT, fit, least_fit, pair_fit, search_form
from kamerton.music.normalise import normalise_name
from kamerton.music.titles import base_title, version_keys
from kamerton.music.track import Track

_WHOLE = 90.0
"""The least fit of a whole name: 99 % of titles with artists and one typing error fit by 92."""
_AT_HAND_WORTH = 2.0
"""Half of what popularity can add: a track whose features are at hand comes before another that fits as well."""
_MOST_SPELLINGS = 6


class _Hit(Struct, frozen=True):
    track: Track
    fit: float
    at_hand: bool

    @property
    def worth(self) -> float:
        return self.fit + POPULARITY_WEIGHT * (self.track.popularity or 0.0) + _AT_HAND_WORTH * self.at_hand

    @property
    def usefulness(self) -> tuple[float, bool, bool, float]:
        """Orders the versions of one song: the best fit, then one at hand, then one that Spotify has."""
        return (round(self.fit, 1), self.at_hand, self.track.on_spotify, self.worth)


class _Song(Struct):
    """All versions of one song; `names` are their version keys and ISRCs."""

    hits: list[_Hit] = field(default_factory=list)
    names: set[object] = field(default_factory=set)


def best_named(query: str, tracks: Iterable[Track], at_hand: Sequence[Track] = ()) -> list[Track]:
    """One track of each song that the query may mean, the best first; may be empty. Of equals the first in `tracks`.

    `at_hand` are the tracks, among `tracks` or beside them, whose audio features are known already.
    """
    forms = _forms(query)
    hits = [hit for track in at_hand if (hit := _hit(forms, track, at_hand=True)) is not None]
    hits += [hit for track in tracks if (hit := _hit(forms, track)) is not None]
    songs: list[_Song] = []
    for hit in sorted(hits, key=lambda hit: -hit.worth):
        names = {*version_keys(hit.track)} | ({hit.track.isrc} if hit.track.isrc else set())
        song = next((song for song in songs if song.names & names), None)
        if song is None:
            song = _Song()
            songs.append(song)
        song.hits.append(hit)
        song.names |= names
    return [max(song.hits, key=lambda hit: hit.usefulness).track for song in songs]


def is_named_whole(query: str, track: Track) -> bool:
    """Whether the query is the track's title with one of its artists, so that no other track can be meant."""
    title, artists = _names(track)
    return any(pair_fit(form, name, artists) >= _WHOLE for form in _forms(query) for name in {title, base_title(track.title)})


def fits_any(query: str, tracks: Iterable[Track]) -> bool:
    """Whether the query may mean any of the tracks."""
    forms = _forms(query)
    return any(_hit(forms, track) is not None for track in tracks)


def other_spellings(query: str) -> list[str]:
    """Other texts for a search in which each word has to be right: the name without the marks of a version or a guest, and the
    name without each of its words in turn, the longest first, since one of them may be misspelled."""
    base = base_title(query[:LONGEST_QUERY])
    words = base.split()
    longest = sorted(range(len(words)), key=lambda place: -len(words[place]))
    shortened = [" ".join(words[:place] + words[place + 1 :]) for place in longest]
    spellings = dict.fromkeys([base, *shortened] if len(words) > 1 else [base])
    return [text for text in spellings if text and text != query][:_MOST_SPELLINGS]


def _forms(query: str) -> set[str]:
    return {search_form(query[:LONGEST_QUERY]), base_title(query[:LONGEST_QUERY])} - {""}


def _names(track: Track) -> tuple[str, list[str]]:
    return search_form(track.title), [normalise_name(artist) for artist in track.artists]


def _hit(forms: Iterable[str], track: Track, at_hand: bool = False) -> _Hit | None:
    """None when the query does not mean the track."""
    title, artists = _names(track)
    fits = [(fit(form, title, base_title(track.title), artists), least_fit(form)) for form in forms]
    sufficient = [value for value, least in fits if value >= least]
    return _Hit(track, max(sufficient), at_hand) if sufficient else None
