"""A conversation with the bot in the terminal, without Telegram: a fake of its Bot API is at the other end.

python -m tests.demo [--script]

First a short conversation is played; then it is your turn, unless --script is given. Type as in Telegram; what is written on a
button presses it; @bot and a name asks in inline mode. What is piped in is said line by line, and nothing else.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
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

# What the documentation shows, where the catalog has them.
_TRACKS = ["nirvana smels like teen", "in the end linkin park"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.demo", description=__doc__.splitlines()[0])
    parser.add_argument("--script", action="store_true", help="end after the conversation that is played")
    options = parser.parse_args()
    with FakeTelegram() as telegram:
        talk, tracks = talking(telegram, print, os.environ)
        piped = [] if options.script or sys.stdin.isatty() else sys.stdin.read().split("\n")
        if any(line.strip() for line in piped):
            for line in piped:
                say(talk, line.strip())
            return
        play(talk, tracks)
        if not options.script and sys.stdin.isatty():
            your_turn(talk)


def talking(telegram: FakeTelegram, show: Callable[[str], None], environ: Mapping[str, str]) -> tuple[Talk, list[str]]:
    """Somebody alone with the bot, which answers from the bucket of the settings and remembers nothing in it; and two tracks to
    talk of, by name, that its catalog has."""
    settings = Settings.from_environ({**environ, "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url})
    log = Log(io.StringIO())
    kamerton = new_kamerton(settings, log)
    try:
        catalog = kamerton.release(Deadline(30)).catalog
    except AnswerError:
        raise SystemExit(f"There is no release in {settings.bucket_url}: `make train` makes one.") from None
    memory = Bucket.open("memory://")
    handler = new_update_handler(kamerton, settings, log, lambda: memory)

    def post(update: dict[str, Any]) -> int:
        outcome = handler.handle(msgspec.convert(update, Update))
        return 503 if outcome is Outcome.RETRY_LATER else 200

    examples = [f"{entry.track.title} {entry.track.artists[0]}" for entry in catalog.examples(1)[:2]]
    tracks = _TRACKS if all(catalog.search(name, 1) for name in _TRACKS) else [examples[0], examples[-1]]
    return Talk(post, telegram, show=show), tracks


def play(talk: Talk, tracks: Sequence[str]) -> None:
    talk.say(tracks[0])
    for button in ("1", "More like this"):
        if talk.can_press(button):
            talk.press(button)
    talk.say(f"/genre {tracks[-1]}")


def your_turn(talk: Talk) -> None:
    print("\nYour turn: type the name of a track, or what is written on a button. Ctrl-D ends it.\n")
    while True:
        try:
            typed = input("> ").strip()
        except (EOFError, KeyboardInterrupt):
            return
        say(talk, typed)


def say(talk: Talk, typed: str) -> None:
    if typed.startswith("@bot"):
        talk.type_inline(typed.removeprefix("@bot").strip())
    elif typed and talk.can_press(typed):
        talk.press(typed)
    elif typed:
        talk.say(typed)


if __name__ == "__main__":
    main()
