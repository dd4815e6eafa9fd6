"""What a model of genres is fitted on: vectors, labels, a weight for each row, and rows in which something is missing.

Rows are weighted by a power of the number of their artist's rows, so that an artist with forty tracks does not become a genre
of its own. Every row stands there twice, the second time at a lower weight and with gaps, as the sources that are asked for
audio features leave them. A `Recipe` says how; the study compares others with the one that is served.

Public names: Recipe, SERVED, add_recipe_options, recipe_of, settled, TrainedClassifier, fit_classifier, genres_of, labels_of,
core_only, core_rows, rough_rows, artist_weights, with_gaps, GAPS.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import onnx
import pandas as pd
from numpy.typing import NDArray

from kamerton.music import features
from kamerton.music.features import FloatArray
from training.calibration import tempered
from training.inputs import SERVED_INPUTS, Inputs, fit_inputs, vectors_of
from training.models import ExportableModel, LabelArray, Model, Parameters, Probabilities, exportable, family, graph
from training.models.kept import kept, kept_artist_power
from training.outliers import SCALES, OutlierRule, Scale, continuous_values
from training.protocol import first_artists

_KEY = ["key", "mode"]
_CONTEXT = ["duration_ms", "explicit"]

GAPS = ([*_KEY, *_CONTEXT], _KEY, _CONTEXT)
"""Features that are missing together: an uploaded clip, a clip that Spotify knows, a look-up by ReccoBeats alone."""

ROUGH_SHARE = 0.5
"""Of the rows with gaps: tempo and duration are known only roughly there, to a beat and a second."""

CORE_GAP_SHARE = 0.03
"""How often one of the core nine is missing in a row with gaps: whoever asks by raw features may leave some out."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How rows become what a model is fitted on. Everything is fitted on the rows that the model is fitted on."""

    artist_power: float | None = None
    """Of the weights; -0.5 is 1/sqrt(tracks of the artist), 0 is none, and None the one that tuning kept."""

    gap_weight: float = 0.3
    """Of a row with gaps, beside its whole twin; without twins when it is 0."""

    fences: Scale | None = None
    """The scale on which rows beyond Tukey's fences are left out, if they are; see `training.outliers`."""

    inputs: str = SERVED_INPUTS
    """Which numbers the model sees, see `training.inputs`. Only those that are served can be served."""


SERVED = Recipe()


def add_recipe_options(parser: argparse.ArgumentParser) -> None:
    """The options by which a stage lets its recipe be chosen; what cannot be served is for the study alone."""
    text = "power of the number of an artist's rows that weighs each: -0.5 is 1/sqrt (default: the one that tuning kept)"
    parser.add_argument("--artist-power", type=float, default=SERVED.artist_power, help=text)
    text = "leave rows beyond 1.5 IQR out, on Spotify's scales or the vector's (default: keep all)"
    parser.add_argument("--fences", choices=SCALES, help=text)


def recipe_of(options: argparse.Namespace, n_genres: int) -> Recipe:
    """With the power that is used, whether it was named or is the one that was kept."""
    return settled(replace(SERVED, artist_power=options.artist_power, fences=options.fences), n_genres)


def settled(recipe: Recipe, n_genres: int) -> Recipe:
    """The recipe, with the power that tuning kept if it names none."""
    return replace(recipe, artist_power=kept_artist_power(n_genres)) if recipe.artist_power is None else recipe


@dataclass(frozen=True, slots=True)
class TrainedClassifier:
    """`genres` are the labels, in the order of the model's columns; `temperature` is that of `training.calibration`."""

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

    `parameters` and `temperature` are those that tuning kept (`training.models.kept`) unless given.
    """
    genres = tuple(genres or genres_of(rows))
    if len(genres) < 2:
        raise SystemExit("At least two genres must be left once tracks of several genres are set aside, to tell them apart.")
    if temperature is None:
        temperature = kept(family_name, len(genres)).temperature
    if recipe.fences:
        rows = _without_outliers(rows, recipe.fences)
    power = settled(recipe, len(genres)).artist_power
    assert power is not None
    examples, weights = with_gaps(rows, artist_weights(rows, power), seed, recipe.gap_weight)
    inputs = fit_inputs(recipe.inputs, rows)
    model = family(family_name)(len(genres), seed, threads, parameters)
    model.fit(inputs(examples), labels_of(examples, genres), weights)
    return TrainedClassifier(family_name, genres, model, temperature, inputs)


def genres_of(rows: pd.DataFrame) -> tuple[str, ...]:
    return tuple(sorted(rows["track_genre"].unique()))


def labels_of(rows: pd.DataFrame, genres: Sequence[str]) -> LabelArray:
    """The places of the rows' genres in `genres`."""
    return rows["track_genre"].map({genre: label for label, genre in enumerate(genres)}).to_numpy(dtype=np.intp)


def core_only(vectors: FloatArray) -> FloatArray:
    """A copy of vectors in which only the features are known that every source has."""
    copied = vectors.copy()
    copied[:, len(features.CORE) :] = np.nan
    return copied


def core_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The same of rows."""
    return rows.assign(**dict.fromkeys(features.OPTIONAL, np.nan))


def rough_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows as a source tells them that knows a tempo to a beat and a duration to a second."""
    return rows.assign(tempo=rows["tempo"].round(), duration_ms=(rows["duration_ms"] / 1000).round() * 1000)


def _without_outliers(rows: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    values = continuous_values(rows, scale)
    return rows[OutlierRule.fit(values).inside(values)]


def artist_weights(rows: pd.DataFrame, power: float) -> NDArray[np.float64]:
    """[n] with a mean of 1."""
    artists = first_artists(rows)
    weights = artists.map(artists.value_counts()).to_numpy(dtype=np.float64) ** power
    return weights / weights.mean()


def with_gaps(
    rows: pd.DataFrame, weights: NDArray[np.float64], seed: int, gap_weight: float = SERVED.gap_weight
) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """The rows and their weights, and then their twins with gaps, unless these weigh nothing."""
    if not gap_weight:
        return rows, weights
    random = np.random.default_rng(seed)
    gaps = random.integers(len(GAPS), size=len(rows))
    twins = rows.astype(dict.fromkeys(features.OPTIONAL, np.float64)).reset_index(drop=True)
    for number, names in enumerate(GAPS):
        twins.loc[gaps == number, names] = np.nan
    twins = twins.mask(pd.Series(random.random(len(twins)) < ROUGH_SHARE), rough_rows(twins))
    core = list(features.CORE)
    twins[core] = twins[core].mask(random.random((len(twins), len(core))) < CORE_GAP_SHARE)
    return pd.concat([rows, twins], ignore_index=True), np.concatenate([weights, gap_weight * weights])
