"""How well a catalog tells its own tracks from others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from training.data.source_table import default_catalog
from training.evaluation.outsiders import measure
from training.prepare import prepare


def test_tracks_far_from_a_catalog_are_told_from_its_own() -> None:
    """Of two genres, beside one of their own sound and one of whispers."""
    prepared = prepare([default_catalog()], ["metal", "country"])
    own = prepared.tracks.sample(60, random_state=0).reset_index(drop=True)
    alike = own.assign(track_genre="alike", track_id=[f"a{number:021}" for number in range(60)])
    far = alike.assign(
        track_genre="whispers",
        track_id=[f"w{number:021}" for number in range(60)],
        loudness=-45.0,
        energy=0.001,
        acousticness=0.99,
        speechiness=0.95,
        tempo=60.0,
    )
    others = pd.concat([alike, far], ignore_index=True).assign(artists=[f"Nobody {number}" for number in range(120)])
    report = measure(prepared.rows, prepared.tracks, others, "lightgbm")
    assert report.loc["whispers", "foreign"] > 0.9
    assert report.loc["whispers", "distance"] > 0.95
    assert report.loc["alike", "foreign"] < 0.3
    assert report.loc["all", "tracks"] == 80
    assert np.isfinite(report.to_numpy(float)).all()
