"""The catalog as training writes it: what goes in comes out, bit for bit."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from kamerton.music.features import CORE, NAMES
from kamerton.release.catalog import Catalog, CatalogEntry
from training.indexing.catalog_writer import build_catalog

AWKWARD = [0.0, 1.0, 0.1 + 0.2, 1.01e-06, 1 / 3, 0.676, 5e-324, 0.123456789012345]


def tracks(count: int = 8) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "track_id": [f"id{number}" for number in range(count)],
            "track_name": [f"Title {number}" for number in range(count)],
            "artists": [f"Artist {number};Other" for number in range(count)],
            "genres": [["rock", "pop"] if number % 2 else ["pop"] for number in range(count)],
            "other_ids": [[] for _ in range(count)],
        }
        | {name: [AWKWARD[(number + shift) % len(AWKWARD)] for number in range(count)] for shift, name in enumerate(CORE)}
    )


def written(table: pd.DataFrame, folder: Path) -> list[CatalogEntry]:
    build_catalog(table, folder / "catalog.sqlite")
    catalog = Catalog(folder / "catalog.sqlite")
    entries = catalog.entries(range(len(catalog)))
    catalog.close()
    return entries


def test_features_come_back_to_the_last_bit(tmp_path: Path) -> None:
    table = tracks().assign(
        key=[-1, 0, 5, 11, None, 3, 4, 7], mode=1, duration_ms=[36_000_000, 1, 230_666, None, 5, 6, 7, 8.5], explicit=True
    )
    table["loudness"] = [-60.0, -6.746, 10.0, -7.0000001, math.nan, -1 / 3, -0.001, 0.0]
    for number, entry in enumerate(written(table, tmp_path)):
        for name in NAMES:
            value = table[name][number]
            assert getattr(entry.features, name) == (None if pd.isna(value) else float(value))


def test_what_the_data_lacks_is_not_known(tmp_path: Path) -> None:
    first = written(tracks(), tmp_path)[0]
    assert first.features.key is first.features.duration_ms is first.features.explicit is None
    assert first.track.album is first.track.popularity is first.track.duration_ms is first.track.explicit is None


def test_a_track_has_what_its_row_says(tmp_path: Path) -> None:
    table = tracks().assign(album_name="Album", popularity=70, duration_ms=1000, explicit=[True, False] * 4)
    second = written(table, tmp_path)[1]
    assert second.number == 1
    assert second.track.id == "id1"
    assert second.track.artists == ("Artist 1", "Other")
    assert set(second.track.genres) == {"rock", "pop"}
    assert (second.track.album, second.track.popularity, second.track.duration_ms) == ("Album", 70, 1000)
    assert second.track.explicit is False


def test_genres_keep_their_order(tmp_path: Path) -> None:
    assert written(tracks(), tmp_path)[1].track.genres == ("rock", "pop")


def test_the_same_tracks_give_the_same_bytes(tmp_path: Path) -> None:
    build_catalog(tracks(), tmp_path / "first")
    build_catalog(tracks(), tmp_path / "second")
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_a_catalog_is_replaced_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    written(tracks(), tmp_path)
    assert len(written(tracks(3), tmp_path)) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["catalog.sqlite"]


def test_a_failure_keeps_the_old_file_and_leaves_no_other(tmp_path: Path) -> None:
    written(tracks(), tmp_path)
    before = (tmp_path / "catalog.sqlite").read_bytes()
    with pytest.raises(ValueError, match="energy"):
        build_catalog(tracks().assign(energy="loud"), tmp_path / "catalog.sqlite")
    assert (tmp_path / "catalog.sqlite").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["catalog.sqlite"]


def test_missing_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="energy, genres"):
        build_catalog(tracks().drop(columns=["energy", "genres"]), tmp_path / "catalog.sqlite")


def test_a_null_name_and_a_repeated_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="track_name is null in 1"):
        build_catalog(tracks(2).assign(track_name=["Title", None]), tmp_path / "catalog.sqlite")
    with pytest.raises(ValueError, match="repeat an id, the first is same"):
        build_catalog(tracks(2).assign(track_id="same"), tmp_path / "catalog.sqlite")


def test_a_tracks_own_id_wins_over_anothers_alternative(tmp_path: Path) -> None:
    build_catalog(tracks(3).assign(other_ids=[["id2", "shared"], ["shared"], []]), tmp_path / "catalog.sqlite")
    catalog = Catalog(tmp_path / "catalog.sqlite")
    found = {identifier: catalog.find(identifier) for identifier in ("id2", "shared")}
    catalog.close()
    assert {identifier: entry.number for identifier, entry in found.items() if entry} == {"id2": 2, "shared": 0}


def test_no_tracks_make_an_empty_catalog(tmp_path: Path) -> None:
    build_catalog(tracks(0), tmp_path / "catalog.sqlite")
    catalog = Catalog(tmp_path / "catalog.sqlite")
    assert len(catalog) == 0
    assert catalog.search("anything", 5) == catalog.examples(1) == catalog.entries([]) == []
    catalog.close()
