"""Records on the disk, one JSON line each, before anything is made of them.

A process that is killed leaves at most half a line at the end: that line is dropped, and its work done again. One process at a
time may have a journal open.

Public names: Journal.
"""

from __future__ import annotations

import fcntl
import mmap
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Generic, TypeVar

import msgspec

from kamerton.errors import SourceUnavailable

Record = TypeVar("Record", bound=msgspec.Struct)


class Journal(Generic[Record]):
    """The records of a kind in the file `path`, whose folder is made when it is not there. Raises SystemExit when it is in use
    or damaged, with `command` before what is said."""

    def __init__(self, path: Path, kind: type[Record], command: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self._kind, self._command = path, kind, command
        self._file = self.path.open("a+b", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise SystemExit(f"{command}: {path.parent} is in use: another process writes into it.") from None
        self._cut_half_a_line()
        _keep_names_in(path.parent)

    def __enter__(self) -> Journal[Record]:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def read(self, take: Callable[[Record], object]) -> None:
        """Hands every record to `take`, from the first on. One for which it raises `SourceUnavailable` is damaged too."""
        decoder = msgspec.json.Decoder(self._kind)
        with self.path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    take(decoder.decode(line))
                except (msgspec.DecodeError, UnicodeDecodeError, SourceUnavailable) as error:
                    where = f"line {number} of {self.path} is damaged ({error})"
                    raise SystemExit(f"{self._command}: {where}: take that line out to go on without it.") from error

    def append(self, record: Record) -> None:
        """Once it returns, the record outlives a crash of the machine."""
        line = memoryview(msgspec.json.encode(record) + b"\n")
        while line:
            line = line[self._file.write(line) :]
        os.fsync(self._file.fileno())

    def _cut_half_a_line(self) -> None:
        if not os.fstat(self._file.fileno()).st_size:
            return
        with mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            whole = content.rfind(b"\n") + 1
        self._file.truncate(whole)


def _keep_names_in(folder: Path) -> None:
    """A file that is on the disk is lost all the same if its name is not."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
