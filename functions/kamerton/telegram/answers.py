"""Answers about tracks, as texts with buttons: what sounds like a track, its genre, its card, and lines to pick one from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from kamerton import texts
from kamerton.deadline import Deadline
from kamerton.logs import add_field
from kamerton.matching.name_ranking import is_named_whole
from kamerton.music.links import spotify_link, youtube_link
from kamerton.music.track import Track
from kamerton.recommending.recommender import Recommendation
from kamerton.release.release import Release
from kamerton.service.service import Answer, Kamerton
from kamerton.telegram import cards, markup
from kamerton.telegram.callback_data import ANSWER, ANSWER_HERE, CARD, MORE, PREVIEW, Press, read_press
from kamerton.telegram.replies import Button, Rows, Suggest, Suggestion, Text
from kamerton.telegram.updates import Message

PAGE = 5
"""Tracks that are shown at a time."""

_ARTIST_CAP = 1
_MOST_ALTERNATIVES = 3
_SUGGESTED, _MOST_SUGGESTED = 10, 50


class Turn(Struct, frozen=True):
    """What holds while one update is answered."""

    release: Release
    language: str
    deadline: Deadline


class Answers:
    """`public_url` is where the page is, if it is known: our own addresses are below it.

    Methods raise `AnswerError`. With `inline` the text is for a message in a chat where we are not, and can say nothing else.
    """

    def __init__(self, kamerton: Kamerton, public_url: str | None, has_previews: bool) -> None:
        self._kamerton = kamerton
        self._public_url = public_url
        self._has_previews = has_previews

    def alike(self, query: str, turn: Turn, inline: bool = False) -> Text:
        """What sounds like the track that the query names, and what else the name may mean."""
        answer = self._ask(query, PAGE, turn)
        text = self._listed(answer, answer.recommendations, turn, inline)
        return replace(text, buttons=text.buttons + _choice(query, answer))

    def more(self, press: Press, message: Message, turn: Turn) -> Text | None:
        """The message with the next few tracks, none of which is in it, whatever the release; None when there are none."""
        shown = [pressed.value for pressed in _presses(message) if pressed.kind == CARD]
        answer = self._ask(press.value, len(shown) + PAGE, turn)
        fresh = [each for each in answer.recommendations if each.track.id not in shown][:PAGE]
        added = cards.items(fresh, answer, len(shown) + 1, turn.language)
        before = message.text or ""
        if not fresh or markup.units(before) + len(fresh) * cards.MOST_ITEM > markup.MOST_TEXT:
            return None
        listed = [*shown, *(each.track.id for each in fresh)]
        buttons = rows([_numbered(place, track_id) for place, track_id in enumerate(listed, 1)])
        whole = f"{markup.read_back(before, message.entities)}\n{added}"
        return Text(whole, buttons + _more(press.value, len(listed), len(fresh), turn), self._picture(answer.track))

    def more_inline(self, press: Press, turn: Turn) -> Text:
        """The same for a message that we cannot see: its tracks first, as far as the release is still theirs."""
        answer = self._ask(press.value, min(press.shown, cards.MOST_LISTED - PAGE) + PAGE, turn)
        same = press.tag == _tag(turn.release)
        before = self._ask(press.value, press.shown, turn).recommendations if same and press.shown else ()
        shown = {each.track.id for each in before}
        later = [each for each in answer.recommendations if each.track.id not in shown]
        return self._listed(answer, [*before, *later], turn, inline=True)

    def genre(self, query: str, turn: Turn) -> Text:
        answer = self._ask(query, 0, turn)
        similar = _pressed(texts.bot_text("similar", turn.language), ANSWER_HERE, answer.track)
        buttons = (*rows(similar), *_choice(query, answer))
        return Text(cards.head(answer, turn.language), buttons, self._picture(answer.track))

    def track(self, track_id: str, turn: Turn) -> Track:
        """One track by its id, of the catalog or of the world."""
        return self._kamerton.identify(turn.release, track_id, turn.deadline)

    def card(self, track: Track, turn: Turn) -> Text:
        def said(key: str) -> str:
            return texts.bot_text(key, turn.language)

        links = (Button(said("listen"), url=spotify_link(track)), Button(said("watch"), url=self._video(track)))
        preview = _pressed(said("preview"), PREVIEW, track) if self._has_previews else []
        alike = _pressed(said("more_like_this"), ANSWER, track)
        return Text(cards.card(track, turn.language), (links, *rows([*preview, *alike])), self._picture(track))

    def suggestions(self, query: str, offset: int, turn: Turn) -> Suggest:
        """Tracks to pick from: those with a name, or a few of the catalog. What sounds like them is not looked for."""
        end = min(offset + _SUGGESTED, _MOST_SUGGESTED)
        if query.strip():
            tracks, _ = self._kamerton.search(turn.release, " ".join(query.split()), end, turn.deadline)
        else:
            tracks = [entry.track for entry in turn.release.catalog.examples(2)][:end]
        more = str(end) if len(tracks) == end < _MOST_SUGGESTED and query.strip() else ""
        unique = {track.id: track for track in tracks[offset:end]}
        return Suggest(tuple(self._suggestion(track, turn) for track in unique.values()), more)

    def _ask(self, query: str, limit: int, turn: Turn) -> Answer:
        answer = self._kamerton.answer(turn.release, query, limit, _ARTIST_CAP, turn.deadline)
        add_field("source", answer.features_source)
        return answer

    def _listed(self, answer: Answer, listed: Sequence[Recommendation], turn: Turn, inline: bool) -> Text:
        language = turn.language
        head = cards.head(answer, language)
        if not listed:
            return Text(f"{head}\n\n{markup.plain(texts.bot_text('none', language))}", (), self._picture(answer.track))
        tracks = [each.track for each in listed]
        numbers = [
            Button(str(place), url=spotify_link(track)) if inline else _numbered(place, track.id)
            for place, track in enumerate(tracks, 1)
        ]
        seed = answer.track.id if answer.track else ""
        buttons = rows(numbers) + _more(seed, len(listed), len(listed), turn)
        whole = f"{head}\n\n{cards.list_title(language)}\n{cards.items(listed, answer, 1, language)}"
        return Text(whole, buttons, self._picture(answer.track))

    def _suggestion(self, track: Track, turn: Turn) -> Suggestion:
        similar = rows(_pressed(texts.bot_text("similar", turn.language), ANSWER_HERE, track))
        text = Text(cards.card(track, turn.language), similar, self._picture(track))
        about = " · ".join(filter(None, [", ".join(track.artists), track.album]))
        return Suggestion(track.id, markup.clipped(track.title, 100), markup.clipped(about, 150), text)

    def _video(self, track: Track) -> str:
        return f"{self._public_url}/watch/{quote(track.id, safe=':')}" if self._public_url else youtube_link(track)

    def _picture(self, track: Track | None) -> str | None:
        """Where Telegram finds the cover: on Spotify's page of the track, which costs us no call, else at our address."""
        if track is None:
            return None
        if track.on_spotify:
            return spotify_link(track)
        return f"{self._public_url}/cover/{quote(track.id, safe=':')}" if self._public_url else None


