"""Draws the conversation of `tests.demo` as a picture for the README.

python -m tests.picture [docs/telegram.png]      with the release of the bucket, by Debian's Chromium
"""

from __future__ import annotations

import os
import sys
from html import escape

import msgspec
from PIL import Image
from playwright.sync_api import sync_playwright

from kamerton.telegram import markup
from kamerton.telegram.updates import MessageEntity
from tests.demo import talking
from tests.fakes.telegram import FakeTelegram, Sent

_STYLE = """
body { margin: 0; width: 860px; background: #d9e4ec; font: 15px/1.4 system-ui, sans-serif; color: #1b2733 }
main { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; padding: 16px }
section { display: flex; flex-direction: column; gap: 8px }
p { margin: 0; align-self: flex-end; background: #e3fbd0; padding: 7px 12px; border-radius: 14px 14px 4px 14px }
article { background: #fff; border-radius: 14px 14px 14px 4px; padding: 10px 12px; white-space: pre-wrap }
article a { color: #2774b8; text-decoration: none }
figure { margin: 0 0 8px; padding: 9px 12px; border-left: 3px solid #2774b8; background: #eef4f9; border-radius: 5px }
figure b { display: block; color: #2774b8 }
nav { display: flex; gap: 5px }
nav span { flex: 1; text-align: center; background: #7d97a9; color: #fff; border-radius: 8px; padding: 5px 2px }
"""


def main() -> None:
    path = sys.argv[1] if len(sys.argv) > 1 else "docs/telegram.png"
    with FakeTelegram() as telegram:
        talk, tracks = talking(telegram, lambda _: None, os.environ)
        talk.say(tracks[0])
        left = _said(tracks[0]) + _bubble(talk.last)
        talk.press("1")
        right = _bubble(talk.last)
        talk.say(f"/genre {tracks[1]}")
        right += _said(f"/genre {tracks[1]}") + _bubble(talk.last)
    sides = f"<main><section>{left}</section><section>{right}</section></main>"
    page = f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style>{sides}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        shown = browser.new_page(device_scale_factor=1.2)
        shown.set_content(page)
        shown.locator("main").screenshot(path=path)
        browser.close()
    # Few colours: a third of the size.
    Image.open(path).convert("RGB").quantize(48).save(path, optimize=True)


def _said(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _bubble(sent: Sent) -> str:
    """A message of the bot, with the buttons under it; where Telegram shows the cover stands whose it is."""
    text = markup.read_back(sent.text, msgspec.convert(sent.entities, list[MessageEntity]))
    title = sent.text.split("\n")[0]
    cover = f"<figure><b>Spotify</b>♪ {escape(title)}</figure>" if sent.preview else ""
    rows = "".join(f"<nav>{_buttons(row)}</nav>" for row in sent.keyboard)
    return f"<article>{cover}{text}</article>{rows}"


def _buttons(row: list[dict[str, str]]) -> str:
    return "".join(f"<span>{escape(button['text'])}{' ↗' if 'url' in button else ''}</span>" for button in row)


if __name__ == "__main__":
    main()
