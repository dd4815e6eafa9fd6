"""Who may be named: no version of a seed or of a named track, no artist more often than the cap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kamerton.folding import fold
from kamerton.tracks import Track, version_keys


class Rules:
    """`seeds` are never named themselves."""

    def __init__(self, seeds: Iterable[Track], artist_cap: int) -> None:
        self._versions = {key for seed in seeds for key in version_keys(seed)}
        self._artists: Counter[str] = Counter()
        self._artist_cap = artist_cap

    def admit(self, track: Track) -> bool:
        """Whether the track may be named; if so, it counts from now on."""
        versions = version_keys(track)
        artists = {fold(artist) or artist for artist in track.artists}
        if versions & self._versions or any(self._artists[artist] >= self._artist_cap for artist in artists):
            return False
        self._versions |= versions
        self._artists.update(artists)
        return True
