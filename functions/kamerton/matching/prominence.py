"""How well known a song is among the songs that a name may mean, 0 to 100.

No single number decides, since each is wrong at times: popularity is 0 for many well-known tracks, and high for a cover that
was scraped on a lucky day. So the mean of several is taken: the popularity that a source gives, how early each service names
the song, and how many of its releases are found.

Public names: PROMINENCE_WEIGHT, prominence.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from kamerton.music.track import Track, reference_of

PROMINENCE_WEIGHT = 0.06
"""So a title that fits a little worse may win by prominence, but not one with a word too many: see `name_fit`."""

_UNKNOWN = 30.0
_MANY_RELEASES = 4
_LATER = 0.2


def prominence(releases: Sequence[Track], found: Sequence[Track]) -> float:
    """The prominence of a song of which `releases` are known, among all tracks that the services `found`, each in its order."""
    # 0 means "unknown" in public tables of Spotify's tracks.
    known = [track.popularity for track in releases if track.popularity]
    popularity = max(known) if known else _UNKNOWN
    if not found:
        return popularity
    return fmean((popularity, _earliness(releases, found), 100 * min(len(releases) / _MANY_RELEASES, 1.0)))


def _earliness(releases: Sequence[Track], found: Sequence[Track]) -> float:
    """The mean over the services of 100 for the first place and less for each next one; 0 where a service lacks the song."""
    places: dict[str, int] = {}
    earliest: dict[str, float] = {}
    ids = {track.id for track in releases}
    for track in found:
        service = reference_of(track).kind
        place = places[service] = places.get(service, 0) + 1
        if track.id in ids:
            earliest[service] = max(earliest.get(service, 0.0), 100 / (1 + _LATER * (place - 1)))
    return sum(earliest.values()) / len(places)
