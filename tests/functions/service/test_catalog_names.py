"""Names as people type them, over the default catalog, with the right track of each, or none where the catalog lacks it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kamerton.matching.name_ranking import known_by
from kamerton.matching.typed_name import other_layout, undecorated
from kamerton.music.titles import base_title
from kamerton.music.track import Track
from kamerton.release.catalog import Catalog
from training.data.source_table import default_catalog
from training.indexing.catalog_writer import build_catalog
from training.prepare import prepare

ROWS = [line.split("\t") for line in Path(__file__).with_name("catalog_names.tsv").read_text().splitlines()]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    path = tmp_path_factory.mktemp("names") / "catalog.sqlite"
    build_catalog(prepare([default_catalog()]).tracks, path)
    catalog = Catalog(path)
    yield catalog
    catalog.close()


def answered(catalog: Catalog, name: str) -> Track | None:
    """The track that is answered for when nobody outside is asked; None where a choice is offered."""
    for reading in filter(None, (undecorated(name), other_layout(name))):
        for hit in catalog.search_hits(reading, 1):
            if known_by(reading, hit.entry.track, hit.prominence):
                return hit.entry.track
    return None


def test_the_right_track_is_answered_for_and_a_wrong_one_never(catalog: Catalog) -> None:
    wrong, missed = [], []
    for name, artist, title in ROWS:
        track = answered(catalog, name)
        if track is None:
            if artist != "-":
                missed.append(name)
        elif artist not in track.artists or (title != "*" and base_title(track.title) != base_title(title)):
            wrong.append((name, track.title, track.artists))
    assert len(ROWS) >= 250
    assert len(wrong) <= 0.01 * len(ROWS), wrong
    assert len(wrong) + len(missed) <= 0.05 * len(ROWS), missed
