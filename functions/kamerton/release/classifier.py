"""The genres of a vector, with their probabilities. Public names: GenreScore, GenreClassifier."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

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

    def probabilities(self, vectors: FloatArray) -> FloatArray:
        """float32 [n, n_features] to float32 [n, n_genres], rows summing to 1."""
        return self._model(vectors)

    def predict(self, vector: FloatArray) -> list[GenreScore]:
        """All genres of one vector, the likeliest first; the probabilities sum to 1."""
        row = self._model(vector[np.newaxis])[0].astype(np.float64)
        row /= row.sum()
        order = np.argsort(-row, kind="stable")
        return [GenreScore(self.genres[label], float(row[label])) for label in order]
