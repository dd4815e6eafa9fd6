"""The examples that a model is fitted on: rows with a weight for each, and their twins in which something is missing.

Rows are weighted by a power of the number of their artist's rows, so that an artist with forty tracks does not become a genre
of its own. Every row stands there twice, the second time at a lower weight and with gaps, as the sources that are asked for
audio features leave them.

Public names: artist_weights, with_gaps, GAPS, ROUGH_SHARE, CORE_GAP_SHARE.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamerton.music import features
from training.data.rows import first_artists, rough_rows
from training.fitting.recipe import SERVED

_KEY = ["key", "mode"]
_CONTEXT = ["duration_ms", "explicit"]

GAPS = ([*_KEY, *_CONTEXT], _KEY, _CONTEXT)
"""Features that are missing together: an uploaded clip, a clip that Spotify knows, a look-up by ReccoBeats alone."""

ROUGH_SHARE = 0.5
"""Of the rows with gaps: tempo and duration are known only roughly there, to a beat and a second."""

CORE_GAP_SHARE = 0.03
"""How often one of the core nine is missing in a row with gaps: whoever asks by raw features may leave some out."""


def artist_weights(rows: pd.DataFrame, power: float) -> NDArray[np.float64]:
    """[n] with a mean of 1."""
    artists = first_artists(rows)
    weights = artists.map(artists.value_counts()).to_numpy(dtype=np.float64) ** power
    return np.asarray(weights / weights.mean())


def with_gaps(
    rows: pd.DataFrame, weights: NDArray[np.float64], seed: int, gap_weight: float = SERVED.gap_weight
) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """The rows and their weights, and then their twins with gaps, unless these weigh nothing."""
    if not gap_weight:
        return rows, weights
    random = np.random.default_rng(seed)
    gaps = random.integers(len(GAPS), size=len(rows))
    twins = rows.astype(dict.fromkeys(features.OPTIONAL, np.float64)).reset_index(drop=True)
    for number, names in enumerate(GAPS):
        twins.loc[gaps == number, names] = np.nan
    twins = twins.mask(pd.Series(random.random(len(twins)) < ROUGH_SHARE), rough_rows(twins))
    core = list(features.CORE)
    twins[core] = twins[core].mask(random.random((len(twins), len(core))) < CORE_GAP_SHARE)
    return pd.concat([rows, twins], ignore_index=True), np.concatenate([weights, gap_weight * weights])
