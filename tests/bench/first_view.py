"""The page as a phone on a slow line first sees it: bytes, requests, and the time to the first paint.

The line and the processor are those of Lighthouse's phone (slow 4G): 150 ms there and back, 1.6 Mbit/s down, 0.75 up, a
processor four times slower than this one. Each run has an empty cache.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.bench.servers import KAMERTON, running
from tests.browser.chromium import MISSING, found
from tests.browser.visits import FLAGS

_PHONE = {"width": 390, "height": 844}
_LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
_PROCESSOR = 4
_FIRST_PAINT = """() => new Promise((done) => new PerformanceObserver((list) => {
  for (const entry of list.getEntriesByName("first-contentful-paint")) done(entry.startTime / 1000);
}).observe({ type: "paint", buffered: true }))"""


def first_view(paths: Mapping[str, str], environ: Mapping[str, str], runs: int) -> dict[str, Any]:
    """For each path by its name, the medians of its runs, over the line alone and beside a server that is warm."""
    path = found()
    if path is None:
        raise SystemExit(f"bench: {MISSING}")
    with running(KAMERTON, "/", environ) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        address = f"http://127.0.0.1:{server.port}"
        views = {name: [_view(browser, address + asked) for _ in range(runs + 1)][1:] for name, asked in paths.items()}
        browser.close()
    return {name: _medians(seen) for name, seen in views.items()}


def _view(browser: Browser, url: str) -> dict[str, float]:
    page = browser.new_page(viewport=_PHONE, device_scale_factor=3)
    session = page.context.new_cdp_session(page)
    sizes = _throttled(session)
    page.goto(url, wait_until="networkidle")
    seen = {"bytes": sum(sizes), "requests": len(sizes), "first_paint_seconds": _first_paint(page)}
    page.context.close()
    return seen


def _throttled(session: CDPSession) -> list[float]:
    """Slows the page down; the bytes of each answer, as they came over the line with their headers."""
    sizes: list[float] = []
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", _LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": _PROCESSOR})
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    return sizes


def _first_paint(page: Page) -> float:
    return float(page.evaluate(_FIRST_PAINT))


def _medians(seen: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(view[name] for view in seen) for name in seen[0]}
