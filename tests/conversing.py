"""A person at the other end: says things, presses buttons, and keeps the conversation as a text that can be read.

`post` takes an update and returns the status that Telegram would get.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from tests.fakes.telegram import BOT, FakeTelegram, Sent

ANN = {"id": 501, "is_bot": False, "first_name": "Ann", "language_code": "en"}
BORIS = {"id": 502, "is_bot": False, "first_name": "Boris", "language_code": "ru"}

Post = Callable[[dict[str, Any]], int]

_numbers = count(1)


def private(person: dict[str, Any]) -> dict[str, Any]:
    return {"id": person["id"], "type": "private", "first_name": person["first_name"]}


GROUP = {"id": -1000, "type": "supergroup", "title": "Listeners"}


class Talk:
    """One person in one chat; by default alone with the bot. `show` is given each line as it comes."""

    def __init__(
        self,
        post: Post,
        telegram: FakeTelegram,
        person: dict[str, Any] = ANN,
        chat: dict[str, Any] | None = None,
        show: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._post = post
        self._telegram = telegram
        self._person = person
        self._chat = chat or private(person)
        self._show_line = show
        self._seen = len(telegram.events)
        self.lines: list[str] = []

    @property
    def text(self) -> str:
        """The whole conversation."""
        return "\n".join(self.lines) + "\n"

    @property
    def last(self) -> Sent:
        """The last message of the bot, as it looks now."""
        return list(self._telegram.messages.values())[-1]

    def say(self, text: str, **fields: Any) -> int:
        return self.send(f"“{text}”" if "\n" not in text else "“" + text.replace("\n", "⏎") + "”", text=text, **fields)

    def send(self, shown: str, **fields: Any) -> int:
        """A message with these fields."""
        self._note(f"{self._name}: {shown}")
        return self.update(message=self.message(**fields))

    def message(self, **fields: Any) -> dict[str, Any]:
        return {"message_id": next(_numbers), "date": 1, "chat": self._chat, "from": self._person} | fields

    def press(self, text: str, sent: Sent | None = None) -> int:
        """The button with this text, of the last message that has it."""
        sent = sent or next(each for each in reversed(self._telegram.messages.values()) if each.has(text))
        self._note(f"{self._name} presses ({text})")
        button = sent.button(text)
        if "url" in button:
            self._note(f"  and goes to {button['url']}")
            return 200
        place = {"inline_message_id": sent.message_id} if sent.chat_id is None else {"message": sent.form}
        return self.press_data(button["callback_data"], **place)

    def can_press(self, text: str) -> bool:
        """Whether there is such a button."""
        return any(sent.has(text) for sent in self._telegram.messages.values())

    def press_data(self, data: str, **place: Any) -> int:
        """A button that carries this, whatever is shown."""
        query = {"id": f"press-{next(_numbers)}", "from": self._person, "data": data, "chat_instance": "1"} | place
        self._telegram.presses.add(query["id"])
        return self.update(callback_query=query)

    def type_inline(self, query: str, offset: str = "") -> int:
        self._note(f"{self._name} types in another chat: @bot {query}")
        return self.update(
            inline_query={"id": f"inline-{next(_numbers)}", "from": self._person, "query": query, "offset": offset}
        )

    def pick(self, place: int, tell: bool = False) -> None:
        """The line at `place` of the last suggestions; with `tell` we are told, as with inline feedback turned on."""
        results = next(seen for kind, seen in reversed(self._telegram.events) if kind == "suggested")
        result = results[place]
        inline_id = f"inline-message-{next(_numbers)}"
        preview = result["input_message_content"]["link_preview_options"].get("url")
        sent = Sent(None, inline_id, result["text"], result["entities"], result["keyboard"], preview)
        self._telegram.messages[None, inline_id] = sent
        self._note(f"{self._name} picks “{result['title']}”, and this is sent:")
        self._show(sent)
        if tell:
            chosen = {"result_id": result["id"], "from": self._person, "inline_message_id": inline_id, "query": ""}
            self.update(chosen_inline_result=chosen)

    def update(self, **content: Any) -> int:
        """Any update; the conversation has what came of it."""
        status = self._post({"update_id": next(_numbers)} | content)
        new, self._seen = self._telegram.events[self._seen :], len(self._telegram.events)
        for kind, seen in new:
            self._record(kind, seen)
        if not new:
            self._note("  (silence)")
        if status != 200:
            self._note(f"  (status {status})")
        return status

    @property
    def _name(self) -> str:
        return str(self._person["first_name"])

    def _record(self, kind: str, seen: Any) -> None:
        if kind == "typing":
            self._note("  Kamerton is typing")
        elif kind in ("alerted", "toasted"):
            self._note(f"  over the chat: {seen}")
        elif kind == "suggested":
            self._note("  suggested:")
            for result in seen:
                self._note(f"    {result['title']} | {result.get('description', '')}")
        else:
            said = f"Kamerton{', beneath it' if seen.reply_to else ''}:"
            self._note("  the message changes to" if kind == "changed" else said)
            self._show(seen)

    def _show(self, sent: Sent) -> None:
        if sent.preview:
            self._note(f"  | [picture of {sent.preview}]")
        if sent.audio:
            self._note(f"  | ♪ {sent.audio['performer']} – {sent.audio['title']}, {sent.audio['duration']} s")
        for line in sent.text.split("\n") if sent.text else []:
            self._note(f"  | {line}".rstrip())
        for row in sent.keyboard:
            self._note("  | " + " ".join(f"({button['text']}{' ↗' if 'url' in button else ''})" for button in row))

    def _note(self, line: str) -> None:
        self.lines.append(line)
        self._show_line(line)


def bot_message(text: str) -> dict[str, Any]:
    """A message of the bot's, to be answered."""
    return {"message_id": next(_numbers), "date": 1, "chat": GROUP, "from": BOT, "text": text}
