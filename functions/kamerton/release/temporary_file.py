"""A file that lasts as long as the process that made it, even if that one is killed.

In a cloud function the temporary folder is memory: files of killed workers must not add up there. Each file is locked while the
process that made it lives, and a process that makes a file first removes the files that no process has locked.

Public names: TemporaryFile.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

_PREFIX = "kamerton-"
_NAME = "file"


class TemporaryFile:
    """`data` in a file at `path`, in a folder of its own, until `remove` is called or the process ends. Raises `OSError`."""

    def __init__(self, data: bytes) -> None:
        _remove_abandoned()
        self.path, self._file = _locked_file()
        try:
            self._file.write(data)
            self._file.flush()
        except OSError:
            self.remove()
            raise

    def remove(self) -> None:
        shutil.rmtree(self.path.parent, ignore_errors=True)
        self._file.close()


def _locked_file() -> tuple[Path, BinaryIO]:
    while True:
        path = Path(tempfile.mkdtemp(prefix=_PREFIX)) / _NAME
        file = path.open("wb")
        fcntl.flock(file, fcntl.LOCK_EX)
        # Before the lock, another process may have taken the file for abandoned and removed it.
        if path.exists():
            return path, file
        file.close()


def _remove_abandoned() -> None:
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/{_NAME}"):
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # Removed while it is locked, so that a process that waits for the lock finds it gone.
                shutil.rmtree(path.parent, ignore_errors=True)
        except OSError:
            # Locked by the process that made it, or the file of another user.
            continue
