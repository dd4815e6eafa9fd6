"""Which tracks may be named: no version of a seed or of a named track, no artist more often than the cap, of some artists none;
music of an occasion only for a seed of that occasion; and nothing that is no whole piece of music."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence

from kamerton.music.normalise import normalise_name
from kamerton.music.titles import version_keys
from kamerton.music.track import Track
from kamerton.music.track_kinds import OCCASIONS, kind_of


class Rules:
    """Neither the tracks of `seeds` nor those of `unlike` are named themselves."""

    def __init__(
        self,
        seeds: Sequence[Track],
        unlike: Sequence[Track],
        artist_cap: int,
        excluded_artists: Iterable[str] = (),
        unwanted: Container[str] = (),
    ) -> None:
        """`unwanted` are ids of tracks that are not named either."""
        self._unwanted = unwanted
        self._kinds = {None, *(kind for track in seeds if (kind := kind_of(track)) in OCCASIONS)}
        self._versions = {key for track in (*seeds, *unlike) for key in version_keys(track)}
        self._excluded = {normalise_name(artist) for artist in excluded_artists}
        self._artists: Counter[str] = Counter()
        self._artist_cap = artist_cap

    def admit(self, track: Track) -> bool:
        """Whether the track may be named; if so, it counts from now on."""
        versions = version_keys(track)
        artists = {normalise_name(artist) for artist in track.artists}
        too_often = any(self._artists[artist] >= self._artist_cap for artist in artists)
        unwanted = track.id in self._unwanted or bool(artists & self._excluded)
        if unwanted or versions & self._versions or too_often or kind_of(track) not in self._kinds:
            return False
        self._versions |= versions
        self._artists.update(artists)
        return True
