"""A plane of many dimensions: neighbours stay neighbours, and the same points make the same plane."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from training.statistics import projection
from training.statistics.projection import Points, fewest_fitted, neighbour_plane, principal_plane


def groups(n_points: int, n_groups: int = 4) -> tuple[Points, np.ndarray]:
    """Points of six dimensions around so many middles, and which of them each is of."""
    random = np.random.default_rng(0)
    label = np.arange(n_points) % n_groups
    return 8 * random.standard_normal((n_groups, 6))[label] + random.standard_normal((n_points, 6)), label


def of_one_group(plane: Points, label: np.ndarray) -> float:
    """The share of the five nearest that are of the same group."""
    nearest = NearestNeighbors(n_neighbors=5).fit(plane).kneighbors(return_distance=False)
    return float((label[nearest] == label[:, np.newaxis]).mean())


@pytest.mark.parametrize("n_points", [60, 300])
def test_a_group_stays_together(n_points: int) -> None:
    points, label = groups(n_points)
    assert of_one_group(neighbour_plane(points), label) > 0.95


def test_more_points_than_are_fitted_join_those_that_they_are_near_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "MOST_FITTED", 200)
    points, label = groups(1200)
    plane = neighbour_plane(points)
    assert np.isfinite(plane).all()
    assert of_one_group(plane, label) > 0.95
    # Nobody hides another.
    assert len(np.unique(plane, axis=0)) == len(points)
    assert np.array_equal(plane, neighbour_plane(points))


def test_the_same_points_make_the_same_plane() -> None:
    points, _ = groups(150)
    assert np.array_equal(neighbour_plane(points), neighbour_plane(points))


@pytest.mark.parametrize("n_points", [0, 1, 2, 3, fewest_fitted() - 1])
def test_few_points_have_a_plane_too(n_points: int) -> None:
    plane = neighbour_plane(groups(n_points)[0])
    assert plane.shape == (n_points, 2)
    assert np.isfinite(plane).all()


def test_points_that_are_all_the_same_have_a_plane() -> None:
    assert np.isfinite(neighbour_plane(np.ones((150, 4)))).all()


def test_the_principal_plane_says_how_much_it_shows() -> None:
    points = np.random.default_rng(0).standard_normal((200, 3)) * [10, 3, 0.1]
    plane, (first, second) = principal_plane(points)
    assert plane.shape == (200, 2)
    assert first > 0.85
    assert first + second == pytest.approx(1, abs=0.001)
