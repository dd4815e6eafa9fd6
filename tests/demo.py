"""A conversation with the bot in the terminal, without Telegram: a fake of its Bot API is at the other end.

python -m tests.demo [--script]

First a short conversation is played; then it is your turn, unless --script is given or nobody is at a keyboard. Type as in
Telegram; what is written on a button presses it; @bot and a name asks in inline mode.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from kamerton.deadline import Deadline
from kamerton.errors import AnswerError
from kamerton.logs import Log
from kamerton.settings import Settings
from kamerton.storage import Bucket
from kamerton.telegram.update_handler import Outcome
from kamerton.telegram.updates import Update
from kamerton.wiring import new_kamerton, new_update_handler
from tests.conversing import Talk
from tests.fakes.telegram import TOKEN, FakeTelegram


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.demo", description=__doc__.splitlines()[0])
    parser.add_argument("--script", action="store_true", help="end after the conversation that is played")
    options = parser.parse_args()
    with FakeTelegram() as telegram:
        talk = talking(telegram, print, os.environ)
        play(talk)
        if not options.script and sys.stdin.isatty():
            your_turn(talk)


def talking(telegram: FakeTelegram, show: Callable[[str], None], environ: Mapping[str, str]) -> Talk:
    """Somebody alone with the bot, which answers from the bucket of the settings and remembers nothing in it."""
    settings = Settings.from_environ({**environ, "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url})
    log = Log(io.StringIO())
    kamerton = new_kamerton(settings, log)
    try:
        kamerton.release(Deadline(30))
    except AnswerError:
        raise SystemExit(f"There is no release in {settings.bucket_url}: `make train` makes one.") from None
    memory = Bucket.open("memory://")
    handler = new_update_handler(kamerton, settings, log, lambda: memory)

    def post(update: dict[str, Any]) -> int:
        outcome = handler.handle(msgspec.convert(update, Update))
        return 503 if outcome is Outcome.RETRY_LATER else 200

    return Talk(post, telegram, show=show)


def play(talk: Talk) -> None:
    talk.say("nirvana smels like teen")
    talk.press("1")
    talk.press("More like this")
    talk.say("/genre in the end linkin park")


def your_turn(talk: Talk) -> None:
    print("\nYour turn: type the name of a track, or what is written on a button. Ctrl-D ends it.\n")
    while True:
        try:
            typed = input("> ").strip()
        except (EOFError, KeyboardInterrupt):
            return
        if typed.startswith("@bot"):
            talk.type_inline(typed.removeprefix("@bot").strip())
        elif typed and talk.can_press(typed):
            talk.press(typed)
        elif typed:
            talk.say(typed)


if __name__ == "__main__":
    main()
