"""Updates that are fetched, where Telegram cannot call us: the same reception, asked again for what it could not answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec

from kamerton.deadline import Deadline
from kamerton.errors import BucketError, SourceError, SourceLimited, SourceRefused
from kamerton.logs import Log, begin_request, end_request
from kamerton.telegram.bot_api import BotApi
from kamerton.telegram.claims import Claims
from kamerton.telegram.update_handler import Outcome, Reception
from kamerton.telegram.updates import KINDS, Update

POLL_SECONDS = 25
"""How long Telegram waits for an update before it says that there is none."""

_ANSWER_SECONDS = 10.0
_PRUNED_EVERY = 86_400.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_FOR_GOOD = (401, 404, 409)
"""A token that is no bot's, or a webhook that is set: waiting mends neither."""


class Poller:
    """One update after another, as Telegram orders them. `wait` sleeps; `clock` returns seconds."""

    def __init__(
        self,
        api: BotApi,
        reception: Reception,
        claims: Claims,
        log: Log,
        wait: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._api = api
        self._reception = reception
        self._claims = claims
        self._log = log
        self._wait = wait
        self._clock = clock
        self._offset = 0
        self._pause = _FIRST_PAUSE
        self._pruned = float("-inf")

    @property
    def username(self) -> str:
        """Who answers. Raises `SourceError`."""
        return self._api.username()

    def run(self) -> None:
        """Until it is interrupted. Raises `SourceRefused` for what only a person can mend."""
        while True:
            self.poll()

    def poll(self) -> None:
        """Ask once, and answer all that is waiting."""
        self._prune()
        try:
            found = self._api.updates(self._offset, list(KINDS), POLL_SECONDS, Deadline(POLL_SECONDS + _ANSWER_SECONDS))
        except SourceError as error:
            self._take(error)
            return
        self._pause = _FIRST_PAUSE
        for update in found:
            self._answer(update)

    def _answer(self, found: Any) -> None:
        number = found.get("update_id") if isinstance(found, dict) else None
        try:
            update = msgspec.convert(found, Update)
        except msgspec.ValidationError:
            self._log.line("WARNING", "an update of an unknown form was let be")
        else:
            while self._received(update) is Outcome.LATER:
                self._wait(self._longer())
            self._pause = _FIRST_PAUSE
        if type(number) is int:
            # Telegram forgets what is before this number.
            self._offset = max(self._offset, number + 1)

    def _received(self, update: Update) -> Outcome:
        begin_request({})
        try:
            return self._reception.receive(update)
        finally:
            end_request()

    def _prune(self) -> None:
        # A folder on a home server has no life-cycle rules.
        if not 0 <= self._clock() - self._pruned < _PRUNED_EVERY:
            self._pruned = self._clock()
            with suppress(BucketError):
                self._claims.prune()

    def _take(self, error: SourceError) -> None:
        if isinstance(error, SourceRefused) and error.status in _FOR_GOOD:
            raise error
        self._log.line("WARNING", str(error))
        self._wait(min(error.seconds, _LONGEST_PAUSE) if isinstance(error, SourceLimited) else self._longer())

    def _longer(self) -> float:
        pause, self._pause = self._pause, min(2 * self._pause, _LONGEST_PAUSE)
        return pause
