"""The temperature mends how sure a model is, and changes no winner."""

from __future__ import annotations

import numpy as np
import pytest

from kamerton.release.classifier import GenreClassifier
from kamerton.release.onnx_model import OnnxModel
from tests.training.tables import GENRES, track_table
from training.data.inputs import vectors_of
from training.export import prove_parity
from training.fitting.trained_classifier import fit_classifier
from training.statistics.calibration import fit_temperature, tempered

RANDOM = np.random.default_rng(0)
TRUE = RANDOM.dirichlet(np.ones(4), 4000)
LABELS = np.array([RANDOM.choice(4, p=row) for row in TRUE])


@pytest.mark.parametrize("temperature", [0.7, 1.0, 1.6])
def test_what_was_made_too_sure_is_found_again(temperature: float) -> None:
    too_sure = tempered(TRUE, 1 / temperature)
    assert fit_temperature(too_sure, LABELS) == pytest.approx(temperature, abs=0.08)
    np.testing.assert_allclose(tempered(too_sure, temperature), TRUE, atol=1e-9)


def test_no_winner_changes() -> None:
    np.testing.assert_array_equal(tempered(TRUE, 2.5).argmax(axis=1), TRUE.argmax(axis=1))


def test_certainty_is_no_logarithm_of_zero() -> None:
    certain = np.eye(4)
    assert np.isfinite(tempered(certain, 3.0)).all()
    np.testing.assert_allclose(tempered(certain, 3.0).sum(axis=1), 1)


def test_the_exported_graph_has_the_temperature_too() -> None:
    rows = track_table(160)
    classifier = fit_classifier(rows, "lightgbm", temperature=1.7)
    plain = fit_classifier(rows, "lightgbm", temperature=1.0)
    exported = OnnxModel(classifier.to_onnx().SerializeToString(), GenreClassifier.OUTPUT)
    assert prove_parity(classifier, exported, vectors_of(rows)) < 1e-5
    surest = exported(vectors_of(rows)).max(axis=1)
    assert surest.mean() < plain.predict_proba(vectors_of(rows)).max(axis=1).mean()
    assert exported.width == len(GENRES)
