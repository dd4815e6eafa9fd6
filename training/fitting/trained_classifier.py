"""A classifier of genres, fitted on labelled rows by a recipe.

Public names: TrainedClassifier, fit_classifier, load_classifier, CLASSIFIER, DESCRIPTION.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import onnx
import pandas as pd

from kamerton.music.features import FEATURE_NAMES, FloatArray
from training.data.artifacts import read_json
from training.data.inputs import Inputs, fit_inputs, vectors_of
from training.data.outliers import OutlierRule, Scale, continuous_values
from training.data.rows import genres_of, labels_of
from training.fitting.examples import artist_weights, with_gaps
from training.fitting.recipe import SERVED, Recipe, settled
from training.models import ExportableModel, Model, Parameters, Probabilities, exportable, family, graph
from training.models.stored_parameters import read_parameters
from training.statistics.calibration import tempered

DESCRIPTION = "classifier.json"
CLASSIFIER = "classifier.model"
"""The files that `train` writes into the build folder: what the classifier is, and the model in the form of its family."""


@dataclass(frozen=True, slots=True)
class TrainedClassifier:
    """`genres` are the labels, in the order of the model's columns; for `temperature` see `training.statistics.calibration`."""

    family: str
    genres: tuple[str, ...]
    model: Model
    temperature: float = 1.0
    inputs: Inputs = vectors_of

    def predict_proba(self, vectors: FloatArray) -> Probabilities:
        """float32 [n, n_inputs] to float64 [n, n_genres]."""
        probabilities = self.model.predict_proba(vectors)
        return probabilities if self.temperature == 1 else tempered(probabilities, self.temperature)

    def predict_rows(self, rows: pd.DataFrame) -> Probabilities:
        """Rows as `prepare` writes them to float64 [n, n_genres]."""
        return self.predict_proba(self.inputs(rows))

    def to_onnx(self) -> onnx.ModelProto:
        """The contract of `onnx_model`. Raises SystemExit for a family that is not served with so many genres."""
        exportable(self.family, len(self.genres))
        exported = cast(ExportableModel, self.model).to_onnx()
        return exported if self.temperature == 1 else graph.tempered(exported, self.temperature, len(self.genres))


def fit_classifier(
    rows: pd.DataFrame,
    family_name: str,
    genres: Sequence[str] | None = None,
    seed: int = 0,
    threads: int = 1,
    recipe: Recipe = SERVED,
    parameters: Parameters | None = None,
    temperature: float | None = None,
) -> TrainedClassifier:
    """A model of `family_name` fitted on labelled rows; `genres` are all there are, those of the rows unless given.

    `parameters` and `temperature` are those that tuning kept (`training.models.stored_parameters`) unless given.
    """
    genres = tuple(genres or genres_of(rows))
    if len(genres) < 2:
        raise SystemExit("At least two genres must be left once tracks of several genres are set aside, to tell them apart.")
    if temperature is None:
        temperature = read_parameters(family_name, len(genres)).temperature
    if recipe.fences:
        rows = _without_outliers(rows, recipe.fences)
    power = settled(recipe, len(genres)).artist_power
    assert power is not None
    examples, weights = with_gaps(rows, artist_weights(rows, power), seed, recipe.gap_weight)
    inputs = fit_inputs(recipe.inputs, rows)
    model = family(family_name)(len(genres), seed, threads, parameters)
    model.fit(inputs(examples), labels_of(examples, genres), weights)
    return TrainedClassifier(family_name, genres, model, temperature, inputs)


def load_classifier(build: Path) -> TrainedClassifier:
    """The classifier that `train` saved. Raises SystemExit when it is not there or was trained with other features."""
    description = read_json(build / DESCRIPTION, "train")
    if tuple(description["feature_names"]) != FEATURE_NAMES or not (build / CLASSIFIER).exists():
        raise SystemExit(f"{build / CLASSIFIER} is not of this version: run `python -m training.train` again.")
    genres = tuple(description["genres"])
    model = exportable(description["family"], len(genres)).load(build / CLASSIFIER)
    return TrainedClassifier(description["family"], genres, model, description["temperature"])


def _without_outliers(rows: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    values = continuous_values(rows, scale)
    return rows[OutlierRule.fit(values).inside(values)]
