"""Who may be named: no version of a seed or of a named track, no artist more often than the cap, and of some artists none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kamerton.music.normalise import normalise_name
from kamerton.music.titles import version_keys
from kamerton.music.track import Track


class Rules:
    """`unnamed` are tracks that are not named themselves, such as the seeds."""

    def __init__(self, unnamed: Iterable[Track], artist_cap: int, excluded_artists: Iterable[str] = ()) -> None:
        self._versions = {key for track in unnamed for key in version_keys(track)}
        self._excluded = {normalise_name(artist) for artist in excluded_artists}
        self._artists: Counter[str] = Counter()
        self._artist_cap = artist_cap

    def admit(self, track: Track) -> bool:
        """Whether the track may be named; if so, it counts from now on."""
        versions = version_keys(track)
        artists = {normalise_name(artist) for artist in track.artists}
        too_often = any(self._artists[artist] >= self._artist_cap for artist in artists)
        if versions & self._versions or artists & self._excluded or too_often:
            return False
        self._versions |= versions
        self._artists.update(artists)
        return True
