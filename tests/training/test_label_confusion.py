"""What training measures of labels and of likeness."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from training.indexing.label_confusion import label_confusion
from training.indexing.likeness_bounds import likeness_bounds


def tracks(*rows: tuple[str, list[str]]) -> pd.DataFrame:
    return pd.DataFrame({"artists": [artist for artist, _ in rows], "genres": [genres for _, genres in rows]})


def test_labels_that_an_artists_tracks_share_are_trusted() -> None:
    confusion = label_confusion(tracks(("A", ["rock"]), ("A", ["rock"]), ("B", ["metal"]), ("B", ["rock"]), ("C", ["jazz"])))
    assert confusion["rock"]["rock"] > confusion["rock"]["metal"] > confusion["rock"]["jazz"] > 0
    assert confusion["metal"]["rock"] > confusion["metal"]["metal"]
    # Of an artist with one track nothing is known but the label.
    assert confusion["jazz"]["jazz"] > 0.9
    for shares in confusion.values():
        assert sum(shares.values()) == pytest.approx(1, abs=1e-3)


def test_bounds_rise_and_hold_their_shares_of_the_pairs() -> None:
    random = np.random.default_rng(1)
    places = random.normal(size=(400, 3)).astype(np.float32)
    table = tracks(*((f"Artist {number // 4}", ["rock"]) for number in range(400)))
    bounds = likeness_bounds(table, places, places)
    assert bounds == sorted(bounds)
    assert 0.5 < bounds[0] < bounds[1] < 8
    assert likeness_bounds(table, places, places) == bounds


def test_a_catalog_of_artists_with_one_track_has_no_bounds() -> None:
    table = tracks(*((f"Artist {number}", ["rock"]) for number in range(50)))
    assert likeness_bounds(table, np.zeros((50, 2), np.float32), np.zeros((50, 2), np.float32)) == []
