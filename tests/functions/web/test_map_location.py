from __future__ import annotations

from msgspec.structs import replace

from kamerton.deadline import Deadline
from kamerton.music.track import Track
from kamerton.recommending.question import TrackQuestion
from kamerton.recommending.seed import new_seed
from kamerton.release.release import Release
from kamerton.service.answer import Answer
from kamerton.service.kamerton import Kamerton
from kamerton.web.map_location import MapPosition, locate
from tests.small_release import small_tracks


class Keeper:
    def __init__(self, release: Release) -> None:
        self._release = release

    def release(self, deadline: Deadline) -> Release:  # noqa: ARG002
        return self._release


def answered(release: Release, query: str) -> Answer:
    kamerton = Kamerton(Keeper(release))  # type: ignore[arg-type]
    return kamerton.recommend(release, TrackQuestion((query,), limit=5), kamerton.session(Deadline(10)))


def about(answer: Answer, track: Track | None) -> Answer:
    """The same for another track of the same sound."""
    return replace(answer, seeds=(replace(answer.seeds[0], track=track),))


def test_what_the_catalog_holds_lies_where_the_map_has_it(release: Release) -> None:
    assert release.map is not None
    answer = answered(release, small_tracks()["track_id"][7])
    found = locate(release, release.map, answer)
    assert found.seed == MapPosition(*release.map.spot([7]))
    assert [each for each, _ in found.recommendations] == list(answer.recommendations)


def test_a_seed_that_the_catalog_lacks_lies_among_those_that_sound_like_it(release: Release) -> None:
    assert release.map is not None
    answer = answered(release, small_tracks()["track_id"][7])
    # The same sound under another id: its nearest neighbour is the track that it sounds like.
    elsewhere = about(answer, Track("0" * 22, "Elsewhere", ("Nobody",)))
    nearest = release.index.nearest(
        new_seed(release, answer.features).embedding,
        {score.genre: score.probability for score in answer.genres},
        [score.genre for score in answer.genres],
        5,
    )
    assert locate(release, release.map, elsewhere).seed == MapPosition(*release.map.spot(nearest.tracks.tolist()))
    assert locate(release, release.map, about(answer, None)).seed == locate(release, release.map, elsewhere).seed


def test_a_recommendation_from_elsewhere_has_no_place(release: Release) -> None:
    assert release.map is not None
    answer = answered(release, small_tracks()["track_id"][7])
    foreign = replace(answer.recommendations[0], track=Track("0" * 22, "Elsewhere", ("Nobody",)))
    found = locate(release, release.map, replace(answer, recommendations=(foreign,)))
    assert found.recommendations == ()
