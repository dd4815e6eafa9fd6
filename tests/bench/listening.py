"""How soon a listener sees the covers of an answer and hears its first sound, with services as fast as they are.

A cover takes 300 ms to come from its host, and none is remembered. The sound is asked for by a click as soon as the page is
there.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from kamerton.storage import Bucket
from tests.bench.servers import KAMERTON, running
from tests.bench.world import NOBODY, copied_release
from tests.browser.chromium import MISSING, found
from tests.browser.sounds import sound
from tests.browser.visits import FLAGS
from tests.fakes.loopback import slow
from tests.fakes.pictures import FakeCovers, FakePictures

_SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 860}}
_COVER_SECONDS = 0.3
_ALL_COVERS = """() => {
  const pictures = [...document.querySelectorAll(".face img")];
  return pictures.length > 0 && pictures.every((picture) => picture.complete && picture.naturalWidth > 1);
}"""
_PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length > 0"


def first_sound_and_covers(bucket: Bucket, release_id: str, paths: list[str]) -> dict[str, Any]:
    """For each device the medians over the answers at `paths`, each of which is asked for once; seconds from going there to the
    first paint and to the last cover, and from landing to the first sound."""
    path = found()
    if path is None:
        raise SystemExit(f"bench: {MISSING}")
    devices = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for device, size in _SIZES.items():
            seen = _served(
                bucket, release_id, lambda address, size=size: [_view(browser, address + each, size) for each in paths]
            )
            devices[device] = {name: statistics.median(view[name] for view in seen) for name in seen[0]}
        browser.close()
    return devices


def _served(bucket: Bucket, release_id: str, look: Callable[[str], list[dict[str, float]]]) -> list[dict[str, float]]:
    """What is seen of a new instance, whose bucket remembers nothing."""
    with TemporaryDirectory() as folder, FakeCovers() as spotify, FakePictures() as pictures:
        pictures.fail(slow(_COVER_SECONDS), times=1_000_000)
        copy = copied_release(bucket, release_id, Path(folder))
        addresses = NOBODY | {"SPOTIFY_OPEN_URL": spotify.url, "PICTURES_URL": pictures.url}
        with running(KAMERTON, "/", {"KAMERTON_BUCKET": copy.url, "KAMERTON_WORLD": "1", **addresses}) as server:
            return look(f"http://127.0.0.1:{server.port}")


def _view(browser: Browser, url: str, size: Mapping[str, int]) -> dict[str, float]:
    page = browser.new_page(viewport=dict(size))
    page.route("**/preview/*", lambda route: route.fulfill(body=sound(30), content_type="audio/wav"))
    begun = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_function(_PAINTED)
    painted = time.perf_counter() - begun
    heard = _first_sound(page)
    page.wait_for_function(_ALL_COVERS)
    covered = time.perf_counter() - begun
    page.context.close()
    return {"painted_seconds": painted, "sound_seconds": heard, "covers_seconds": covered}


def _first_sound(page: Page) -> float:
    page.wait_for_load_state("domcontentloaded")
    begun = time.perf_counter()
    page.locator("#track-1 .hear").click()
    page.wait_for_selector("#track-1 .hear.plays")
    return time.perf_counter() - begun
