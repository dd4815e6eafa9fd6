"""An update from its arrival to its answer: leased in the bucket, answered or apologised for, and marked as done.

An update is answered at least once; twice only if an instance died between answering and marking.
Public names: UpdateHandler, Outcome.
"""

from __future__ import annotations

import time
import traceback
from concurrent.futures import Executor, Future
from contextlib import suppress
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from kamerton import texts
from kamerton.deadline import APOLOGY_SECONDS, REQUEST_SECONDS, Deadline
from kamerton.errors import AnswerError, BucketError, ChatClosed, ChatMoved, SourceError, SourceLimited, SourceRefused
from kamerton.lease import Lease, Leases, LeaseState
from kamerton.logs import Log, add_field, added_fields, durations, timed
from kamerton.service.kamerton import Kamerton
from kamerton.telegram.bot_api_types import AnswerCallbackQuery, EditMessageText, SendChatAction
from kamerton.telegram.conversation import Conversation, problem_content, reply_target
from kamerton.telegram.language_store import LanguageStore, telegram_language
from kamerton.telegram.message_parsing import BotIdentity, MessageIntent, parse_message
from kamerton.telegram.replies import (
    MessageContent,
    Reply,
    callback_alert,
    edit_as_new_message,
    inline_answer,
    moved_to,
    new_message,
)
from kamerton.telegram.track_replies import ReplyContext
from kamerton.telegram.update_leases import update_key
from kamerton.telegram.updates import Message, Update

if TYPE_CHECKING:
    # Which imports the HTTP client, and is made when there is an update to answer.
    from kamerton.telegram.bot_api import BotApi

# Together with a few calls of the bucket they are less than `update_leases.LEASE_SECONDS`.
_SIDE_TASK_SECONDS = 1.5
_MARK_ATTEMPTS = 3

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
    RETRY_LATER = "later"
    """Nothing was said: Telegram has to ask again."""


