from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.release.track_index import GENRE_WEIGHT, TrackIndex

GENRES = ("blues", "k-pop", "metal")


@dataclass(frozen=True)
class Catalog:
    """Vectors float32 [n_tracks, d], and the genres of each track."""

    vectors: np.ndarray
    genres: Sequence[frozenset[str]]

    def index(self) -> TrackIndex:
        rows, shards = [], {}
        for genre in GENRES:
            members = [track for track, genres in enumerate(self.genres) if genre in genres]
            shards[genre] = (len(rows), len(rows) + len(members))
            rows += members
        return TrackIndex(self.vectors[rows], np.array(rows, dtype=np.int32), shards)

    def nearest(self, query: np.ndarray, probabilities: Mapping[str, float], genres: Sequence[str], k: int) -> list[int]:
        """The same by the definition, one track after the other."""
        scores = []
        for track, (vector, track_genres) in enumerate(zip(self.vectors, self.genres, strict=True)):
            if track_genres & set(genres):
                fit = sum(probabilities.get(genre, 0.0) for genre in track_genres) / len(track_genres)
                score = -float(((vector - query) ** 2).sum()) / 2 + GENRE_WEIGHT * np.log(max(fit, 1e-6))
                scores.append((-score, track))
        return [track for _, track in sorted(scores)[:k]]


# Small whole numbers, so that both ways to a distance are exact and ties are plenty.
coordinates = st.integers(-2, 2).map(float)
probability = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@st.composite
def catalogs(draw: st.DrawFn) -> Catalog:
    n_tracks = draw(st.integers(1, 30))
    vectors = [[draw(coordinates) for _ in range(2)] for _ in range(n_tracks)]
    genres = [draw(st.frozensets(st.sampled_from(GENRES), min_size=1)) for _ in range(n_tracks)]
    return Catalog(np.array(vectors, dtype=np.float32), genres)


@given(
    catalogs(),
    st.tuples(coordinates, coordinates),
    st.fixed_dictionaries(dict.fromkeys(GENRES, probability)),
    st.lists(st.sampled_from([*GENRES, "polka"]), unique=True),
    st.integers(1, 40),
)
def test_the_nearest_are_those_of_the_definition(
    catalog: Catalog, query: tuple[float, float], probabilities: dict[str, float], genres: list[str], k: int
) -> None:
    embedding = np.array(query, dtype=np.float32)
    neighbours = catalog.index().nearest(embedding, probabilities, genres, k)
    assert neighbours.tracks.tolist() == catalog.nearest(embedding, probabilities, genres, k)
    assert neighbours.vectors.tolist() == catalog.vectors[neighbours.tracks].tolist()
    assert neighbours.distances.tolist() == ((catalog.vectors[neighbours.tracks] - embedding) ** 2).sum(axis=1).tolist()


@pytest.fixture(scope="module")
def many() -> Catalog:
    draw = np.random.default_rng(0)
    genres = [frozenset(draw.choice(GENRES, draw.integers(1, 3), replace=False).tolist()) for _ in range(3000)]
    return Catalog(draw.standard_normal((3000, 16), dtype=np.float32), genres)


def test_real_numbers_come_out_the_same(many: Catalog) -> None:
    probabilities = {"blues": 0.7, "k-pop": 0.2, "metal": 0.1}
    index = many.index()
    for query in many.vectors[:20]:
        expected = many.nearest(query, probabilities, GENRES, 100)
        assert index.nearest(query, probabilities, GENRES, 100).tracks.tolist() == expected


def test_scores_fall_and_are_those_of_their_parts(many: Catalog) -> None:
    neighbours = many.index().nearest(many.vectors[0], {"blues": 0.7, "metal": 0.3}, GENRES, 50)
    assert (np.diff(neighbours.scores) <= 0).all()
    parts = -neighbours.distances / 2 + GENRE_WEIGHT * np.log(np.maximum(neighbours.probabilities, 1e-6))
    assert neighbours.scores == pytest.approx(parts, abs=1e-4)


def test_the_nearest_to_a_track_in_its_genre_is_itself(many: Catalog) -> None:
    genre = min(many.genres[7])
    neighbours = many.index().nearest(many.vectors[7], dict.fromkeys(GENRES, 1.0), [genre], 1)
    assert neighbours.tracks.tolist() == [7]
    assert neighbours.distances[0] == pytest.approx(0, abs=1e-5)


def test_a_track_is_found_once_however_many_genres_it_has() -> None:
    catalog = Catalog(np.zeros((2, 3), dtype=np.float32), [frozenset(GENRES), frozenset(GENRES)])
    assert catalog.index().nearest(np.zeros(3, dtype=np.float32), {}, GENRES, 10).tracks.tolist() == [0, 1]


def test_a_likely_genre_outweighs_a_small_distance() -> None:
    vectors = np.array([[0.0], [0.5]], dtype=np.float32)
    catalog = Catalog(vectors, [frozenset({"blues"}), frozenset({"metal"})])
    neighbours = catalog.index().nearest(np.zeros(1, dtype=np.float32), {"blues": 0.1, "metal": 0.9}, GENRES, 2)
    assert neighbours.tracks.tolist() == [1, 0]


@pytest.mark.parametrize("genres", [[], ["polka"]])
def test_without_a_known_genre_nothing_is_near(many: Catalog, genres: list[str]) -> None:
    neighbours = many.index().nearest(many.vectors[0], {}, genres, 10)
    assert len(neighbours.tracks) == len(neighbours.scores) == len(neighbours.vectors) == 0


def test_the_sizes_of_the_shards_are_known(many: Catalog) -> None:
    index = many.index()
    assert index.genre_sizes == {genre: sum(genre in genres for genres in many.genres) for genre in GENRES}
    assert index.n_rows == sum(index.genre_sizes.values())
    assert (index.n_tracks, index.dimensions) == (3000, 16)


def test_the_typical_distance_is_that_of_two_tracks(many: Catalog) -> None:
    # Two standard normal vectors differ by a vector of variance 2 in each of 16 dimensions.
    assert many.index().typical_distance == pytest.approx(32, rel=0.1)


def test_an_index_of_one_track_has_a_typical_distance() -> None:
    assert Catalog(np.zeros((1, 2), dtype=np.float32), [frozenset({"blues"})]).index().typical_distance == 1


@given(catalogs(), st.lists(coordinates, min_size=2, max_size=2), st.data())
def test_only_allowed_tracks_come(catalog: Catalog, query: list[float], data: st.DataObject) -> None:
    allowed = np.array(data.draw(st.lists(st.booleans(), min_size=len(catalog.vectors), max_size=len(catalog.vectors))))
    point, likely = np.array(query, np.float32), dict.fromkeys(GENRES, 0.5)
    everything = catalog.nearest(point, likely, GENRES, len(catalog.vectors))
    expected = [track for track in everything if allowed[track]][:5]
    assert catalog.index().nearest(point, likely, GENRES, 5, allowed).tracks.tolist() == expected
