"""Artists as training sees them: whose tracks are whose, and who lies near whom."""

from __future__ import annotations

import json

import numpy as np

from training.indexing.artist_rows import MOST_ALIKE, PlacedTracks, artist_rows


def placed(
    places: list[list[float]], genres: list[list[float]] | None = None, counted: list[bool] | None = None
) -> PlacedTracks:
    return PlacedTracks(
        np.array(places, np.float32),
        np.array(genres or [[1.0]] * len(places)),
        np.array(counted or [True] * len(places)),
    )


def alike(artists: list[list[str]], where: PlacedTracks) -> dict[str, list[str]]:
    rows = artist_rows(artists, range(len(artists)), where)
    return {name: [rows.names[other] for other in others] for name, others in zip(rows.names, rows.alike, strict=True)}


def test_an_artist_has_its_tracks_in_the_order_of_the_catalog_and_its_first_spelling() -> None:
    rows = artist_rows([["AC/DC"], ["Other"], ["Ac Dc", "Other"]], [2, 0, 1], None)
    assert rows.names == ["Ac Dc", "Other"]
    assert rows.tracks == [[2, 0], [2, 1]]
    assert list(rows.artist_tracks()) == [(0, 0, 2), (0, 1, 0), (1, 0, 2), (1, 1, 1)]
    assert [json.loads(alike) for *_, alike in rows.artists()] == [[], []]


def test_an_artist_named_twice_made_the_track_once() -> None:
    assert artist_rows([["A", "a"]], [0], None).tracks == [[0]]


def test_the_nearest_are_those_whose_means_are_near() -> None:
    artists = [["A"], ["A"], ["B"], ["B"], ["C"], ["C"]]
    near = alike(artists, placed([[0, 0], [2, 0], [1, 1], [1, 1], [9, 9], [9, 9]]))
    assert near == {"A": ["B", "C"], "B": ["A", "C"], "C": ["B", "A"]}


def test_one_track_says_little_of_an_artist_and_still_has_neighbours() -> None:
    near = alike([["A"], ["A"], ["One"]], placed([[0, 0], [0, 0], [0, 0]]))
    assert near == {"A": [], "One": ["A"]}


def test_who_makes_the_same_genre_is_nearer() -> None:
    artists = [["A"], ["A"], ["Same"], ["Same"], ["Other"], ["Other"]]
    where = placed([[0, 0], [0, 0], [1.2, 0], [1.2, 0], [1, 0], [1, 0]], [[1, 0]] * 4 + [[0, 1]] * 2)
    assert alike(artists, where)["A"] == ["Same", "Other"]


def test_what_does_not_count_moves_nobody() -> None:
    artists = [["A"], ["A"], ["A"], ["B"], ["B"], ["C"], ["C"]]
    where = placed([[0, 0], [0, 0], [90, 0], [1, 0], [1, 0], [30, 0], [30, 0]], counted=[True, True, False, *[True] * 4])
    assert alike(artists, where)["B"] == ["A", "C"]


def test_no_artist_is_near_to_more_than_a_few() -> None:
    artists = [[f"Artist {number // 2}"] for number in range(60)]
    near = alike(artists, placed([[number // 2, 0] for number in range(60)]))
    assert {len(others) for others in near.values()} == {MOST_ALIKE}
    assert near["Artist 0"][:2] == ["Artist 1", "Artist 2"]
