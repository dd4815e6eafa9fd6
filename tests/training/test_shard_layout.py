import numpy as np
import pandas as pd
import pytest

from kamerton.release.track_index import TrackIndex
from training.indexing.shard_layout import ARTIST_SHARE, shard_layout


def table(*tracks: tuple[str, list[str]]) -> pd.DataFrame:
    return pd.DataFrame(tracks, columns=["artists", "genres"])


def test_a_track_stands_once_in_each_of_its_genres() -> None:
    tracks = table(("A", ["rock", "folk"]), ("B", ["rock"]), ("C", ["blues", "rock", "blues"]))
    vectors, rows, shards = shard_layout(tracks, np.eye(3, dtype=np.float32))
    assert shards == {"blues": (0, 1), "folk": (1, 2), "rock": (2, 5)}
    assert rows.tolist() == [2, 0, 0, 1, 2]
    assert vectors.dtype == np.float32
    assert rows.dtype == np.int32
    assert vectors.tolist() == np.eye(3)[rows].tolist()


def test_vectors_are_mixed_with_the_other_tracks_of_the_first_artist() -> None:
    tracks = table(("A", ["rock"]), ("A;B", ["rock"]), ("A;C", ["rock"]), ("B;A", ["rock"]))
    embeddings = np.array([[0, 0], [3, 0], [0, 6], [5, 5]], dtype=np.float32)
    vectors, _, _ = shard_layout(tracks, embeddings)
    weight = ARTIST_SHARE * 2 / 3
    assert vectors[1] == pytest.approx([(1 - weight) * 3, weight * 3])
    assert vectors[3].tolist() == [5, 5]


def test_the_index_takes_the_layout_and_finds_a_track() -> None:
    tracks = table(("A", ["rock"]), ("B", ["folk"]), ("C", ["folk", "rock"]))
    embeddings = np.array([[0, 0], [10, 0], [0, 10]], dtype=np.float32)
    index = TrackIndex(*shard_layout(tracks, embeddings))
    found = index.nearest(embeddings[2], {"rock": 0.5, "folk": 0.5}, ["rock", "folk"], 3)
    assert found.tracks.tolist()[0] == 2
    assert sorted(found.tracks.tolist()) == [0, 1, 2]
