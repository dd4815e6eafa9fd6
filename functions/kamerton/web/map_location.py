"""Where an answer lies on the map of music: its seed, and those of its recommendations that the catalog holds.

Public names: MapPosition, AnswerLocation, locate, locate_path.
"""

from __future__ import annotations

from msgspec import Struct

from kamerton.music.track import Track
from kamerton.recommending.recommendation import Recommendation
from kamerton.release.music_map import MusicMap
from kamerton.release.release import Release
from kamerton.service.answer import Answer, Path

_NEIGHBOURS = 5


class MapPosition(Struct, frozen=True):
    """Coordinates as those of `kamerton.release.music_map`."""

    x: int
    y: int


class AnswerLocation(Struct, frozen=True):
    """`seed` is where the answer's track lies, and `recommendations` are those that lie anywhere."""

    seed: MapPosition
    recommendations: tuple[tuple[Recommendation, MapPosition], ...]


def locate(release: Release, music_map: MusicMap, answer: Answer) -> AnswerLocation:
    """A seed that the catalog lacks lies in the middle of the tracks that sound most like it."""
    positions = ((item, _position(release, music_map, item.track.id)) for item in answer.recommendations)
    recommendations = [(item, position) for item, position in positions if position]
    own = _position(release, music_map, answer.track.id) if answer.track else None
    return AnswerLocation(own or _among_neighbours(release, music_map, answer), tuple(recommendations))


def locate_path(release: Release, music_map: MusicMap, path: Path) -> list[tuple[Track, MapPosition]]:
    """The tracks of a path from its start to its end, those that lie anywhere."""
    tracks = [path.start.track, *(entry.track for entry in path.between), path.end.track]
    positions = ((track, _position(release, music_map, track.id)) for track in tracks if track)
    return [(track, position) for track, position in positions if position]


def _position(release: Release, music_map: MusicMap, track_id: str) -> MapPosition | None:
    entry = release.catalog.find(track_id)
    return MapPosition(*music_map.spot([entry.number])) if entry else None


def _among_neighbours(release: Release, music_map: MusicMap, answer: Answer) -> MapPosition:
    seed = answer.seeds[0]
    probabilities = seed.probabilities
    nearest = release.index.nearest(seed.embedding, probabilities, list(probabilities), _NEIGHBOURS)
    return MapPosition(*music_map.spot(nearest.tracks.tolist()))
