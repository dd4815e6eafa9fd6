"""The distance from its nearest tracks beyond which a sound is foreign to a catalog.

Public names: foreign_distance, SHARE.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamerton.music.features import FloatArray
from kamerton.recommending.foreignness import NEAREST
from kamerton.release.distances import mean_of_nearest, squared_distances
from training.data.rows import first_artists

SHARE = 0.95
"""The share of the catalog's own tracks that are not foreign to the tracks of other artists."""
_MOST_MEASURED = 2000


def foreign_distance(tracks: pd.DataFrame, embeddings: FloatArray, indexed: FloatArray, seed: int = 0) -> float | None:
    """The mean distance to the nearest tracks by other artists below which SHARE of the tracks have theirs: of each as a seed,
    at its `embeddings`, to the others as they lie in the index, `indexed`; both float32 [n_tracks, d].

    None for a small catalog.
    """
    artists = first_artists(tracks).to_numpy()
    random = np.random.default_rng(seed)
    measured = random.permutation(len(tracks))[:_MOST_MEASURED]
    others = (squared_distances(indexed, embeddings[place])[artists != artists[place]] for place in measured)
    means = [mean for squared in others if np.isfinite(mean := mean_of_nearest(squared, NEAREST))]
    return float(f"{np.quantile(means, SHARE):.5g}") if len(means) >= 1 / (1 - SHARE) else None
