"""The tracks of a search that a typed name may mean: how well each fits, one track of each song, the likeliest first.

Of songs that fit as well the most prominent is meant: see `kamerton.matching.prominence`.

Public names: NamedTrack, ranked, known_by, is_named_whole, fits_any, other_spellings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from kamerton.matching.name_fit import LEAST_FIT, SURE_FIT, fit, pair_fit
from kamerton.matching.name_forms import search_form
from kamerton.matching.prominence import PROMINENCE_WEIGHT, prominence
from kamerton.matching.typed_name import TypedName, read_name, undecorated
from kamerton.music.titles import base_title, version_keys
from kamerton.music.track import Track

_WHOLE = 90.0
"""The least fit of a whole name: 99 % of titles with artists and one typing error fit by 92."""
_MOST_SPELLINGS = 6
# Of popular titles of one word that a track of the catalog has, too, another track was meant in 19 of 20 cases below this
# prominence, and in less than half of them above it. A longer title is shared less often.
_WELL_KNOWN, _HARDLY_KNOWN = 50.0, 25.0


class NamedTrack(Struct, frozen=True):
    """A track, and how well it fits the typed name, 0 to 100. One that is not sure is a guess, and no answer."""

    track: Track
    fit: float
    is_sure: bool


class _Hit(Struct, frozen=True):
    track: Track
    fit: float
    at_hand: bool
    place: int

    @property
    def usefulness(self) -> tuple[float, bool, bool, float, int]:
        """Orders the versions of one song: the best fit, then one at hand, then one that Spotify has."""
        return (round(self.fit, 1), self.at_hand, self.track.on_spotify, self.track.popularity or 0.0, -self.place)


class _Song(Struct):
    """All versions of one song; `names` are their version keys and ISRCs."""

    hits: list[_Hit] = field(default_factory=list)
    names: set[object] = field(default_factory=set)


def ranked(query: str, tracks: Sequence[Track], at_hand: Sequence[Track] = ()) -> list[NamedTrack]:
    """One track of each song that the query may mean, the likeliest first; may be empty. Of equals the first in `tracks`.

    `tracks` are what each service found, in its order. `at_hand` are the tracks, among `tracks` or beside them, whose audio
    features are known already.
    """
    typed = read_name(query)
    hits = [hit for place, track in enumerate(at_hand) if (hit := _hit(typed, track, place, at_hand=True))]
    hits += [hit for place, track in enumerate(tracks) if (hit := _hit(typed, track, place))]
    songs = sorted(_songs(hits), key=lambda song: -_worth(song, tracks))
    best = [max(song.hits, key=lambda hit: hit.usefulness) for song in songs]
    return [NamedTrack(hit.track, hit.fit, hit.fit >= SURE_FIT) for hit in best]


def known_by(query: str, track: Track, prominence: float | None) -> bool:
    """Whether the query means the track, though nobody was asked for others: of a title of one word there is mostly
    another, better known one, unless the track itself is well known. `prominence` is None where nobody has measured it."""
    typed = read_name(query)
    if fit(typed, track.title, track.artists) < SURE_FIT:
        return False
    if prominence is None or fit(typed, "", track.artists) >= SURE_FIT or fit(typed, track.title, ()) < SURE_FIT:
        return True
    return prominence >= (_WELL_KNOWN if " " not in base_title(track.title) else _HARDLY_KNOWN)


def is_named_whole(query: str, track: Track) -> bool:
    """Whether the query is the track's title with one of its artists, so that no other track can be meant."""
    return pair_fit(read_name(query), track.title, track.artists) >= _WHOLE


def fits_any(query: str, tracks: Iterable[Track]) -> bool:
    """Whether the query surely means one of the tracks."""
    typed = read_name(query)
    return any(fit(typed, track.title, track.artists) >= SURE_FIT for track in tracks)


def other_spellings(query: str) -> list[str]:
    """Other texts for a search in which each word has to be right: the name without the marks of a version or a guest, and the
    name without each of its words in turn, the longest first, since one of them may be misspelled."""
    plain = undecorated(query)
    base = base_title(plain)
    words = base.split()
    longest = sorted(range(len(words)), key=lambda place: -len(words[place]))
    shortened = [" ".join(words[:place] + words[place + 1 :]) for place in longest]
    latin = [] if base.isascii() else [search_form(base)]
    spellings = dict.fromkeys([plain, base, *latin, *(shortened if len(words) > 1 else [])])
    return [text for text in spellings if text and text != query][:_MOST_SPELLINGS]


def _worth(song: _Song, found: Sequence[Track]) -> float:
    best = max(hit.fit for hit in song.hits)
    return best + PROMINENCE_WEIGHT * prominence([hit.track for hit in song.hits], found)


def _songs(hits: Sequence[_Hit]) -> list[_Song]:
    songs: list[_Song] = []
    for hit in sorted(hits, key=lambda hit: -hit.fit):
        names = {*version_keys(hit.track)} | ({hit.track.isrc} if hit.track.isrc else set())
        song = next((song for song in songs if song.names & names), None)
        if song is None:
            song = _Song()
            songs.append(song)
        song.hits.append(hit)
        song.names |= names
    return songs


def _hit(typed: TypedName, track: Track, place: int, at_hand: bool = False) -> _Hit | None:
    """None when the query does not mean the track."""
    value = fit(typed, track.title, track.artists)
    return _Hit(track, value, at_hand, place) if value >= LEAST_FIT else None
