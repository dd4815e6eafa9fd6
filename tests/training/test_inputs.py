"""What a model may see instead of the vector that is served."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kamerton.music.features import GRID_NAMES, RELATION_NAMES, SOUND_NAMES
from tests.training.tables import track_table
from training.data.inputs import INPUTS, fit_inputs, vectors_of
from training.data.rows import core_rows
from training.fitting.recipe import Recipe
from training.fitting.trained_classifier import fit_classifier

ROWS = track_table(120)
NAMES = (*INPUTS, "standardised")


@pytest.mark.parametrize("name", NAMES)
def test_every_set_of_inputs_can_be_learnt_from(name: str) -> None:
    classifier = fit_classifier(ROWS, "lightgbm", recipe=Recipe(inputs=name))
    for rows in (ROWS, core_rows(ROWS)):
        probabilities = classifier.predict_rows(rows)
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)
    hits = classifier.predict_rows(ROWS).argmax(axis=1) == pd.Categorical(ROWS["track_genre"]).codes
    assert hits.mean() > 0.8


@pytest.mark.parametrize("name", NAMES)
def test_what_is_missing_stays_missing(name: str) -> None:
    numbers = fit_inputs(name, ROWS)(core_rows(ROWS))
    assert numbers.dtype == np.float32
    assert np.isnan(numbers).any()
    assert not np.isinf(numbers).any()


def test_standards_are_those_of_the_rows_that_are_learnt_from() -> None:
    half = ROWS.iloc[:60]
    standardised = fit_inputs("standardised", half)
    np.testing.assert_allclose(np.nanmean(standardised(half), axis=0), 0, atol=1e-5)
    assert np.abs(np.nanmean(standardised(ROWS.iloc[60:]), axis=0)).max() > 1e-3


def test_an_undetected_key_is_missing() -> None:
    assert np.isnan(INPUTS["key_as_number"](ROWS.assign(key=-1))[:, -1]).all()


def test_parts_are_taken_away_whole() -> None:
    widths = {name: inputs(ROWS).shape[1] for name, inputs in INPUTS.items()}
    assert widths["sound"] == len(SOUND_NAMES)
    assert widths["without_grid"] == len(SOUND_NAMES) + len(RELATION_NAMES)
    assert widths["without_relations"] == len(SOUND_NAMES) + len(GRID_NAMES)
    np.testing.assert_array_equal(
        INPUTS["without_relations"](ROWS)[:, len(SOUND_NAMES) :], vectors_of(ROWS)[:, -len(GRID_NAMES) :]
    )


def test_served_inputs_are_the_vector() -> None:
    np.testing.assert_array_equal(INPUTS["served"](ROWS), vectors_of(ROWS))
