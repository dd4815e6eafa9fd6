"""Where an answer lies on the map of music: its seed, and those of its recommendations that the catalog holds.

Public names: Spot, Located, located.
"""

from __future__ import annotations

from msgspec import Struct

from kamerton.recommending.recommendation import Recommendation
from kamerton.release.music_map import MusicMap
from kamerton.release.release import Release
from kamerton.service.answer import Answer

_NEIGHBOURS = 5


class Spot(Struct, frozen=True):
    """Coordinates as those of `kamerton.release.music_map`."""

    x: int
    y: int


class Located(Struct, frozen=True):
    """`seed` is where the answer's track lies, and `recommendations` are those that lie anywhere."""

    seed: Spot
    recommendations: tuple[tuple[Recommendation, Spot], ...]


def located(release: Release, music_map: MusicMap, answer: Answer) -> Located:
    """A seed that the catalog lacks lies in the middle of the tracks that sound most like it."""
    spots = ((each, _spot(release, music_map, each.track.id)) for each in answer.recommendations)
    recommendations = [(each, spot) for each, spot in spots if spot]
    own = _spot(release, music_map, answer.track.id) if answer.track else None
    return Located(own or _among_neighbours(release, music_map, answer), tuple(recommendations))


def _spot(release: Release, music_map: MusicMap, track_id: str) -> Spot | None:
    entry = release.catalog.find(track_id)
    return Spot(*music_map.spot([entry.number])) if entry else None


def _among_neighbours(release: Release, music_map: MusicMap, answer: Answer) -> Spot:
    seed = answer.seeds[0]
    probabilities = {score.genre: score.probability for score in seed.genres}
    nearest = release.index.nearest(seed.embedding, probabilities, list(probabilities), _NEIGHBOURS)
    return Spot(*music_map.spot(nearest.tracks.tolist()))
