"""Artists held out of training, to ask a recommender about: what it may learn from, what it may name, what it is asked.

A fifth of the first artists is held out. Of each one's albums half (rounded down, at random) are asked about, and the others
stand in the index beside all tracks of the other artists. A track without an album is an album of its own.

Public names: Question, Trial, hold_out, questions, AudioTrack, audio_tracks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamerton.music.features import NAMES, AudioFeatures
from kamerton.music.titles import version_keys
from kamerton.music.track import Track
from training.data.rows import first_artists

HELD_OUT = 0.2
"""The share of the first artists that training does not see."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Three tables of tracks with plain indexes: to learn from, to recommend, and to ask about; and the artists held out."""

    training: pd.DataFrame
    index: pd.DataFrame
    asked: pd.DataFrame
    artists: frozenset[str]


@dataclass(frozen=True, slots=True)
class Question:
    """A track to ask about. The sets hold places in the index: `versions` of the track, which no answer may be; other tracks
    by its first `artist`; and `mates`, tracks on an album of the same name that share none of its artists."""

    track: Track
    features: AudioFeatures
    artist: str
    versions: frozenset[int]
    same_artist: frozenset[int]
    mates: frozenset[int]


@dataclass(frozen=True, slots=True)
class AudioTrack:
    track: Track
    features: AudioFeatures


def hold_out(tracks: pd.DataFrame, seed: int, most_asked: int) -> Trial:
    """The trial that `seed` draws; of more than `most_asked` tracks to ask about, that many are drawn."""
    random = np.random.default_rng(seed)
    artists = first_artists(tracks).to_numpy(dtype=object)
    names = np.unique(artists.astype(str))
    held = frozenset(random.permutation(names)[: round(HELD_OUT * len(names))].tolist())
    is_held = np.array([artist in held for artist in artists])
    is_asked = _asked(tracks, artists, is_held, random)
    chosen = np.flatnonzero(is_asked)
    if len(chosen) > most_asked:
        chosen = np.sort(random.choice(chosen, most_asked, replace=False))
    learnt, index = (tracks[part].reset_index(drop=True) for part in (~is_held, ~is_asked))
    return Trial(learnt, index, tracks.iloc[chosen], held)


def _asked(
    tracks: pd.DataFrame, artists: NDArray[np.object_], is_held: NDArray[np.bool_], random: np.random.Generator
) -> NDArray[np.bool_]:
    albums = _albums(tracks)
    by_artist: dict[str, set[str]] = defaultdict(set)
    for artist, album in zip(artists[is_held], albums[is_held], strict=True):
        by_artist[artist].add(album)
    asked = set()
    for artist in sorted(by_artist):
        order = random.permutation(sorted(by_artist[artist]))
        asked |= {(artist, str(album)) for album in order[: len(order) // 2]}
    return np.array([pair in asked for pair in zip(artists, albums, strict=True)])


def _albums(tracks: pd.DataFrame) -> NDArray[np.object_]:
    alone = "\0" + tracks["track_id"].astype(str)
    albums = tracks["album_name"].where(tracks["album_name"].notna(), alone) if "album_name" in tracks else alone
    return np.asarray(albums.to_numpy(dtype=object))


def audio_tracks(tracks: pd.DataFrame) -> list[AudioTrack]:
    """The rows of a table as what serving makes of them."""
    return [_audio_track(row) for row in tracks.to_dict("records")]


def _audio_track(row: Mapping[str, Any]) -> AudioTrack:
    features = {name: float(row[name]) for name in NAMES if name in row and not pd.isna(row[name])}
    album = row.get("album_name")
    track = Track(
        id=row["track_id"],
        title=row["track_name"],
        artists=tuple(row["artists"].split(";")),
        album=None if album is None or pd.isna(album) else album,
        genres=tuple(row["genres"]),
    )
    return AudioTrack(track, AudioFeatures(**features))


def questions(asked: Iterable[AudioTrack], index: list[AudioTrack]) -> list[Question]:
    by_version, by_artist, by_album = defaultdict(set), defaultdict(set), defaultdict(set)
    for place, other in enumerate(index):
        by_artist[other.track.artists[0]].add(place)
        by_album[other.track.album].add(place)
        for key in version_keys(other.track):
            by_version[key].add(place)
    found = []
    for track, features in ((one.track, one.features) for one in asked):
        artist = track.artists[0]
        versions = frozenset().union(*(by_version[key] for key in version_keys(track)))
        album = by_album[track.album] if track.album else ()
        mates = frozenset(place for place in album if not set(index[place].track.artists) & set(track.artists))
        found.append(Question(track, features, artist, versions, frozenset(by_artist[artist] - versions), mates))
    return found
