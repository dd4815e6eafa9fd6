"""Updates that are fetched, where Telegram cannot call us: handled as the webhook's, and again until they are answered.

Public names: Poller, POLL_SECONDS.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec

from kamerton.deadline import REQUEST_SECONDS, Deadline
from kamerton.errors import BucketError, SourceError, SourceLimited, SourceRefused
from kamerton.lease import Leases
from kamerton.logs import Log, begin_request, end_request
from kamerton.telegram.bot_api import BotApi
from kamerton.telegram.update_handler import Outcome, UpdateHandler
from kamerton.telegram.update_leases import RETENTION_SECONDS
from kamerton.telegram.updates import KINDS, Update

POLL_SECONDS = 25
"""How long Telegram waits for an update before it says that there is none."""

_PRUNE_EVERY_SECONDS = 86_400.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_PERMANENT = (401, 404, 409)
"""A token that is no bot's, or a webhook that is set: waiting mends neither."""


class Poller:
    """One update after another, as Telegram orders them. `wait` sleeps; `clock` returns seconds."""

    def __init__(
        self,
        api: BotApi,
        handler: UpdateHandler,
        leases: Leases,
        log: Log,
        wait: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._api = api
        self._handler = handler
        self._leases = leases
        self._log = log
        self._wait = wait
        self._clock = clock
        self._offset = 0
        self._pause = _FIRST_PAUSE
        self._pruned_at = float("-inf")

    @property
    def username(self) -> str:
        """Who answers. Raises `SourceError`."""
        return self._api.username()

    def run(self) -> None:
        """Until it is interrupted. Raises `SourceRefused` for what only a person can mend."""
        while True:
            self.poll()

    def poll(self) -> None:
        """Ask once, and answer all updates that are waiting."""
        self._prune()
        try:
            updates = self._api.updates(self._offset, list(KINDS), POLL_SECONDS, Deadline(POLL_SECONDS + REQUEST_SECONDS))
        except SourceError as error:
            self._wait_after(error)
            return
        self._pause = _FIRST_PAUSE
        for update in updates:
            self._answer(update)

    def _answer(self, raw: Any) -> None:
        number = raw.get("update_id") if isinstance(raw, dict) else None
        try:
            update = msgspec.convert(raw, Update)
        except msgspec.ValidationError:
            self._log.line("WARNING", "an update of an unknown form was let be")
        else:
            while self._handle(update) is Outcome.RETRY_LATER:
                self._wait(self._next_pause())
            self._pause = _FIRST_PAUSE
        if type(number) is int:
            # Telegram forgets what is before this number.
            self._offset = max(self._offset, number + 1)

    def _handle(self, update: Update) -> Outcome:
        begin_request({})
        try:
            return self._handler.handle(update)
        finally:
            end_request()

    def _prune(self) -> None:
        # A folder on a home server has no life-cycle rules.
        if not 0 <= self._clock() - self._pruned_at < _PRUNE_EVERY_SECONDS:
            self._pruned_at = self._clock()
            with suppress(BucketError):
                self._leases.prune(RETENTION_SECONDS)

    def _wait_after(self, error: SourceError) -> None:
        if isinstance(error, SourceRefused) and error.status in _PERMANENT:
            raise error
        self._log.line("WARNING", str(error))
        self._wait(min(error.seconds, _LONGEST_PAUSE) if isinstance(error, SourceLimited) else self._next_pause())

    def _next_pause(self) -> float:
        pause, self._pause = self._pause, min(2 * self._pause, _LONGEST_PAUSE)
        return pause
