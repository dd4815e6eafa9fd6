"""The calls that Kamerton makes to the Bot API, as typed values: a struct is a method, its fields are Telegram's own.

Only the methods and fields that Kamerton uses stand here. Fields with their default value are left out of the JSON.
https://core.telegram.org/bots/api#available-methods

Public names: Method and one struct for each method; InlineKeyboardMarkup and the other objects that the methods carry; HTML.
"""

from __future__ import annotations

from msgspec import Struct

HTML = "HTML"
"""The value of `parse_mode` for texts as `markup` writes them."""


class InlineKeyboardButton(Struct, frozen=True, omit_defaults=True):
    """A button opens `url`, or its press is a `callback_query` with `callback_data`."""

    text: str = ""
    callback_data: str | None = None
    url: str | None = None


class InlineKeyboardMarkup(Struct, frozen=True):
    inline_keyboard: list[list[InlineKeyboardButton]] = []


class LinkPreviewOptions(Struct, frozen=True, omit_defaults=True):
    is_disabled: bool = False
    url: str | None = None
    prefer_small_media: bool = False
    show_above_text: bool = False


class ReplyParameters(Struct, frozen=True, omit_defaults=True):
    message_id: int
    allow_sending_without_reply: bool = False


class InputTextMessageContent(Struct, frozen=True, omit_defaults=True):
    message_text: str
    parse_mode: str | None = None
    link_preview_options: LinkPreviewOptions | None = None


class InlineQueryResultArticle(Struct, frozen=True, omit_defaults=True, tag_field="type", tag="article"):
    id: str
    title: str
    input_message_content: InputTextMessageContent
    reply_markup: InlineKeyboardMarkup | None = None
    description: str | None = None


class Method(Struct, frozen=True, omit_defaults=True):
    """A call of the Bot API."""

    @property
    def method_name(self) -> str:
        """As it stands in the address: SendMessage is "sendMessage"."""
        name = type(self).__name__
        return name[0].lower() + name[1:]


class GetMe(Method, frozen=True):
    pass


class GetFile(Method, frozen=True):
    file_id: str


class GetWebhookInfo(Method, frozen=True):
    pass


class GetUpdates(Method, frozen=True):
    """`timeout` is the seconds for which Telegram waits until there is an update."""

    offset: int = 0
    timeout: int = 0
    allowed_updates: list[str] | None = None


class SendMessage(Method, frozen=True):
    chat_id: int
    text: str
    message_thread_id: int | None = None
    parse_mode: str | None = None
    link_preview_options: LinkPreviewOptions | None = None
    reply_parameters: ReplyParameters | None = None
    reply_markup: InlineKeyboardMarkup | None = None


class EditMessageText(Method, frozen=True):
    """Of `chat_id` and `message_id`, or of a message that was sent through inline mode."""

    text: str
    chat_id: int | None = None
    message_id: int | None = None
    inline_message_id: str | None = None
    parse_mode: str | None = None
    link_preview_options: LinkPreviewOptions | None = None
    reply_markup: InlineKeyboardMarkup | None = None


class SendAudio(Method, frozen=True):
    """`audio` is an address of an mp3, which Telegram fetches; `duration` is in seconds."""

    chat_id: int
    audio: str
    message_thread_id: int | None = None
    title: str | None = None
    performer: str | None = None
    duration: int | None = None


class SendChatAction(Method, frozen=True):
    chat_id: int
    action: str
    message_thread_id: int | None = None


class AnswerCallbackQuery(Method, frozen=True):
    """Ends the waiting of who pressed a button. `text` is shown over the chat; with `show_alert` it has to be put away."""

    callback_query_id: str
    text: str | None = None
    show_alert: bool = False


class AnswerInlineQuery(Method, frozen=True):
    """`cache_time` is the seconds for which Telegram may give the same answer again, with `is_personal` to the same person."""

    inline_query_id: str
    results: list[InlineQueryResultArticle]
    cache_time: int = 300
    is_personal: bool = False
    next_offset: str = ""
