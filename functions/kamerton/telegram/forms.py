"""What is said, in the forms of the Bot API."""

from __future__ import annotations

from kamerton.telegram.library import types
from kamerton.telegram.replies import Button, Rows, Suggestion


def keyboard(rows: Rows) -> types.InlineKeyboardMarkup | None:
    """None without buttons. A button whose press has no room in Telegram's 64 bytes is left out."""
    forms = [[form for button in row if (form := _button(button))] for row in rows]
    shown = [row for row in forms if row]
    return types.InlineKeyboardMarkup(shown) if shown else None


def preview(url: str | None) -> types.LinkPreviewOptions:
    """The picture of that address, small and above the text; or of none of those in the text."""
    if url is None:
        return types.LinkPreviewOptions(is_disabled=True)
    return types.LinkPreviewOptions(is_disabled=False, url=url, prefer_small_media=True, show_above_text=True)


def reply_to(message_id: int | None) -> types.ReplyParameters | None:
    return None if message_id is None else types.ReplyParameters(message_id, allow_sending_without_reply=True)


def line(suggestion: Suggestion) -> types.InlineQueryResultArticle:
    """A line of an inline query's answer."""
    text = types.InputTextMessageContent(
        suggestion.text.html, parse_mode="HTML", link_preview_options=preview(suggestion.text.preview)
    )
    return types.InlineQueryResultArticle(
        suggestion.id,
        suggestion.title,
        text,
        reply_markup=keyboard(suggestion.text.buttons),
        description=suggestion.description or None,
        thumbnail_url=suggestion.picture,
    )


def _button(button: Button) -> types.InlineKeyboardButton | None:
    if button.url is not None:
        return types.InlineKeyboardButton(button.text, url=button.url)
    data = button.press.data if button.press else None
    return None if data is None else types.InlineKeyboardButton(button.text, callback_data=data)
