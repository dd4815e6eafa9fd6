"""The bot's commands: one entry of COMMANDS each, with the command's name and what handles it.

Whatever else needs the commands takes them from COMMANDS: message parsing their names, and the profile the list that Telegram
shows, in this order. A new command is one entry here, and its description in the profile texts of each language.

Public names: COMMANDS, Commands, AS_TELEGRAM.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from kamerton import texts
from kamerton.music.normalise import normalise
from kamerton.service.random_track import random_track
from kamerton.telegram import cards, markup
from kamerton.telegram.callback_data import ANSWER, LANGUAGE, RANDOM, CallbackData
from kamerton.telegram.message_parsing import MessageIntent
from kamerton.telegram.replies import Button, MessageContent, button_rows
from kamerton.telegram.track_replies import ReplyContext, TrackReplies

_GENRES_WITH_BUTTONS = 24
_GENRES_IN_A_ROW = 3
_EXAMPLES = 3
AS_TELEGRAM = "-"
"""The choice of /language that is no language: the one that Telegram speaks with the person."""


class Commands:
    """`page_url` is the address of the web page, if it is known. Methods raise `AnswerError`."""

    def __init__(self, track_replies: TrackReplies, chance: random.Random, page_url: str | None) -> None:
        self._track_replies = track_replies
        self._chance = chance
        self._page_url = page_url

    def content(self, intent: MessageIntent, context: ReplyContext) -> MessageContent:
        if not intent.command:
            return self._similar(intent.query, context)
        handler = COMMANDS.get(intent.command)
        return handler(self, intent.query, context) if handler else _text("unknown_command", context)

    def start(self, query: str, context: ReplyContext) -> MessageContent:
        """Of a link to the bot that names a track, that track."""
        if query:
            return self._track_replies.similar(query, context)
        tracks = [entry.track for entry in context.release.catalog.examples(1)][:_EXAMPLES]
        buttons = [Button(cards.button_name(track), CallbackData(ANSWER, track.id)) for track in tracks]
        return replace(_text("hello", context), buttons=button_rows(buttons, 1))

    def help(self, _: str, context: ReplyContext) -> MessageContent:
        return _text("help", context)

    def genre(self, query: str, context: ReplyContext) -> MessageContent:
        return self._track_replies.genre(query, context) if query else _text("genre_of_what", context)

    def random(self, genre: str, context: ReplyContext) -> MessageContent:
        """A track by chance, of the genre if one is named, with what sounds like it."""
        genres = context.release.index.genre_sizes
        name = next((name for name in genres if normalise(name) == normalise(genre)), None) if genre else None
        if genre and name is None:
            return _text("no_such_genre", context)
        entry = random_track(context.release, self._chance, name)
        another = Button(texts.bot_text("another", context.language), CallbackData(RANDOM, name or ""))
        content = self._track_replies.similar(entry.track.id, context)
        return replace(content, buttons=(*content.buttons, (another,)))

    def genres(self, _: str, context: ReplyContext) -> MessageContent:
        sizes = context.release.index.genre_sizes
        lines = [f"{markup.plain(name, 60)} – {size}" for name, size in sizes.items()]
        buttons = [Button(name, CallbackData(RANDOM, name)) for name in sizes] if len(sizes) <= _GENRES_WITH_BUTTONS else []
        title = markup.plain(texts.bot_text("genres", context.language))
        return MessageContent(markup.lines_within([title, "", *lines]), button_rows(buttons, _GENRES_IN_A_ROW))

    def language(self, _: str, context: ReplyContext) -> MessageContent:
        names = {**texts.language_names(), AS_TELEGRAM: texts.bot_text("as_telegram", context.language)}
        buttons = [Button(name, CallbackData(LANGUAGE, language)) for language, name in names.items()]
        return replace(_text("choose_language", context), buttons=button_rows(buttons))

    def about(self, _: str, context: ReplyContext) -> MessageContent:
        page = [Button(texts.bot_text("page", context.language), url=self._page_url)] if self._page_url else []
        return replace(_text("about", context), buttons=button_rows(page))

    def _similar(self, query: str, context: ReplyContext) -> MessageContent:
        return self._track_replies.similar(query, context) if query else _text("unreadable", context)


COMMANDS: Mapping[str, Callable[[Commands, str, ReplyContext], MessageContent]] = {
    "start": Commands.start,
    "help": Commands.help,
    "genre": Commands.genre,
    "random": Commands.random,
    "genres": Commands.genres,
    "language": Commands.language,
    "about": Commands.about,
}
"""Each is called with the text after the command, and with the context of the reply."""


def _text(key: str, context: ReplyContext) -> MessageContent:
    """A text of ours without any track in it."""
    return MessageContent(markup.plain(texts.bot_text(key, context.language)))
