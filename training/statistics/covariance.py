"""What the covariances of features say: which values to expect where some are missing, and what tells artists apart.

All functions take standardised features, float64 [n_tracks, n], or their correlations. The model of artists is that of Ioffe,
"Probabilistic linear discriminant analysis" (2006): an artist is a point, its tracks lie around it alike for all artists.

Public names: FILL_STEPS, standards, varies, correlations, filling, filled, artist_axes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamerton.music.features import FloatArray

Matrix = NDArray[np.float64]
IntArray = NDArray[np.int64]

FILL_STEPS = 24
"""Less than 1 % of the way to the conditional mean is left after them, on the catalogs seen."""

# Twenty times as much as float32 rounds.
_ROUNDING = 2e-6
_LEAST_VARIANCE = 1e-3
"""Of variances around 1: below it features repeat one another, or do not vary."""


def standards(numbers: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of each feature where it is known; 0 and 1 where it never is, 1 where it never varies by more
    than a float32 is rounded."""
    known = pd.DataFrame(numbers, dtype=np.float64)
    center, scale = known.mean().fillna(0).to_numpy(), known.std(ddof=0).fillna(0).to_numpy()
    return center.astype(np.float32), np.where(varies(center, scale), scale, 1).astype(np.float32)


def varies(center: Matrix, scale: Matrix) -> NDArray[np.bool_]:
    """Whether features of these means and standard deviations vary by more than float32 rounds, bool [n_features]."""
    return np.asarray(scale > _ROUNDING * np.maximum(np.abs(center), 1))


def correlations(standardised: Matrix) -> Matrix:
    """[n, n], each over the tracks that have both features; 0 where none has."""
    known = ~np.isnan(standardised)
    values = np.where(known, standardised, 0)
    together = known.T.astype(np.float64) @ known
    return values.T @ values / np.maximum(together, 1)


def filling(correlation: Matrix) -> FloatArray:
    """F [n, n] such that z_j <- z_j - (z F)_j over the missing j leads to their mean given the others, for jointly normal z.

    Column j is step * P_j / P_jj, P being the precision matrix: the steps end where the conditional density is highest. The
    eigenvalues of a block of the scaled P lie within those of the whole (Cauchy's interlacing), so that one step,
    2 / (least + greatest), is good for whatever is missing.
    """
    values, axes = np.linalg.eigh(correlation)
    precision = (axes / np.maximum(values, _LEAST_VARIANCE)) @ axes.T
    diagonal = np.diag(precision)
    spread = np.linalg.eigvalsh(precision / np.sqrt(np.outer(diagonal, diagonal)))
    return np.asarray((2 / (spread[0] + spread[-1]) * precision / diagonal).astype(np.float32))


def filled(standardised: FloatArray, pull: FloatArray) -> FloatArray:
    """float32 [n_tracks, n] without NaN: what is missing is its mean given the others, by `filling`'s steps along `pull`."""
    missing, none = np.isnan(standardised), np.float32(0)
    values = np.where(missing, none, standardised)
    for _ in range(FILL_STEPS):
        values = values - np.where(missing, values @ pull, none)
    return values


def artist_axes(standardised: Matrix, artists: IntArray) -> Matrix:
    """[n, n] that leads to the space where a distance tells artists apart; `artists` [n_tracks] are labels from 0.

    Features are whitened by their covariance within artists and rotated to the axes along which artists differ most; each
    axis is scaled by sqrt(r / (1 + r)), r being its variance between artists over that within: it counts as far as it tells.
    """
    total = np.cov(standardised.T, ddof=0).reshape(standardised.shape[1], -1)
    within = _within_artists(standardised, artists, total)
    variances, directions = np.linalg.eigh(within)
    whitening = directions / np.sqrt(np.maximum(variances, _LEAST_VARIANCE))
    ratios, rotation = np.linalg.eigh(whitening.T @ (total - within) @ whitening)
    ratios = np.maximum(ratios, 0)
    return np.asarray((whitening @ rotation * np.sqrt(ratios / (1 + ratios)))[:, ::-1])


def _within_artists(standardised: Matrix, artists: IntArray, total: Matrix) -> Matrix:
    """The covariance within artists, drawn a little to half of the total: its guess where no artist has two tracks."""
    counts = np.maximum(np.bincount(artists), 1)
    means = np.stack([np.bincount(artists, column) / counts for column in standardised.T], axis=1)
    rest = standardised - means[artists]
    freedom = len(standardised) - len(np.unique(artists))
    drawn = len(total)
    return (rest.T @ rest + drawn * total / 2) / (freedom + drawn)
