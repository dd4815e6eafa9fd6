"""More or less of a feature: the list goes where it was asked to, and no track of it goes the other way."""

from __future__ import annotations

import numpy as np
import pytest

from kamerton.music.features import RANGES, AudioFeatures
from kamerton.recommending.feature_shift import SHIFTED, FeatureShift, shifted_seed
from kamerton.recommending.question import ListOptions
from kamerton.recommending.reasons import AskedShift, CloseFeatures
from kamerton.recommending.recommendation import Recommendation
from kamerton.recommending.recommender import Recommender
from kamerton.recommending.seed import Seed, new_seed
from kamerton.release.release import Release

PLACES = range(0, 120, 9)
WAYS = [(name, by) for name in SHIFTED for by in (-0.2, 0.2)]
QUIET = AudioFeatures(energy=0.5, loudness=-10.0, tempo=100.0, valence=0.4, acousticness=0.9)


def seed_of(release: Release, place: int) -> Seed:
    entry = release.catalog.entries([place])[0]
    return new_seed(release, entry.features, entry.track)


def shifted_list(release: Release, seed: Seed, options: ListOptions) -> list[Recommendation]:
    there = shifted_seed(release, seed, options.shift, {})
    return Recommender.of(release).recommend([there], options)


def mean(found: list[Recommendation], name: str) -> float:
    return float(np.mean([getattr(item.features, name) for item in found]))


def test_a_share_is_added_to_and_a_tempo_multiplied() -> None:
    changed = FeatureShift(energy=0.2, tempo=-0.1, valence=-0.1).applied(QUIET)
    assert changed.energy == pytest.approx(0.7)
    assert changed.tempo == pytest.approx(90)
    assert changed.valence == pytest.approx(0.3)
    assert changed.acousticness == QUIET.acousticness
    # What has more energy is louder.
    assert changed.loudness == pytest.approx(-8)


def test_it_ends_with_the_range_and_leaves_the_unknown_unknown() -> None:
    assert FeatureShift(acousticness=0.5).applied(QUIET).acousticness == RANGES["acousticness"][1]
    assert FeatureShift(energy=0.5).applied(AudioFeatures(tempo=100.0)) == AudioFeatures(tempo=100.0)


@pytest.mark.parametrize(
    ("by", "value", "follows"), [(0.2, 0.6, True), (0.2, 0.59, False), (-0.2, 0.4, True), (-0.2, 0.41, False)]
)
def test_half_of_the_way_is_far_enough(by: float, value: float, follows: bool) -> None:
    assert FeatureShift(energy=by).is_followed(QUIET, AudioFeatures(energy=value)) is follows


def test_what_is_not_known_of_a_track_does_not_follow_and_of_the_seed_asks_nothing() -> None:
    shift = FeatureShift(energy=0.2)
    assert not shift.is_followed(QUIET, AudioFeatures(tempo=90.0))
    assert shift.is_followed(AudioFeatures(tempo=90.0), QUIET)


@pytest.mark.parametrize(("name", "by"), WAYS)
def test_every_track_has_more_or_less_of_it(release: Release, name: str, by: float) -> None:
    options = ListOptions(limit=5, **{name: by})
    lists = [(seed, shifted_list(release, seed, options)) for seed in (seed_of(release, place) for place in PLACES)]
    assert sum(len(found) for _, found in lists) > 20
    for seed, found in lists:
        own = getattr(seed.features, name)
        assert all((getattr(item.features, name) - own) * by >= 0 for item in found)
        plain = Recommender.of(release).recommend([seed], ListOptions(limit=5))
        assert not found or (mean(found, name) - mean(plain, name)) * by >= -0.05 * abs(own)


def test_pages_go_on_and_a_longer_list_begins_with_a_shorter_one(release: Release) -> None:
    seed = seed_of(release, 100)
    ids = [item.track.id for item in shifted_list(release, seed, ListOptions(limit=6, valence=0.1))]
    parts = [shifted_list(release, seed, ListOptions(limit=3, offset=offset, valence=0.1)) for offset in (0, 3)]
    assert [item.track.id for part in parts for item in part] == ids


def test_what_was_asked_for_is_a_reason_and_is_not_alike(release: Release) -> None:
    for item in shifted_list(release, seed_of(release, 60), ListOptions(energy=-0.1, tempo=0.1)):
        assert AskedShift({"energy": False, "tempo": True}) in item.reasons
        close = [name for reason in item.reasons if isinstance(reason, CloseFeatures) for name in reason.features]
        assert not {"energy", "tempo"} & set(close)


def test_the_seed_keeps_its_own_features_and_sound(release: Release) -> None:
    seed = seed_of(release, 10)
    there = shifted_seed(release, seed, FeatureShift(energy=-0.4), {})
    assert (there.features, there.genres, there.track) == (seed.features, seed.genres, seed.track)
    assert not np.array_equal(there.embedding, seed.embedding)
