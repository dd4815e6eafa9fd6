"""The release in force, kept fresh without a background thread.

A cloud function may be frozen between requests, so a request does the looking: when `look_every` seconds of wall-clock time
have passed, one request (the others do not wait for it) asks for the pointer if it changed. A new release is loaded whole
and put in place by one assignment; requests under way keep the one they began with. Whatever fails, the old one stays, and
the next look comes later: each failure doubles the wait, so that a bucket that is down or a release that is refused costs
one listener in five minutes some time, and not one in thirty seconds.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable

from kamerton.deadline import FIRST_LOAD_SECONDS, REFRESH_RESERVE_SECONDS, Deadline
from kamerton.errors import DeadlineExceeded, KamertonError, NotReady
from kamerton.release.loader import load_release, read_pointer
from kamerton.release.manifest import POINTER
from kamerton.release.release import Release
from kamerton.storage import Bucket, Stored

RETRY_AFTER = 2.0
"""Seconds for which a failed first load is not tried again, so that a broken bucket is not hammered."""

LONGEST_WAIT = 300.0
"""Seconds between two looks, however often they failed."""


class CurrentRelease:
    """`open_bucket` is called on first use, after a fork; `report` is told of failures and of new releases; `look_every` is in
    seconds."""

    def __init__(
        self,
        open_bucket: Callable[[], Bucket],
        report: Callable[[str, str], None],
        clock: Callable[[], float] = time.time,
        look_every: float = 30.0,
    ) -> None:
        self._open_bucket = open_bucket
        self._report = report
        self._clock = clock
        self._look_every = look_every
        self._bucket: Bucket | None = None
        self._release: Release | None = None
        self._etag: str | None = None
        self._looked = float("-inf")
        self._failed = float("-inf")
        self._failures = 0
        self._lock = threading.Lock()

    def release(self, deadline: Deadline) -> Release:
        """The release in force; raises `NotReady` when none could be loaded."""
        release = self._release
        if release is None:
            return self._first(deadline)
        if self._due() and self._lock.acquire(blocking=False):
            try:
                self._refresh(Deadline(deadline.left - REFRESH_RESERVE_SECONDS))
            finally:
                self._lock.release()
        return self._release or release

    def _due(self) -> bool:
        # A clock set back must not stop the looking.
        wait = min(self._look_every * 2**self._failures, max(self._look_every, LONGEST_WAIT))
        return not 0 <= self._clock() - self._looked < wait

    def _first(self, deadline: Deadline) -> Release:
        if not self._lock.acquire(timeout=deadline.left):
            raise NotReady("not_ready")
        try:
            if self._release is None and not 0 <= self._clock() - self._failed < RETRY_AFTER:
                self._refresh(Deadline(FIRST_LOAD_SECONDS))
        finally:
            self._lock.release()
        if self._release is None:
            raise NotReady("not_ready")
        return self._release

    def _refresh(self, deadline: Deadline) -> None:
        """Load what the pointer names, if it changed. Holds the lock. Never raises: the old release goes on answering."""
        self._looked = self._clock()
        try:
            stored = self._open().get_if_changed(POINTER, self._etag)
            if stored is not None:
                self._take(stored, deadline)
            self._failures = 0
        except Exception as error:  # whatever it is, it must not take the release in force along
            self._failed = self._clock()
            # Bounded, because 2 to the power of it is a wait.
            self._failures = min(self._failures + 1, 10)
            self._report("ERROR", f"the release was not refreshed: {_sentence(error)}")

    def _open(self) -> Bucket:
        if self._bucket is None:
            self._bucket = self._open_bucket()
        return self._bucket

    def _take(self, stored: Stored, deadline: Deadline) -> None:
        release_id = read_pointer(stored)
        if self._release is None or self._release.id != release_id:
            self._release = load_release(self._open(), release_id, deadline)
            self._report("INFO", f"release {release_id} is in force")
        self._etag = stored.etag


def _sentence(error: Exception) -> str:
    if isinstance(error, DeadlineExceeded):
        return "it took too long"
    return str(error) if isinstance(error, KamertonError) else "".join(traceback.format_exception(error))
