"""The browser that the tests drive: the system's Chromium, else one that can be installed.

python -m tests.browser.chromium      installs one where there is none and it may; exits with 1 when there is none to be had
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

MISSING = "no Chromium for the browser tests: install one (Debian: apt-get install chromium), or let `make test` do it"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MOST_SECONDS = 300

Which = Callable[[str], str | None]


def found() -> str | None:
    """The path of a Chromium: the system's, else the one that Playwright brought."""
    return system_chromium(shutil.which) or _own_of_playwright()


def system_chromium(which: Which) -> str | None:
    return next((path for name in _NAMES if (path := which(name))), None)


def ways_to_install(which: Which, user_id: int) -> list[list[list[str]]]:
    """The ways in which one can be had here, the best first, each as its commands: Debian's package, then Playwright's own."""
    playwright = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    apt = which("apt-get")
    may = [] if user_id == 0 else [which("sudo"), "-n"]
    if apt is None or None in may:
        return [playwright]
    debian = [[*may, apt, "update"], [*may, apt, "install", "--yes", "--no-install-recommends", "chromium"]]
    return [[[str(part) for part in command] for command in debian], playwright]


def main() -> None:
    for way in ways_to_install(shutil.which, os.getuid()):
        if found():
            break
        for command in way:
            _run(command)
    path = found()
    if path is None:
        raise SystemExit(MISSING)
    print(f"The browser of the tests is {path}")


def _run(command: list[str]) -> None:
    """What fails is told by what is not there afterwards."""
    print(" ".join(command), flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, timeout=_MOST_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)


def _own_of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__":
    main()
