"""Music from a file and from a microphone, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kamerton.storage import Bucket
from tests.browser.chromium import found
from tests.browser.visits import FLAGS, Look, visiting
from tests.functions.listening.sounds import beats, encoded, wav
from tests.serving import served
from tests.small_release import small_release
from training.listening.__main__ import main


@pytest.fixture(scope="module")
def hearing_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hearing")
    small_release(Bucket.open(folder.as_uri()))
    main(["--bucket", folder.as_uri()])
    with served(folder, KAMERTON_BUCKET=folder.as_uri()) as function:
        yield function.address


@pytest.mark.parametrize("look", [Look("phone"), Look("desktop", "dark", "ru"), Look("phone", scripts=False)], ids=str)
def test_a_file_is_heard(browser: Browser, hearing_address: str, tmp_path: Path, look: Look) -> None:
    file = tmp_path / "song.mp3"
    file.write_bytes(encoded(beats(124, "house", 10), "mp3", "libmp3lame"))
    with visiting(browser, hearing_address, look) as visit:
        page = visit.open("/")
        page.locator(".send-sound summary").click()
        if look.scripts:
            assert visit.violations() == []
        page.locator(".hear-form [type=file]").set_input_files(file)
        page.locator(".hear-form [type=submit]").click()
        expect(page.locator(".tracks > li")).to_have_count(10)
        expect(page.locator(".heard .facts").last).to_contain_text("124")
        visit.keep_picture(f"heard-{look}")
        assert not visit.scrolls_sideways()
        if look.scripts:
            assert visit.violations() == []


def test_a_microphone_is_heard(browser: Browser, hearing_address: str, tmp_path: Path) -> None:
    """Chromium plays a file into a microphone that is not there; a page of our own machine may ask for it."""
    played = tmp_path / "room.wav"
    played.write_bytes(wav(beats(124, "house", 20)))
    room = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    flags = [*FLAGS, *room, f"--use-file-for-fake-audio-capture={played}"]
    other = browser.browser_type.launch(executable_path=found(), args=flags)
    with visiting(other, hearing_address) as visit:
        page = visit.open("/")
        page.locator(".send-sound summary").click()
        record = page.locator(".record")
        expect(record).to_be_visible()
        record.click()
        expect(record).to_have_text("Stop and listen")
        # The level is shown while it records.
        for _ in range(200):
            level = page.locator("meter").evaluate("meter => meter.value")
            if level > 0.01:
                break
            page.wait_for_timeout(50)
        assert level > 0.01
        page.wait_for_timeout(3000)
        record.click()
        expect(page.locator("h1")).to_have_text("What was heard")
        expect(page.locator(".tracks > li")).to_have_count(10)
    other.close()
