"""Updates as Telegram sends them, with the fields that Kamerton reads. https://core.telegram.org/bots/api#update

All other fields and kinds of update are skipped unread, so that a new one is never an error.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct, field

from kamerton.telegram.bot_api_types import InlineKeyboardMarkup

Identifier = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
TextOffset = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class User(Struct):
    id: Identifier
    is_bot: bool = False
    language_code: str | None = None


class Chat(Struct):
    id: Identifier
    type: str = "private"

    @property
    def is_private(self) -> bool:
        return self.type == "private"


class MessageEntity(Struct):
    """`offset` and `length` count UTF-16 code units."""

    type: str
    offset: TextOffset
    length: TextOffset
    url: str | None = None


class Audio(Struct):
    title: str | None = None
    performer: str | None = None


class Message(Struct):
    message_id: Identifier
    chat: Chat
    from_: User | None = field(name="from", default=None)
    via_bot: User | None = None
    message_thread_id: Identifier | None = None
    is_topic_message: bool = False
    reply_to_message: Message | None = None
    text: str | None = None
    caption: str | None = None
    entities: list[MessageEntity] = []
    caption_entities: list[MessageEntity] = []
    reply_markup: InlineKeyboardMarkup | None = None
    audio: Audio | None = None
    animation: Any = None
    contact: Any = None
    dice: Any = None
    document: Any = None
    game: Any = None
    location: Any = None
    photo: Any = None
    poll: Any = None
    sticker: Any = None
    story: Any = None
    video: Any = None
    video_note: Any = None
    voice: Any = None

    @property
    def text_or_caption(self) -> str:
        """The text, or what stands under a picture or a file."""
        return self.text or self.caption or ""

    @property
    def links(self) -> list[str]:
        """The addresses behind words of the text."""
        return [entity.url for entity in (*self.entities, *self.caption_entities) if entity.url]

    @property
    def is_content(self) -> bool:
        """Whether somebody sent something: not so for "joined the group" and the like."""
        return bool(self.text_or_caption) or any(getattr(self, name) is not None for name in _CONTENT_FIELDS)


_CONTENT_FIELDS = (
    *("audio", "animation", "contact", "dice", "document", "game", "location", "photo", "poll", "sticker", "story"),
    *("video", "video_note", "voice"),
)


class CallbackQuery(Struct):
    """A button was pressed: under `message`, or under a message that was sent through inline mode."""

    id: str
    from_: User = field(name="from")
    message: Message | None = None
    inline_message_id: str | None = None
    data: str = ""


class InlineQuery(Struct):
    id: str
    from_: User = field(name="from")
    query: str = ""
    offset: str = ""


class ChosenInlineResult(Struct):
    result_id: str
    from_: User = field(name="from")
    inline_message_id: str | None = None


class Update(Struct):
    update_id: Annotated[int, Meta(ge=0, le=2**63 - 1)]
    message: Message | None = None
    callback_query: CallbackQuery | None = None
    inline_query: InlineQuery | None = None
    chosen_inline_result: ChosenInlineResult | None = None

    @property
    def kind(self) -> str:
        return next((name for name in KINDS if getattr(self, name) is not None), "other")

    @property
    def person(self) -> User | None:
        """Who did it."""
        return getattr(getattr(self, self.kind, None), "from_", None)


KINDS = ("message", "callback_query", "inline_query", "chosen_inline_result")
"""The kinds of update that are answered: what `allowed_updates` of setWebhook and getUpdates should name."""
