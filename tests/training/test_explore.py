"""The stage: files in, pictures and an index out, the same each time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from tests.training.tables import track_table
from training import explore, prepare

ROOT = Path(__file__).parents[2]
ENVIRON = os.environ | {"PYTHONPATH": "functions:."}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explored")
    track_table(120).to_parquet(folder / "table.parquet", index=False)
    prepare.main(["--catalog", str(folder / "table.parquet"), "--build", str(folder / "build")])
    return folder / "build"


@pytest.fixture(scope="module")
def figures(build: Path) -> Path:
    folder = build.parent / "figures"
    explore.main(["--build", str(build), "--figures", str(folder)])
    return folder


def test_the_index_lists_every_picture_with_its_words(figures: Path) -> None:
    entries = json.loads((figures / "index.json").read_text())
    assert [entry["name"] for entry in entries] == [
        *("genre_sizes", "missing_values", "feature_violins", "genre_profiles"),
        *("correlations", "outlier_removal", "genre_outliers", "catalog_map"),
    ]
    assert all(entry["title"] and len(entry["caption"]) > 60 for entry in entries)
    listed = {entry[kind] for entry in entries for kind in ("png", "svg")}
    assert {path.name for path in figures.iterdir()} == {*listed, "index.json"}


def test_every_picture_can_be_read(figures: Path) -> None:
    for path in figures.glob("*.png"):
        with Image.open(path) as image:
            image.load()
            assert image.width >= 1000, path.name
    for path in figures.glob("*.svg"):
        assert ElementTree.parse(path).getroot().tag == "{http://www.w3.org/2000/svg}svg"
        assert path.stat().st_size < 1_000_000, path.name


def test_captions_have_the_main_numbers(figures: Path) -> None:
    captions = {entry["name"]: entry["caption"] for entry in json.loads((figures / "index.json").read_text())}
    assert "120 rows are 120 different tracks" in captions["genre_sizes"]
    assert "Of 120 rows in the table 0 were left out" in captions["missing_values"]
    assert "120 tracks" in captions["catalog_map"]


def test_another_process_writes_the_same_bytes(build: Path, figures: Path) -> None:
    again = build.parent / "again"
    command = [sys.executable, "-m", "training.explore", "--build", str(build), "--figures", str(again)]
    subprocess.run(command, check=True, cwd=ROOT, timeout=120, env=ENVIRON, stdout=subprocess.DEVNULL)
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in figures.iterdir()
    }


def test_no_date_and_no_path_is_in_a_file(build: Path, figures: Path) -> None:
    for path in figures.iterdir():
        content = path.read_bytes()
        assert str(build.parent).encode() not in content
        assert b"<dc:date>" not in content


def test_without_prepare_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"rows.parquet is not there: run `python -m training.prepare` first"):
        explore.main(["--build", str(tmp_path), "--figures", str(tmp_path / "figures")])
    assert not (tmp_path / "figures").exists()


def test_pyplot_is_never_loaded() -> None:
    code = "import sys, training.explore; sys.exit('matplotlib.pyplot' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=ENVIRON, timeout=60)
