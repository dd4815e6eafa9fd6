"""Tables in the shapes in which people have them: trained on as the same tracks, or refused with a sentence."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.tables import track_table
from training import prepare
from training.data.cell_values import artist_lists, joined_spellings, numbers
from training.data.column_names import ALIASES
from training.data.source_table import read_table, split_broken
from training.prepare import Prepared

SHARES = ("acousticness", "danceability", "energy", "instrumentalness", "liveness", "speechiness", "valence")
Change = Callable[[pd.DataFrame], pd.DataFrame]


def prepared(path: Path, **options: object) -> Prepared:
    return prepare.prepare([(path.name, path)], **options)


def refusal(path: Path) -> str:
    with pytest.raises(SystemExit) as refused:
        prepared(path)
    message = str(refused.value)
    assert message.startswith(path.name)
    assert "\n" not in message
    return message


def plain() -> pd.DataFrame:
    """Half of the usual table, with values that every shape below can say."""
    table = track_table(120)
    rounded = {name: table[name].round(2) for name in (*SHARES, "loudness", "tempo")}
    return table.assign(**rounded, duration_ms=table["duration_ms"] // 1000 * 1000)


def exportify(table: pd.DataFrame) -> pd.DataFrame:
    return (
        table.assign(artists=table["artists"].str.replace(";", ","))
        .rename(
            columns={
                "track_id": "Track URI",
                "track_name": "Track Name",
                "artists": "Artist Name(s)",
                "album_name": "Album Name",
                "duration_ms": "Duration (ms)",
                "track_genre": "Genres",
                **{name: name.title() for name in (*SHARES, "loudness", "tempo", "key", "mode", "popularity", "explicit")},
            }
        )
        .assign(**{"Track URI": "spotify:track:" + table["track_id"]})
    )


def of_the_top_lists(table: pd.DataFrame) -> pd.DataFrame:
    names = {"energy": "nrgy", "danceability": "dnce", "valence": "val", "liveness": "live", "acousticness": "acous"}
    names |= {"speechiness": "spch", "track_name": "title", "artists": "artist", "track_genre": "top genre", "tempo": "bpm"}
    names |= {"loudness": "dB", "popularity": "pop", "duration_ms": "dur"}
    percent = {name: (table[name] * 100).round().astype(int) for name in SHARES}
    return table.assign(**percent, duration_ms=table["duration_ms"] // 1000).rename(columns=names)


KEYS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")

SHAPES: dict[str, Change] = {
    "as it is": lambda table: table,
    "exportify": exportify,
    "top lists": of_the_top_lists,
    "lists in text": lambda table: table.assign(artists=[str(text.split(";")) for text in table["artists"]]),
    "links for ids": lambda table: table.assign(track_id="https://open.spotify.com/track/" + table["track_id"] + "?si=1"),
    "keys by name": lambda table: table.assign(
        key=[KEYS[number] if number >= 0 else "" for number in table["key"]], mode=table["mode"].map({1: "Major", 0: "Minor"})
    ),
    "percent": lambda table: table.assign(**{name: (table[name] * 100).round().astype(int) for name in SHARES}),
    "percent signs": lambda table: table.assign(**{name: (table[name] * 100).round().astype(str) + "%" for name in SHARES}),
    "minutes and seconds": lambda table: table.assign(
        duration_ms=[f"{value // 60000}:{value // 1000 % 60:02d}" for value in table["duration_ms"]]
    ),
    "thousands": lambda table: table.assign(duration_ms=[f"{value:,}" for value in table["duration_ms"]]),
    "several genres": lambda table: table.assign(track_genre=table["track_genre"] + ", pop"),
    "genres as lists": lambda table: table.assign(track_genre=[str([genre]) for genre in table["track_genre"]]),
    "spellings of genres": lambda table: table.assign(
        track_genre=[name.upper() if place % 5 == 0 else name for place, name in enumerate(table["track_genre"])]
    ),
    "words for yes": lambda table: table.assign(explicit=table["explicit"].map({True: "Yes", False: "No"})),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_the_same_tracks(tmp_path: Path, shape: str) -> None:
    table = plain()
    SHAPES[shape](table).to_csv(tmp_path / "table.csv", index=False)
    table.to_csv(tmp_path / "plain.csv", index=False)
    rows, expected = prepared(tmp_path / "table.csv").rows, prepared(tmp_path / "plain.csv").rows
    for name in ("track_id", "track_name", "track_genre", "artists"):
        assert rows[name].tolist() == expected[name].tolist(), name
    for name in (*SHARES, "loudness", "tempo", "duration_ms", "explicit", "mode"):
        assert np.allclose(rows[name], expected[name], atol=0.006, equal_nan=True), name
    assert np.array_equal(rows["key"].replace(-1, np.nan), expected["key"].replace(-1, np.nan), equal_nan=True)


def packed_zip(data: bytes, path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("dataset.csv", data)
        archive.writestr("__MACOSX/dataset.csv", b"x")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_any_separator_and_encoding(tmp_path: Path, separator: str, encoding: str) -> None:
    table = plain().assign(album_name="Los años más tristes, así")
    (tmp_path / "table.csv").write_bytes(table.to_csv(index=False, sep=separator).encode(encoding))
    rows = prepared(tmp_path / "table.csv").rows
    assert len(rows) == len(table)
    assert set(rows["album_name"]) == {"Los años más tristes, así"}


def test_a_russian_table_of_windows(tmp_path: Path) -> None:
    names = [f"Группа крови {number}" for number in range(120)]
    (tmp_path / "table.csv").write_bytes(plain().assign(track_name=names).to_csv(index=False).encode("cp1251"))
    assert prepared(tmp_path / "table.csv").rows["track_name"].tolist() == names


def test_decimal_commas(tmp_path: Path) -> None:
    table = plain()
    table.to_csv(tmp_path / "table.csv", index=False, sep=";", decimal=",")
    assert np.allclose(prepared(tmp_path / "table.csv").rows["energy"], table["energy"])


@pytest.mark.parametrize(
    "write",
    [
        lambda table, path: path.write_bytes(gzip.compress(table.to_csv(index=False).encode())),
        lambda table, path: packed_zip(table.to_csv(index=False).encode(), path),
        lambda table, path: table.to_excel(path.with_suffix(".xlsx"), index=False) or path.with_suffix(".xlsx").rename(path),
        lambda table, path: table.to_parquet(path),
    ],
)
def test_what_a_file_is_told_by_what_it_holds(tmp_path: Path, write: Callable[[pd.DataFrame, Path], object]) -> None:
    """And not by its name."""
    path, table = tmp_path / "my tracks (1).csv", plain()
    write(table, path)
    assert len(prepared(path).rows) == len(table)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 20116224\n", "Git LFS"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        (b'track_id,track_name\n1,"never closed\n', "never closed"),
        (b"\x00\x01\x02" * 500, "no text"),
        (b"", "empty"),
        (b"PK\x03\x04 and no more", "cannot be read"),
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "table.csv").write_bytes(data)
    assert words in refusal(tmp_path / "table.csv")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda table: table.assign(loudness=-table["loudness"]), "loudness is above 0"),
        (lambda table: table.assign(loudness=(table["loudness"] + 20) / 20, tempo=table["tempo"] / 200), "was scaled"),
        (lambda table: table.assign(tempo=(table["tempo"] - 60) / 140), "tempo lies from 0 to 1"),
        (lambda table: table.drop(columns="energy"), 'lacks the column "energy"'),
        (lambda table: table.drop(columns="artists").assign(artist_pop=50), 'lacks the column "artists".'),
        (lambda table: table.drop(columns="track_genre").assign(track_genre_url="x"), 'lacks the column "track_genre"'),
    ],
)
def test_what_cannot_be_is_refused_as_a_whole(tmp_path: Path, change: Change, words: str) -> None:
    change(plain()).to_csv(tmp_path / "table.csv", index=False)
    message = refusal(tmp_path / "table.csv")
    assert words in message
    assert "artist_pop" not in message, "a hint is never wrong"


def test_columns_of_other_names_are_said(tmp_path: Path) -> None:
    table = plain().rename(columns={"energy": "power", "artists": "who"})
    table.to_csv(tmp_path / "table.csv", index=False)
    rows = prepared(tmp_path / "table.csv", columns={"power": "energy", "who": "artists"}).rows
    assert len(rows) == len(table)
    with pytest.raises(SystemExit, match="no column 'powr'"):
        prepared(tmp_path / "table.csv", columns={"powr": "energy"})
    with pytest.raises(SystemExit, match="no column of ours"):
        prepared(tmp_path / "table.csv", columns={"power": "strength"})


def test_each_mapping_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exportify(plain()).to_csv(tmp_path / "table.csv", index=False)
    prepared(tmp_path / "table.csv")
    assert 'table.csv: "Artist Name(s)" is taken for artists.\n' in capsys.readouterr().out


def test_tracks_without_ids_are_known_by_their_names(tmp_path: Path) -> None:
    table = plain()
    table.drop(columns="track_id").to_csv(tmp_path / "none.csv", index=False)
    table.assign(track_id=range(120)).to_csv(tmp_path / "numbers.csv", index=False)
    ids = [prepared(tmp_path / name).rows["track_id"].tolist() for name in ("none.csv", "numbers.csv")]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(table)
    assert all(each.startswith("own:") for each in ids[0])


def test_missing_values_as_people_write_them(tmp_path: Path) -> None:
    table = plain().astype(object)
    for place, word in enumerate(["nan", "?", "[]", "", "None", "-"]):
        table.loc[place * 10, "track_genre"] = word
    table.loc[5, "duration_ms"], table.loc[6, "key"] = -1, "?"
    table.to_csv(tmp_path / "table.csv", index=False)
    rows = prepared(tmp_path / "table.csv").rows
    assert len(rows) == len(table) - 6
    assert rows["duration_ms"].isna().sum() == 1


@pytest.mark.parametrize("asked", ["Ambient", "AMBIENT", "ambient"])
def test_a_genre_is_found_however_it_is_spelt(tmp_path: Path, asked: str) -> None:
    plain().to_csv(tmp_path / "table.csv", index=False)
    rows = prepared(tmp_path / "table.csv", genres=[asked, "Metal"]).rows
    assert set(rows["track_genre"]) == {"ambient", "metal"}


def test_artists_are_told_apart_where_the_table_shows_it() -> None:
    column = pd.Series(["Tyler, The Creator", "Drake, Rihanna", "Rihanna", "Simon & Garfunkel", "A feat. Drake, Rihanna"])
    assert artist_lists(column, several=False).tolist() == [
        *("Tyler, The Creator", "Drake;Rihanna", "Rihanna", "Simon & Garfunkel", "A;Drake;Rihanna")
    ]


def test_the_usual_spelling_of_a_genre_stands_for_all() -> None:
    assert joined_spellings(["hip-hop", "hip-hop", "Hip Hop", "hip_hop", "house"]) == {
        "hip-hop": "hip-hop",
        "Hip Hop": "hip-hop",
        "hip_hop": "hip-hop",
        "house": "house",
    }


cells = st.one_of(
    st.none(), st.text(max_size=12), st.integers(-(10**6), 10**6).map(str), st.floats(width=32).map(str), st.sampled_from(KEYS)
)


@given(
    st.sampled_from(sorted(set(ALIASES) - {"track_id", "track_name", "artists", "album_name", "track_genre"})), st.lists(cells)
)
def test_any_cell_is_a_number_missing_or_left_as_it_is(name: str, values: list[str | None]) -> None:
    for value in numbers(name, pd.Series(values, dtype=object), "table"):
        assert value is None or isinstance(value, float | str)


@given(st.data())
def test_any_table_is_read_or_refused_with_a_sentence(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    table = plain().head(12).astype(object)
    for _ in range(data.draw(st.integers(0, 8))):
        column = data.draw(st.sampled_from(list(table.columns)))
        table.loc[data.draw(st.integers(0, 11)), column] = data.draw(cells)
    names = {name: data.draw(st.sampled_from((name, *ALIASES.get(name, ())))) for name in table.columns}
    path = tmp_path_factory.mktemp("any") / "table.csv"
    path.write_bytes(table.rename(columns=names).to_csv(index=False).encode("utf-8", "replace"))
    refused = None
    try:
        rows, problems = split_broken(read_table(path))
    except SystemExit as sentence:
        refused, rows, problems = str(sentence), plain().head(0), []
    assert refused is None or refused.startswith("table.csv")
    assert len(rows) <= 12
    assert all(str(problem) for problem in problems)
