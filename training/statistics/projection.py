"""Points of a space of many dimensions on a plane, where who is near in the space is near again.

The plane is that of t-SNE (van der Maaten and Hinton, JMLR 2008), whose start is the plane of the two principal components; few
points stay on this one. Of more than MOST_FITTED points, so many drawn at random are laid out, and the others join them, each
among the nearest in the space: t-SNE of all 81,131 tracks of 114 genres takes many minutes, this half of one.

Public names: Points, PERPLEXITY, MOST_FITTED, fewest_fitted, principal_plane, neighbour_plane.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

Points = NDArray[np.float64]

PERPLEXITY = 30
MOST_FITTED = 8000

# On the default catalog, 500 rounds at this angle keep as many neighbours as 750 at 0.5 do (0.40 of ten against 0.41), in half
# the time.
_ROUNDS = 500
_ANGLE = 0.7
_NEAREST = 10
_LOCAL = 30
_SPREAD = 0.25


def fewest_fitted() -> int:
    """Of fewer points than this, t-SNE with PERPLEXITY would see all as neighbours of all."""
    return 3 * PERPLEXITY + 1


def principal_plane(points: Points) -> tuple[Points, tuple[float, float]]:
    """float64 [n, 2], and the share of the variance along each of the two axes."""
    if len(points) < 2 or not np.ptp(points, axis=0).any():
        return np.zeros((len(points), 2)), (0.0, 0.0)
    with _one_thread():
        fitted = PCA(2, svd_solver="full").fit(points)
        first, second = fitted.explained_variance_ratio_
        return fitted.transform(points), (float(first), float(second))


def neighbour_plane(points: Points, seed: int = 0) -> Points:
    """float64 [n, d] to float64 [n, 2]; the same points and seed give the same plane."""
    if len(points) < fewest_fitted():
        return principal_plane(points)[0]
    if len(points) <= MOST_FITTED:
        return _fitted(points, seed)
    random = np.random.default_rng(seed)
    chosen = np.sort(random.choice(len(points), MOST_FITTED, replace=False))
    others = np.setdiff1d(np.arange(len(points)), chosen, assume_unique=True)
    plane = np.empty((len(points), 2))
    plane[chosen] = _fitted(points[chosen], seed)
    plane[others] = _joined(points[others], points[chosen], plane[chosen], random)
    return plane


def _one_thread() -> threadpool_limits:
    # Threads add up in any order, and t-SNE makes much of the last digit.
    return threadpool_limits(1)


def _fitted(points: Points, seed: int) -> Points:
    start = principal_plane(points)[0]
    # The start is as small as TSNE(init="pca") makes it, but always of the exact components.
    small = (1e-4 * start / max(start[:, 0].std(), 1e-12)).astype(np.float32)
    with _one_thread():
        model = TSNE(2, perplexity=PERPLEXITY, max_iter=_ROUNDS, angle=_ANGLE, init=small, random_state=seed, n_jobs=1)
        plane: Points = model.fit_transform(points.astype(np.float32)).astype(np.float64)
    return plane


def _joined(points: Points, fitted: Points, plane: Points, random: np.random.Generator) -> Points:
    """Beside the nearest of the fitted: at the mean of those of the ten nearest that lie around it on the plane too.

    One that is as near to two parts of the plane belongs to one of them, and not to the void between.
    """
    with _one_thread():
        distances, nearest = NearestNeighbors(n_neighbors=_NEAREST, algorithm="brute").fit(fitted).kneighbors(points)
        spacing = NearestNeighbors(n_neighbors=_LOCAL).fit(plane).kneighbors()[0]
    away = np.linalg.norm(plane[nearest] - plane[nearest[:, :1]], axis=2)
    weights = (away <= spacing[nearest[:, 0], -1:]) / np.maximum(distances, 1e-6) ** 2
    means: Points = np.einsum("ij,ijk->ik", weights / weights.sum(axis=1, keepdims=True), plane[nearest])
    # Not on top of one another: about as far apart as the fitted are.
    return np.asarray(means + _SPREAD * spacing[nearest[:, 0], :1] * random.standard_normal(means.shape))
