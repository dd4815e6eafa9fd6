"""Members of an ensemble are those that help, chosen without a look at what they are judged by."""

from __future__ import annotations

import numpy as np
import pytest

from training.statistics.calibration import tempered
from training.study.fold_results import FoldResult
from training.study.mixing import choose_members, mix

RANDOM = np.random.default_rng(0)
LABELS = RANDOM.integers(0, 3, 900)


def saying(sureness: float, noise: float, seed: int) -> np.ndarray:
    """float32 [900, 3]: the truth, with a model's own noise over it."""
    scores = sureness * np.eye(3)[LABELS] + noise * np.random.default_rng(seed).standard_normal((900, 3))
    return (np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)).astype(np.float32)


def test_members_that_err_apart_are_put_together() -> None:
    said = {"one": saying(2, 1, 1), "two": saying(2, 1, 2), "noise": saying(0, 2, 3)}
    weights = choose_members(said, LABELS)
    assert set(weights) == {"one", "two"}
    assert sum(weights.values()) == pytest.approx(1)


def test_one_that_is_better_than_any_mean_stays_alone() -> None:
    assert choose_members({"good": saying(6, 0.1, 1), "bad": saying(0, 3, 2)}, LABELS) == {"good": 1.0}


def test_there_are_not_more_members_than_allowed() -> None:
    said = {f"model {number}": saying(2, 2, number) for number in range(8)}
    assert len(choose_members(said, LABELS, most=3)) == 3


def test_a_mix_is_chosen_by_inner_folds_and_says_the_mean() -> None:
    members = {"one": result(saying(2, 1, 1), 1), "two": result(saying(2, 1, 2), 2), "noise": result(saying(0, 3, 3), 3)}
    mixed = mix(members)
    weights = mixed.parameters["members"]
    assert set(weights) == {"one", "two"}
    expected = sum(weights[name] * members[name].full for name in weights)
    np.testing.assert_allclose(mixed.full, expected, atol=1e-6)
    assert set(mixed.parameters) == {"members", "one", "two"}
    # The mean of sure models is not sure enough, and is made so by what inner folds say.
    surer = tempered(mixed.inner, mixed.temperature)[np.arange(900), LABELS]
    assert -np.log(surer).mean() <= -np.log(mixed.inner[np.arange(900), LABELS]).mean()


def result(inner: np.ndarray, seed: int) -> FoldResult:
    asked = np.random.default_rng(seed).dirichlet(np.ones(3), 50).astype(np.float32)
    return FoldResult({"seed": seed}, 1.0, 2, asked, asked, asked, inner, LABELS, 1.0, 1.0, 1.0, 0.0)
