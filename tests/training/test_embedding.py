"""The space of similarity on tracks that are made up: artists differ in tempo and duration, and in nothing else."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kamerton.music.features import CORE, FEATURE_NAMES, NAMES, SOUND_NAMES, vectors
from kamerton.release.embedder import Embedder
from kamerton.release.onnx_model import OnnxModel
from training.similarity.embedding import Embedding, fit_embedding, prove_parity

N_ARTISTS = 60
PER_ARTIST = 6


@pytest.fixture(scope="module")
def tracks() -> pd.DataFrame:
    random = np.random.default_rng(1)
    n = N_ARTISTS * PER_ARTIST
    own = np.repeat(np.arange(N_ARTISTS), PER_ARTIST)
    artist_tempo, artist_duration = random.normal(size=(2, N_ARTISTS))
    columns = {name: random.uniform(0.02, 0.98, n) for name in NAMES}
    columns["energy"] = np.clip(columns["danceability"] + random.normal(0, 0.1, n), 0.02, 0.98)
    columns["loudness"] = -20 + 15 * columns["energy"] + random.normal(0, 1, n)
    columns["tempo"] = 120 * np.exp(0.2 * artist_tempo[own] + random.normal(0, 0.05, n))
    columns["duration_ms"] = 200_000 * np.exp(0.3 * artist_duration[own] + random.normal(0, 0.1, n))
    columns["key"] = random.integers(0, 12, n)
    columns["mode"] = random.integers(0, 2, n)
    columns["explicit"] = random.integers(0, 2, n)
    return pd.DataFrame({"artists": [f"Artist {number};Guest" for number in own], **columns})


@pytest.fixture(scope="module")
def numbers(tracks: pd.DataFrame) -> np.ndarray:
    return vectors({name: tracks[name] for name in NAMES})


@pytest.fixture(scope="module")
def embedding(tracks: pd.DataFrame) -> Embedding:
    return fit_embedding(tracks, 0)


def shares_nearest(embeddings: np.ndarray) -> float:
    """The share of tracks whose nearest other track is by their artist."""
    squared = ((embeddings[:, np.newaxis] - embeddings) ** 2).sum(axis=-1)
    np.fill_diagonal(squared, np.inf)
    own = np.repeat(np.arange(N_ARTISTS), PER_ARTIST)
    return float((own[squared.argmin(axis=1)] == own).mean())


def test_an_axis_counts_as_far_as_it_tells_artists_apart(embedding: Embedding, numbers: np.ndarray) -> None:
    known = pd.DataFrame(numbers)
    standardised = ((known - known.mean()) / known.std()).fillna(0).to_numpy()
    assert shares_nearest(embedding.embed(numbers)) > 2 * shares_nearest(standardised)


def test_the_space_is_finite_whatever_is_missing(embedding: Embedding, numbers: np.ndarray) -> None:
    random = np.random.default_rng(0)
    holed = np.where(random.random(numbers.shape) < 0.5, np.nan, numbers).astype(np.float32)
    holed[0] = np.nan
    assert np.isfinite(embedding.embed(holed)).all()


def test_a_missing_core_feature_becomes_its_mean_given_the_rest(embedding: Embedding, numbers: np.ndarray) -> None:
    complete = (numbers[:, : len(SOUND_NAMES)] - embedding.center) / embedding.scale
    correlations = np.corrcoef(complete.T)
    for missing in ([FEATURE_NAMES.index("energy_log")], [2, 5], list(range(2, 9))):
        known = np.setdiff1d(np.arange(len(SOUND_NAMES)), missing)
        holed = complete[:50].copy()
        holed[:, missing] = np.nan
        weights = np.linalg.solve(correlations[np.ix_(known, known)], correlations[np.ix_(known, missing)])
        assert embedding.fill(holed)[:, missing] == pytest.approx(complete[:50, known] @ weights, abs=0.05)


def test_a_missing_optional_feature_favours_no_track(embedding: Embedding, numbers: np.ndarray) -> None:
    fixed = Embedding(*(getattr(embedding, name) for name in ("center", "scale", "filling", "axes", "radii")))
    seed = numbers[:1].copy()
    seed[:, len(CORE) :] = np.nan
    others = np.repeat(numbers[1:2], 20, axis=0)
    others[:, FEATURE_NAMES.index("duration_log")] = np.linspace(10, 14, 20)
    distances = ((fixed.embed(others) - fixed.embed(seed)) ** 2).sum(axis=1)
    assert distances == pytest.approx(distances[0], rel=1e-4)


def test_the_graph_is_proved_equal(embedding: Embedding, numbers: np.ndarray) -> None:
    assert prove_parity(embedding, numbers) <= 1e-5
    assert Embedder(OnnxModel(embedding.to_onnx().SerializeToString(), Embedder.OUTPUT)).dimensions == embedding.dimensions


def test_a_graph_of_another_space_is_not_exported(
    embedding: Embedding, numbers: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(embedding, center=embedding.center + 1).to_onnx()
    monkeypatch.setattr(Embedding, "to_onnx", lambda _: other)
    with pytest.raises(SystemExit, match="not exported"):
        prove_parity(embedding, numbers)


def test_one_seed_gives_one_space_and_a_file_keeps_it(embedding: Embedding, tracks: pd.DataFrame, tmp_path: Path) -> None:
    again = fit_embedding(tracks, 0)
    embedding.save(tmp_path / "embedding.npz")
    loaded = Embedding.load(tmp_path / "embedding.npz")
    model = embedding.to_onnx().SerializeToString()
    assert again.to_onnx().SerializeToString() == model
    assert loaded.to_onnx().SerializeToString() == model


@pytest.mark.parametrize("absent", [["key"], ["key", "mode", "duration_ms", "explicit"]])
def test_a_catalog_may_lack_optional_features(tracks: pd.DataFrame, numbers: np.ndarray, absent: list[str]) -> None:
    embedding = fit_embedding(tracks.drop(columns=absent), 0)
    assert np.isfinite(embedding.embed(numbers)).all()
    prove_parity(embedding, numbers)


def test_a_catalog_without_two_tracks_of_one_artist_has_a_space(tracks: pd.DataFrame, numbers: np.ndarray) -> None:
    singles = tracks.assign(artists=[f"Artist {number}" for number in range(len(tracks))])
    assert np.isfinite(fit_embedding(singles, 0).embed(numbers)).all()


def test_names_and_popularity_are_no_inputs(embedding: Embedding, tracks: pd.DataFrame) -> None:
    renamed = tracks.assign(artists=tracks["artists"].str.upper(), track_name="?", popularity=np.arange(len(tracks)))
    assert fit_embedding(renamed, 0).to_onnx() == embedding.to_onnx()


def test_the_space_is_of_the_sound_alone(embedding: Embedding, numbers: np.ndarray) -> None:
    other = numbers.copy()
    other[:, len(SOUND_NAMES) :] = 7
    np.testing.assert_array_equal(embedding.embed(other), embedding.embed(numbers))
