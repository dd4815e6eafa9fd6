"""The Bot API on a loopback port, which checks every call as strictly as Telegram's reference does, and keeps the chats.

What breaks a rule gets Telegram's 400, and is kept in `broken`; leaving the `with` block raises what was broken, and which
press of a button nobody answered. https://core.telegram.org/bots/api
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.loopback import Call, Fault, LoopbackServer, Reply, json_reply

BOT_ID = 7_000_000_001
TOKEN = f"{BOT_ID}:AAE-fake_token_of_a_bot_that_is_nowhere"
USERNAME = "KamertonTestBot"
BOT = {"id": BOT_ID, "is_bot": True, "first_name": "Kamerton", "username": USERNAME}

# A bot gets none that is larger.
_LARGEST_FILE = 20 * 1024 * 1024
_MOST_TEXT, _MOST_TOAST, _MOST_DATA, _MOST_BUTTONS, _MOST_IN_A_ROW = 4096, 200, 64, 100, 8


def refusal(code: int, description: str, retry_after: int | None = None) -> Reply:
    parameters = {} if retry_after is None else {"parameters": {"retry_after": retry_after}}
    return json_reply({"ok": False, "error_code": code, "description": description} | parameters, code)


def too_many(seconds: int) -> Fault:
    return lambda _: refusal(429, f"Too Many Requests: retry after {seconds}", seconds)


def blocked(_: Reply) -> Reply:
    return refusal(403, "Forbidden: bot was blocked by the user")


class Broken(Exception):
    """A rule of the Bot API, and what broke it."""


@dataclass
class Sent:
    """A message that the bot has in a chat, as a person sees it."""

    chat_id: int | None
    message_id: int | str
    text: str
    entities: list[dict[str, Any]]
    keyboard: list[list[dict[str, str]]]
    preview: str | None = None
    audio: dict[str, str] | None = None
    reply_to: int | None = None

    def has(self, text: str) -> bool:
        """Whether there is a button with this text."""
        return any(button["text"] == text for row in self.keyboard for button in row)

    def button(self, text: str) -> dict[str, str]:
        return next(button for row in self.keyboard for button in row if button["text"] == text)

    @property
    def form(self) -> dict[str, Any]:
        """As Telegram sends it to us with a press of its button."""
        chat = {"id": self.chat_id, "type": "private" if (self.chat_id or 0) > 0 else "supergroup"}
        message = {"message_id": self.message_id, "date": 1, "chat": chat, "from": BOT, "text": self.text}
        return message | {"entities": self.entities, "reply_markup": {"inline_keyboard": self.keyboard}}


class FakeTelegram(LoopbackServer):
    """`events` are what people would see, in order: what happened, and what is there now.

    `before` may answer a call of a method in the API's place, so that nothing comes of it. A fault of `fail` comes after.
    """

    def __init__(self) -> None:
        super().__init__()
        self.broken: list[str] = []
        self.messages: dict[tuple[int | None, int | str], Sent] = {}
        self.events: list[tuple[str, Any]] = []
        self.presses: set[str] = set()
        self.updates: list[Any] = []
        self.has_webhook = False
        self.files: dict[str, bytes] = {}
        self.before: Callable[[str, dict[str, Any]], Reply | None] = lambda *_: None
        self._n_messages = 1000

    def __exit__(self, *details: object) -> None:
        super().__exit__(*details)
        if details[0] is None:
            self.check()

    def check(self) -> None:
        """Raise what was broken so far."""
        assert not self.broken, "\n".join(self.broken)
        assert not self.presses, f"presses of a button that were not answered: {self.presses}"

    def forget(self) -> None:
        """Everything so far, after a check of it."""
        self.check()
        self.before = lambda *_: None
        self.events.clear()
        self.messages.clear()
        self.calls.clear()

    @property
    def methods(self) -> list[str]:
        """The names of the calls, in order."""
        return [call.path.rpartition("/")[2] for call in self.calls]

    def path(self, method: str) -> str:
        return f"/bot{TOKEN}/{method}"

    def answer(self, call: Call) -> Reply:
        if call.path.startswith(f"/file/bot{TOKEN}/"):
            data = self.files.get(call.path.rpartition("/")[2].partition(".")[0])
            return Reply(200, data, content_type="application/octet-stream") if data else refusal(404, "Not Found")
        prefix, _, method = call.path.rpartition("/")
        if prefix != f"/bot{TOKEN}":
            return refusal(401, "Unauthorized")
        try:
            if method not in _FIELDS:
                raise Broken(f"there is no method {method}")
            form = _read(method, call)
            return self.before(method, form) or json_reply({"ok": True, "result": self._done(method, form)})
        except Broken as broken:
            self.broken.append(f"{method}: {broken}")
            return refusal(400, f"Bad Request: {broken}")
        except _Refused as refused:
            return refusal(*refused.args)

    def _done(self, method: str, form: dict[str, Any]) -> Any:
        return getattr(self, "_" + re.sub("([A-Z])", r"_\1", method).lower())(form)

    def _get_me(self, _: dict[str, Any]) -> Any:
        return BOT

    def _get_webhook_info(self, _: dict[str, Any]) -> Any:
        return {"url": "https://bot.example/" if self.has_webhook else "", "pending_update_count": 0}

    def _get_file(self, form: dict[str, Any]) -> Any:
        data = self.files.get(form["file_id"])
        if data is None:
            raise _Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(data) > _LARGEST_FILE:
            raise _Refused(400, "Bad Request: file is too big")
        return {"file_id": form["file_id"], "file_size": len(data), "file_path": f"voice/{form['file_id']}.oga"}

    def _get_updates(self, form: dict[str, Any]) -> Any:
        if self.has_webhook:
            raise _Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(form.get("offset", 0))
        numbers = [update.get("update_id") if isinstance(update, dict) else None for update in self.updates]
        waiting = [update for update, number in zip(self.updates, numbers, strict=True) if number is None or number >= offset]
        return waiting[: int(form.get("limit", 100))]

    def _send_chat_action(self, form: dict[str, Any]) -> Any:
        _require(form["action"] in ("typing", "upload_voice"), f"no such action: {form['action']}")
        self.events.append(("typing", form["chat_id"]))
        return True

    def _send_message(self, form: dict[str, Any]) -> Any:
        text, entities = read_html(form["text"], form.get("parse_mode"))
        _require(0 < _units(text) <= _MOST_TEXT, f"a text of {_units(text)}")
        reply_to = form.get("reply_parameters", {}).get("message_id")
        sent = Sent(form["chat_id"], self._next(), text, entities, _keyboard(form), _preview(form), reply_to=reply_to)
        return self._keep("said", sent)

    def _send_audio(self, form: dict[str, Any]) -> Any:
        _require(_is_address(form["audio"]), "not an address")
        audio = {name: str(form[name]) for name in ("audio", "title", "performer", "duration") if name in form}
        return self._keep("played", Sent(form["chat_id"], self._next(), "", [], _keyboard(form), audio=audio))

    def _edit_message_text(self, form: dict[str, Any]) -> Any:
        text, entities = read_html(form["text"], form.get("parse_mode"))
        _require(0 < _units(text) <= _MOST_TEXT, f"a text of {_units(text)}")
        inline_id = form.get("inline_message_id")
        key = (None, inline_id) if inline_id else (form.get("chat_id"), form.get("message_id"))
        old = self.messages.get(key)
        if old is None and not inline_id:
            raise _Refused(400, "Bad Request: message to edit not found")
        new = Sent(*key, text, entities, _keyboard(form), _preview(form))
        if old and (old.text, old.entities, old.keyboard) == (new.text, new.entities, new.keyboard):
            raise _Refused(400, "Bad Request: message is not modified: specified new message content is the same")
        result = self._keep("changed", new)
        return True if inline_id else result

    def _answer_callback_query(self, form: dict[str, Any]) -> Any:
        _require(_units(form.get("text", "")) <= _MOST_TOAST, "the words of an alert are too long")
        query_id = form["callback_query_id"]
        if query_id not in self.presses:
            raise _Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.presses.discard(query_id)
        if form.get("text"):
            self.events.append(("alerted" if form.get("show_alert") else "toasted", form["text"]))
        return True

    def _answer_inline_query(self, form: dict[str, Any]) -> Any:
        results = form["results"]
        _require(len(results) <= 50, f"{len(results)} results")
        _require(len({result["id"] for result in results}) == len(results), "two results with one id")
        _require(len(form.get("next_offset", "").encode()) <= 64, "the next offset is too long")
        _require(int(form.get("cache_time", 300)) >= 0, "a negative time")
        self.events.append(("suggested", [_result(result) for result in results]))
        return True

    def _keep(self, kind: str, sent: Sent) -> Any:
        self.messages[sent.chat_id, sent.message_id] = sent
        self.events.append((kind, sent))
        return sent.form | {"date": 1}

    def _next(self) -> int:
        self._n_messages += 1
        return self._n_messages


class _Refused(Exception):
    """Code, description: no rule is broken by asking."""


_TEXT = {"parse_mode": str, "reply_markup": dict, "link_preview_options": dict}
_ANYWHERE = {"chat_id": int, "message_thread_id": int, "reply_parameters": dict, "disable_notification": bool}
# Method: the fields that it must have, and those that it may have.
_FIELDS: dict[str, tuple[dict[str, type], dict[str, type]]] = {
    "getMe": ({}, {}),
    "getWebhookInfo": ({}, {}),
    "getFile": ({"file_id": str}, {}),
    "getUpdates": ({}, {"offset": int, "limit": int, "timeout": int, "allowed_updates": list}),
    "sendChatAction": ({"chat_id": int, "action": str}, {"message_thread_id": int}),
    "sendMessage": ({"chat_id": int, "text": str}, _ANYWHERE | _TEXT),
    "sendAudio": (
        {"chat_id": int, "audio": str},
        _ANYWHERE | {"title": str, "performer": str, "duration": int, "reply_markup": dict, "caption": str},
    ),
    "editMessageText": ({"text": str}, {"chat_id": int, "message_id": int, "inline_message_id": str} | _TEXT),
    "answerCallbackQuery": ({"callback_query_id": str}, {"text": str, "show_alert": bool, "cache_time": int}),
    "answerInlineQuery": (
        {"inline_query_id": str, "results": list},
        {"cache_time": int, "is_personal": bool, "next_offset": str, "button": dict},
    ),
}


def _read(method: str, call: Call) -> dict[str, Any]:
    """The call's fields, each of the type that the reference gives."""
    _require(call.method == "POST" and not call.query, "what is said must not be in an address")
    _require(call.headers.get("content-type") == "application/json", "the body is sent as something else than JSON")
    form = _json_object(call.body)
    required, optional = _FIELDS[method]
    for name in required:
        _require(name in form, f"{name} is missing")
    for name, value in form.items():
        _require(name in required | optional, f"there is no field {name}")
        # Not isinstance: True is no number.
        _require(type(value) is (required | optional)[name], f"{name} is {value!r}")
    parameters = form.get("reply_parameters", {"message_id": 1})
    _require("message_id" in parameters, "a reply to no message")
    _require(set(parameters) <= {"message_id", "allow_sending_without_reply"}, f"a reply with {parameters}")
    return form


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body.decode())
    except ValueError as error:
        raise Broken(f"a body that is no JSON: {body[:50]!r}") from error
    _require(isinstance(value, dict), f"a body that is no object: {body[:50]!r}")
    return dict(value)


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Broken(otherwise)


