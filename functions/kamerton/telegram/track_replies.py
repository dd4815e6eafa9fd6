"""Replies about tracks, as texts with buttons: what sounds like a track, its genre, its card, and results of inline mode.

Public names: TrackReplies, ReplyContext, alternative_buttons, PAGE_SIZE.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from kamerton import texts
from kamerton.logs import add_field
from kamerton.lookup.lookup_session import LookupSession
from kamerton.matching.name_ranking import is_named_whole
from kamerton.music.links import spotify_link, youtube_link
from kamerton.music.track import Track
from kamerton.recommending.question import ListOptions, TrackQuestion
from kamerton.recommending.recommendation import Recommendation
from kamerton.release.release import Release
from kamerton.service.answer import Answer
from kamerton.service.kamerton import Kamerton
from kamerton.telegram import cards, markup
from kamerton.telegram.bot_api_types import AnswerInlineQuery, InlineQueryResultArticle
from kamerton.telegram.callback_data import ANSWER, ANSWER_HERE, CARD, MORE, PREVIEW, CallbackData, parse_callback_data
from kamerton.telegram.replies import Button, ButtonRows, MessageContent, button_rows, inline_answer, inline_result
from kamerton.telegram.updates import InlineQuery, Message

PAGE_SIZE = 5
"""Tracks that are shown at a time."""

_MOST_ALTERNATIVES = 3
_INLINE_PAGE_SIZE, _MOST_INLINE_RESULTS = 10, 50


class ReplyContext(Struct, frozen=True):
    """What holds while one update is answered."""

    release: Release
    language: str
    session: LookupSession


class TrackReplies:
    """`public_url` is the address of the web page, if it is known: our own addresses are below it.

    Methods raise `AnswerError`. With `inline` the content is for a message in a chat where the bot is no member: it can send
    nothing else there.
    """

    def __init__(self, kamerton: Kamerton, public_url: str | None, has_previews: bool, finds_videos: bool) -> None:
        self._kamerton = kamerton
        self._public_url = public_url
        self._has_previews = has_previews
        self._finds_videos = finds_videos

    def similar(self, query: str, context: ReplyContext, inline: bool = False) -> MessageContent:
        """What sounds like the track that the query names, and what else the name may mean."""
        answer = self._answer(query, PAGE_SIZE, context)
        content = self._list_content(answer, answer.recommendations, context, inline)
        return replace(content, buttons=content.buttons + _choice(query, answer))

    def more_similar(self, data: CallbackData, message: Message, context: ReplyContext) -> MessageContent | None:
        """The message with the next few tracks, none of which is in it, whatever the release; None when there are none."""
        shown_ids = [button.value for button in _callback_data(message) if button.kind == CARD]
        answer = self._answer(data.value, len(shown_ids) + PAGE_SIZE, context)
        unseen = [entry for entry in answer.recommendations if entry.track.id not in shown_ids][:PAGE_SIZE]
        new_items = cards.items(unseen, answer, len(shown_ids) + 1, context.language)
        text = message.text or ""
        if not unseen or markup.units(text) + len(unseen) * cards.MOST_ITEM > markup.MOST_TEXT:
            return None
        track_ids = [*shown_ids, *(entry.track.id for entry in unseen)]
        buttons = button_rows([_number_button(number, track_id) for number, track_id in enumerate(track_ids, 1)])
        html = f"{markup.read_back(text, message.entities)}\n{new_items}"
        more = _more_button(data.value, len(track_ids), len(unseen), context)
        return MessageContent(html, buttons + more, self._picture(answer.track))

    def more_similar_inline(self, data: CallbackData, context: ReplyContext) -> MessageContent:
        """The same for a message that we cannot see: its tracks first, as far as the release is still theirs."""
        answer = self._answer(data.value, min(data.shown, cards.MOST_LISTED - PAGE_SIZE) + PAGE_SIZE, context)
        same_release = data.release_tag == _release_tag(context.release)
        shown = self._answer(data.value, data.shown, context).recommendations if same_release and data.shown else ()
        shown_ids = {entry.track.id for entry in shown}
        unseen = [entry for entry in answer.recommendations if entry.track.id not in shown_ids]
        return self._list_content(answer, [*shown, *unseen], context, inline=True)

    def genre(self, query: str, context: ReplyContext) -> MessageContent:
        answer = self._answer(query, 0, context)
        similar = _track_buttons(texts.bot_text("similar", context.language), ANSWER_HERE, answer.track)
        buttons = (*button_rows(similar), *_choice(query, answer))
        return MessageContent(cards.head(answer, context.language), buttons, self._picture(answer.track))

    def heard(self, fetch: Callable[[], bytes], context: ReplyContext) -> MessageContent:
        """What is heard in a sound, which is fetched where it can be heard, and tracks like it."""
        self._kamerton.require_listening()
        answer, heard = self._kamerton.recommend_sound(
            context.release, fetch(), None, ListOptions(limit=PAGE_SIZE), context.session
        )
        add_field("source", answer.features_source)
        content = self._list_content(answer, answer.recommendations, context, inline=False)
        return replace(content, html=f"{cards.heard(heard, context.language)}\n{content.html}")

    def track(self, track_id: str, context: ReplyContext) -> Track:
        """One track by its id, of the catalog or of the world."""
        return self._kamerton.identify(context.release, track_id, context.session)

    def card(self, track: Track, context: ReplyContext) -> MessageContent:
        language = context.language
        links = (
            Button(texts.bot_text("listen", language), url=spotify_link(track)),
            Button(texts.bot_text("watch" if self._finds_videos else "search_video", language), url=self._video(track)),
        )
        preview = _track_buttons(texts.bot_text("preview", language), PREVIEW, track) if self._has_previews else []
        similar = _track_buttons(texts.bot_text("more_like_this", language), ANSWER, track)
        return MessageContent(cards.card(track, language), (links, *button_rows([*preview, *similar])), self._picture(track))

    def inline_results(self, query: InlineQuery, offset: int, context: ReplyContext) -> AnswerInlineQuery:
        """Tracks to pick from: those with a name, or a few of the catalog. What sounds like them is not looked for."""
        end = min(offset + _INLINE_PAGE_SIZE, _MOST_INLINE_RESULTS)
        name = " ".join(query.query.split())
        if name:
            tracks = self._kamerton.search(context.release, name, end, context.session)
        else:
            tracks = [entry.track for entry in context.release.catalog.examples(2)][:end]
        next_offset = str(end) if len(tracks) == end < _MOST_INLINE_RESULTS and name else ""
        unique = {track.id: track for track in tracks[offset:end]}
        return inline_answer(query, [self._inline_result(track, context) for track in unique.values()], next_offset)

    def _answer(self, query: str, limit: int, context: ReplyContext) -> Answer:
        answer = self._kamerton.recommend(context.release, TrackQuestion((query,), limit=limit), context.session)
        add_field("source", answer.features_source)
        return answer

    def _list_content(
        self, answer: Answer, recommendations: Sequence[Recommendation], context: ReplyContext, inline: bool
    ) -> MessageContent:
        language, picture = context.language, self._picture(answer.track)
        head = cards.head(answer, language)
        if not recommendations:
            return MessageContent(f"{head}\n\n{markup.plain(texts.bot_text('none', language))}", (), picture)
        tracks = [entry.track for entry in recommendations]
        numbers = [
            Button(str(number), url=spotify_link(track)) if inline else _number_button(number, track.id)
            for number, track in enumerate(tracks, 1)
        ]
        seed_id = answer.track.id if answer.track else ""
        # A button can name one track only.
        more = _more_button(seed_id, len(tracks), len(tracks), context) if len(answer.seeds) == 1 else ()
        buttons = button_rows(numbers) + more
        html = f"{head}\n\n{cards.list_title(language)}\n{cards.items(recommendations, answer, 1, language)}"
        return MessageContent(html, buttons, picture)

    def _inline_result(self, track: Track, context: ReplyContext) -> InlineQueryResultArticle:
        similar = button_rows(_track_buttons(texts.bot_text("similar", context.language), ANSWER_HERE, track))
        content = MessageContent(cards.card(track, context.language), similar, self._picture(track))
        description = " · ".join(filter(None, [", ".join(track.artists), track.album]))
        return inline_result(track.id, markup.clipped(track.title, 100), markup.clipped(description, 150), content)

    def _video(self, track: Track) -> str:
        return f"{self._public_url}/watch/{quote(track.id, safe=':')}" if self._public_url else youtube_link(track)

    def _picture(self, track: Track | None) -> str | None:
        """Where Telegram finds the cover: on Spotify's page of the track, which costs us no call, else at our address."""
        if track is None:
            return None
        if track.on_spotify:
            return spotify_link(track)
        return f"{self._public_url}/cover/{quote(track.id, safe=':')}" if self._public_url else None


