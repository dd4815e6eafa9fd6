"""The families of models that can learn genres, all under one contract.

A family is a class in a module of its own, imported when it is asked for: nobody pays for the libraries of the others.
To add one, write the class and name it in `FAMILIES`; one contract test runs over all of them.

Public names: Model, FAMILIES, DEFAULT_FAMILIES, FEW_GENRES, default_family, family.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import ClassVar, Protocol, Self, cast

import numpy as np
import onnx
from numpy.typing import NDArray

from kamerton.features import FloatArray

LabelArray = NDArray[np.intp]
Probabilities = NDArray[np.float64]


class Model(Protocol):
    """A classifier of `n_genres` genres, which are numbers from 0 here. Vectors have NaN where a value is not known.

    The same data, seed and threads give the same model. Parameters that fit the number of genres are the family's own concern.
    """

    members: ClassVar[tuple[str, ...]]
    """Families whose mean this one is, and which its static `mean` combines; none for a family that learns by itself."""

    def __init__(self, n_genres: int, seed: int = 0, threads: int = 1) -> None: ...

    def fit(self, vectors: FloatArray, labels: LabelArray, weights: NDArray[np.float64]) -> Self:
        """float32 [n, n_features], [n] from 0 to n_genres - 1 (a genre may be absent), [n] with a mean of about 1."""
        ...

    def predict_proba(self, vectors: FloatArray) -> Probabilities:
        """float32 [n, n_features] to float64 [n, n_genres], rows summing to 1."""
        ...

    def to_onnx(self) -> onnx.ModelProto:
        """The contract of `kamerton.onnx_model`: `features` float32 [n, n_features] to `probabilities` [n, n_genres]."""
        ...

    def save(self, path: Path) -> None:
        """One file, complete."""
        ...

    @classmethod
    def load(cls, path: Path) -> Self:
        """What `save` wrote; it need not be fitted on."""
        ...


FAMILIES = {
    "lightgbm": "training.models.lightgbm:LightGBM",
    "catboost": "training.models.catboost:CatBoost",
    "ensemble": "training.models.ensemble:Ensemble",
}
"""Name of each family -> where its class is."""

DEFAULT_FAMILIES = ("lightgbm", "catboost", "ensemble")
"""Those that `evaluate` compares unless told otherwise: what they need comes with the default training."""

FEW_GENRES = 30
"""Up to this number, a genre has a good share of the rows; families choose their parameters by it."""


def default_family(n_genres: int) -> str:
    """What to train when nothing was compared: the mean of two while that is cheap, and symmetric trees beyond."""
    return "ensemble" if n_genres <= FEW_GENRES else "catboost"


def family(name: str) -> type[Model]:
    """The class of a family. Raises SystemExit for a name that is none, or when its library is not installed."""
    if name not in FAMILIES:
        raise SystemExit(f"There is no family {name!r}; there are {', '.join(FAMILIES)}.")
    module, class_name = FAMILIES[name].split(":")
    try:
        return cast(type[Model], getattr(import_module(module), class_name))
    except ModuleNotFoundError as error:
        raise SystemExit(f"The family {name!r} needs the package {error.name}, which is not installed.") from error
