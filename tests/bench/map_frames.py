"""How the map follows a finger with very many points on it: how long painting a frame takes, and how soon the next one comes.

The points are made up, in as many heaps as a large catalog has genres, and stand in for the release's. A phone is one whose
processor is four times slower than this one. No graphics card takes part: the map does without.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from kamerton.release.music_map import SIDE, MusicMap
from tests.bench.servers import KAMERTON, running
from tests.browser.chromium import MISSING, found
from tests.browser.visits import FLAGS

N_POINTS = 100_000
_HEAPS = 112
_PARTS = (("p50", 0.5), ("p95", 0.95))
_DEVICES: dict[str, tuple[dict[str, Any], int]] = {
    "desktop": ({"viewport": {"width": 1280, "height": 860}}, 1),
    "phone": ({"viewport": {"width": 390, "height": 844}, "device_scale_factor": 3, "has_touch": True, "is_mobile": True}, 4),
}

# Notes when each frame began and how long its painting took.
_WATCH = """
const ask = window.requestAnimationFrame.bind(window);
window.frames_seen = [];
window.requestAnimationFrame = (paint) => ask((now) => {
  const begun = performance.now();
  paint(now);
  window.frames_seen.push([now, performance.now() - begun]);
});
"""
# A finger goes round and round, a step a frame.
_DRAG = """async (steps) => {
  const plane = document.querySelector(".plane");
  const { left, top, width, height } = plane.getBoundingClientRect();
  plane.setPointerCapture = () => {};
  const send = (type, across, down) => plane.dispatchEvent(new PointerEvent(type, { pointerId: 1, pointerType: "touch",
    clientX: left + width / 2 + across, clientY: top + height / 2 + down, bubbles: true }));
  const frame = () => new Promise((done) => {
    const before = window.frames_seen.length;
    const timer = setInterval(() => window.frames_seen.length > before && (clearInterval(timer), done()), 0);
  });
  send("pointerdown", 0, 0);
  for (let step = 1; step <= steps; step++) {
    send("pointermove", 60 * Math.sin(step / 8), 40 * Math.cos(step / 8));
    await frame();
  }
  send("pointercancel", 0, 0);
  return window.frames_seen.slice(-steps);
}"""


def map_frames(environ: Mapping[str, str], steps: int) -> dict[str, Any]:
    """For each device the medians and the 95th percentiles of both times."""
    path = found()
    if path is None:
        raise SystemExit(f"bench: {MISSING}")
    with running(KAMERTON, "/map", environ) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        seen = {name: _frames(browser, f"http://127.0.0.1:{server.port}/map", name, steps) for name in _DEVICES}
        browser.close()
    return {"points": N_POINTS, **seen}


def _frames(browser: Browser, url: str, device: str, steps: int) -> dict[str, float]:
    options, slower = _DEVICES[device]
    context = browser.new_context(**options)
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.route("**/map/points*", lambda route: route.fulfill(body=made_up_points(), content_type="application/octet-stream"))
    page.goto(url)
    page.locator(".map.painted").wait_for()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    began, painting = np.array(page.evaluate(_DRAG, steps)).T / 1000
    context.close()
    # The first steps are slow: the script is compiled while it runs.
    settled = slice(steps // 4, None)
    between = np.diff(began[settled])
    times = {"painting": painting[settled], "between": between}
    return {f"{name}_{part}_seconds": float(np.quantile(values, q)) for name, values in times.items() for part, q in _PARTS}


def made_up_points() -> bytes:
    random = np.random.default_rng(0)
    label = random.integers(0, _HEAPS, N_POINTS)
    middles = random.uniform(0.1, 0.9, (_HEAPS, 2))
    places = np.clip(middles[label] + random.normal(0, 0.05, (N_POINTS, 2)), 0, 1) * (SIDE - 1)
    rows = np.column_stack([places, label]).astype(np.uint16)
    return MusicMap(rows, [str(heap) for heap in range(_HEAPS)]).points()
