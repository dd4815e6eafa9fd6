from __future__ import annotations

import numpy as np

from kamerton.release.music_map import SIDE
from training.indexing.map_layout import map_rows

SHARDS = {"blues": (0, 2), "metal": (2, 5)}
# The third track is of both genres, and sounds like metal.
ROWS = np.array([0, 2, 1, 2, 3], np.int32)
EMBEDDINGS = np.array([[0, 0], [8, 8], [9, 9], [9, 8]], np.float32)


def test_the_plane_fills_a_square_without_being_stretched() -> None:
    plane = np.array([[-1.0, 2.0], [3.0, 2.0], [1.0, 3.0], [1.0, 1.0]])
    points = map_rows(plane, EMBEDDINGS, ROWS, SHARDS)
    middle, quarter = round((SIDE - 1) / 2), round((SIDE - 1) / 4)
    assert points[:2, 0].tolist() == [0, SIDE - 1]
    assert abs(int(points[2, 1]) - int(points[3, 1]) - 2 * quarter) <= 2
    assert abs(int(points[0, 1]) - middle) <= 1


def test_a_track_of_several_genres_has_the_colour_of_the_one_that_it_sounds_like() -> None:
    labels = map_rows(np.zeros((4, 2)), EMBEDDINGS, ROWS, SHARDS)[:, 2]
    assert labels.tolist() == [0, 1, 1, 1]


def test_tracks_that_all_lie_in_one_place_are_in_the_middle() -> None:
    points = map_rows(np.full((4, 2), 7.0), EMBEDDINGS, ROWS, SHARDS)
    assert set(points[:, :2].ravel().tolist()) == {SIDE // 2}
