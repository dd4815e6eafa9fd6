"""What the bot can say, as values: `conversation` makes them, `api` sends them. One update has one reply."""

from __future__ import annotations

from msgspec import Struct

from kamerton.telegram.callback_data import Press


class Button(Struct, frozen=True):
    """Goes to `url`, or tells us of `press`."""

    text: str
    press: Press | None = None
    url: str | None = None


Rows = tuple[tuple[Button, ...], ...]


class Text(Struct, frozen=True):
    """HTML as `markup` writes it. `preview` is an address whose picture is shown with it."""

    html: str
    buttons: Rows = ()
    preview: str | None = None


class Room(Struct, frozen=True):
    """Where to say something: a chat, a topic of it, and in a group the message that is answered."""

    chat_id: int
    topic_id: int | None = None
    reply_to: int | None = None


class Spot(Struct, frozen=True):
    """A message that can be changed: one of ours in a chat, or one that was sent through inline mode."""

    chat_id: int | None = None
    message_id: int | None = None
    inline_message_id: str | None = None


class Say(Struct, frozen=True):
    room: Room
    text: Text


class Change(Struct, frozen=True):
    spot: Spot
    text: Text


class Play(Struct, frozen=True):
    """An mp3 at `url`, which Telegram fetches."""

    room: Room
    url: str
    title: str
    performer: str


class Toast(Struct, frozen=True):
    """A few words over the chat, for who pressed a button; with `alert` they have to be put away."""

    words: str
    alert: bool = False


class Suggestion(Struct, frozen=True):
    """A line of an inline query's answer; `text` is sent when it is picked."""

    id: str
    title: str
    description: str
    text: Text
    picture: str | None = None


class Suggest(Struct, frozen=True):
    suggestions: tuple[Suggestion, ...]
    next_offset: str = ""
    seconds: int = 300
    """For how long Telegram may give the same answer to the same person."""


Reply = Say | Change | Play | Toast | Suggest
