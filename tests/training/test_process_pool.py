"""Work is spread, whatever its order, and nobody works on when the one who asked is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from training.evaluation.process_pool import spread


def added(shared: int, job: int) -> int:
    if job < 0:
        raise ValueError("a job that fails")
    return shared + job


def written(folder: Path, job: int) -> None:
    (folder / f"{job} {os.getpid()}").touch()
    time.sleep(0.5)


@pytest.mark.parametrize("workers", [1, 2])
def test_every_job_has_its_result(workers: int) -> None:
    assert dict(spread(added, 10, [1, 2, 3], workers)) == {1: 11, 2: 12, 3: 13}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_job_that_fails_ends_all(workers: int) -> None:
    with pytest.raises(ValueError, match="a job that fails"):
        list(spread(added, 10, [-1, *range(50)], workers))


def test_nothing_is_nothing() -> None:
    assert list(spread(added, 10, [])) == []


def test_workers_end_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path\nfrom tests.training.test_process_pool import written\n"
        "from training.evaluation.process_pool import spread\n"
        f"if __name__ == '__main__':\n    list(spread(written, Path({str(tmp_path)!r}), range(1000), 2))\n"
    )
    (tmp_path / "parent.py").write_text(script)
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(["functions", "."])}
    parent = subprocess.Popen([sys.executable, str(tmp_path / "parent.py")], env=environ, stderr=subprocess.DEVNULL)
    assert _until(lambda: len(_done(tmp_path)) >= 4)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    workers = {int(name.split()[1]) for name in _done(tmp_path)}
    assert _until(lambda: not any(_lives(pid) for pid in workers))


def _done(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.suffix != ".py"]


def _until(condition: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def _lives(pid: int) -> bool:
    try:
        # A process that ended and was not asked for is a zombie, and does nothing.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
