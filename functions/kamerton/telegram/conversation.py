"""The reply to an update, by the same use case as the page's. No I/O but through the objects that it is given."""

from __future__ import annotations

from collections.abc import Callable

from kamerton import texts
from kamerton.errors import AnswerError, NotOffered
from kamerton.lookup.lookup_session import LookupSession
from kamerton.music.track import Track
from kamerton.telegram import cards, markup
from kamerton.telegram.answers import Answers, Turn, alternatives
from kamerton.telegram.callback_data import ANSWER, ANSWER_HERE, CARD, LANGUAGE, MORE, PREVIEW, RANDOM, Press, read_press
from kamerton.telegram.commands import AS_TELEGRAM, Commands
from kamerton.telegram.language_store import Languages, told_language
from kamerton.telegram.message_parsing import Asked
from kamerton.telegram.replies import Change, Play, Reply, Room, Say, Spot, Suggest, Text, Toast
from kamerton.telegram.updates import CallbackQuery, ChosenInlineResult, InlineQuery, Message

Preview = Callable[[Track, LookupSession], str]
"""The address of 30 seconds of a track as mp3, which is good for a little while. Raises `NotOffered`."""


class Conversation:
    """`preview` is None where there are none. Methods raise `AnswerError`, which `problem` says in words, or `BucketError`."""

    def __init__(self, answers: Answers, commands: Commands, languages: Languages, preview: Preview | None = None) -> None:
        self._answers = answers
        self._commands = commands
        self._languages = languages
        self._preview = preview
        self._by_kind: dict[str, Callable[[CallbackQuery, Press, Turn], Reply]] = {
            ANSWER: self._answer,
            ANSWER_HERE: self._answer_here,
            MORE: self._more,
            CARD: self._card,
            PREVIEW: self._play,
            LANGUAGE: self._speak,
            RANDOM: self._random,
        }

    def to_message(self, message: Message, asked: Asked, turn: Turn) -> Reply:
        return Say(room_of(message), self._commands.text(asked, turn))

    def to_press(self, query: CallbackQuery, turn: Turn) -> Reply:
        press = read_press(query.data)
        return self._by_kind[press.kind](query, press, turn) if press else _toast("old_button", turn)

    def to_inline_query(self, query: InlineQuery, turn: Turn) -> Reply:
        offset = int(query.offset) if query.offset.isascii() and query.offset.isdigit() and len(query.offset) < 4 else 0
        try:
            return self._answers.suggestions(query.query, offset, turn)
        except AnswerError:
            # Half a link, or a name that is still being typed.
            return Suggest((), seconds=10)

    def to_choice(self, choice: ChosenInlineResult, turn: Turn) -> Reply | None:
        """What sounds like the picked track, into its message; only a message with a button can be changed."""
        if not choice.inline_message_id:
            return None
        return Change(
            Spot(inline_message_id=choice.inline_message_id), self._answers.alike(choice.result_id, turn, inline=True)
        )

    def _answer(self, query: CallbackQuery, press: Press, turn: Turn) -> Reply:
        if query.message is None:
            return self._answer_here(query, press, turn)
        return Say(_beside(query.message), self._answers.alike(press.value, turn))

    def _answer_here(self, query: CallbackQuery, press: Press, turn: Turn) -> Reply:
        return Change(spot_of(query), self._answers.alike(press.value, turn, inline=query.message is None))

    def _more(self, query: CallbackQuery, press: Press, turn: Turn) -> Reply:
        if query.message is None:
            return Change(spot_of(query), self._answers.more_inline(press, turn))
        if not query.message.text:
            # A message so old that Telegram does not show it to us any more.
            return self._answer(query, press, turn)
        text = self._answers.more(press, query.message, turn)
        return Change(spot_of(query), text) if text else _toast("no_more", turn)

    def _card(self, query: CallbackQuery, press: Press, turn: Turn) -> Reply:
        if query.message is None:
            return _toast("old_button", turn)
        track = self._answers.track(press.value, turn)
        return Say(_beside(query.message), self._answers.card(track, turn))

    def _play(self, query: CallbackQuery, press: Press, turn: Turn) -> Reply:
        if query.message is None or self._preview is None:
            return _toast("no_preview", turn)
        track = self._answers.track(press.value, turn)
        try:
            url = self._preview(track, turn.session)
        except NotOffered:
            return _toast("no_preview", turn)
        return Play(_beside(query.message), url, track.title, ", ".join(track.artists))

    def _speak(self, query: CallbackQuery, press: Press, turn: Turn) -> Reply:
        self._languages.choose(query.from_, press.value)
        if press.value == AS_TELEGRAM:
            words = texts.bot_text("language_told", told_language(query.from_.language_code))
        elif press.value in texts.LANGUAGES:
            words = texts.bot_text("language_chosen", press.value)
        else:
            return _toast("old_button", turn)
        return Change(spot_of(query), Text(markup.plain(words)))

    def _random(self, query: CallbackQuery, press: Press, turn: Turn) -> Reply:
        return Change(spot_of(query), self._commands.random(press.value, turn))


def problem(error: AnswerError, language: str) -> Text:
    """Why there is no answer, what is missing, and what can be asked for instead."""
    detail = markup.plain(texts.problem_detail(error.reason, language, **error.params))
    return Text("\n".join([detail, *cards.notes(error.notes, language)]), alternatives(error.alternatives))


def room_of(message: Message) -> Room:
    """Where a message is answered: in a group, beneath it."""
    room = _beside(message)
    return room if message.chat.is_private else Room(room.chat_id, room.topic_id, message.message_id)


def spot_of(query: CallbackQuery) -> Spot:
    """The message whose button was pressed."""
    if query.message is None:
        return Spot(inline_message_id=query.inline_message_id)
    return Spot(query.message.chat.id, query.message.message_id)


def _beside(message: Message) -> Room:
    return Room(message.chat.id, message.message_thread_id if message.is_topic_message else None)


def _toast(key: str, turn: Turn) -> Toast:
    return Toast(texts.bot_text(key, turn.language), alert=True)
