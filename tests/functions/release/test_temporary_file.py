from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from kamerton.release.temporary_file import TemporaryFile

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_file_holds_the_data_until_it_is_removed(folder: Path) -> None:
    file = TemporaryFile(b"data")
    assert file.path.read_bytes() == b"data"
    file.remove()
    assert not list(folder.iterdir())


def test_what_a_killed_process_left_is_removed_by_the_next(folder: Path) -> None:
    program = (
        "import os, signal, sys; sys.path.append('functions'); from kamerton.release.temporary_file import TemporaryFile\n"
        "file = TemporaryFile(b'left'); print(file.path, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    process = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env={"TMPDIR": str(folder)}, capture_output=True, text=True, check=False
    )
    path = Path(process.stdout.strip())
    assert path.read_bytes() == b"left"
    TemporaryFile(b"new").remove()
    assert not path.parent.exists()


def test_a_file_in_use_is_left_alone() -> None:
    first = TemporaryFile(b"first")
    second = TemporaryFile(b"second")
    assert first.path.read_bytes() == b"first"
    first.remove()
    assert second.path.read_bytes() == b"second"
    second.remove()


def test_processes_that_start_together_leave_one_anothers_files_alone(folder: Path) -> None:
    program = (
        "import sys; sys.path.append('functions'); from kamerton.release.temporary_file import TemporaryFile\n"
        "for number in range(300):\n"
        "    file = TemporaryFile(b'mine'); assert file.path.read_bytes() == b'mine'; file.remove()"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env={"TMPDIR": str(folder)}, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()
    assert not list(folder.iterdir())


def test_files_of_others_are_left_alone(folder: Path) -> None:
    foreign_file = folder / "something" / "file"
    foreign_file.parent.mkdir()
    foreign_file.write_bytes(b"other")
    TemporaryFile(b"ours").remove()
    assert foreign_file.exists()
