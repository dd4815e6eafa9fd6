"""What `prepare` keeps of a table, what it drops, and how it says so."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kamerton.music import features
from tests.training.tables import GENRES, track_table
from training import prepare


def run(table: pd.DataFrame, folder: Path, *more: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, dict]:
    """rows, tracks and summary of a table that was written as Parquet."""
    arguments = ["--build", str(folder / "build")]
    for number, part in enumerate((table, *more)):
        part.to_parquet(folder / f"part{number}.parquet", index=False)
        arguments += ["--catalog", str(folder / f"part{number}.parquet")]
    prepare.main(arguments)
    build = folder / "build"
    summary = json.loads((build / "prepare.json").read_text())
    return pd.read_parquet(build / "rows.parquet"), pd.read_parquet(build / "tracks.parquet"), summary


def refusal(path: Path, folder: Path) -> str:
    with pytest.raises(SystemExit) as stopped:
        prepare.main(["--catalog", str(path), "--build", str(folder / "build")])
    assert not (folder / "build").exists()
    return str(stopped.value)


def test_default_catalog_is_six_genres_of_real_tracks(tmp_path: Path) -> None:
    prepare.main(["--build", str(tmp_path)])
    summary = json.loads((tmp_path / "prepare.json").read_text())
    assert (summary["read"], summary["rows"], len(summary["genres"])) == (6000, 5986, 6)
    assert str(tmp_path) not in json.dumps(summary)
    assert not list(tmp_path.glob("unfinished*"))


def test_good_rows_stay_in_order_with_every_feature_as_a_number(tmp_path: Path) -> None:
    table = track_table()
    rows, tracks, summary = run(table, tmp_path)
    assert rows["track_id"].tolist() == table["track_id"].tolist()
    assert all(rows[name].dtype == float for name in features.NAMES)
    assert set(rows["explicit"]) == {0.0, 1.0}
    assert rows["key"].min() == -1
    assert len(tracks) == len(table)
    assert summary["dropped"] == {}
    assert summary["genres"] == dict.fromkeys(GENRES, len(table) // len(GENRES))


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("track_name", None, "track_name is missing"),
        ("artists", "  ", "artists is missing"),
        ("artists", " ;X", "artists lacks the first artist"),
        ("artists", ["", "X"], "artists lacks the first artist"),
        ("track_id", "short", "track_id is not 22 letters and digits"),
        ("tempo", None, "tempo is missing"),
        ("energy", 1.5, "energy is not from 0 to 1"),
        ("loudness", float("-inf"), "loudness is not a finite number"),
    ],
)
def test_a_broken_row_is_dropped_and_said_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], column: str, value: object, reason: str
) -> None:
    table = track_table().astype({column: object})
    if isinstance(value, list):
        table[column] = table[column].str.split(";")
    table.at[7, column] = value
    rows, _, summary = run(table, tmp_path)
    assert len(rows) == len(table) - 1
    assert summary["dropped"] == {reason: 1}
    assert f"part0.parquet: {reason}: 1 row, the first is row 8" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("tempo", "fast", "tempo is not a finite number: 1 row, the first is row 8 ('fast')"),
        ("energy", "0;5", "energy is not a finite number: 1 row, the first is row 8 ('0;5')"),
        ("tempo", "1e300", "tempo is not from 0 to 300: 1 row, the first is row 8 (1e+300)"),
        ("track_id", "short", "track_id is not 22 letters and digits: 1 row, the first is row 8 ('short')"),
    ],
)
def test_a_problem_shows_what_stands_in_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], column: str, value: str, problem: str
) -> None:
    table = track_table().astype({column: object})
    table.at[7, column] = value
    table.to_csv(tmp_path / "table.csv")
    prepare.main(["--catalog", str(tmp_path / "table.csv"), "--build", str(tmp_path / "build")])
    assert f"table.csv: {problem}\n" in capsys.readouterr().out


def test_a_number_of_a_parquet_file_is_shown_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = track_table()
    table.loc[[7, 9], "tempo"] = [float("-inf"), 1e300]
    run(table, tmp_path)
    printed = capsys.readouterr().out
    assert "the first is row 8 (-inf)\n" in printed
    assert "the first is row 10 (1e+300)\n" in printed


def test_a_row_is_named_by_its_place_whatever_its_index(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = track_table()
    table.loc[7, "tempo"] = 1e300
    table.index = table.index // 2
    table.to_parquet(tmp_path / "table.parquet")
    prepare.main(["--catalog", str(tmp_path / "table.parquet"), "--build", str(tmp_path / "build")])
    assert "the first is row 8 (1e+300)\n" in capsys.readouterr().out
    assert len(pd.read_parquet(tmp_path / "build" / "rows.parquet")) == len(table) - 1


def test_a_popularity_that_is_no_number_is_said_and_counts_as_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = track_table().astype({"popularity": str})
    table.loc[[7, 9], "popularity"] = ["high", "low"]
    rows, _, summary = run(table, tmp_path)
    assert "popularity is not a finite number, so it counts as missing: 2 rows, the first is row 8 ('high')" in (
        capsys.readouterr().out
    )
    assert rows.index[rows["popularity"].isna()].tolist() == [7, 9]
    assert len(rows) == len(table)
    assert summary["dropped"] == {}


@pytest.mark.parametrize("column", ["key", "mode", "duration_ms", "explicit", "popularity", "album_name"])
def test_an_optional_value_may_be_missing_in_a_row_or_altogether(tmp_path: Path, column: str) -> None:
    table = track_table().astype({column: object})
    table.at[3, column] = None
    rows, _, _ = run(table, tmp_path)
    assert len(rows) == len(table)
    assert rows[column].isna().tolist() == [place == 3 for place in range(len(table))]
    rows, tracks, _ = run(table.drop(columns=column), tmp_path)
    assert len(rows) == len(table)
    assert column not in tracks or tracks[column].isna().all()


def test_csv_and_parquet_give_the_same(tmp_path: Path) -> None:
    table = track_table()
    table.loc[:4, "track_name"] = ["None", "NA", "null", "007", "nan"]
    rows, _, summary = run(table, tmp_path)
    table.to_csv(tmp_path / "table.csv")
    prepare.main(["--catalog", str(tmp_path / "table.csv"), "--build", str(tmp_path / "csv")])
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "csv" / "rows.parquet"), rows)
    assert json.loads((tmp_path / "csv" / "prepare.json").read_text())["fingerprint"] == summary["fingerprint"]


def test_fingerprint_changes_with_the_content(tmp_path: Path) -> None:
    table = track_table()
    before = run(table, tmp_path)[2]["fingerprint"]
    table.loc[0, "tempo"] += 0.1
    assert run(table, tmp_path)[2]["fingerprint"] != before


def test_parts_are_one_table(tmp_path: Path) -> None:
    first, second = track_table(seed=1), track_table(seed=2)
    rows, _, summary = run(first, tmp_path, second)
    assert len(rows) == len(first) + len(second)
    assert summary["source"] == "part0.parquet; part1.parquet"


def test_versions_of_one_song_become_one_track(tmp_path: Path) -> None:
    table = track_table()
    table.loc[[0, 1, 2, 3], "track_name"] = ["Déjà vu", "Deja Vu", "DEJA VU!", "Deja Vu (Live)"]
    table.loc[[0, 1, 2, 3], "artists"] = "Someone"
    table.loc[[0, 1, 2, 3], "popularity"] = [10, 90, 90, 100]
    _, tracks, _ = run(table, tmp_path)
    assert len(tracks) == len(table) - 2
    kept = tracks.set_index("track_id").loc[table["track_id"][1]]
    assert kept["genres"].tolist() == sorted(GENRES[:3])
    assert kept["other_ids"].tolist() == [table["track_id"][0], table["track_id"][2]]
    assert tracks.set_index("track_id").loc[table["track_id"][3], "other_ids"].tolist() == []


def test_an_id_in_two_genres_is_two_rows_and_one_track(tmp_path: Path) -> None:
    table = track_table()
    again = table.iloc[[0, 0]].assign(track_genre=["metal", GENRES[0]], track_name="Another spelling")
    rows, tracks, summary = run(pd.concat([table, again]), tmp_path)
    assert len(rows) == len(table) + 1
    assert summary["dropped"] == {"repeats an id in its genre": 1}
    assert len(tracks) == len(table)
    assert tracks["genres"][0].tolist() == sorted({GENRES[0], "metal"})
    assert tracks["track_id"].is_unique


def test_a_tiny_genre_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = track_table()
    table.loc[:8, "track_genre"] = "polka"
    rows, _, summary = run(table, tmp_path)
    assert "polka" not in set(rows["track_genre"])
    assert summary["dropped"] == {"is of a genre with too few tracks": 9}
    assert "'polka' is left out" in capsys.readouterr().out


def test_a_misspelt_column_is_named_with_a_hint(tmp_path: Path) -> None:
    track_table().rename(columns={"danceability": "Dancability"}).to_csv(tmp_path / "table.csv", index=False)
    assert refusal(tmp_path / "table.csv", tmp_path) == (
        'table.csv lacks the column "danceability" (is it "Dancability" there?). If it is there under another name, '
        "COLUMNS=that=danceability says so."
    )


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("duration_ms", 0, "duration_ms is not from 1 to 36,000,000, so it counts as missing"),
        ("key", 12, "key is not from -1 to 11, so it counts as missing"),
        ("mode", "lydian", "mode is not a finite number, so it counts as missing"),
    ],
)
def test_an_optional_value_that_is_wrong_costs_no_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], column: str, value: object, reason: str
) -> None:
    table = track_table().astype({column: object})
    table.at[7, column] = value
    table.to_csv(tmp_path / "table.csv", index=False)
    prepare.main(["--catalog", str(tmp_path / "table.csv"), "--build", str(tmp_path / "build")])
    rows = pd.read_parquet(tmp_path / "build" / "rows.parquet")
    assert len(rows) == len(table)
    assert rows.index[rows[column].isna()].tolist() == [7]
    assert f"table.csv: {reason}: 1 row, the first is row 8" in capsys.readouterr().out


@pytest.mark.parametrize("second", ["tempo", " tempo "])
def test_two_columns_of_one_name_are_refused(tmp_path: Path, second: str) -> None:
    track_table().assign(again=1).rename(columns={"again": second}).to_csv(tmp_path / "table.csv")
    assert refusal(tmp_path / "table.csv", tmp_path) == "table.csv has two columns of one name: tempo."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.csv", None),
        ("empty.csv", b""),
        ("empty.parquet", b""),
        ("broken.parquet", b"PAR1 and then nothing of the kind"),
        ("binary.csv", bytes(range(256))),
        ("ragged.csv", b"a,b\n1,2\n1,2,3\n"),
        ("other.csv", b"title,artist\nHey,You\n"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    message = refusal(tmp_path / name, tmp_path)
    assert message.startswith(name)
    assert "\n" not in message


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert "folder" in refusal(tmp_path / "folder", tmp_path)


def test_no_rows_and_only_broken_rows_are_refused(tmp_path: Path) -> None:
    table = track_table()
    table.iloc[:0].to_csv(tmp_path / "none.csv", index=False)
    assert "no rows" in refusal(tmp_path / "none.csv", tmp_path)
    table.assign(tempo="fast").to_csv(tmp_path / "broken.csv", index=False)
    assert "No row can be used" in refusal(tmp_path / "broken.csv", tmp_path)


def test_one_genre_is_refused(tmp_path: Path) -> None:
    track_table(genres=("metal",)).to_csv(tmp_path / "one.csv", index=False)
    assert "two genres" in refusal(tmp_path / "one.csv", tmp_path)


def test_a_song_came_out_with_the_first_of_its_releases(tmp_path: Path) -> None:
    table = track_table(40)
    dates = ["2009-05-01", "1994", "1994.0", "May 1987", "soon", None, "19941225", "1066"] * 5
    table["track_album_release_date"] = dates
    # The last is a remastered release of the first.
    again = table.iloc[[0]].assign(track_id="z" * 22, track_album_release_date="1979")
    rows, tracks, _ = run(pd.concat([table, again], ignore_index=True), tmp_path)
    expected = [2009, 1994, 1994, 1987, np.nan, np.nan, np.nan, np.nan]
    assert np.array_equal(rows["year"].head(8), expected, equal_nan=True)
    assert tracks["year"][0] == 1979
    assert np.array_equal(tracks["year"][1:8], expected[1:], equal_nan=True)
