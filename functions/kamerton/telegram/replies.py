"""What the bot says: messages, changes, alerts and inline results, as the calls of the Bot API that say it.

One update has one reply, which is one call. Public names: Reply, MessageContent, Button, ButtonRows, ChatTarget, and a function
for each kind of reply.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from kamerton.telegram import markup
from kamerton.telegram.bot_api_types import (
    HTML,
    AnswerCallbackQuery,
    AnswerInlineQuery,
    EditMessageText,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
    ReplyParameters,
    SendAudio,
    SendMessage,
)
from kamerton.telegram.callback_data import CallbackData
from kamerton.telegram.updates import CallbackQuery, InlineQuery

BUTTONS_IN_A_ROW = 5
INLINE_CACHE_SECONDS = 300

_LONGEST_ALERT = 200
_PREVIEW_SECONDS = 30

Reply = SendMessage | EditMessageText | SendAudio | AnswerCallbackQuery | AnswerInlineQuery


class Button(Struct, frozen=True):
    """Opens `url`, or its press brings `callback_data` back to us."""

    text: str
    callback_data: CallbackData | None = None
    url: str | None = None


ButtonRows = tuple[tuple[Button, ...], ...]


class MessageContent(Struct, frozen=True):
    """HTML as `markup` writes it, and buttons. `preview_url` is an address whose picture is shown with the text."""

    html: str
    buttons: ButtonRows = ()
    preview_url: str | None = None


class ChatTarget(Struct, frozen=True):
    """Where a message goes: a chat, a topic of it, and in a group the message that it answers."""

    chat_id: int
    message_thread_id: int | None = None
    reply_to_message_id: int | None = None


def button_rows(buttons: Sequence[Button], width: int = BUTTONS_IN_A_ROW) -> ButtonRows:
    """The buttons side by side, `width` to a row."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


def new_message(target: ChatTarget, content: MessageContent) -> SendMessage:
    reply_to = target.reply_to_message_id
    return SendMessage(
        target.chat_id,
        content.html,
        message_thread_id=target.message_thread_id,
        parse_mode=HTML,
        link_preview_options=_link_preview(content.preview_url),
        reply_parameters=None if reply_to is None else ReplyParameters(reply_to, allow_sending_without_reply=True),
        reply_markup=keyboard(content.buttons),
    )


def message_edit(query: CallbackQuery, content: MessageContent) -> EditMessageText:
    """The content in place of the message whose button was pressed."""
    if query.message is None:
        return inline_message_edit(query.inline_message_id, content)
    edit = inline_message_edit(None, content)
    return replace(edit, chat_id=query.message.chat.id, message_id=query.message.message_id)


def inline_message_edit(inline_message_id: str | None, content: MessageContent) -> EditMessageText:
    """The content in place of a message that was sent through inline mode."""
    return EditMessageText(
        content.html,
        inline_message_id=inline_message_id,
        parse_mode=HTML,
        link_preview_options=_link_preview(content.preview_url),
        reply_markup=keyboard(content.buttons),
    )


def edit_as_new_message(edit: EditMessageText) -> SendMessage | None:
    """The same content below the message that cannot be edited; None where we may say nothing new."""
    if edit.chat_id is None:
        return None
    return SendMessage(
        edit.chat_id,
        edit.text,
        parse_mode=edit.parse_mode,
        link_preview_options=edit.link_preview_options,
        reply_markup=edit.reply_markup,
    )


def moved_to(reply: Reply, chat_id: int) -> Reply | None:
    """The reply in the chat that goes on as `chat_id`, where no message and no topic of the old one is; None for what is said
    in no chat."""
    new = edit_as_new_message(reply) if isinstance(reply, EditMessageText) else reply
    if isinstance(new, SendMessage):
        return replace(new, chat_id=chat_id, message_thread_id=None, reply_parameters=None)
    return replace(new, chat_id=chat_id, message_thread_id=None) if isinstance(new, SendAudio) else None


def audio_message(target: ChatTarget, url: str, title: str, performer: str) -> SendAudio:
    """A preview of a track: 30 seconds of mp3 at `url`, which Telegram fetches."""
    return SendAudio(target.chat_id, url, target.message_thread_id, title, performer, _PREVIEW_SECONDS)


def callback_alert(query: CallbackQuery, text: str) -> AnswerCallbackQuery:
    """A few words over the chat, which who pressed the button has to put away."""
    return AnswerCallbackQuery(query.id, markup.clipped(text, _LONGEST_ALERT), show_alert=True)


def inline_result(track_id: str, title: str, description: str, content: MessageContent) -> InlineQueryResultArticle:
    """A line to pick; `content` is sent when it is picked."""
    text = InputTextMessageContent(content.html, HTML, _link_preview(content.preview_url))
    return InlineQueryResultArticle(track_id, title, text, keyboard(content.buttons), description or None)


def inline_answer(
    query: InlineQuery,
    results: Sequence[InlineQueryResultArticle],
    next_offset: str = "",
    cache_seconds: int = INLINE_CACHE_SECONDS,
) -> AnswerInlineQuery:
    """For who asked alone: the results are in that person's language."""
    return AnswerInlineQuery(query.id, list(results), cache_seconds, is_personal=True, next_offset=next_offset)


def keyboard(rows: ButtonRows) -> InlineKeyboardMarkup | None:
    """None without buttons. A button whose data has no room in Telegram's 64 bytes is left out."""
    keyboard_rows = [[key for button in row if (key := _keyboard_button(button))] for row in rows]
    filled = [row for row in keyboard_rows if row]
    return InlineKeyboardMarkup(filled) if filled else None


def _keyboard_button(button: Button) -> InlineKeyboardButton | None:
    if button.url is not None:
        return InlineKeyboardButton(button.text, url=button.url)
    data = button.callback_data.encoded if button.callback_data else None
    return None if data is None else InlineKeyboardButton(button.text, data)


def _link_preview(url: str | None) -> LinkPreviewOptions:
    """The picture of that address, small and above the text; without an address no link of the text gets one."""
    if url is None:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(url=url, prefer_small_media=True, show_above_text=True)
