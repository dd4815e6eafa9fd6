"""What each command is answered with, and a name or a link without one. The commands' names are in `addressing`."""

from __future__ import annotations

import random
from collections.abc import Callable

from msgspec.structs import replace

from kamerton import texts
from kamerton.music.normalise import normalise
from kamerton.telegram import cards, markup
from kamerton.telegram.answers import Answers, Turn, rows
from kamerton.telegram.callback_data import ANSWER, LANGUAGE, RANDOM, Press
from kamerton.telegram.message_parsing import Asked
from kamerton.telegram.replies import Button, Text

_GENRES_WITH_BUTTONS = 24
_GENRES_IN_A_ROW = 3
_EXAMPLES = 3
AS_TELEGRAM = "-"


class Commands:
    """`page_url` is where the page is, if it is known. Methods raise `AnswerError`."""

    def __init__(self, answers: Answers, chance: random.Random, page_url: str | None) -> None:
        self._answers = answers
        self._chance = chance
        self._page_url = page_url
        self._by_name: dict[str, Callable[[str, Turn], Text]] = {
            "": self._name,
            "start": self._start,
            "help": lambda _, turn: said("help", turn),
            "genre": self._genre,
            "random": self.random,
            "genres": self._genres,
            "language": self._language,
            "about": self._about,
        }

    def text(self, asked: Asked, turn: Turn) -> Text:
        command = self._by_name.get(asked.command)
        return command(asked.text, turn) if command else said("unknown_command", turn)

    def random(self, genre: str, turn: Turn) -> Text:
        """A track by chance, of the genre if one is named, with what sounds like it."""
        index, catalog = turn.release.index, turn.release.catalog
        name = next((name for name in index.genre_sizes if normalise(name) == normalise(genre)), None) if genre else None
        if genre and name is None:
            return said("no_such_genre", turn)
        place = self._chance.randrange(index.genre_sizes[name] if name else len(catalog))
        (entry,) = catalog.entries([index.track_of(name, place) if name else place])
        another = Button(texts.bot_text("another", turn.language), Press(RANDOM, name or ""))
        text = self._answers.alike(entry.track.id, turn)
        return replace(text, buttons=(*text.buttons, (another,)))

    def _name(self, query: str, turn: Turn) -> Text:
        return self._answers.alike(query, turn) if query else said("unreadable", turn)

    def _start(self, query: str, turn: Turn) -> Text:
        """Of a link to the bot that names a track, that track."""
        if query:
            return self._answers.alike(query, turn)
        tracks = [entry.track for entry in turn.release.catalog.examples(1)][:_EXAMPLES]
        buttons = [Button(cards.button_name(track), Press(ANSWER, track.id)) for track in tracks]
        return replace(said("hello", turn), buttons=rows(buttons, 1))

    def _genre(self, query: str, turn: Turn) -> Text:
        return self._answers.genre(query, turn) if query else said("genre_of_what", turn)

    def _genres(self, _: str, turn: Turn) -> Text:
        sizes = turn.release.index.genre_sizes
        lines = [f"{markup.plain(name, 60)} – {size}" for name, size in sizes.items()]
        buttons = [Button(name, Press(RANDOM, name)) for name in sizes] if len(sizes) <= _GENRES_WITH_BUTTONS else []
        title = markup.plain(texts.bot_text("genres", turn.language))
        return Text(markup.lines_within([title, "", *lines]), rows(buttons, _GENRES_IN_A_ROW))

    def _language(self, _: str, turn: Turn) -> Text:
        names = {**texts.language_names(), AS_TELEGRAM: texts.bot_text("as_telegram", turn.language)}
        buttons = [Button(name, Press(LANGUAGE, language)) for language, name in names.items()]
        return replace(said("choose_language", turn), buttons=rows(buttons))

    def _about(self, _: str, turn: Turn) -> Text:
        page = [Button(texts.bot_text("page", turn.language), url=self._page_url)] if self._page_url else []
        return replace(said("about", turn), buttons=rows(page))


def said(key: str, turn: Turn) -> Text:
    """A text of ours without any track in it."""
    return Text(markup.plain(texts.bot_text(key, turn.language)))
