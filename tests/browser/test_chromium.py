"""How the browser of the tests is found, or got."""

from __future__ import annotations

import sys

from tests.browser.chromium import system_chromium, ways_to_install

PLAYWRIGHT = [[sys.executable, "-m", "playwright", "install", "chromium"]]


def where(*names: str) -> dict[str, str]:
    return {name: f"/usr/bin/{name}" for name in names}


def test_the_system_s_own_is_taken_under_any_of_its_names() -> None:
    assert system_chromium(where("chromium").get) == "/usr/bin/chromium"
    assert system_chromium(where("google-chrome", "chromium-browser").get) == "/usr/bin/chromium-browser"
    assert system_chromium(where("firefox").get) is None


def test_who_may_install_packages_installs_debian_s_first() -> None:
    install = ["install", "--yes", "--no-install-recommends", "chromium"]
    apt, sudo = ["/usr/bin/apt-get"], ["/usr/bin/sudo", "-n", "/usr/bin/apt-get"]
    assert ways_to_install(where("apt-get").get, 0) == [[[*apt, "update"], [*apt, *install]], PLAYWRIGHT]
    assert ways_to_install(where("apt-get", "sudo").get, 1000) == [[[*sudo, "update"], [*sudo, *install]], PLAYWRIGHT]


def test_who_may_not_takes_playwright_s_own() -> None:
    assert ways_to_install(where("apt-get").get, 1000) == [PLAYWRIGHT]
    assert ways_to_install(where("sudo").get, 0) == [PLAYWRIGHT]
