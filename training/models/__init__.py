"""The families of models that can learn genres, all under one contract.

A family is a class in a module of its own, imported when it is asked for: nobody pays for the libraries of the others.
To add one, write the class and name it in `FAMILIES`; one contract test runs over all of them. Some need packages that only
the study installs (`training/requirements-study.txt`).

Public names: Model, ExportableModel, BoostedModel, Parameters, FAMILIES, BASELINES, DEFAULT_FAMILIES, FEW_GENRES,
EVERY_NUMBER, family, exportable, is_exported.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, cast

import numpy as np
from numpy.typing import NDArray

from kamerton.music.features import FloatArray
from training.models.space import Space

if TYPE_CHECKING:
    import onnx

LabelArray = NDArray[np.intp]
Probabilities = NDArray[np.float64]
Parameters = Mapping[str, Any]

FEW_GENRES = 20
"""Up to this number, a genre has a good share of the rows; parameters are kept apart by it."""

EVERY_NUMBER = sys.maxsize
"""For `Model.exported_up_to`: whatever the number of genres."""


class Model(Protocol):
    """A classifier of `n_genres` genres, which are numbers from 0 here. Vectors have NaN where a value is not known.

    The same data, seed, threads and parameters give the same model. `parameters` are laid over the family's own defaults.
    """

    space: ClassVar[Space]
    """What may be tuned; nothing for a family that has nothing to choose."""

    exported_up_to: ClassVar[int]
    """The most genres with which the family is an `ExportableModel`; 0 when it never is."""

    def __init__(self, n_genres: int, seed: int = 0, threads: int = 1, parameters: Parameters | None = None) -> None: ...

    def fit(self, vectors: FloatArray, labels: LabelArray, weights: NDArray[np.float64]) -> Self:
        """float32 [n, n_features], [n] from 0 to n_genres - 1 (a genre may be absent), [n] with a mean of about 1."""
        ...

    def predict_proba(self, vectors: FloatArray) -> Probabilities:
        """float32 [n, n_features] to float64 [n, n_genres], rows summing to 1."""
        ...


class ExportableModel(Model, Protocol):
    """A model that can be kept in a file and served."""

    def to_onnx(self) -> onnx.ModelProto:
        """The contract of `onnx_model`: `features` float32 [n, n_features] to `probabilities` [n, n_genres]."""
        ...

    def save(self, path: Path) -> None:
        """One file, complete."""
        ...

    @classmethod
    def load(cls, path: Path) -> Self:
        """What `save` wrote; it need not be fitted on."""
        ...


class BoostedModel(ExportableModel, Protocol):
    """Trees that were added round after round."""

    def shortened(self, n_rounds: int) -> Self:
        """What it was after its first `n_rounds`."""
        ...


FAMILIES = {
    "lightgbm": "training.models.lightgbm:LightGBM",
    "catboost": "training.models.catboost:CatBoost",
    "xgboost": "training.models.xgboost:XGBoost",
    "extra_trees": "training.models.extra_trees:ExtraTrees",
    "svm": "training.models.svm:SVM",
    "ensemble": "training.models.ensemble:Ensemble",
    "mlp": "training.models.networks.mlp:MLP",
    "tabm": "training.models.networks.tabm:TabM",
    "cnn": "training.models.networks.cnn:CNN",
    "rnn": "training.models.networks.rnn:RNN",
    "lstm": "training.models.networks.lstm:LSTM",
    "nearest_neighbours": "training.models.neighbours:NearestNeighbours",
    "majority": "training.models.majority:Majority",
}
"""Name of each family -> where its class is."""

BASELINES = ("nearest_neighbours", "majority")
"""What a model has to be better than."""

DEFAULT_FAMILIES = ("lightgbm", "catboost", "xgboost", "svm", "ensemble")
"""Those that `evaluate` compares unless told otherwise: the study's champion and its members."""


def family(name: str) -> type[Model]:
    """The class of a family. Raises SystemExit for a name that is none, or when its library is not installed."""
    if name not in FAMILIES:
        raise SystemExit(f"There is no family {name!r}; there are {', '.join(FAMILIES)}.")
    module, class_name = FAMILIES[name].split(":")
    try:
        return cast(type[Model], getattr(import_module(module), class_name))
    except ModuleNotFoundError as error:
        raise SystemExit(
            f"The family {name!r} needs the package {error.name}: pip install -r training/requirements-study.txt"
        ) from error


def is_exported(name: str, n_genres: int) -> bool:
    """Whether a family can be served for so many genres."""
    return n_genres <= family(name).exported_up_to


def exportable(name: str, n_genres: int) -> type[ExportableModel]:
    """The class of a family that can be served. Raises SystemExit as `family`, and for one that cannot."""
    if not is_exported(name, n_genres):
        raise SystemExit(f"The family {name!r} is not made to be served with {n_genres} genres.")
    return cast(type[ExportableModel], family(name))
