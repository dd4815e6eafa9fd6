"""Which of the tracks that outside searches found a name means: fitted as the catalog does, merged without repeats.

Public names: best_named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kamerton.catalog import LONGEST_QUERY, POPULARITY_WEIGHT
from kamerton.folding import fold
from kamerton.search import fit, least_fit, search_form
from kamerton.tracks import Track, base_title, version_keys


@dataclass(frozen=True, slots=True)
class _Hit:
    track: Track
    fit: float

    @property
    def worth(self) -> float:
        return self.fit + POPULARITY_WEIGHT * (self.track.popularity or 0.0)

    @property
    def usefulness(self) -> tuple[float, bool, float]:
        """Of versions of one song: what fits best, and of those one that Spotify has."""
        return (round(self.fit, 1), self.track.on_spotify, self.worth)


@dataclass(slots=True)
class _Song:
    """All versions of one song; `names` are their version keys and ISRCs."""

    hits: list[_Hit] = field(default_factory=list)
    names: set[object] = field(default_factory=set)


def best_named(query: str, found: Iterable[Track]) -> list[Track]:
    """One track of each song that the query may mean, the best first; may be empty. Of equals the first that was found."""
    forms = {search_form(query[:LONGEST_QUERY]), base_title(query[:LONGEST_QUERY])} - {""}
    hits = [hit for track in found if (hit := _hit(forms, track)) is not None]
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


def _hit(forms: Iterable[str], track: Track) -> _Hit | None:
    """None for what is not what was typed."""
    title, artists = search_form(track.title), [fold(artist) or artist for artist in track.artists]
    fits = [(fit(form, title, base_title(track.title), artists), least_fit(form)) for form in forms]
    good = [value for value, least in fits if value >= least]
    return _Hit(track, max(good)) if good else None
