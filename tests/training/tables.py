"""Tables of made-up tracks whose genres can be told apart by their audio features, though not always."""

from __future__ import annotations

import numpy as np
import pandas as pd

GENRES = ("ambient", "house", "metal", "swing")


def track_table(n_tracks: int = 240, genres: tuple[str, ...] = GENRES, seed: int = 0) -> pd.DataFrame:
    """A table as it comes: ids of 22 characters, two or three tracks an artist, every column that a model uses."""
    random = np.random.default_rng(seed)
    label = np.arange(n_tracks) % len(genres)
    level = (label + 0.5) / len(genres)

    def share(strength: float) -> np.ndarray:
        return np.clip(strength * level + (1 - strength) * random.random(n_tracks), 0, 1)

    artist = label * 1000 + random.integers(0, max(n_tracks // 12, 2), n_tracks)
    return pd.DataFrame(
        {
            "track_id": [f"{seed:02d}{number:020d}" for number in range(n_tracks)],
            "track_name": [f"Track {number}" for number in range(n_tracks)],
            "artists": [f"Artist {number};Guest" for number in artist],
            "album_name": [f"Album {number}" for number in artist],
            "popularity": random.integers(0, 100, n_tracks),
            "duration_ms": random.integers(60_000, 400_000, n_tracks),
            "explicit": random.random(n_tracks) < 0.2,
            "key": random.integers(-1, 12, n_tracks),
            "mode": random.integers(0, 2, n_tracks),
            "acousticness": share(0.6),
            "danceability": share(0.3),
            "energy": 1 - share(0.7),
            "instrumentalness": share(0.1),
            "liveness": share(0.0),
            "loudness": -20 * share(0.5),
            "speechiness": share(0.2),
            "tempo": 60 + 120 * share(0.4),
            "valence": share(0.3),
            "track_genre": [genres[number] for number in label],
        }
    )
