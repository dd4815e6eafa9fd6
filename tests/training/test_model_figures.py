"""The charts of a study: what is named in them, what they claim, and that no study makes them fail."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from tests.training.studies import SHARES, made_study, made_study_of_many
from tests.training.tables import GENRES
from training.figures.gallery import Chart
from training.models import FAMILIES
from training.study.ablation import AS_SERVED
from training.study.report.champion_charts import confusion, genre_scores, genres_of_study, reliability
from training.study.report.cost_charts import costs, costs_of_sizes, megabytes
from training.study.report.importance_charts import importance, importance_of_genres, part_named
from training.study.report.model_charts import ablation, accuracies, best_epoch, learning_curves
from training.study.report.model_names import FAMILY_NAMES, called

CHARTS: list[Callable[[dict[str, Any]], Chart]] = [
    *(accuracies, ablation, learning_curves, confusion, reliability, genre_scores, importance, importance_of_genres, costs)
]


@pytest.fixture(scope="module")
def study() -> dict[str, Any]:
    return made_study()


def texts(figure: Figure) -> set[str]:
    """All that can be read in a figure, drawn to the last stroke."""
    figure.draw_without_rendering()
    return {text.get_text() for text in figure.findobj(Text) if text.get_visible() and text.get_text()}


@pytest.mark.parametrize("draw", CHARTS)
def test_each_chart_says_what_is_seen(draw: Callable[[dict[str, Any]], Chart], study: dict[str, Any]) -> None:
    chart = draw(study)
    assert chart.name == draw.__name__
    assert chart.title.split()[0] in " ".join(texts(chart.figure))
    assert len(chart.caption) > 60
    assert "nan" not in f"{chart.title} {chart.caption}".lower().split()


def test_every_family_has_a_name() -> None:
    assert set(FAMILIES) <= set(FAMILY_NAMES)
    assert called("some_new_one") == "some new one"


def test_all_models_are_compared_with_both_figures(study: dict[str, Any]) -> None:
    chart = accuracies(study)
    seen = texts(chart.figure)
    for name, of in study["models"].items():
        assert called(name) in seen
        assert f"{100 * of['new_artists']['accuracy']:.1f} · {100 * of['random']['accuracy']:.1f}" in seen
    best = max(SHARES, key=lambda name: study["models"][name]["new_artists"]["accuracy"])
    assert called(best) in chart.title
    labels = {label.get_text(): label.get_fontweight() for label in chart.figure.axes[0].get_yticklabels()}
    assert [name for name, weight in labels.items() if weight == "bold"] == [called(study["champion"])]


def test_every_genre_is_named(study: dict[str, Any]) -> None:
    for draw in (confusion, genre_scores, importance_of_genres):
        assert set(GENRES) <= texts(draw(study).figure)


def test_every_feature_is_named(study: dict[str, Any]) -> None:
    for draw in (importance, importance_of_genres):
        assert {part_named(part) for part in study["importance"]["features"]} <= texts(draw(study).figure)


def test_confusion_says_which_genre_is_taken_for_which(study: dict[str, Any]) -> None:
    study = copy.deepcopy(study)
    counts = np.eye(len(GENRES), dtype=int) * 10
    counts[1, 3] = 30
    for of in study["models"][study["champion"]].values():
        of["confusion"] = counts.tolist()
    chart = confusion(study)
    assert chart.title == f"{GENRES[1].capitalize()} is taken for {GENRES[3]} more than any genre for another: 75 %"
    assert {"75\n(30)", "25\n(10)", "100\n(10)"} <= texts(chart.figure)
    for of in study["models"][study["champion"]].values():
        of["confusion"] = (np.eye(len(GENRES), dtype=int) * 10).tolist()
    assert confusion(study).title == "No genre is taken for another"


def test_genres_that_a_sample_lacks_do_no_harm(study: dict[str, Any]) -> None:
    study = copy.deepcopy(study)
    study["data"]["genres"]["more"] = 10
    assert genres_of_study(study) == list(GENRES)
    study["importance"]["shap_of_genres"]["more"] = study["importance"]["gain"]
    assert genres_of_study(study) == ["1", "2", "3", "4"]
    confusion(study).figure.draw_without_rendering()


def test_the_epoch_that_is_kept_has_the_least_loss_held_out(study: dict[str, Any]) -> None:
    assert best_epoch(study["learning_curves"]["mlp"]) == 2
    assert best_epoch({"loss": [3.0, 2.0, 1.0]}) == 3
    assert learning_curves(study).title == "Networks are at their best after 2 epochs"
    assert "MLP 2 of 3, LSTM 2 of 3" in learning_curves(study).caption
    learning_curves({"learning_curves": {"mlp": {"loss": [1.0], "accuracy": [0.5]}}}).figure.draw_without_rendering()


def test_the_ablation_shows_every_change_and_claims_only_what_can_be_told(study: dict[str, Any]) -> None:
    changes = [row for row in study["ablation"] if row["variant"] != AS_SERVED.name]
    assert {row["variant"] for row in changes} <= texts(ablation(study).figure)
    study = copy.deepcopy(study)
    for row in study["ablation"]:
        row["new_artists"] |= {"difference": 0.01, "interval_95": [-0.01, 0.03]}
    assert f"Of {len(changes)} changes of the recipe, none can be told from chance" in ablation(study).title


def test_costs_name_each_model_that_is_served(study: dict[str, Any]) -> None:
    assert {called(name) for name in study["footprints"]} <= texts(costs(study).figure)
    assert costs(study).title == "Ensemble is both the most accurate and the smallest file"
    study = copy.deepcopy(study)
    study["footprints"]["mlp"] |= {"bytes": 40_000, "load_ms": 0.0, "memory_mb": -0.2}
    assert costs(study).title == "Ensemble is the most accurate in 0.4 MB, MLP the smallest in 0.04 MB"


def test_with_many_genres_each_family_is_a_line() -> None:
    chart = costs_of_sizes(made_study_of_many())
    assert {"CatBoost", "MLP", "75 rounds", "width 512"} <= texts(chart.figure)
    assert chart.title == "MLP with width 512 is right most often: 31.0 %, in 1.6 MB"


@pytest.mark.parametrize(("size", "shown"), [(40_000, "0.04 MB"), (1_240_000, "1.2 MB"), (25_400_000, "25 MB")])
def test_sizes_are_in_megabytes(size: int, shown: str) -> None:
    assert megabytes(size) == shown
