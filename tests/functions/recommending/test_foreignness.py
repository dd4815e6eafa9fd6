"""Which sounds are foreign to a catalog, and what is said of them."""

from __future__ import annotations

import dataclasses

import msgspec
import numpy as np
import pytest

from kamerton.music.features import AudioFeatures
from kamerton.presenting.genre_summary import lacking_text
from kamerton.recommending.foreignness import NEAREST, judged
from kamerton.recommending.seed import new_seed
from kamerton.release.release import Release
from kamerton.release.track_index import TrackIndex
from tests.small_release import small_tracks
from training.indexing.foreign_distance import foreign_distance

QUIET = AudioFeatures(energy=0.0, loudness=-60, acousticness=1.0, danceability=0.0, valence=0.0, instrumentalness=1.0, tempo=40)


@pytest.fixture
def bounded(release: Release) -> Release:
    """The release with a bound that its own tracks seldom pass."""
    manifest = msgspec.structs.replace(release.manifest, foreign_distance=6.0)
    return dataclasses.replace(release, manifest=manifest)


def test_the_mean_distance_is_that_of_the_nearest() -> None:
    vectors = np.array([[float(place), 0.0] for place in range(10)], dtype=np.float32)
    index = TrackIndex(vectors, np.arange(10, dtype=np.int32), {"metal": (0, 10)})
    assert index.mean_distance(np.array([0.0, 0.0], dtype=np.float32), 3) == pytest.approx(1.0)
    assert index.mean_distance(np.array([0.0, 0.0], dtype=np.float32), 11) == float("inf")


def test_a_sound_far_from_all_tracks_is_foreign_and_that_is_said_first(bounded: Release) -> None:
    seed = judged(bounded, new_seed(bounded, QUIET))
    assert seed.is_foreign
    text = lacking_text(seed, "en")
    assert text is not None
    assert text.startswith("This sounds like nothing in this catalog, which knows only country, hip-hop and metal")
    assert "только country" in (lacking_text(seed, "ru") or "")


def test_the_catalogs_own_sound_is_at_home(bounded: Release) -> None:
    entry = bounded.catalog.entries([5])[0]
    seed = judged(bounded, new_seed(bounded, entry.features))
    assert not seed.is_foreign
    assert lacking_text(seed, "en") is None


def test_a_release_without_a_bound_calls_nothing_foreign(release: Release) -> None:
    assert not judged(release, new_seed(release, QUIET)).is_foreign


def test_most_of_a_catalog_is_within_the_bound() -> None:
    places = np.random.default_rng(0).normal(size=(120, 3)).astype(np.float32)
    bound = foreign_distance(small_tracks(), places, places)
    assert bound is not None
    means = [np.sort(np.linalg.norm(places - place, axis=1))[1 : NEAREST + 1].mean() for place in places]
    assert 0.9 <= np.mean(np.array(means) <= bound) <= 1
    assert foreign_distance(small_tracks().head(10), places[:10], places[:10]) is None
