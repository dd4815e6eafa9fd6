"""The study as a command, at its quickest: everything that a reader looks for is there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.fresh_copy import fresh_copy, newcomers_environ
from tests.training.tables import GENRES, track_table
from training import prepare
from training.evaluation.parameter_search import ARTIST_POWERS
from training.models import FAMILIES, FEW_GENRES
from training.study import __main__ as stage
from training.study.participants import UNTUNED, WITH_NETWORK

_MOST_SECONDS = 900


def prepared(folder: Path, genres: tuple[str, ...], n_tracks: int) -> Path:
    track_table(n_tracks, genres).to_parquet(folder / "table.parquet", index=False)
    prepare.main(["--catalog", str(folder / "table.parquet"), "--build", str(folder / "build")])
    return folder


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Of the documented command, on the default catalog."""
    folder = fresh_copy(tmp_path_factory.mktemp("study") / "kamerton")
    done = subprocess.run(
        ["make", "study", "QUICK=1"], cwd=folder, capture_output=True, text=True, env=newcomers_environ(), timeout=_MOST_SECONDS
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (folder / "reports" / "study.html").exists()
    found: dict[str, Any] = json.loads((folder / "reports" / "study.json").read_text())
    return found


def test_every_family_is_judged_on_both_splits(report: dict[str, Any]) -> None:
    assert set(report["models"]) == {*FAMILIES, UNTUNED, WITH_NETWORK}
    for figures in report["models"].values():
        assert set(figures) == {"random", "new_artists"}
        assert 0 <= figures["new_artists"]["accuracy"] <= 1
    assert report["quick"] is True
    assert report["champion"] in FAMILIES


def test_the_weights_of_artists_are_chosen_in_each_fold(report: dict[str, Any]) -> None:
    assert set(report["artist_powers"]) == {"random", "new_artists"}
    for powers in report["artist_powers"].values():
        assert len(powers) == stage.QUICK_FOLDS
        assert set(powers) <= set(ARTIST_POWERS)


def test_the_rest_of_the_questions_is_answered(report: dict[str, Any]) -> None:
    assert {row["family"] for row in report["ablation"]} == {"lightgbm", "svm"}
    assert set(report["learning_curves"]) >= {"mlp", "cnn", "rnn", "lstm"}
    assert set(report["footprints"]) >= {"lightgbm", "catboost", "xgboost", "svm", "extra_trees", "ensemble"}
    assert all(found["largest_difference"] <= 1e-5 for found in report["footprints"].values())
    assert len(report["importance"]["shap_of_genres"]) == 6
    assert report["contradictions"]
    assert report["comparisons"]["new_artists"]["champion_over_untuned"]["theirs"] == UNTUNED


def test_some_families_are_compared_with_what_nobody_tuned(tmp_path: Path) -> None:
    folder = prepared(tmp_path, GENRES, 160)
    stage.main(
        [
            *("--quick", "--family", "extra_trees", "--family", "majority", "--workers", "1"),
            *("--build", str(folder / "build"), "--report", str(folder / "study.json")),
        ]
    )
    found = json.loads((folder / "study.json").read_text())
    assert set(found["models"]) == {"extra_trees", "majority", "ensemble", WITH_NETWORK, UNTUNED}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--family", "lstm"], "no champion"),
        (["--family", "ensemble"], "no champion"),
        (["--quick", "--keep"], "not to be kept"),
    ],
)
def test_what_cannot_end_well_is_not_begun(
    options: list[str], reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = prepared(tmp_path, GENRES, 160)
    with pytest.raises(SystemExit):
        stage.main([*options, "--build", str(folder / "build")])
    assert reason in capsys.readouterr().err


def test_many_genres_have_a_study_of_their_own(tmp_path: Path) -> None:
    genres = tuple(f"genre {number:02d}" for number in range(FEW_GENRES + 1))
    folder = prepared(tmp_path, genres, 600)
    stage.main(["--quick", "--build", str(folder / "build"), "--report", str(folder / "study.json"), "--workers", "1"])
    found = json.loads((folder / "study.json").read_text())
    assert {row["family"] for row in found["many_genres"]} == {"lightgbm", "catboost", "xgboost", "mlp"}
    for row in found["many_genres"]:
        assert row["top_1"] <= row["top_3"] <= row["top_5"]
        assert ("footprint" in row) == (row["split"] == "new_artists")
