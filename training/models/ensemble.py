"""The mean of what families of different kinds say: they err on different tracks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, Self
from zipfile import ZipFile

import numpy as np
import onnx
from numpy.typing import NDArray

from kamerton.features import FloatArray
from training.models import LabelArray, Model, Probabilities, family
from training.models.graph import mean_of


class Ensemble:
    """See `training.models.Model`."""

    members: ClassVar[tuple[str, ...]] = ("lightgbm", "catboost")

    def __init__(self, n_genres: int, seed: int = 0, threads: int = 1) -> None:
        self._n_genres = n_genres
        self._models: list[Model] = [family(name)(n_genres, seed, threads) for name in self.members]

    def fit(self, vectors: FloatArray, labels: LabelArray, weights: NDArray[np.float64]) -> Self:
        for model in self._models:
            model.fit(vectors, labels, weights)
        return self

    def predict_proba(self, vectors: FloatArray) -> Probabilities:
        return self.mean([model.predict_proba(vectors) for model in self._models])

    @staticmethod
    def mean(probabilities: Sequence[Probabilities]) -> Probabilities:
        """What the members say, one [n, n_genres] each, as this family says it."""
        return np.mean(probabilities, axis=0)

    def to_onnx(self) -> onnx.ModelProto:
        return mean_of([model.to_onnx() for model in self._models], self._n_genres)

    def save(self, path: Path) -> None:
        with TemporaryDirectory() as folder, ZipFile(path, "w") as archive:
            for name, model in zip(self.members, self._models, strict=True):
                model.save(Path(folder) / name)
                archive.write(Path(folder) / name, name)

    @classmethod
    def load(cls, path: Path) -> Self:
        with TemporaryDirectory() as folder, ZipFile(path) as archive:
            archive.extractall(folder)
            models = [family(name).load(Path(folder) / name) for name in cls.members]
        ensemble = cls.__new__(cls)
        ensemble._models, ensemble._n_genres = models, models[0]._n_genres
        return ensemble
