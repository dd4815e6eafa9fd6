"""Draw the pictures that are kept: the card that a shared link shows, and the page in the README.

python -m tests.browser.pictures [--bucket URL]      over the release in force there
"""

from __future__ import annotations

import argparse
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from kamerton.settings import Settings, bucket_url
from tests.browser.chromium import MISSING, found
from tests.browser.visits import FLAGS
from tests.serving import served

ROOT = Path(__file__).resolve().parents[2]
CARD = ROOT / "functions" / "kamerton" / "web" / "assets" / "card.png"
PAGES = ROOT / "docs"
_SHOWN = "/?track=smells+like+teen+spirit&lang=en"
# The first page at the size of a card, without what can be clicked.
_CARD_STYLE = """
body { max-width: 1080px; } .top { padding-top: 90px; } nav, .search, .examples, footer, .skip { display: none !important; }
.mark { font-size: 34px !important; } .mark svg { width: 52px; height: 52px; } .hero { padding-top: 64px !important; }
h1 { font-size: 62px !important; max-width: 640px; } .lead { font-size: 25px !important; max-width: 560px; }
.fork { top: 96px !important; right: 70px !important; width: 400px !important; }
"""


def main() -> None:
    url = parsed_bucket("python -m tests.browser.pictures", __doc__.splitlines()[0])
    PAGES.mkdir(exist_ok=True)
    with served_release(url) as address, browser_of_pictures() as browser:
        for colours in ("light", "dark"):
            _keep(_page(browser, address, colours), PAGES / f"page-{colours}.png", 1000)
        _keep(_card(browser, address), CARD, 1200)


def _page(browser: Browser, address: str, colours: str) -> bytes:
    page = browser.new_page(viewport={"width": 1100, "height": 1010}, color_scheme=colours, device_scale_factor=2)
    page.goto(address + _SHOWN)
    return page.screenshot()


def _card(browser: Browser, address: str) -> bytes:
    page = browser.new_page(viewport={"width": 1200, "height": 630}, color_scheme="light", bypass_csp=True)
    page.goto(f"{address}/?lang=en")
    page.add_style_tag(content=_CARD_STYLE)
    return page.screenshot()


def _keep(picture: bytes, path: Path, width: int) -> None:
    """In few colours, as there are few: a third of the bytes."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
    image.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")


@contextmanager
def served_release(url: str) -> Iterator[str]:
    with TemporaryDirectory() as folder, served(Path(folder), KAMERTON_BUCKET=url, KAMERTON_WORLD="0") as function:
        yield function.address


@contextmanager
def browser_of_pictures() -> Iterator[Browser]:
    path = found()
    if path is None:
        raise SystemExit(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def parsed_bucket(program: str, description: str) -> str:
    """The bucket that the program was told to look at."""
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument("--bucket", metavar="URL", help="default: KAMERTON_BUCKET or ./bucket")
    options = parser.parse_args()
    return bucket_url(options.bucket, "--bucket") if options.bucket else Settings.from_environ(os.environ).bucket_url


if __name__ == "__main__":
    main()