def alternative_buttons(tracks: Sequence[Track]) -> ButtonRows:
    """A choice of tracks; the answer for the one that is pressed takes the place of this answer."""
    buttons = [Button(cards.button_name(track), CallbackData(ANSWER_HERE, track.id)) for track in tracks[:_MOST_ALTERNATIVES]]
    return button_rows(buttons, 1)


def _choice(query: str, answer: Answer) -> ButtonRows:
    """What else the query may mean, unless it names the track and its artist."""
    return () if answer.track and is_named_whole(query, answer.track) else alternative_buttons(answer.alternatives)


def _number_button(number: int, track_id: str) -> Button:
    return Button(str(number), CallbackData(CARD, track_id))


def _track_buttons(text: str, kind: str, track: Track | None) -> list[Button]:
    """One button, or none without a track."""
    return [Button(text, CallbackData(kind, track.id))] if track else []


def _more_button(seed_id: str, n_listed: int, n_new: int, context: ReplyContext) -> ButtonRows:
    """A button for the next few, unless these were the last or the message is full."""
    if not seed_id or n_new % PAGE_SIZE or n_listed + PAGE_SIZE > cards.MOST_LISTED:
        return ()
    data = CallbackData(MORE, seed_id, n_listed, _release_tag(context.release))
    return ((Button(texts.bot_text("more", context.language), data),),)


def _callback_data(message: Message) -> list[CallbackData]:
    """What the buttons under a message of ours carry."""
    keyboard = message.reply_markup.inline_keyboard if message.reply_markup else []
    parsed = [parse_callback_data(button.callback_data or "") for row in keyboard for button in row]
    return [data for data in parsed if data]


def _release_tag(release: Release) -> str:
    """What stands for a release in a button."""
    return hashlib.sha256(release.id.encode()).hexdigest()[:8]
