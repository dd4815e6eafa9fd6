from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kamerton.music import features
from kamerton.music.audible import AUDIBLE
from kamerton.release.catalog import Catalog
from kamerton.release.manifest import CATALOG, EMBEDDER, EMBEDDINGS, MAP, MODEL, PROBABILITIES, ROWS, VECTORS
from tests.small_release import GENRES, small_objects, small_tracks
from training.data.artifacts import read_json, write_bytes, write_table
from training.index import LAYOUT, feature_quantiles, genre_averages, main, stored_probabilities


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after the stage, over the small tracks."""
    build = tmp_path_factory.mktemp("build")
    write_table(build / "tracks.parquet", small_tracks())
    for model in (EMBEDDER, MODEL):
        write_bytes(build / "release" / model, small_objects(small_tracks())[1][model])
    main(["--build", str(build)])
    return build


def test_every_track_has_a_row_in_each_of_its_genres(build: Path) -> None:
    rows = np.load(build / "release" / ROWS)
    shards = read_json(build / "release" / LAYOUT, "index")["shards"]
    assert rows.dtype == np.int32
    assert sorted(shards) == sorted(GENRES)
    for genre, (start, stop) in shards.items():
        assert set(small_tracks().loc[rows[start:stop], "track_genre"]) == {genre}
    assert sorted(rows.tolist()) == list(range(120))


def test_vectors_are_as_many_and_as_wide_as_they_should_be(build: Path) -> None:
    vectors = np.load(build / "release" / VECTORS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (120, len(features.SOUND_NAMES))
    assert np.isfinite(vectors).all()


def test_what_the_models_say_of_each_track_is_kept(build: Path) -> None:
    probabilities, embeddings = (np.load(build / "release" / name) for name in (PROBABILITIES, EMBEDDINGS))
    assert probabilities.shape == (120, 3)
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)
    labels = [GENRES.index(genre) for genre in small_tracks()["track_genre"]]
    assert (probabilities.argmax(axis=1) == labels).mean() > 0.5
    assert embeddings.shape == (120, len(features.SOUND_NAMES))


def test_many_probabilities_take_half_the_bytes() -> None:
    few, many = np.full((10, 6), 1 / 6, np.float32), np.full((1_000_000, 6), 1 / 6, np.float32)
    assert stored_probabilities(few).dtype == np.float32
    assert stored_probabilities(many).dtype == np.float16
    assert float(stored_probabilities(many)[0, 0]) == pytest.approx(1 / 6, abs=1e-3)


def test_every_track_is_on_the_map_in_the_colour_of_its_genre(build: Path) -> None:
    points = np.load(build / "release" / MAP)
    assert (points.dtype, points.shape) == (np.uint16, (120, 3))
    assert [sorted(GENRES)[label] for label in points[:, 2]] == small_tracks()["track_genre"].tolist()


def test_the_catalog_has_the_tracks_in_the_same_order(build: Path) -> None:
    catalog = Catalog(build / "release" / CATALOG)
    found = [entry.track.id for entry in catalog.entries(range(120))]
    catalog.close()
    assert found == small_tracks()["track_id"].tolist()


def test_the_same_tracks_make_the_same_files(build: Path, tmp_path: Path) -> None:
    write_table(tmp_path / "tracks.parquet", small_tracks())
    for model in (EMBEDDER, MODEL):
        write_bytes(tmp_path / "release" / model, (build / "release" / model).read_bytes())
    main(["--build", str(tmp_path)])
    for name in (VECTORS, ROWS, CATALOG, MAP, LAYOUT):
        assert (tmp_path / "release" / name).read_bytes() == (build / "release" / name).read_bytes()


def test_quantiles_rise_from_the_least_value_to_the_greatest() -> None:
    quantiles = feature_quantiles(small_tracks())
    assert set(quantiles) == set(AUDIBLE)
    for name, values in quantiles.items():
        assert values == sorted(values)
        assert (values[0], values[-1]) == (small_tracks()[name].min(), small_tracks()[name].max())


def test_an_average_is_of_all_tracks_that_are_filed_under_the_genre() -> None:
    tracks = small_tracks().copy()
    tracks.at[0, "genres"] = ["country", "polka"]
    averages = genre_averages(tracks)
    assert set(averages) == {*GENRES, "polka"}
    for genre in GENRES:
        assert set(averages[genre]) == set(AUDIBLE)
        own = tracks[[genre in filed for filed in tracks["genres"]]]
        assert averages[genre]["tempo"] == pytest.approx(own["tempo"].mean(), rel=1e-5)
    assert averages["polka"]["energy"] == pytest.approx(tracks["energy"][0])


def test_a_feature_that_no_track_of_a_genre_has_has_no_average() -> None:
    tracks = small_tracks().copy()
    tracks.loc[tracks["track_genre"] == "metal", "valence"] = np.nan
    assert "valence" not in genre_averages(tracks)["metal"]
    assert "valence" in genre_averages(tracks)["country"]


@pytest.mark.parametrize(("missing", "stage"), [("tracks.parquet", "prepare"), (f"release/{EMBEDDER}", "export")])
def test_a_missing_file_is_named_with_the_stage_that_makes_it(tmp_path: Path, missing: str, stage: str) -> None:
    write_table(tmp_path / "tracks.parquet", small_tracks())
    write_bytes(tmp_path / "release" / EMBEDDER, b"")
    (tmp_path / missing).unlink()
    with pytest.raises(SystemExit, match=rf"{Path(missing).name} is not there: run `python -m training\.{stage}`"):
        main(["--build", str(tmp_path)])
