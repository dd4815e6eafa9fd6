"""The weighted mean of what families of different kinds say (soft voting): they err on different tracks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, Self, cast
from zipfile import ZipFile

import numpy as np
import onnx
from numpy.typing import NDArray

from kamerton.music.features import FloatArray
from training.models import FEW_GENRES, ExportableModel, LabelArray, Model, Parameters, Probabilities, exportable, family
from training.models.graph import mean_of
from training.models.space import Space
from training.models.stored_parameters import read_parameters

_DESCRIPTION = "ensemble.json"


class Ensemble:
    """See `training.models.Model`. The parameter `members` has the weight of each family, and each may have parameters there
    under its own name; those without have their own."""

    space: ClassVar[Space] = {}
    exported_up_to: ClassVar[int] = FEW_GENRES

    def __init__(self, n_genres: int, seed: int = 0, threads: int = 1, parameters: Parameters | None = None) -> None:
        chosen = read_parameters("ensemble", n_genres).parameters if parameters is None else parameters
        self._n_genres = n_genres
        self._weights: dict[str, float] = dict(chosen["members"])
        self._models: dict[str, Model] = {
            name: family(name)(n_genres, seed, threads, chosen.get(name)) for name in self._weights
        }

    def fit(self, vectors: FloatArray, labels: LabelArray, weights: NDArray[np.float64]) -> Self:
        for model in self._models.values():
            model.fit(vectors, labels, weights)
        return self

    def predict_proba(self, vectors: FloatArray) -> Probabilities:
        mean = self.mean(self._weights, {name: model.predict_proba(vectors) for name, model in self._models.items()})
        return np.asarray(mean, dtype=np.float64)

    @staticmethod
    def mean(weights: Mapping[str, float], probabilities: Mapping[str, NDArray[np.floating]]) -> NDArray[np.floating]:
        """What the members say, [n, n_genres] each, as an ensemble with these weights says it."""
        return np.average([probabilities[name] for name in weights], axis=0, weights=list(weights.values()))

    def to_onnx(self) -> onnx.ModelProto:
        graphs = [cast(ExportableModel, model).to_onnx() for model in self._models.values()]
        return mean_of(graphs, list(self._weights.values()), self._n_genres)

    def save(self, path: Path) -> None:
        with TemporaryDirectory() as folder, ZipFile(path, "w") as archive:
            archive.writestr(_DESCRIPTION, json.dumps({"n_genres": self._n_genres, "members": self._weights}))
            for name, model in self._models.items():
                cast(ExportableModel, model).save(Path(folder) / name)
                archive.write(Path(folder) / name, name)

    @classmethod
    def load(cls, path: Path) -> Self:
        ensemble = cls.__new__(cls)
        with TemporaryDirectory() as folder, ZipFile(path) as archive:
            archive.extractall(folder)
            description = json.loads((Path(folder) / _DESCRIPTION).read_bytes())
            ensemble._n_genres, ensemble._weights = description["n_genres"], description["members"]
            ensemble._models = {
                name: exportable(name, ensemble._n_genres).load(Path(folder) / name) for name in ensemble._weights
            }
        return ensemble
