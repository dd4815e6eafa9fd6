"""A folder of music is heard, file by file, and becomes a table that `prepare` takes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from kamerton.listening.sound_features import HEARD_FEATURES
from tests.functions.listening.sounds import beats, encoded, tone
from training.data.source_table import read_table, split_broken
from training.listen.__main__ import main
from training.listen.music_file import music_files
from training.listening.__main__ import main as put_models


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"file://{tmp_path_factory.mktemp('listening')}"
    put_models(["--bucket", url, "--vibenet"])
    return url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four files of music with what people's files say of themselves, and four that are none."""
    music = tmp_path / "Music"
    album = music / "The Band" / "First & Last (2001)"
    album.mkdir(parents=True)
    house, rock = beats(124, "house", 12), beats(100, "rock", 12)
    named = {
        "title": "Числа",
        "artist": "Ann;Bea",
        "album": "Ours",
        "genre": "House",
        "date": "1997-03-01",
        "TSRC": "DEAB12345678",
    }
    (music / "a.mp3").write_bytes(encoded(house, "mp3", "libmp3lame", **named))
    (album / "03 - One Two.flac").write_bytes(encoded(rock, "flac", "flac"))
    (album / "Eve - Three.OGG").write_bytes(encoded(rock, "ogg", "libopus"))
    (album / "07. Four_Five.m4a").write_bytes(encoded(house, "ipod", "aac", artist="Ann / Bea"))
    (music / "broken.mp3").write_bytes(b"no sound at all" * 100)
    (music / "short.wav").write_bytes(encoded(tone(440, 0.3), "wav", "pcm_s16le"))
    (music / "notes.txt").write_text("not looked at")
    (music / "._a.mp3").write_text("not looked at")
    return music


def listened(folder: Path, bucket: str, *more: str) -> Path:
    output = folder.parent / "heard.parquet"
    main([str(folder), "--output", str(output), "--bucket", bucket, "--processes", "1", *more])
    return output


def test_a_folder_becomes_a_table_that_training_takes(folder: Path, bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = listened(folder, bucket)
    said = capsys.readouterr().out
    assert "broken.mp3: This cannot be read as sound." in said
    assert "short.wav: This is too short" in said
    assert f'make train CATALOG="{path}"' in said
    table = pd.read_parquet(path).set_index("path")
    names = dict(zip(table.index, zip(table["track_name"], table["artists"], strict=True), strict=True))
    album = "The Band/First & Last (2001)"
    assert names == {
        "a.mp3": ("Числа", "Ann;Bea"),
        f"{album}/03 - One Two.flac": ("One Two", "The Band"),
        f"{album}/07. Four_Five.m4a": ("Four Five", "Ann;Bea"),
        f"{album}/Eve - Three.OGG": ("Three", "Eve"),
    }
    first = table.loc["a.mp3"]
    assert (first["track_genre"], first["album_name"], first["year"], first["isrc"]) == ("House", "Ours", 1997, "DEAB12345678")
    assert first["tempo"] == 124
    assert first["duration_ms"] == 12_000
    assert table[list(HEARD_FEATURES)].stack().between(0, 1).all()
    # Files that name no genre have what is heard in them.
    unnamed = table.drop("a.mp3")
    assert (unnamed["track_genre"] == unnamed["heard_genre"]).all()
    usable, problems = split_broken(read_table(path))
    assert len(usable) == 4, problems


def test_what_was_heard_is_not_heard_again_unless_it_changed(
    folder: Path, bucket: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pd.read_parquet(listened(folder, bucket))
    # With nothing to do no process is started.
    with monkeypatch.context() as patched:
        patched.setattr("training.listen.__main__._cluster", None)
        pd.testing.assert_frame_equal(pd.read_parquet(listened(folder, bucket)), before)
        by_sound = pd.read_parquet(listened(folder, bucket, "--genres", "heard"))
        assert (by_sound["track_genre"] == by_sound["heard_genre"]).all()
    (folder / "a.mp3").unlink()
    (folder / "broken.mp3").write_bytes(encoded(beats(90, "rock", 12), "mp3", "libmp3lame"))
    capfd.readouterr()
    after = pd.read_parquet(listened(folder, bucket))
    assert "4/5" in capfd.readouterr().err
    assert set(after["path"]) == (set(before["path"]) - {"a.mp3"}) | {"broken.mp3"}


def test_a_run_that_is_stopped_goes_on_where_it_was(folder: Path, bucket: str) -> None:
    output = folder.parent / "heard.parquet"
    command = [sys.executable, "-m", "training.listen", folder, "--output", output, "--bucket", bucket, "--processes", "1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    journal = output.with_suffix(".jsonl")
    while not (journal.exists() and journal.read_bytes().count(b"\n")):
        assert process.poll() is None
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not output.exists()
    n_heard = journal.read_bytes().count(b"\n")
    assert len(pd.read_parquet(listened(folder, bucket))) == 4
    assert journal.read_bytes().count(b"\n") == 6
    assert n_heard >= 1


def test_without_a_model_of_features_it_says_what_to_do(folder: Path, tmp_path: Path) -> None:
    url = f"file://{tmp_path}/tagger"
    with pytest.raises(SystemExit, match="no model that listens"):
        listened(folder, url)
    put_models(["--bucket", url])
    with pytest.raises(SystemExit, match="make listening VIBENET=1"):
        listened(folder, url)


def test_a_folder_without_music_is_named(tmp_path: Path, bucket: str) -> None:
    with pytest.raises(SystemExit, match="no folder"):
        listened(tmp_path / "nowhere", bucket)
    with pytest.raises(SystemExit, match="there is no music"):
        listened(tmp_path, bucket)
    (tmp_path / "a.mp3").write_bytes(b"no")
    with pytest.raises(SystemExit, match="none of the 1 files could be heard"):
        listened(tmp_path, bucket)


def test_a_link_to_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"")
    (tmp_path / "again").symlink_to(tmp_path)
    assert [state.path for state in music_files(tmp_path)] == ["a.mp3"]
