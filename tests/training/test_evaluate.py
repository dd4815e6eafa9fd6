"""The report has what readers of it look for, and its figures do not depend on how the work was shared out."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.training.tables import GENRES, track_table
from training import evaluate
from training.evaluation.cross_validation import cross_validate
from training.evaluation.protocol import SPLITS
from training.fitting.recipe import SERVED, Recipe, add_recipe_options, recipe_of
from training.fitting.trained_classifier import fit_classifier
from training.models import BASELINES, stored_parameters
from training.models.stored_parameters import StoredParameters


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return track_table(120)


@pytest.fixture(scope="module")
def report(rows: pd.DataFrame) -> dict[str, Any]:
    return evaluate.evaluate(rows, ["lightgbm", "ensemble"], workers=1)


def test_the_champion_stands_on_top(report: dict[str, Any]) -> None:
    best = report["champion"]
    accuracies = {name: figures["new_artists"]["accuracy"] for name, figures in report["families"].items()}
    for name, advantage in report["champion_against"].items():
        # Another may have a few more right, but not so many that it could be told from chance.
        assert accuracies[name] <= accuracies[best] or advantage["interval_95"][1] >= 0
    for split in ("random", "new_artists", "core_only"):
        assert report[split] == report["families"][best][split]
        assert set(report[split]["recall"]) == set(GENRES)
    assert report["random"]["accuracy"] > report["baselines"]["majority"]["random"]["accuracy"]
    assert set(report["baselines"]) == set(BASELINES)
    assert "Fold seed 0" in report["protocol"]


def test_differences_come_with_intervals(report: dict[str, Any]) -> None:
    (advantage,) = report["champion_against"].values()
    low, high = advantage["interval_95"]
    assert low <= advantage["difference"] <= high


def test_processes_change_nothing(rows: pd.DataFrame) -> None:
    splits = [make(rows, 0) for make in SPLITS.values()]
    alone = cross_validate(splits, ["nearest_neighbours"], workers=1)
    shared = cross_validate(splits, ["nearest_neighbours"], workers=2)
    assert alone.keys() == shared.keys()
    for key, prediction in alone.items():
        np.testing.assert_array_equal(prediction.full, shared[key].full)
        np.testing.assert_array_equal(prediction.core, shared[key].core)


def test_the_recipe_can_be_chosen(rows: pd.DataFrame) -> None:
    far = rows["duration_ms"].where(rows.index % 10 > 0, 30_000_000)
    split = SPLITS["random"](rows.assign(duration_ms=far))
    said = {
        name: cross_validate([split], ["lightgbm"], workers=1, recipe=recipe)["random", "lightgbm"].full
        for name, recipe in (("served", SERVED), ("square root", Recipe(artist_power=-0.5)), ("fences", Recipe(fences="raw")))
    } | {"equal": cross_validate([split], ["lightgbm"], workers=1, recipe=Recipe(artist_power=0))["random", "lightgbm"].full}
    assert (said["equal"] != said["square root"]).any()
    assert (said["served"] != said["fences"]).any()


def test_its_options_are_those_of_the_stages() -> None:
    parser = argparse.ArgumentParser()
    add_recipe_options(parser)
    assert recipe_of(parser.parse_args([]), 6) == Recipe(stored_parameters.read_artist_power(6))
    chosen = parser.parse_args(["--artist-power", "-0.5", "--fences", "vector"])
    assert recipe_of(chosen, 6) == Recipe(-0.5, fences="vector")


def test_an_ensemble_is_judged_as_it_is_served(rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    """Members are mixed as they are, and the mean has the ensemble's temperature, not theirs."""
    temperatures = {"lightgbm": 1.5, "catboost": 2.0, "ensemble": 0.8}
    real = stored_parameters.read_parameters

    def tempered_by_family(name: str, n_genres: int) -> StoredParameters:
        return replace(real(name, n_genres), temperature=temperatures.get(name, 1.0))

    monkeypatch.setattr("training.evaluation.cross_validation.read_parameters", tempered_by_family)
    monkeypatch.setattr("training.fitting.trained_classifier.read_parameters", tempered_by_family)
    split = SPLITS["random"](rows)
    crossed = cross_validate([split], ["ensemble"], workers=1)["random", "ensemble"]
    train, test = split.folds[0]
    served = fit_classifier(split.rows.iloc[train], "ensemble")
    np.testing.assert_allclose(crossed.full[test], served.predict_rows(split.rows.iloc[test]), atol=1e-6)
