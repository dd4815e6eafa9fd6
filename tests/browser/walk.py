"""Film a walk over the page, from a name that is typed to a list that is kept, as a row of pictures: docs/walk.png.

python -m tests.browser.walk [--bucket URL]      over the release in force there
"""

from __future__ import annotations

import io
from collections.abc import Callable
from urllib.parse import quote

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Page

from tests.browser.pictures import PAGES, browser_of_pictures, parsed_bucket, served_release
from tests.browser.sounds import sound

_SIZE = {"width": 390, "height": 844}
_WIDTH = 234
_IN_A_ROW = 6
_GAP = 14
_LINE = 30
_SONG, _ARTIST = "in the end", "Linkin Park"


def _typed(page: Page) -> None:
    page.get_by_role("combobox").press_sequentially(_SONG, delay=30)
    page.get_by_role("option").first.wait_for()


def _found(page: Page) -> None:
    page.get_by_role("option").first.click()
    page.locator(".tracks > li").first.wait_for()


def _heard(page: Page) -> None:
    page.locator("#track-2 .hear").click()
    page.locator("#track-2.current").wait_for()


def _next_ten(page: Page) -> None:
    # It plays on over the next list.
    page.get_by_role("link", name="The next ten").click()
    page.locator(".place", has_text="11").wait_for()


def _why(page: Page) -> None:
    page.locator("#track-1 .more summary").click()
    page.locator("#track-1").scroll_into_view_if_needed()


def _changed(page: Page) -> None:
    page.goto(f"{_root(page)}/?track={quote(_SONG)}")
    page.get_by_text("Change the sound").click()
    page.get_by_role("slider", name="energy").press("ArrowLeft")
    page.get_by_role("slider", name="energy").press("ArrowLeft")


def _calmer(page: Page) -> None:
    page.get_by_role("button", name="Show these").click()
    page.locator(".wishes").wait_for()
    page.locator(".alike").scroll_into_view_if_needed()


def _artist(page: Page) -> None:
    page.goto(f"{_root(page)}/artist/{quote(_ARTIST)}")


def _map(page: Page) -> None:
    page.goto(f"{_root(page)}/map?track={quote(_SONG)}")
    page.locator(".map.painted").wait_for()


def _path(page: Page) -> None:
    page.locator("[name=to]").fill("jolene")
    page.get_by_role("button", name="Show the path").click()
    page.locator(".map.painted").wait_for()


def _steps(page: Page) -> None:
    page.locator(".steps li").last.scroll_into_view_if_needed()


def _unknown(page: Page) -> None:
    page.goto(f"{_root(page)}/?track={quote('bilie jeen by nobody')}")


_WALK: dict[str, Callable[[Page], None]] = {
    "A name is typed": _typed,
    "The list comes first": _found,
    "One button plays": _heard,
    "And plays on": _next_ten,
    "Why, and where": _why,
    "Less energy, please": _changed,
    "A calmer list": _calmer,
    "An artist": _artist,
    "The map around it": _map,
    "A path to elsewhere": _path,
    "Step by step": _steps,
    "Not found, and what is": _unknown,
}


def main() -> None:
    url = parsed_bucket("python -m tests.browser.walk", __doc__.splitlines()[0])
    with served_release(url) as address, browser_of_pictures() as browser:
        page = browser.new_page(viewport=_SIZE, color_scheme="light", locale="en", device_scale_factor=2)
        page.route("**/preview/*", lambda route: route.fulfill(body=sound(30), content_type="audio/wav"))
        page.goto(address)
        shots = []
        for words, step in _WALK.items():
            step(page)
            # What moves has come to rest.
            page.wait_for_timeout(700)
            shots.append((words, page.screenshot()))
    path = PAGES / "walk.png"
    _filmed(shots).quantize(96, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


def _root(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


def _filmed(shots: list[tuple[str, bytes]]) -> Image.Image:
    """All of them in rows, each with its words above."""
    height = round(_SIZE["height"] * _WIDTH / _SIZE["width"])
    rows = -(-len(shots) // _IN_A_ROW)
    film = Image.new("RGB", (_IN_A_ROW * (_WIDTH + _GAP) + _GAP, rows * (height + _LINE + _GAP) + _GAP), "#e9e4da")
    draw, font = ImageDraw.Draw(film), ImageFont.load_default(15)
    for place, (words, shot) in enumerate(shots):
        row, column = divmod(place, _IN_A_ROW)
        left, top = _GAP + column * (_WIDTH + _GAP), _GAP + row * (height + _LINE + _GAP)
        draw.text((left, top + 4), f"{place + 1}. {words}", "#1f1b16", font)
        picture = Image.open(io.BytesIO(shot)).convert("RGB").resize((_WIDTH, height), Image.Resampling.LANCZOS)
        film.paste(picture, (left, top + _LINE))
    return film


if __name__ == "__main__":
    main()
