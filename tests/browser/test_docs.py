"""The reference of the API in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from kamerton.web.openapi import openapi_document
from tests.browser.visits import Look, visiting

CALLS = sum(len(operations) for operations in openapi_document("/")["paths"].values())
LOOKS = [
    Look("phone", "light", "en"),
    Look("phone", "dark", "ru"),
    Look("desktop", "light", "ru"),
    Look("desktop", "dark", "en", scripts=False),
]


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_the_reference_can_be_read_on_every_device(browser: Browser, address: str, look: Look) -> None:
    with visiting(browser, address, look) as visit:
        page = visit.open("/docs")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.locator("h1")).to_have_text("The API")
        expect(page.locator(".call")).to_have_count(CALLS)
        visit.keep_picture(f"docs-{look}")
        assert not visit.scrolls_sideways()
        if look.scripts:
            assert visit.violations() == []
        page.locator(".contents a[href='#genre']").click()
        expect(page.locator("#genre h2")).to_be_in_viewport()
        if look.scripts:
            page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
            assert not visit.scrolls_sideways()


def test_the_reference_is_reached_from_the_page_and_leads_to_the_collection(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        page = visit.open("/")
        page.get_by_role("link", name="The API").click()
        expect(page.locator("h1")).to_have_text("The API")
        with page.expect_download() as download:
            page.get_by_role("link", name="postman.json").click()
        assert download.value.suggested_filename == "kamerton.postman_collection.json"
