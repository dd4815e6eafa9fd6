"""What the models say of each track of the catalog, computed once by training: neither model is run for such a track, nor even
opened until something outside the catalog is asked for.

Public names: PrecomputedOutputs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kamerton.music.features import FloatArray
from kamerton.release.classifier import GenreScore, genre_scores


class PrecomputedOutputs:
    """`probabilities` float32 or float16 [n_tracks, n_genres], of `genres`; `embeddings` float32 [n_tracks, d]."""

    def __init__(self, probabilities: NDArray[np.floating], embeddings: FloatArray, genres: Sequence[str]) -> None:
        self._probabilities = probabilities
        self._embeddings = embeddings
        self._genres = tuple(genres)

    @property
    def dimensions(self) -> int:
        return int(self._embeddings.shape[1])

    def embedding(self, number: int) -> FloatArray:
        """float32 [d]"""
        embedding: FloatArray = self._embeddings[number]
        return embedding

    def genres(self, number: int) -> list[GenreScore]:
        """All genres of a track, the likeliest first; the probabilities sum to 1."""
        return genre_scores(self._probabilities[number], self._genres)
