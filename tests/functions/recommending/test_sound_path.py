"""From one track to another: each step is a track of the catalog on the way."""

from __future__ import annotations

import numpy as np
import pytest

from kamerton.deadline import Deadline
from kamerton.errors import DeadlineExceeded
from kamerton.music.normalise import normalise
from kamerton.recommending.seed import Seed, new_seed
from kamerton.recommending.sound_path import tracks_between
from kamerton.release.distances import squared_distances
from kamerton.release.release import Release
from tests.fakes.clock import Clock


def seed_of(release: Release, place: int) -> Seed:
    entry = release.catalog.entries([place])[0]
    return new_seed(release, entry.features, entry.track)


def distance(release: Release, one: Seed, features: object) -> float:
    other = new_seed(release, features)
    return float(squared_distances(other.embedding[np.newaxis], one.embedding)[0])


@pytest.mark.parametrize(("first", "last"), [(0, 110), (50, 5), (119, 60)])
def test_the_steps_lead_from_the_first_to_the_last(release: Release, first: int, last: int) -> None:
    start, end = seed_of(release, first), seed_of(release, last)
    steps = tracks_between(release.index, release.catalog, start, end, 6)
    assert len(steps) == 6
    shares = [distance(release, start, step.features) - distance(release, end, step.features) for step in steps]
    # Nearer to the first at its end, nearer to the last at the other.
    assert np.mean(shares[:3]) < np.mean(shares[3:])
    artists = [normalise(artist) for step in steps for artist in step.track.artists]
    assert len(artists) == len(set(artists))
    assert not set(artists) & {
        normalise(artist) for seed in (start, end) for artist in (seed.track.artists if seed.track else ())
    }


def test_the_same_question_has_the_same_answer(release: Release) -> None:
    start, end = seed_of(release, 3), seed_of(release, 90)
    once, again = (tracks_between(release.index, release.catalog, start, end, 8) for _ in range(2))
    assert [step.track.id for step in once] == [step.track.id for step in again]


def test_it_ends_with_the_deadline(release: Release) -> None:
    clock = Clock()
    deadline = Deadline(1, clock)
    clock.pass_by(2)
    with pytest.raises(DeadlineExceeded):
        tracks_between(release.index, release.catalog, seed_of(release, 0), seed_of(release, 1), 3, deadline)
