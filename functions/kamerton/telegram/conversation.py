"""The reply to an update, by the same use case as the page's. No I/O but through the objects that it is given.

Public names: Conversation, Preview, FetchFile, problem_content, reply_target.
"""

from __future__ import annotations

from collections.abc import Callable

from kamerton import texts
from kamerton.deadline import Deadline
from kamerton.errors import AnswerError, BadQuery, FeaturesUnavailable, NotOffered, TrackNotFound
from kamerton.listening.decoder import LARGEST_FILE
from kamerton.lookup.lookup_session import LookupSession
from kamerton.music.track import Track
from kamerton.telegram import cards, markup
from kamerton.telegram.callback_data import (
    ANSWER,
    ANSWER_HERE,
    CARD,
    LANGUAGE,
    MORE,
    PREVIEW,
    RANDOM,
    CallbackData,
    parse_callback_data,
)
from kamerton.telegram.commands import AS_TELEGRAM, Commands
from kamerton.telegram.language_store import LanguageStore, telegram_language
from kamerton.telegram.message_parsing import MessageIntent
from kamerton.telegram.replies import (
    ChatTarget,
    MessageContent,
    Reply,
    audio_message,
    callback_alert,
    inline_answer,
    inline_message_edit,
    message_edit,
    new_message,
)
from kamerton.telegram.track_replies import ReplyContext, TrackReplies, alternative_buttons
from kamerton.telegram.updates import CallbackQuery, ChosenInlineResult, InlineQuery, Message

Preview = Callable[[Track, LookupSession], str]
"""The address of 30 seconds of a track as mp3, which is good for a little while. Raises `NotOffered`."""

FetchFile = Callable[[str, Deadline], bytes]
"""What somebody sent, by Telegram's id of it; empty when it cannot be had."""

_TYPING_CACHE_SECONDS = 10


