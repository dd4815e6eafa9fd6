"""The splits keep apart what they promise, and the figures are what their names say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.training.tables import track_table
from training.data import source_table as table
from training.evaluation import protocol


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    rows, _ = table.split_broken(table.read_table(table.default_catalog()[1]))
    distinct = rows.drop_duplicates(["track_id", "track_genre"])
    return distinct.reset_index(drop=True)


def test_default_catalog_gives_the_agreed_counts(rows: pd.DataFrame) -> None:
    assert len(protocol.random_split(rows).rows) == 5986
    split = protocol.new_artists_split(rows)
    assert (len(split.rows), protocol.first_artists(split.rows).nunique()) == (4450, 1251)


@pytest.mark.parametrize("name", protocol.SPLITS)
def test_every_row_is_predicted_once_by_a_model_that_did_not_see_it(rows: pd.DataFrame, name: str) -> None:
    split = protocol.SPLITS[name](rows, 3)
    assert sorted(np.concatenate([test for _, test in split.folds])) == list(range(len(split.rows)))
    assert all(not set(train) & set(test) for train, test in split.folds)


def test_no_artist_and_no_track_is_on_both_sides(rows: pd.DataFrame) -> None:
    split = protocol.new_artists_split(rows)
    artists = protocol.first_artists(split.rows)
    for train, test in split.folds:
        assert not set(artists.iloc[train]) & set(artists.iloc[test])
        assert not set(split.rows["track_id"].iloc[train]) & set(split.rows["track_id"].iloc[test])


def test_ids_of_two_genres_go_before_repeated_tracks_do() -> None:
    rows = track_table(6)[["track_id", "track_name", "artists", "track_genre"]]
    rows["artists"] = "Someone"
    rows["track_genre"] = ["metal", "house", "metal", "metal", "metal", "metal"]
    rows.loc[1, "track_id"] = rows.loc[0, "track_id"]
    rows["track_name"] = ["Same", "Same", "Same", "Same", "Other", "other"]
    kept = protocol.new_artist_rows(rows)
    # The first "Same" that has one genre only stays, though an ambiguous one stood before it.
    assert kept["track_id"].tolist() == rows["track_id"].iloc[[2, 4, 5]].tolist()


@pytest.mark.parametrize("name", protocol.SPLITS)
def test_the_seed_alone_decides_the_folds(rows: pd.DataFrame, name: str) -> None:
    def folds(seed: int) -> list[list[int]]:
        return [test.tolist() for _, test in protocol.SPLITS[name](rows, seed).folds]

    assert folds(0) == folds(0)
    assert folds(0) != folds(1)


def test_scores_of_a_case_worked_by_hand() -> None:
    labels = np.array([0, 0, 1, 2])
    probabilities = np.array([[0.8, 0.1, 0.1], [0.3, 0.6, 0.1], [0.2, 0.7, 0.1], [0.5, 0.3, 0.2]])
    scores = protocol.score(labels, probabilities, ("a", "b", "c"))
    assert scores.accuracy == 0.5
    assert scores.top_2 == 0.75
    assert scores.recall == {"a": 0.5, "b": 1.0, "c": 0.0}
    # F1 of a: 1 of 2 found, 1 of 2 right; of b: 1 of 1 found, 1 of 2 right; of c: none.
    assert scores.macro_f1 == pytest.approx((1 / 2 + 2 / 3 + 0) / 3)
    assert scores.log_loss == pytest.approx(-np.log([0.8, 0.3, 0.7, 0.2]).mean())
    # Each of the four stands in a bin of its own.
    assert scores.calibration_error == pytest.approx((0.2 + 0.6 + 0.3 + 0.5) / 4)


def test_certainty_that_is_right_is_calibrated() -> None:
    scores = protocol.score(np.array([0, 1]), np.eye(2), ("a", "b"))
    assert (scores.calibration_error, scores.log_loss, scores.accuracy) == (0.0, 0.0, 1.0)


def test_certainty_that_is_wrong_costs_much_but_not_everything() -> None:
    assert 30 < protocol.score(np.array([1]), np.array([[1.0, 0.0]]), ("a", "b")).log_loss < 40


def test_too_few_artists_are_refused_with_a_way_out() -> None:
    rows = pd.DataFrame(
        {
            "track_id": [f"{place:022d}" for place in range(40)],
            "track_name": [f"Track {place}" for place in range(40)],
            "artists": [f"Artist {place % 4}" for place in range(40)],
            "track_genre": ["one", "two"] * 20,
        }
    )
    with pytest.raises(SystemExit, match="EVALUATE=0"):
        protocol.new_artists_split(rows)
