"""An update from its arrival to its answer: claimed in the bucket, answered or apologised for, and marked as done.

An update is answered at least once; twice only if an instance died between answering and marking.
"""

from __future__ import annotations

import time
import traceback
from concurrent.futures import Executor, Future
from contextlib import suppress
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from kamerton import texts
from kamerton.deadline import Deadline
from kamerton.errors import AnswerError, BucketError, SourceError, SourceLimited, SourceRefused
from kamerton.logs import Log, add_field, added_fields, durations, timed
from kamerton.service.service import Kamerton
from kamerton.telegram.answers import Turn
from kamerton.telegram.claims import Claim, Claims, State
from kamerton.telegram.conversation import Conversation, problem, room_of
from kamerton.telegram.language_store import Languages, told_language
from kamerton.telegram.message_parsing import Asked, Bot, asked
from kamerton.telegram.replies import Change, Reply, Room, Say, Suggest, Text, Toast
from kamerton.telegram.updates import Update

if TYPE_CHECKING:
    # Whose library is imported when there is an update to answer.
    from kamerton.telegram.bot_api import BotApi

# Together with a few calls of the bucket they are less than `claims.CLAIM_SECONDS`.
ANSWER_SECONDS = 10.0
APOLOGY_SECONDS = 3.0
_ASIDE_SECONDS = 1.5
_MARKED_TIMES = 3

MOST_ATTEMPTS = 5
"""An update that so many instances died of is only apologised for."""

LONGEST_LIMIT = 10.0
"""Seconds of a limit after which an update may still be tried again; others wait for as long."""

T = TypeVar("T")


class Outcome(Enum):
    ANSWERED = "answered"
    APOLOGISED = "apologised"
    REFUSED = "refused"
    """Nothing may be said there any more, such as to somebody who blocked the bot."""
    GIVEN_UP = "given up"
    """Telegram wants nothing more there for longer than others can wait."""
    IGNORED = "ignored"
    DONE_BEFORE = "done before"
    LATER = "later"
    """Nothing was said: Telegram has to ask again."""


