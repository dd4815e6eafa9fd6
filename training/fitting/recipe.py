"""How rows become what a model of genres is fitted on. One recipe is served; the study compares others with it.

Public names: Recipe, SERVED, add_recipe_options, recipe_of, settled.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace

from training.data.inputs import SERVED_INPUTS
from training.data.outliers import SCALES, Scale
from training.models.stored_parameters import read_artist_power


@dataclass(frozen=True, slots=True)
class Recipe:
    """How rows become what a model is fitted on. Everything is fitted on the rows that the model is fitted on."""

    artist_power: float | None = None
    """Of the weights; -0.5 is 1/sqrt(tracks of the artist), 0 is none, and None the one that tuning kept."""

    gap_weight: float = 0.3
    """Of a row with gaps, beside its whole twin; without twins when it is 0."""

    fences: Scale | None = None
    """The scale on which rows beyond Tukey's fences are left out, if they are; see `training.data.outliers`."""

    inputs: str = SERVED_INPUTS
    """Which numbers the model sees, see `training.data.inputs`. Only those that are served can be served."""


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
    return replace(recipe, artist_power=read_artist_power(n_genres)) if recipe.artist_power is None else recipe
