"""The release in force, kept fresh without a background thread.

A cloud function may be frozen between requests, so requests look for a new release: when `look_every` seconds of wall-clock
time have passed, one request (the others do not wait for it) reads the pointer if it has changed. A new release is loaded whole
and put in place by one assignment; requests under way keep the release that they began with. It is done in a thread that the
request waits for, but not for long: whoever asks while the bucket hangs is answered from the old release, and the thread goes
on when it can. Whatever fails, the old release stays, and the next look comes later: each failure doubles the wait, so that a
bucket that is down or a release that is refused costs one listener in five minutes some time, and not one in thirty seconds.

While the first release is loaded one request waits for it, and the others hardly do.

Public names: CurrentRelease, RETRY_AFTER, LONGEST_WAIT, REFRESH_WAIT.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable

from kamerton.deadline import LOAD_SECONDS, Deadline
from kamerton.errors import DeadlineExceeded, KamertonError, NotReady
from kamerton.release.loader import load_release, read_pointer
from kamerton.release.manifest import POINTER
from kamerton.release.release import Release
from kamerton.storage import Bucket, Stored

RETRY_AFTER = 2.0
"""Seconds for which a failed first load is not tried again, so that a broken bucket is not hammered."""

LONGEST_WAIT = 300.0
"""Seconds between two looks, at most, however many failed."""


REFRESH_WAIT = 1.0
"""Seconds that a request waits for a newer release than the one that it could be answered from."""

_FIRST_WAIT = 0.5
"""Seconds that others wait while one request loads the first release: an ordinary bucket needs less."""


class CurrentRelease:
    """`open_bucket` is called on first use, after a fork. `report` is called with a severity and a message for each failure and
    each new release. `look_every` is in seconds, and `clock` returns seconds since 1970."""

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
        self._looked_at = float("-inf")
        self._failed_at = float("-inf")
        self._failures = 0
        self._lock = threading.Lock()

    def release(self, deadline: Deadline) -> Release:
        """The release in force; raises `NotReady` when none could be loaded."""
        release = self._release
        if release is None:
            return self._first(deadline)
        if self._due() and self._lock.acquire(blocking=False):
            thread = threading.Thread(target=self._refresh_and_release, daemon=True)
            thread.start()
            thread.join(min(REFRESH_WAIT, deadline.left))
        return self._release or release

    def _refresh_and_release(self) -> None:
        """The caller has taken the lock for this."""
        try:
            self._refresh(Deadline(LOAD_SECONDS))
        finally:
            self._lock.release()

    def _due(self) -> bool:
        # A clock set back must not stop the looking.
        wait = min(self._look_every * 2**self._failures, max(self._look_every, LONGEST_WAIT))
        return not 0 <= self._clock() - self._looked_at < wait

    def _first(self, deadline: Deadline) -> Release:
        if not self._lock.acquire(timeout=min(_FIRST_WAIT, deadline.left)):
            raise NotReady("not_ready")
        try:
            if self._release is None and not 0 <= self._clock() - self._failed_at < RETRY_AFTER:
                self._refresh(Deadline(LOAD_SECONDS))
        finally:
            self._lock.release()
        if self._release is None:
            raise NotReady("not_ready")
        return self._release

    def _refresh(self, deadline: Deadline) -> None:
        """Load the release that the pointer names, if the pointer changed. The caller holds the lock. Never raises."""
        self._looked_at = self._clock()
        try:
            pointer = self._open().get_if_changed(POINTER, self._etag)
            if pointer is not None:
                self._follow(pointer, deadline)
            self._failures = 0
        except Exception as error:  # whatever it is, the old release goes on answering
            self._failed_at = self._clock()
            # Bounded, because 2 to the power of it is a wait.
            self._failures = min(self._failures + 1, 10)
            self._report("ERROR", f"the release was not refreshed: {_sentence(error)}")

    def _open(self) -> Bucket:
        if self._bucket is None:
            self._bucket = self._open_bucket()
        return self._bucket

    def _follow(self, pointer: Stored, deadline: Deadline) -> None:
        release_id = read_pointer(pointer)
        if self._release is None or self._release.id != release_id:
            self._release = load_release(self._open(), release_id, deadline)
            self._report("INFO", f"release {release_id} is in force")
        self._etag = pointer.etag


def _sentence(error: Exception) -> str:
    if isinstance(error, DeadlineExceeded):
        return "it took too long"
    return str(error) if isinstance(error, KamertonError) else "".join(traceback.format_exception(error))
