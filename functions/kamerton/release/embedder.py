"""Vectors to embeddings, a space where "sounds like" is a distance. Public names: Embedder."""

from __future__ import annotations

import numpy as np

from kamerton.music.features import FloatArray
from kamerton.release.onnx_model import OnnxModel


class Embedder:
    OUTPUT = "embedding"

    def __init__(self, model: OnnxModel) -> None:
        self._model = model
        self.dimensions = model.width

    @property
    def is_open(self) -> bool:
        """Whether the model is loaded already."""
        return self._model.is_open

    def embeddings(self, vectors: FloatArray) -> FloatArray:
        """float32 [n, n_features], NaN where unknown, to float32 [n, d] without NaN."""
        return self._model(vectors)

    def embed(self, vector: FloatArray) -> FloatArray:
        """float32 [n_features] to float32 [d]."""
        embedding: FloatArray = self._model(vector[np.newaxis])[0]
        return embedding