class UpdateHandler:
    """`threads` do what goes on beside an answer; all of it ends before `handle` does."""

    def __init__(
        self,
        kamerton: Kamerton,
        conversation: Conversation,
        leases: Leases,
        languages: LanguageStore,
        api: BotApi,
        bot: BotIdentity,
        threads: Executor,
        log: Log,
    ) -> None:
        self._kamerton = kamerton
        self._conversation = conversation
        self._leases = leases
        self._languages = languages
        self._api = api
        self._bot = bot
        self._threads = threads
        self._log = log

    def handle(self, update: Update) -> Outcome:
        """Never raises an `Exception`."""
        started = time.monotonic()
        try:
            outcome = self._handle(update)
        except (BucketError, SourceError) as error:
            self._log.line("ERROR", str(error))
            outcome = Outcome.GIVEN_UP if _is_long_limit(error) else Outcome.RETRY_LATER
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

    def _handle(self, update: Update) -> Outcome:
        intent = parse_message(update.message, self._bot) if update.message else None
        if intent is None and (update.message or update.kind == "other"):
            return Outcome.IGNORED
        # Before the lease: an instance's first load may take longer than a lease lasts.
        with suppress(AnswerError):
            self._kamerton.release(Deadline(REQUEST_SECONDS))
        language_lookup = self._threads.submit(self._languages.of, update.person)
        try:
            lease = self._leases.acquire(update_key(self._bot.id, update.update_id))
        finally:
            language = _result(language_lookup) or telegram_language(update.person.language_code if update.person else None)
        if lease.state is not LeaseState.OURS:
            return Outcome.DONE_BEFORE if lease.state is LeaseState.DONE else Outcome.RETRY_LATER
        outcome = self._answer(update, intent, language, lease.attempt)
        self._mark(lease, outcome)
        return outcome

    def _mark(self, lease: Lease, outcome: Outcome) -> None:
        """Telegram is told by the status in any case, and asks again where that does not arrive."""
        mark = self._leases.release if outcome is Outcome.RETRY_LATER else self._leases.finish
        for _ in range(_MARK_ATTEMPTS):
            try:
                mark(lease)
                break
            except BucketError as error:
                self._log.line("WARNING", f"an update could not be marked as {outcome.value}: {error}")

    def _answer(self, update: Update, intent: MessageIntent | None, language: str, attempt: int) -> Outcome:
        deadline = Deadline(REQUEST_SECONDS)
        typing = self._start_typing(update.message) if update.message else None
        try:
            if attempt <= MOST_ATTEMPTS:
                reply = self._reply(update, intent, language, deadline)
                # So that "typing" cannot come after the answer.
                _result(typing)
                self._deliver(update, reply, deadline)
                return Outcome.ANSWERED
        except ChatClosed as refusal:
            # An apology would be refused as well.
            self._log.line("INFO", str(refusal))
            return Outcome.REFUSED
        except SourceRefused as refusal:
            self._log.line("ERROR", str(refusal))
        except SourceError as error:
            self._log.line("WARNING", str(error))
        except Exception as error:  # whatever it is, the person is told that something went wrong
            self._log.line("ERROR", "".join(traceback.format_exception(error)), kind=update.kind)
        return self._apologise(update, language, attempt)

    def _reply(self, update: Update, intent: MessageIntent | None, language: str, deadline: Deadline) -> Reply | None:
        try:
            session = self._kamerton.session(deadline, _client(update))
            context = ReplyContext(self._kamerton.release(deadline), language, session)
            add_field("release", context.release.id)
            if update.message and intent:
                return self._conversation.message_reply(update.message, intent, context)
            if update.callback_query:
                return self._conversation.callback_reply(update.callback_query, context)
            if update.inline_query:
                return self._conversation.inline_reply(update.inline_query, context)
            chosen = update.chosen_inline_result
            return self._conversation.chosen_result_reply(chosen, context) if chosen else None
        except AnswerError as error:
            if update.callback_query:
                return callback_alert(update.callback_query, texts.problem_detail(error.reason, language, **error.params))
            return _reply_without_tracks(update, problem_content(error, language))

    def _apologise(self, update: Update, language: str, attempt: int) -> Outcome:
        text = texts.bot_text("apology", language)
        query = update.callback_query
        apology = callback_alert(query, text) if query else _reply_without_tracks(update, MessageContent(text))
        try:
            self._deliver(update, apology, Deadline(APOLOGY_SECONDS))
        except SourceRefused as refusal:
            # What refuses everything is a wrong token, which can be mended.
            gone = isinstance(refusal, ChatClosed) or (refusal.status == 400 and attempt > MOST_ATTEMPTS)
            return Outcome.REFUSED if gone else Outcome.RETRY_LATER
        except SourceLimited as limit:
            return Outcome.GIVEN_UP if _is_long_limit(limit) or attempt > MOST_ATTEMPTS else Outcome.RETRY_LATER
        except SourceError:
            return Outcome.RETRY_LATER
        return Outcome.APOLOGISED

    def _deliver(self, update: Update, reply: Reply | None, deadline: Deadline) -> None:
        """Raises `SourceError` when nothing was said."""
        with timed("telegram"):
            if reply is None:
                return
            self._send(reply, deadline)
            if update.callback_query and not isinstance(reply, AnswerCallbackQuery):
                with suppress(SourceError):
                    self._api.call(AnswerCallbackQuery(update.callback_query.id), deadline)

    def _send(self, reply: Reply, deadline: Deadline) -> None:
        try:
            self._api.call(reply, deadline)
        except ChatMoved as move:
            # A group that has become a supergroup.
            there = moved_to(reply, move.chat_id)
            if there is None:
                raise
            self._api.call(there, deadline)
        except SourceRefused as refusal:
            # A message that was deleted meanwhile, or is too old to be changed.
            replacement = edit_as_new_message(reply) if isinstance(reply, EditMessageText) else None
            if refusal.status != 400 or replacement is None:
                raise
            self._api.call(replacement, deadline)

    def _start_typing(self, message: Message) -> Future[None]:
        target = reply_target(message)
        action = SendChatAction(target.chat_id, "typing", target.message_thread_id)
        return self._threads.submit(self._api.call, action, Deadline(_SIDE_TASK_SECONDS))


def _client(update: Update) -> str:
    """Who asks, by a name of our own."""
    return f"telegram/{update.person.id}" if update.person else ""


def _reply_without_tracks(update: Update, content: MessageContent) -> Reply | None:
    """A text that no track is found for, where there is a place for it."""
    if update.message:
        return new_message(reply_target(update.message), content)
    return inline_answer(update.inline_query, (), cache_seconds=0) if update.inline_query else None


def _result(side_task: Future[T] | None) -> T | None:
    """The result of what goes on beside an answer; None when it failed or takes too long: the answer is as good without."""
    with suppress(Exception):
        return side_task.result(_SIDE_TASK_SECONDS) if side_task else None
    return None


def _is_long_limit(error: Exception) -> bool:
    """Whether it is a limit that ends too late to be waited for."""
    return isinstance(error, SourceLimited) and error.seconds > LONGEST_LIMIT
