"""Looking at the served page as one person would: on one device, in one language, with or without scripts.

A `Visit` notes what should never happen (a console message, an error, a request to somebody else) and keeps pictures in
reports/screenshots.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route

SCREENSHOTS = Path(__file__).parents[2] / "reports" / "screenshots"
FLAGS = [
    # Root, as in a container, has no sandbox.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # Nothing that a browser asks the world of its own accord, and nobody to ask.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

# Only the text of axe-core, which that package carries (MPL-2.0).
_AXE = Path(str(distribution("axe-playwright-python").locate_file("axe_playwright_python/axe.min.js")))
_SIZES = {"phone": (390, 844), "desktop": (1280, 860), "narrow": (320, 640)}
_PLAYER = "<!doctype html><html lang=en><title>player</title><p>A player would be here.</p></html>"


@dataclass(frozen=True)
class Look:
    """Who looks: the device, its colours, the reader's language, and whether scripts run."""

    device: str = "desktop"
    colours: str = "light"
    language: str = "en"
    scripts: bool = True

    def __str__(self) -> str:
        return "-".join([self.device, self.colours, self.language, *([] if self.scripts else ["no-scripts"])])


@dataclass
class Visit:
    """A page in a tab of its own. `complaints` are what the console said, `outside` the addresses of others that were asked."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)

    def open(self, path: str, status: int = 200) -> Page:
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == status
        # A browser says of each failed address that it failed: of this one we know.
        if status >= 400:
            self.complaints = [line for line in self.complaints if "Failed to load resource" not in line]
        return self.page

    def violations(self) -> list[str]:
        """What axe-core finds wrong for those who do not see the page, or use no mouse."""
        self.page.evaluate(_AXE.read_text())
        found: list[dict[str, Any]] = self.page.evaluate(
            "async () => (await axe.run({ rules: { 'target-size': { enabled: true } } })).violations"
        )
        return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]

    def scrolls_sideways(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

    def keep_picture(self, name: str) -> None:
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    def focused(self) -> str:
        """The text, or else the tag, of what has the focus."""
        return str(self.page.evaluate("document.activeElement.textContent.trim() || document.activeElement.tagName"))


@contextmanager
def visiting(browser: Browser, address: str, look: Look = Look(), bypass_csp: bool = False) -> Iterator[Visit]:
    """A visit that ends with the block, and then fails if anything was complained of. With `bypass_csp` a test may add to a
    page what its policy forbids."""
    width, height = _SIZES[look.device]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=look.colours,
        locale=look.language,
        java_script_enabled=look.scripts,
        bypass_csp=bypass_csp,
        has_touch=look.device != "desktop",
    )
    context.set_default_timeout(10_000)
    visit = Visit(context.new_page(), address)
    visit.page.on("console", lambda message: visit.complaints.append(_said(message)))
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on("request", lambda request: visit.asked.append(request))
    context.route(lambda url: not url.startswith(address), lambda route: _stand_in(route, visit))
    try:
        yield visit
    finally:
        context.close()
    assert not visit.complaints, visit.complaints


def _said(message: ConsoleMessage) -> str:
    return f"{message.type}: {message.text}"


def _stand_in(route: Route, visit: Visit) -> None:
    """Nobody outside is asked: a frame gets a page, all else nothing."""
    visit.outside.append(route.request.url)
    route.fulfill(status=200, content_type="text/html", body=_PLAYER if route.request.is_navigation_request() else "")
