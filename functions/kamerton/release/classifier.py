"""The genres of a vector, with their probabilities. Public names: GenreScore, GenreClassifier, genre_scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kamerton.errors import ReleaseError
from kamerton.music.features import FloatArray
from kamerton.release.onnx_model import OnnxModel


class GenreScore(Struct, frozen=True):
    genre: str
    probability: float


class GenreClassifier:
    """`genres` are the labels in the order of the model's output columns; raises `ReleaseError` when they do not fit."""

    OUTPUT = "probabilities"

    def __init__(self, model: OnnxModel, genres: Sequence[str]) -> None:
        if model.width != len(genres):
            raise ReleaseError(f"the model knows {model.width} genres, the release names {len(genres)}")
        self._model = model
        self.genres = tuple(genres)

    @property
    def is_open(self) -> bool:
        """Whether the model is loaded already."""
        return self._model.is_open

    def probabilities(self, vectors: FloatArray) -> FloatArray:
        """float32 [n, n_features] to float32 [n, n_genres], rows summing to 1."""
        return self._model(vectors)

    def predict(self, vector: FloatArray) -> list[GenreScore]:
        """All genres of one vector, the likeliest first; the probabilities sum to 1."""
        return genre_scores(self._model(vector[np.newaxis])[0], self.genres)


def genre_scores(probabilities: NDArray[np.floating], genres: Sequence[str]) -> list[GenreScore]:
    """The genres of one row of probabilities, the likeliest first; they sum to 1."""
    row = probabilities.astype(np.float64)
    row /= row.sum()
    order = np.argsort(-row, kind="stable")
    return [GenreScore(genres[label], float(row[label])) for label in order]
