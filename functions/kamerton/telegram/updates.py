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


class MediaFile(Struct):
    """A voice message, a film and the like. `file_size` is in bytes."""

    file_id: str = ""
    file_size: int | None = None


class Audio(MediaFile):
    title: str | None = None
    performer: str | None = None
    file_name: str | None = None


class Document(MediaFile):
    file_name: str | None = None
    mime_type: str | None = None


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
    document: Document | None = None
    game: Any = None
    location: Any = None
    photo: Any = None
    poll: Any = None
    sticker: Any = None
    story: Any = None
    video: MediaFile | None = None
    video_note: MediaFile | None = None
    voice: MediaFile | None = None
    boost_added: Any = None
    channel_chat_created: Any = None
    chat_background_set: Any = None
    chat_shared: Any = None
    connected_website: Any = None
    delete_chat_photo: Any = None
    forum_topic_closed: Any = None
    forum_topic_created: Any = None
    forum_topic_edited: Any = None
    forum_topic_reopened: Any = None
    gift: Any = None
    group_chat_created: Any = None
    left_chat_member: Any = None
    message_auto_delete_timer_changed: Any = None
    migrate_from_chat_id: Any = None
    migrate_to_chat_id: Any = None
    new_chat_members: Any = None
    new_chat_photo: Any = None
    new_chat_title: Any = None
    passport_data: Any = None
    pinned_message: Any = None
    proximity_alert_triggered: Any = None
    refunded_payment: Any = None
    successful_payment: Any = None
    supergroup_chat_created: Any = None
    unique_gift: Any = None
    users_shared: Any = None
    web_app_data: Any = None
    write_access_allowed: Any = None

    @property
    def text_or_caption(self) -> str:
        """The text, or what stands under a picture or a file."""
        return self.text or self.caption or ""

    @property
    def sound(self) -> MediaFile | None:
        """What can be heard in it."""
        is_sound = self.document is not None and (self.document.mime_type or "").startswith(("audio/", "video/"))
        sounds = (self.voice, self.audio, self.video_note, self.video, self.document if is_sound else None)
        return next((each for each in sounds if each is not None and each.file_id), None)

    @property
    def links(self) -> list[str]:
        """The addresses behind words of the text."""
        return [entity.url for entity in (*self.entities, *self.caption_entities) if entity.url]

    @property
    def is_content(self) -> bool:
        """Whether somebody sent something: not so for "joined the group" and the like. In a private chat whatever is nothing
        else that we know is content, of a kind that is newer than this program."""
        if self.text_or_caption or any(getattr(self, name) is not None for name in _CONTENT_FIELDS):
            return True
        return self.chat.is_private and all(getattr(self, name) is None for name in _SERVICE_FIELDS)


_CONTENT_FIELDS = (
    *("audio", "animation", "contact", "dice", "document", "game", "location", "photo", "poll", "sticker", "story"),
    *("video", "video_note", "voice"),
)


_SERVICE_FIELDS = (
    *("boost_added", "channel_chat_created", "chat_background_set", "chat_shared", "connected_website", "delete_chat_photo"),
    *("forum_topic_closed", "forum_topic_created", "forum_topic_edited", "forum_topic_reopened", "gift", "group_chat_created"),
    *("left_chat_member", "message_auto_delete_timer_changed", "migrate_from_chat_id", "migrate_to_chat_id"),
    *("new_chat_members", "new_chat_photo", "new_chat_title", "passport_data", "pinned_message", "proximity_alert_triggered"),
    *("refunded_payment", "successful_payment", "supergroup_chat_created", "unique_gift", "users_shared", "web_app_data"),
    "write_access_allowed",
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
