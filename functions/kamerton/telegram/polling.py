"""Updates that are fetched, where Telegram cannot call us: handled as the webhook's, and again until they are answered.

A chat whose update fails waits; the others do not. Telegram keeps what is not acknowledged, and only what comes before the
first unanswered update is: an end at any moment loses none.

Public names: Poller, POLL_SECONDS.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
from msgspec import Struct

from kamerton.deadline import REQUEST_SECONDS, Deadline
from kamerton.errors import BucketError, KeyRefused, SourceError, SourceLimited, SourceRefused
from kamerton.lease import Leases
from kamerton.logs import Log, begin_request, end_request
from kamerton.telegram.bot_api import BotApi
from kamerton.telegram.refusals import is_webhook_set
from kamerton.telegram.update_handler import Outcome, UpdateHandler
from kamerton.telegram.update_leases import RETENTION_SECONDS
from kamerton.telegram.updates import KINDS, Update

POLL_SECONDS = 25
"""How long Telegram waits for an update before it says that there is none."""

_PRUNE_EVERY_SECONDS = 86_400.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_CONFLICT = 409


class _Unanswered(Struct):
    """An update that is to be tried at `due`, and after the next failure `pause` seconds later."""

    update: Update
    due: float
    pause: float = _FIRST_PAUSE


class Poller:
    """The updates of a chat one after another, as Telegram orders them. `wait` sleeps; `clock` returns seconds."""

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
        # Telegram forgets what is before this number.
        self._offset = 0
        # Those from there on that were fetched, answered or not.
        self._fetched: set[int] = set()
        self._unanswered: dict[int, _Unanswered] = {}
        self._pause = _FIRST_PAUSE
        self._in_conflict = False
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
        """Ask once, and try all updates whose time has come; wait when there is nothing else to do."""
        self._prune()
        # While some wait for another try Telegram would answer at once, with these.
        seconds = 0 if self._unanswered else POLL_SECONDS
        try:
            updates = self._api.updates(self._offset, list(KINDS), seconds, Deadline(seconds + REQUEST_SECONDS))
        except SourceError as error:
            self._wait_after(error)
            return
        self._pause, self._in_conflict = _FIRST_PAUSE, False
        for update in updates:
            self._take(update)
        if not self._try_all() and self._unanswered:
            self._wait(self._seconds_to_next())

    def _take(self, raw: Any) -> None:
        number = raw.get("update_id") if isinstance(raw, dict) else None
        if number in self._fetched or (type(number) is int and number < self._offset):
            return
        try:
            update = msgspec.convert(raw, Update)
        except msgspec.ValidationError:
            self._log.line("WARNING", "an update of an unknown form was let be")
        else:
            self._unanswered[update.update_id] = _Unanswered(update, self._clock())
        if type(number) is int:
            self._fetched.add(number)
            self._acknowledge()

    def _try_all(self) -> bool:
        """Whether any was answered. A chat's later updates wait for its earlier ones."""
        answered, waiting = False, set()
        for number, unanswered in sorted(self._unanswered.items()):
            chat = _chat(unanswered.update)
            if chat in waiting:
                continue
            if unanswered.due <= self._clock() and self._handle(unanswered.update) is not Outcome.RETRY_LATER:
                del self._unanswered[number]
                self._acknowledge()
                answered = True
                continue
            waiting.add(chat)
            if unanswered.due <= self._clock():
                unanswered.due = self._clock() + unanswered.pause
                unanswered.pause = min(2 * unanswered.pause, _LONGEST_PAUSE)
        return answered

    def _acknowledge(self) -> None:
        self._offset = max(self._offset, min(self._unanswered, default=max(self._fetched) + 1))
        self._fetched = {number for number in self._fetched if number >= self._offset}

    def _seconds_to_next(self) -> float:
        """At most as many as an update of somebody else should wait."""
        # Of each chat its first update counts: the others wait for that one.
        first: dict[int | None, float] = {}
        for _, unanswered in sorted(self._unanswered.items()):
            first.setdefault(_chat(unanswered.update), unanswered.due)
        return min(max(0.0, min(first.values()) - self._clock()), _FIRST_PAUSE)

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
        """Raises the error when only a person can mend it: a token that is no bot's, a webhook that is set."""
        if isinstance(error, KeyRefused):
            raise error
        if isinstance(error, SourceRefused) and error.status == _CONFLICT:
            if is_webhook_set(str(error)):
                raise error
            # Usual after a restart: the call of the program before this one still hangs at Telegram.
            if not self._in_conflict:
                self._log.line("WARNING", str(error))
            self._in_conflict = True
            self._wait(self._next_pause())
            return
        self._log.line("WARNING", str(error))
        self._wait(min(error.seconds, _LONGEST_PAUSE) if isinstance(error, SourceLimited) else self._next_pause())

    def _next_pause(self) -> float:
        pause, self._pause = self._pause, min(2 * self._pause, _LONGEST_PAUSE)
        return pause


def _chat(update: Update) -> int | None:
    """Whose updates are to be answered in their order."""
    message = update.message or (update.callback_query.message if update.callback_query else None)
    if message is not None:
        return message.chat.id
    return update.person.id if update.person else None