def _keyboard(form: dict[str, Any]) -> list[list[dict[str, str]]]:
    markup = form.get("reply_markup")
    if markup is None:
        return []
    _require(list(markup) == ["inline_keyboard"], f"a keyboard of {list(markup)}")
    rows = markup["inline_keyboard"]
    _require(0 < sum(map(len, rows)) <= _MOST_BUTTONS, "no buttons, or too many")
    for row in rows:
        _require(0 < len(row) <= _MOST_IN_A_ROW, f"a row of {len(row)} buttons")
        for button in row:
            _require(bool(button.get("text", "").strip()), "a button without a text")
            _require(len(set(button) - {"text"}) == 1 and set(button) <= {"text", "url", "callback_data"}, f"a button {button}")
            _require(0 < len(button.get("callback_data", "-").encode()) <= _MOST_DATA, f"data {button.get('callback_data')}")
            _require(_is_address(button.get("url", "https://a.example")), f"a button to {button.get('url')}")
    return rows


def _preview(form: dict[str, Any]) -> str | None:
    options = form.get("link_preview_options", {})
    known = {"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"}
    _require(set(options) <= known, f"a preview with {set(options) - known}")
    url = None if options.get("is_disabled") else options.get("url")
    _require(url is None or _is_address(url), f"a preview of {url}")
    return url