class Reception:
    """`threads` do what goes on beside an answer; all of it ends before `receive` does."""

    def __init__(
        self,
        kamerton: Kamerton,
        conversation: Conversation,
        claims: Claims,
        languages: Languages,
        api: BotApi,
        bot: Bot,
        threads: Executor,
        log: Log,
    ) -> None:
        self._kamerton = kamerton
        self._conversation = conversation
        self._claims = claims
        self._languages = languages
        self._api = api
        self._bot = bot
        self._threads = threads
        self._log = log

    def receive(self, update: Update) -> Outcome:
        """Never raises an `Exception`."""
        started = time.monotonic()
        try:
            outcome = self._received(update)
        except (BucketError, SourceError) as error:
            self._log.line("ERROR", str(error))
            outcome = Outcome.GIVEN_UP if _is_long(error) else Outcome.LATER
        milliseconds = round((time.monotonic() - started) * 1000, 1)
        self._log.line(
            "INFO",
            "update",
            kind=update.kind,
            outcome=outcome.value,
            milliseconds=milliseconds,
            **added_fields(),
            durations=durations(),
        )
        return outcome

    def _received(self, update: Update) -> Outcome:
        question = asked(update.message, self._bot) if update.message else None
        if question is None and (update.message or update.kind == "other"):
            return Outcome.IGNORED
        # Before the claim: an instance's first load may take longer than a claim lasts.
        with suppress(AnswerError):
            self._kamerton.release(Deadline(ANSWER_SECONDS))
        chosen = self._threads.submit(self._languages.of, update.person)
        try:
            claim = self._claims.take(update.update_id)
        finally:
            language = self._waited(chosen) or told_language(update.person.language_code if update.person else None)
        if claim.state is not State.OURS:
            return Outcome.DONE_BEFORE if claim.state is State.DONE else Outcome.LATER
        outcome = self._answered(update, question, language, claim.attempt)
        self._mark(claim, outcome)
        return outcome

    def _mark(self, claim: Claim, outcome: Outcome) -> None:
        """Telegram is told by the status in any case, and asks again where that does not arrive."""
        mark = self._claims.give_up if outcome is Outcome.LATER else self._claims.finish
        for _ in range(_MARKED_TIMES):
            try:
                mark(claim)
                break
            except BucketError as error:
                self._log.line("WARNING", f"an update could not be marked as {outcome.value}: {error}")

    def _answered(self, update: Update, question: Asked | None, language: str, attempt: int) -> Outcome:
        deadline = Deadline(ANSWER_SECONDS)
        typing = self._typing(update)
        try:
            if attempt <= MOST_ATTEMPTS:
                reply = self._reply(update, question, language, deadline)
                self._waited(typing)
                self._deliver(update, reply, deadline)
                return Outcome.ANSWERED
        except SourceRefused as refusal:
            if refusal.status == 403:
                return Outcome.REFUSED
            self._log.line("ERROR", str(refusal))
        except SourceError as error:
            self._log.line("WARNING", str(error))
        except Exception as error:  # whatever it is, the person is told that something went wrong
            self._log.line("ERROR", "".join(traceback.format_exception(error)), kind=update.kind)
        return self._apologised(update, language, attempt)

    def _reply(self, update: Update, question: Asked | None, language: str, deadline: Deadline) -> Reply | None:
        try:
            turn = Turn(self._kamerton.release(deadline), language, deadline)
            add_field("release", turn.release.id)
            if update.message and question:
                return self._conversation.to_message(update.message, question, turn)
            if update.callback_query:
                return self._conversation.to_press(update.callback_query, turn)
            if update.inline_query:
                return self._conversation.to_inline_query(update.inline_query, turn)
            return self._conversation.to_choice(update.chosen_inline_result, turn) if update.chosen_inline_result else None
        except AnswerError as error:
            if update.callback_query:
                return Toast(texts.problem_detail(error.reason, language, **error.params), alert=True)
            return self._said(update, problem(error, language))

    def _apologised(self, update: Update, language: str, attempt: int) -> Outcome:
        words = texts.bot_text("apology", language)
        apology = Toast(words, alert=True) if update.callback_query else self._said(update, Text(words))
        try:
            self._deliver(update, apology, Deadline(APOLOGY_SECONDS))
        except SourceRefused as refusal:
            # A chat that is gone is 400, among much else; what refuses everything is a wrong token, which can be mended.
            gone = refusal.status == 403 or (refusal.status == 400 and attempt > MOST_ATTEMPTS)
            return Outcome.REFUSED if gone else Outcome.LATER
        except SourceLimited as limit:
            return Outcome.GIVEN_UP if _is_long(limit) or attempt > MOST_ATTEMPTS else Outcome.LATER
        except SourceError:
            return Outcome.LATER
        return Outcome.APOLOGISED

    def _said(self, update: Update, text: Text) -> Reply | None:
        """A text that no track is found for, where there is a place for it."""
        if update.message:
            return Say(room_of(update.message), text)
        return Suggest((), seconds=0) if update.inline_query else None

    def _deliver(self, update: Update, reply: Reply | None, deadline: Deadline) -> None:
        """Raises `SourceError` when nothing was said."""
        with timed("telegram"):
            self._say(update, reply, deadline)

    def _say(self, update: Update, reply: Reply | None, deadline: Deadline) -> None:
        if update.callback_query and isinstance(reply, Toast):
            self._api.acknowledge(update.callback_query.id, reply, deadline)
        elif update.inline_query and isinstance(reply, Suggest):
            self._api.suggest(update.inline_query.id, reply, deadline)
        elif reply is not None:
            self._send(reply, deadline)
            if update.callback_query:
                with suppress(SourceError):
                    self._api.acknowledge(update.callback_query.id, None, deadline)

    def _send(self, reply: Reply, deadline: Deadline) -> None:
        try:
            self._api.send(reply, deadline)
        except SourceRefused as refusal:
            # A message that was deleted meanwhile, or is too old to be changed.
            if refusal.status != 400 or not isinstance(reply, Change) or reply.spot.chat_id is None:
                raise
            self._api.send(Say(Room(reply.spot.chat_id), reply.text), deadline)

    def _typing(self, update: Update) -> Future[None] | None:
        if update.message is None:
            return None
        return self._threads.submit(self._api.show_typing, room_of(update.message), Deadline(_ASIDE_SECONDS))

    def _waited(self, aside: Future[T] | None) -> T | None:
        """So that it cannot come after the answer. Without it the answer is as good."""
        with suppress(Exception):
            return aside.result(_ASIDE_SECONDS) if aside else None
        return None


def _is_long(error: Exception) -> bool:
    """Whether it is a limit that ends too late to be waited for."""
    return isinstance(error, SourceLimited) and error.seconds > LONGEST_LIMIT