class Conversation:
    """`preview` is None where there are none, and `fetch_file` where nothing is listened to. Methods raise `AnswerError`, which
    `problem_content` says in words, or `BucketError`."""

    def __init__(
        self,
        track_replies: TrackReplies,
        commands: Commands,
        languages: LanguageStore,
        preview: Preview | None = None,
        fetch_file: FetchFile | None = None,
    ) -> None:
        self._track_replies = track_replies
        self._commands = commands
        self._languages = languages
        self._preview = preview
        self._fetch_file = fetch_file
        self._callbacks: dict[str, Callable[[CallbackQuery, CallbackData, ReplyContext], Reply]] = {
            ANSWER: self._similar,
            ANSWER_HERE: self._similar_here,
            MORE: self._more_similar,
            CARD: self._card,
            PREVIEW: self._audio_preview,
            LANGUAGE: self._choose_language,
            RANDOM: self._random,
        }

    def message_reply(self, message: Message, intent: MessageIntent, context: ReplyContext) -> Reply:
        return new_message(reply_target(message), self._content(intent, context))

    def _content(self, intent: MessageIntent, context: ReplyContext) -> MessageContent:
        if intent.sound is None or self._fetch_file is None:
            return self._commands.content(intent, context)
        if intent.query:
            try:
                # Who a music file says that it is of comes before what is heard in it.
                return self._commands.content(intent, context)
            except (TrackNotFound, FeaturesUnavailable):
                pass
        file_id = intent.sound.file_id
        return self._track_replies.heard(lambda: self._fetched(file_id, context), context)

    def _fetched(self, file_id: str, context: ReplyContext) -> bytes:
        data = self._fetch_file(file_id, context.session.deadline) if self._fetch_file else b""
        if not data:
            raise BadQuery("sound_unfetched", most=LARGEST_FILE // 1024**2)
        return data

    def callback_reply(self, query: CallbackQuery, context: ReplyContext) -> Reply:
        data = parse_callback_data(query.data)
        return self._callbacks[data.kind](query, data, context) if data else _alert(query, "old_button", context)

    def inline_reply(self, query: InlineQuery, context: ReplyContext) -> Reply:
        offset = int(query.offset) if query.offset.isascii() and query.offset.isdigit() and len(query.offset) < 4 else 0
        try:
            return self._track_replies.inline_results(query, offset, context)
        except AnswerError:
            # Half a link, or a name that is still being typed.
            return inline_answer(query, (), cache_seconds=_TYPING_CACHE_SECONDS)

    def chosen_result_reply(self, chosen: ChosenInlineResult, context: ReplyContext) -> Reply | None:
        """What sounds like the picked track, into its message; only a message with a button can be changed."""
        if not chosen.inline_message_id:
            return None
        content = self._track_replies.similar(chosen.result_id, context, inline=True)
        return inline_message_edit(chosen.inline_message_id, content)

    def _similar(self, query: CallbackQuery, data: CallbackData, context: ReplyContext) -> Reply:
        if query.message is None:
            return self._similar_here(query, data, context)
        return new_message(_same_chat(query.message), self._track_replies.similar(data.value, context))

    def _similar_here(self, query: CallbackQuery, data: CallbackData, context: ReplyContext) -> Reply:
        return message_edit(query, self._track_replies.similar(data.value, context, inline=query.message is None))

    def _more_similar(self, query: CallbackQuery, data: CallbackData, context: ReplyContext) -> Reply:
        if query.message is None:
            return message_edit(query, self._track_replies.more_similar_inline(data, context))
        if not query.message.text:
            # A message so old that Telegram does not show it to us any more.
            return self._similar(query, data, context)
        content = self._track_replies.more_similar(data, query.message, context)
        return message_edit(query, content) if content else _alert(query, "no_more", context)

    def _card(self, query: CallbackQuery, data: CallbackData, context: ReplyContext) -> Reply:
        if query.message is None:
            return _alert(query, "old_button", context)
        track = self._track_replies.track(data.value, context)
        return new_message(_same_chat(query.message), self._track_replies.card(track, context))

    def _audio_preview(self, query: CallbackQuery, data: CallbackData, context: ReplyContext) -> Reply:
        if query.message is None or self._preview is None:
            return _alert(query, "no_preview", context)
        track = self._track_replies.track(data.value, context)
        try:
            url = self._preview(track, context.session)
        except NotOffered:
            return _alert(query, "no_preview", context)
        return audio_message(_same_chat(query.message), url, track.title, ", ".join(track.artists))

    def _choose_language(self, query: CallbackQuery, data: CallbackData, context: ReplyContext) -> Reply:
        self._languages.choose(query.from_, data.value)
        if data.value == AS_TELEGRAM:
            text = texts.bot_text("language_told", telegram_language(query.from_.language_code))
        elif data.value in texts.LANGUAGES:
            text = texts.bot_text("language_chosen", data.value)
        else:
            return _alert(query, "old_button", context)
        return message_edit(query, MessageContent(markup.plain(text)))

    def _random(self, query: CallbackQuery, data: CallbackData, context: ReplyContext) -> Reply:
        return message_edit(query, self._commands.random(data.value, context))


def problem_content(error: AnswerError, language: str) -> MessageContent:
    """Why there is no answer, what is missing, and what can be asked for instead."""
    detail = markup.plain(texts.problem_detail(error.reason, language, **error.params))
    return MessageContent("\n".join([detail, *cards.notes(error.notes, language)]), alternative_buttons(error.alternatives))


def reply_target(message: Message) -> ChatTarget:
    """Where a message is answered: in a group, beneath it."""
    target = _same_chat(message)
    return target if message.chat.is_private else ChatTarget(target.chat_id, target.message_thread_id, message.message_id)


def _same_chat(message: Message) -> ChatTarget:
    return ChatTarget(message.chat.id, message.message_thread_id if message.is_topic_message else None)


def _alert(query: CallbackQuery, key: str, context: ReplyContext) -> Reply:
    return callback_alert(query, texts.bot_text(key, context.language))