def rows(buttons: Sequence[Button], width: int = PAGE) -> Rows:
    """The buttons side by side, `width` to a row."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


def _numbered(place: int, track_id: str) -> Button:
    return Button(str(place), Press(CARD, track_id))


def _pressed(words: str, kind: str, track: Track | None) -> list[Button]:
    return [Button(words, Press(kind, track.id))] if track else []


def _presses(message: Message) -> list[Press]:
    keyboard = message.reply_markup.inline_keyboard if message.reply_markup else []
    pressed = [read_press(button.callback_data or "") for row in keyboard for button in row]
    return [press for press in pressed if press]


def _tag(release: Release) -> str:
    """What stands for a release in a button."""
    return hashlib.sha256(release.id.encode()).hexdigest()[:8]


def _more(seed: str, n_listed: int, n_new: int, turn: Turn) -> Rows:
    """A button for the next few, unless these were the last or the message is full."""
    if not seed or n_new % PAGE or n_listed + PAGE > cards.MOST_LISTED:
        return ()
    return ((Button(texts.bot_text("more", turn.language), Press(MORE, seed, n_listed, _tag(turn.release))),),)


def _choice(query: str, answer: Answer) -> Rows:
    """What else the query may mean, unless it names the track and its artist."""
    return () if answer.track and is_named_whole(query, answer.track) else alternatives(answer.alternatives)


def alternatives(tracks: Sequence[Track]) -> Rows:
    """A choice of tracks; the one that is pressed takes this answer's place."""
    named = [Button(cards.button_name(track), Press(ANSWER_HERE, track.id)) for track in tracks[:_MOST_ALTERNATIVES]]
    return rows(named, 1)
