"""Figures are those of the rows of the folds that were asked about, and a difference is said with what it is worth."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.tables import track_table
from training.data.rows import genres_of, labels_of
from training.evaluation.protocol import new_artists_split
from training.statistics.intervals import fold_interval, fold_test
from training.study.comparison import compared, figures_of, judged, ranked
from training.study.fold_results import FoldResult

SPLIT = new_artists_split(track_table(240))
GENRES = genres_of(SPLIT.rows)
LABELS = labels_of(SPLIT.rows, GENRES)


def right_for(share: float, seed: int, folds: range = range(5)) -> dict[int, FoldResult]:
    """Results of a model that is right about `share` of the rows, and knows nothing from the core nine."""
    random = np.random.default_rng(seed)
    results = {}
    for fold in folds:
        test = SPLIT.folds[fold][1]
        said = np.where(random.random(len(test)) < share, LABELS[test], (LABELS[test] + 1) % 4)
        full = (0.1 + 0.6 * np.eye(4)[said]).astype(np.float32)
        blank = np.full((len(test), 4), 0.25, np.float32)
        results[fold] = FoldResult({"fold": fold}, 1.0, 3, full, blank, full, blank[:0], LABELS[:0], 2.0, 1.0, 0.5, 0.0)
    return results


def test_figures_are_of_all_rows_once() -> None:
    figures = figures_of(SPLIT, right_for(1.0, 0))
    assert figures["accuracy"] == figures["macro_f1"] == figures["top_2"] == 1.0
    assert figures["accuracy_95"] == [1.0, 1.0]
    assert figures["core_only_accuracy"] == pytest.approx((LABELS == 0).mean(), abs=1e-4)
    assert figures["rough_accuracy"] == 1.0
    assert np.array(figures["confusion"]).sum() == len(SPLIT.rows)
    assert np.trace(figures["confusion"]) == len(SPLIT.rows)
    assert sum(one["rows"] for one in figures["reliability"]["after"]) == len(SPLIT.rows)
    assert figures["calibration_error"] == pytest.approx(0.3, abs=1e-3)
    assert [one["fold"] for one in figures["parameters"]] == [0, 1, 2, 3, 4]


def test_confusion_has_true_genres_as_rows() -> None:
    confusion = np.array(figures_of(SPLIT, right_for(0.0, 0))["confusion"])
    assert all(confusion[label, (label + 1) % 4] == (label == LABELS).sum() for label in range(4))


def test_folds_that_were_not_asked_about_are_left_out() -> None:
    said = judged(SPLIT, right_for(1.0, 0, range(2)))
    assert len(said.labels) == sum(len(SPLIT.folds[fold][1]) for fold in range(2))
    assert said.hits.all()


def test_a_large_difference_is_none_of_chance() -> None:
    found = compared(SPLIT, right_for(0.9, 1), right_for(0.5, 2))
    assert found["difference"] == pytest.approx(0.4, abs=0.1)
    low, high = found["interval_95"]
    assert 0.2 < low < found["difference"] < high
    assert found["p_over_folds"] < 0.05


def test_equals_cannot_be_told_apart() -> None:
    found = compared(SPLIT, right_for(0.7, 1), right_for(0.7, 2))
    low, high = found["interval_95"]
    assert low < 0 < high
    assert found["p_over_folds"] > 0.05
    assert compared(SPLIT, right_for(0.7, 1), right_for(0.7, 1))["p_over_folds"] == 1.0


def test_the_interval_over_folds_is_students() -> None:
    # Mean 0.5, deviation 0.1 over 4 folds: 3.182 * 0.1 / 2.
    low, high = fold_interval([0.4, 0.4, 0.6, 0.6])
    assert (high - low) / 2 == pytest.approx(3.1824 * np.std([0.4, 0.4, 0.6, 0.6], ddof=1) / 2, abs=1e-4)


def test_folds_share_rows_so_that_the_test_is_slow_to_believe() -> None:
    gains = [0.01, 0.02, 0.015, 0.005, 0.01]
    assert fold_test(gains, 0.2) > fold_test(gains, 0.0001)
    assert fold_test([0.01] * 5, 0.2) == 0.0


def test_one_fold_proves_nothing() -> None:
    assert fold_test([0.5], 0.2) == 1.0


def test_the_most_accurate_is_first() -> None:
    figures = {"a": {"random": {"accuracy": 0.5}}, "b": {"random": {"accuracy": 0.7}}}
    assert ranked(figures, "random") == ["b", "a"]
