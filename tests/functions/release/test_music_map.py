from __future__ import annotations

import numpy as np
import pytest

from kamerton.release.music_map import BLOCK, SIDE, MusicMap

LAST = SIDE - 1


def scattered(n_tracks: int, seed: int = 0) -> MusicMap:
    random = np.random.default_rng(seed)
    places = random.integers(0, SIDE, (n_tracks, 2))
    return MusicMap(np.column_stack([places, random.integers(0, 2, n_tracks)]).astype(np.uint16), ("blues", "metal"))


def point_rows(points: bytes) -> np.ndarray:
    """[n, 3], as a page reads it."""
    lower, higher = np.frombuffer(points, np.uint8).reshape(2, 3, -1).astype(int)
    return (lower + 256 * higher).T


@pytest.mark.parametrize("n_tracks", [1, BLOCK, 2 * BLOCK + 1])
def test_every_track_is_in_one_block_where_its_point_is(n_tracks: int) -> None:
    music_map = scattered(n_tracks)
    blocks = [music_map.block(number) for number in range(music_map.n_blocks)]
    tracks = [track for block in blocks for track in block]
    assert sorted(tracks) == list(range(n_tracks))
    assert all(len(block) == BLOCK for block in blocks[:-1])
    points = point_rows(music_map.points())
    for place, track in enumerate(tracks):
        assert tuple(points[place, :2]) == music_map.spot([track])


def test_a_block_is_a_neighbourhood() -> None:
    music_map = scattered(20 * BLOCK)
    points = point_rows(music_map.points())[: 20 * BLOCK].reshape(20, BLOCK, 3)
    widths = np.ptp(points[:, :, :2], axis=1)
    # A twentieth of the square is 0.22 of its side wide; what crosses a border of the curve is wider.
    assert np.median(widths) < 0.5 * SIDE


def test_a_block_beyond_the_last_is_empty() -> None:
    assert scattered(10).block(1) == []


def test_the_spot_of_several_tracks_is_in_the_middle_of_them() -> None:
    rows = np.array([[0, 0, 0], [10, 20, 0], [LAST, 40, 0]], np.uint16)
    assert MusicMap(rows, ("blues",)).spot([0, 1, 2]) == (10, 20)
    assert MusicMap(rows, ("blues",)).spot([2]) == (LAST, 40)


def areas_of_three() -> MusicMap:
    """Blues on the left, metal at the right above with rock around it."""
    random = np.random.default_rng(0)
    middles = np.array([[0.2, 0.2], [0.8, 0.8], [0.8, 0.8]])
    spread = np.array([0.02, 0.02, 0.04])
    label = np.arange(900) % 3
    places = middles[label] + spread[label, np.newaxis] * random.standard_normal((900, 2))
    return MusicMap(np.column_stack([places * LAST, label]).astype(np.uint16), ("blues", "metal", "rock"))


def test_an_area_lies_where_its_tracks_do() -> None:
    blues, metal, rock = areas_of_three().areas
    assert (blues.genre, metal.genre, rock.genre) == ("blues", "metal", "rock")
    assert blues.tracks == metal.tracks == rock.tracks == 300
    assert (blues.x / SIDE, blues.y / SIDE) == pytest.approx((0.2, 0.2), abs=0.06)
    assert (metal.x / SIDE, metal.y / SIDE) == pytest.approx((0.8, 0.8), abs=0.06)


def test_the_genres_beside_are_those_that_share_an_area() -> None:
    blues, metal, rock = areas_of_three().areas
    assert blues.beside == ()
    assert metal.beside == ("rock",)
    assert rock.beside == ("metal",)


def test_a_genre_that_is_everywhere_is_spread_more() -> None:
    _, metal, rock = areas_of_three().areas
    assert metal.spread < rock.spread


def test_a_genre_without_a_point_of_its_own_is_an_area_all_the_same() -> None:
    blues, metal = MusicMap(np.array([[0, 0, 1]], np.uint16), ("blues", "metal")).areas
    assert (blues.tracks, metal.tracks) == (0, 1)
    assert metal.beside == ()