def _result(result: dict[str, Any]) -> dict[str, Any]:
    known = {"type", "id", "title", "description", "input_message_content", "reply_markup", "thumbnail_url"}
    _require(set(result) <= known, f"a result with {set(result) - known}")
    _require(result["type"] == "article" and 0 < len(result["id"].encode()) <= 64, f"a result {result['id']!r}")
    _require(bool(result["title"].strip()), "a result without a title")
    content = result["input_message_content"]
    text, entities = read_html(content["message_text"], content["parse_mode"])
    _require(0 < _units(text) <= _MOST_TEXT, f"a text of {_units(text)}")
    _preview({"link_preview_options": content.get("link_preview_options", {})})
    return result | {"text": text, "entities": entities, "keyboard": _keyboard(result)}


def _is_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "localhost.") and " " not in url and len(url) < 2048


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def read_html(text: str, parse_mode: str | None) -> tuple[str, list[dict[str, Any]]]:
    """The text without its tags, and the entities that they stand for. Raises `Broken` for what Telegram would not take."""
    if parse_mode is None:
        return text, []
    _require(parse_mode == "HTML", f"parse_mode {parse_mode}")
    # Telegram knows these entities and numbers; a bare ampersand or bracket of any other kind is an error of its parser.
    stray = re.search(r"&(?!(?:amp|lt|gt|quot|#\d+|#x[0-9a-fA-F]+);)", text)
    _require(stray is None, f"a stray & in {text[max(0, (stray.start() if stray else 0) - 20) :][:50]!r}")
    bare = re.search(r"<(?!/?(?:b|i|code|a)[ >])", text)
    _require(bare is None, f"a stray < in {text[max(0, (bare.start() if bare else 0) - 20) :][:50]!r}")
    parser = _Parser()
    parser.feed(text)
    parser.close()
    _require(not parser.opened, f"unclosed {parser.opened}")
    # Telegram cuts spaces around the text.
    return parser.text.rstrip(), sorted(parser.entities, key=lambda entity: (entity["offset"], -entity["length"]))


class _Parser(HTMLParser):
    _KINDS = {"b": "bold", "i": "italic", "code": "code", "a": "text_link"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.entities: list[dict[str, Any]] = []
        self.opened: list[tuple[str, int, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        _require(tag in self._KINDS, f"a tag <{tag}>")
        extra = {name: value or "" for name, value in attrs}
        _require(set(extra) == ({"href"} if tag == "a" else set()), f"<{tag}> with {extra}")
        _require(tag != "a" or _is_address(extra["href"]), f"a link to {extra.get('href')}")
        self.opened.append((tag, _units(self.text), {"url": extra["href"]} if extra else {}))

    def handle_endtag(self, tag: str) -> None:
        _require(bool(self.opened) and self.opened[-1][0] == tag, f"</{tag}> where it does not belong")
        _, start, extra = self.opened.pop()
        length = _units(self.text) - start
        if length:
            self.entities.append({"type": self._KINDS[tag], "offset": start, "length": length} | extra)

    def handle_data(self, data: str) -> None:
        self.text += data
