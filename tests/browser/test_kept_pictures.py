"""The page looks as it did: pictures of its states beside those that are kept, so that a jump is seen.

Chromium draws with one font, that of matplotlib, and pictures are compared at a quarter of their size: another version of
Chromium smooths letters in another way and moves nothing. `KEEP=1 make test FILE=tests/browser/test_kept_pictures.py` keeps new
ones; look at them before they are committed.
"""

from __future__ import annotations

import base64
import io
import os
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.visits import SCREENSHOTS, Look, visiting
from tests.functions.web.test_api import IN_THE_END

KEPT = Path(__file__).with_name("kept")
FONT = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
PARTS = 4
MOST_UNLIKE = 0.001
"""The share of the points that may differ by more than UNLIKE of 255."""
UNLIKE = 50

ANSWER = f"/?track={IN_THE_END}"
STATES = {
    "first": "/",
    "answer": ANSWER,
    "several": f"{ANSWER}&track=numb&energy=-0.1",
    "artist": "/artist/Linkin%20Park",
    "problem": "/?track=in+the",
    "not-found": "/nothing/here",
    "map": f"/map?track={IN_THE_END}",
    "docs": "/docs",
}
LOOKS = [Look("phone", "light"), Look("phone", "dark", "ru"), Look("desktop", "light"), Look("desktop", "dark", "ru")]


def one_font(page: Page) -> None:
    data = base64.b64encode(FONT.read_bytes()).decode()
    face = f"@font-face {{ font-family: Kept; src: url(data:font/ttf;base64,{data}); }}"
    page.add_style_tag(content=f"{face} *, ::before, ::after {{ font-family: Kept !important; transition: none !important; }}")
    page.evaluate("document.fonts.load('16px Kept')")


def reduced(picture: bytes) -> Image.Image:
    whole = Image.open(io.BytesIO(picture)).convert("L")
    return whole.resize((whole.width // PARTS, whole.height // PARTS), Image.Resampling.BOX)


def unlike(one: Image.Image, other: Image.Image) -> float:
    """The share of points that differ; 1 where the sizes do."""
    if one.size != other.size:
        return 1.0
    difference = np.abs(np.asarray(one, np.int16) - np.asarray(other, np.int16))
    return float((difference > UNLIKE).mean())


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("name", STATES)
def test_every_state_looks_as_it_did(browser: Browser, address: str, name: str, look: Look) -> None:
    with visiting(browser, address, look, bypass_csp=True) as visit:
        page = visit.open(STATES[name], 404 if name in ("problem", "not-found") else 200)
        one_font(page)
        if name == "map":
            expect(page.locator(".map.painted .plane")).to_be_visible()
            page.wait_for_timeout(300)
        now = reduced(page.screenshot())
    kept = KEPT / f"{name}-{look}.png"
    if os.environ.get("KEEP"):
        KEPT.mkdir(exist_ok=True)
        now.save(kept, optimize=True)
    now.save(SCREENSHOTS / f"now-{kept.name}")
    assert unlike(now, Image.open(kept)) <= MOST_UNLIKE, f"compare {kept} with reports/screenshots/now-{kept.name}"


def test_a_jump_is_seen() -> None:
    """A word that is elsewhere differs by more than letters that are smoothed in another way."""
    page = Image.new("L", (320, 215), 250)
    moved, smoothed = page.copy(), page.copy()
    page.paste(60, (20, 10, 60, 18))
    moved.paste(60, (45, 10, 85, 18))
    smoothed.paste(85, (20, 10, 60, 18))
    assert unlike(page, moved) > MOST_UNLIKE
    assert unlike(page, smoothed) == 0
    assert unlike(page, page.resize((300, 215))) == 1
