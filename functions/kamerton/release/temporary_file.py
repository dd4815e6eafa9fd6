"""A file that lasts as long as the process that made it, even if that one is killed.

In a cloud function the temporary folder is memory: what a killed worker leaves there must not add up. Each file is locked while
its maker lives, and whoever makes the next one removes those that nobody holds.
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
        self.path, self._held = _made_and_held()
        try:
            self._held.write(data)
            self._held.flush()
        except OSError:
            self.remove()
            raise

    def remove(self) -> None:
        shutil.rmtree(self.path.parent, ignore_errors=True)
        self._held.close()


def _made_and_held() -> tuple[Path, BinaryIO]:
    while True:
        path = Path(tempfile.mkdtemp(prefix=_PREFIX)) / _NAME
        held = path.open("wb")
        fcntl.flock(held, fcntl.LOCK_EX)
        # Before it was locked, another process may have taken it for abandoned.
        if path.exists():
            return path, held
        held.close()


def _remove_abandoned() -> None:
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/{_NAME}"):
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # While it is locked, so that a maker who waits for it finds it gone.
                shutil.rmtree(path.parent, ignore_errors=True)
        except OSError:
            # Held by its maker, or somebody else's.
            continue
