"""What labels say of themselves, and the tracks of which a model is surest that they are wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.training.study.test_comparison import GENRES, LABELS, SPLIT, right_for
from training.study.contradictions import label_bound, most_confident


def test_the_bound_counts_tracks_that_are_filed_twice() -> None:
    rows = pd.DataFrame(
        {
            "track_id": ["a", "a", "b", "c", "d", "e"],
            "track_name": ["x", "x", "y", "y", "z", "w"],
            "artists": ["p;q", "p;q", "p", "p", "r", "p"],
            "track_genre": ["metal", "rock", "rock", "rock", "metal", "metal"],
        }
    )
    bound = label_bound(rows)
    assert bound["same_id"] == {"rows": 2, "groups": 1, "pairs_that_agree": 0.0, "most_frequent_label": 0.5}
    assert bound["same_title_and_artists"]["pairs_that_agree"] == 0.5
    assert bound["same_title_and_artists"]["most_frequent_label"] == 0.75
    # One row a track: x (metal), y (rock) and w (metal) of p.
    assert bound["same_first_artist"] == {"rows": 3, "groups": 1, "pairs_that_agree": 0.3333, "most_frequent_label": 0.6667}


def test_without_repeats_there_is_nothing_to_say() -> None:
    rows = SPLIT.rows.assign(artists=[f"artist {number}" for number in range(len(SPLIT.rows))])
    assert label_bound(rows)["same_first_artist"]["pairs_that_agree"] is None


def test_contradictions_are_errors_the_surest_first() -> None:
    found = most_confident(SPLIT, right_for(0.6, 3), GENRES, n=10)
    assert len(found) == 10
    probabilities = [one["probability"] for one in found]
    assert probabilities == sorted(probabilities, reverse=True)
    label_of = dict(zip(SPLIT.rows["track_name"], np.array(GENRES)[LABELS], strict=True))
    assert all(one["label"] == label_of[one["title"]] != one["predicted"] for one in found)
