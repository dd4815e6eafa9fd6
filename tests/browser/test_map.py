"""The map of music in a real browser: what is drawn, and that mouse, touch and keys move, read and choose."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.visits import Look, Visit, visiting
from tests.functions.web.test_api import IN_THE_END
from tests.small_release import GENRES, small_tracks

SEEDED = f"/map?track={IN_THE_END}"
# Each device meets each colour and each language.
LOOKS = [
    Look("phone", "light", "en"),
    Look("phone", "dark", "ru"),
    Look("desktop", "light", "ru"),
    Look("desktop", "dark", "en"),
]
IDS = dict(zip(small_tracks()["track_name"], small_tracks()["track_id"], strict=True))
PAPER = """() => {
    const [red, green, blue] = document.querySelector(".points").getContext("2d").getImageData(0, 0, 1, 1).data;
    const probe = document.createElement("canvas").getContext("2d");
    probe.fillStyle = getComputedStyle(document.body).backgroundColor;
    probe.fillRect(0, 0, 1, 1);
    return [[red, green, blue], [...probe.getImageData(0, 0, 1, 1).data].slice(0, 3)];
}"""


def drawn(visit: Visit, path: str = "/map") -> Page:
    page = visit.open(path)
    expect(page.locator(".map.painted .plane")).to_be_visible()
    return page


def picture(page: Page) -> str:
    """Of the points, once they rest."""
    page.wait_for_timeout(450)
    data = page.evaluate("document.querySelector('.points').toDataURL() + document.querySelector('.marks').toDataURL()")
    return hashlib.sha256(data.encode()).hexdigest()


def asked_track(page: Page) -> str:
    address = urlsplit(page.url)
    assert address.path == "/"
    return parse_qs(address.query)["track"][0]


def point_under_the_mouse(page: Page) -> Locator:
    """Moves along the middle of the map until a track is read."""
    box = page.locator(".plane").bounding_box()
    assert box is not None
    tip = page.locator(".tip")
    for down in (0.5, 0.4, 0.6, 0.3):
        for across in range(20, 80):
            page.mouse.move(box["x"] + box["width"] * across / 100, box["y"] + box["height"] * down)
            if tip.is_visible():
                return tip
    raise AssertionError("no track was read")


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize(("name", "path"), [("map", "/map"), ("map-seed", SEEDED)])
def test_the_map_is_drawn_on_every_device(browser: Browser, address: str, look: Look, name: str, path: str) -> None:
    with visiting(browser, address, look) as visit:
        page = drawn(visit, path)
        own, paper = page.evaluate(PAPER)
        assert own == paper
        visit.keep_picture(f"{name}-{look}")
        assert not visit.scrolls_sideways()
        assert visit.violations() == []
        # The table is there for who wants it.
        expect(page.locator(".as-table table")).to_be_hidden()
        page.locator(".as-table summary").click()
        expect(page.locator(".as-table table")).to_be_visible()
        assert not visit.scrolls_sideways()
        assert visit.violations() == []


@pytest.mark.parametrize("look", [Look("phone", scripts=False), Look("desktop", "dark", "ru", scripts=False)], ids=str)
def test_without_scripts_a_table_stands_in_for_the_map(browser: Browser, address: str, look: Look) -> None:
    with visiting(browser, address, look) as visit:
        page = visit.open("/map")
        expect(page.locator(".sheet")).to_be_hidden()
        expect(page.get_by_role("table")).to_be_visible()
        assert page.locator("tbody th").all_text_contents() == list(GENRES)
        visit.keep_picture(f"map-{look}")
        assert not visit.scrolls_sideways()
        page.locator("tbody td a").first.click()
        asked_track(page)
        page = visit.open(SEEDED)
        expect(page.locator("tr.seed")).to_contain_text("In the End")
        assert page.locator("tbody tr").count() > 5


def test_a_track_is_read_under_the_mouse_and_chosen_by_a_click(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        page = drawn(visit)
        title = point_under_the_mouse(page).locator(".title").text_content()
        visit.keep_picture("map-read")
        page.mouse.down()
        page.mouse.up()
        page.wait_for_url("**/?track=*")
        assert asked_track(page) == IDS[title or ""]


def test_the_map_is_moved_and_zoomed_by_the_mouse_and_found_again(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        page = drawn(visit)
        whole = picture(page)
        box = page.locator(".plane").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 300, box["y"] + 300)
        page.mouse.wheel(0, -400)
        near = picture(page)
        page.mouse.down()
        page.mouse.move(box["x"] + 380, box["y"] + 330, steps=4)
        page.mouse.up()
        moved = picture(page)
        page.mouse.move(box["x"] + box["width"] + 40, box["y"] + 300)
        page.locator(".whole").click()
        assert picture(page) == whole
        page.locator(".nearer").click()
        assert len({whole, near, moved, picture(page)}) == 4
        # A drag chooses nothing, and zooming does not scroll the page.
        assert urlsplit(page.url).path == "/map"
        assert page.evaluate("scrollY") == 0


def test_the_map_works_by_touch(browser: Browser, address: str) -> None:
    with visiting(browser, address, Look("phone")) as visit:
        page = drawn(visit)
        plane = page.locator(".plane")
        whole = picture(page)
        # Two fingers move apart.
        plane.evaluate(
            """(plane) => {
                const { left, top } = plane.getBoundingClientRect();
                plane.setPointerCapture = () => {};
                const touch = (type, pointerId, x, y) => plane.dispatchEvent(new PointerEvent(type,
                    { pointerId, pointerType: "touch", clientX: left + x, clientY: top + y, bubbles: true }));
                touch("pointerdown", 1, 150, 250);
                touch("pointerdown", 2, 200, 250);
                touch("pointermove", 1, 90, 250);
                touch("pointermove", 2, 260, 250);
                touch("pointerup", 1, 90, 250);
                touch("pointerup", 2, 260, 250);
            }"""
        )
        assert picture(page) != whole
        page.locator(".whole").click()
        assert picture(page) == whole
        box = plane.bounding_box()
        assert box is not None
        status = page.locator(".map .status")
        spots = ((box["x"] + box["width"] * x / 10, box["y"] + box["height"] * y / 10) for y in (5, 4, 6) for x in range(3, 8))
        # The first touch reads, and the second chooses.
        spot = next(spot for spot in spots if touched(page, spot, status))
        expect(status.get_by_role("link")).to_have_text(["", "Find what sounds like it", "Show it on the map"])
        visit.keep_picture("map-touched")
        assert visit.violations() == []
        title = status.locator(".title").text_content()
        page.touchscreen.tap(*spot)
        page.wait_for_url("**/?track=*")
        assert asked_track(page) == IDS[title or ""]


def touched(page: Page, spot: tuple[float, float], status: Locator) -> bool:
    page.touchscreen.tap(*spot)
    page.wait_for_timeout(100)
    return status.is_visible()


def test_the_map_works_by_keys_alone(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        page = drawn(visit, "/map?lang=ru")
        whole = picture(page)
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.classList.contains('plane')"):
                break
        else:
            raise AssertionError("the map cannot be reached by keys")
        for key in ("+", "+", "ArrowLeft", "ArrowUp", "-"):
            page.keyboard.press(key)
        status = page.locator(".map .status")
        expect(status.locator(".title")).not_to_be_empty()
        assert picture(page) != whole
        visit.keep_picture("map-keys")
        title = status.locator(".title").text_content()
        page.keyboard.press("Enter")
        page.wait_for_url("**/?*track=*")
        assert asked_track(page) == IDS[title or ""]
        # In the language that was chosen.
        assert parse_qs(urlsplit(page.url).query)["lang"] == ["ru"]


def test_a_track_that_is_read_can_be_shown_among_those_that_sound_like_it(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        page = drawn(visit)
        page.locator(".plane").press("+")
        page.get_by_role("link", name="Show it on the map").click()
        page.wait_for_url("**/map?track=*")
        expect(page.locator("h1")).to_contain_text("Around ")
        assert page.locator("tr[data-x]").count() > 5


def test_a_genre_gets_and_loses_its_colour(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        page = drawn(visit)
        coloured = picture(page)
        country, metal = (page.get_by_role("button", name=name) for name in ("country", "metal"))
        expect(country).to_have_attribute("aria-pressed", "true")
        metal.press("Enter")
        expect(country).to_have_attribute("aria-pressed", "false")
        assert picture(page) != coloured
        metal.press("Enter")
        expect(country).to_have_attribute("aria-pressed", "true")
        # The one that is pointed at stands out.
        assert picture(page) != coloured


def test_no_more_genres_are_coloured_than_there_are_colours(browser: Browser, address: str) -> None:
    def more_genres(route: Route) -> None:
        page = route.fetch().text()
        button = re.search(r"<li><button type=\"button\" data-label=\"2\".*?</li>", page, re.S)
        assert button is not None
        others = [button[0].replace('data-label="2"', f'data-label="{label}"') for label in range(3, 12)]
        others = [other.replace("<span>", "<span>other ").replace('"true"', '"false"') for other in others]
        route.fulfill(body=page.replace(button[0], button[0] + "".join(others)), content_type="text/html")

    with visiting(browser, address) as visit:
        visit.page.route("**/map", more_genres)
        page = drawn(visit)
        pressed = page.locator(".legend [aria-pressed=true]")
        expect(pressed).to_have_count(3)
        for label in range(3, 12):
            page.locator(f'.legend [data-label="{label}"]').click(modifiers=["Shift"])
        expect(pressed).to_have_count(8)
        assert len(set(pressed.evaluate_all("buttons => buttons.map(button => button.dataset.slot)"))) == 8
        # The first to have come is the first to go.
        expect(page.get_by_role("button", name="country", exact=True)).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize(("code", "words"), [(404, "load the page again"), (500, "The table below says the same")])
def test_a_map_that_cannot_be_loaded_leaves_the_table(browser: Browser, address: str, code: int, words: str) -> None:
    with visiting(browser, address) as visit:
        visit.page.route("**/map/points*", lambda route: route.fulfill(status=code, body="{}"))
        page = visit.open("/map")
        expect(page.locator(".map .status")).to_contain_text(words)
        expect(page.get_by_role("table")).to_be_visible()
        expect(page.locator(".sheet")).to_be_hidden()
        visit.complaints = [line for line in visit.complaints if "Failed to load resource" not in line]


def test_a_map_that_changed_meanwhile_says_so_and_tries_again(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        page = drawn(visit)
        page.route("**/map/tracks/*", lambda route: route.fulfill(status=404, body="{}"))
        page.locator(".plane").press("+")
        expect(page.locator(".map .status")).to_contain_text("load the page again")
        page.unroute("**/map/tracks/*")
        page.locator(".plane").press("ArrowLeft")
        expect(page.locator(".map .status").locator(".title")).not_to_be_empty()
        visit.complaints = [line for line in visit.complaints if "Failed to load resource" not in line]


def test_hostile_names_are_text(browser: Browser, hostile_address: str) -> None:
    with visiting(browser, hostile_address) as visit:
        visit.page.on("dialog", lambda dialog: visit.complaints.append(dialog.message))
        page = drawn(visit, f"/map?track={small_tracks()['track_id'][0]}")
        expect(page.locator("tr.seed .title")).to_contain_text("<script>alert(1)</script>")
        expect(point_under_the_mouse(page).locator(".title")).not_to_be_empty()
        page.locator(".plane").press("+")
        expect(page.locator(".map .status .title")).not_to_be_empty()
        visit.keep_picture("map-hostile")
        assert not visit.scrolls_sideways()
        assert page.locator(".map script, .map img, .tip .title *, .status .title *").count() == 0


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_path_is_drawn_and_listed(browser: Browser, address: str, look: Look) -> None:
    with visiting(browser, address, look) as visit:
        page = drawn(visit, SEEDED)
        page.locator(".path-form [name=to]").fill("gangstas paradise")
        page.locator(".path-form button").click()
        expect(page.locator(".map.painted .plane")).to_be_visible()
        steps = page.locator(".steps li .title").all_text_contents()
        assert (steps[0], steps[-1]) == ("In the End", "Gangsta's Paradise")
        assert len(steps) == 10
        visit.keep_picture(f"map-path-{look}")
        assert not visit.scrolls_sideways()
        assert visit.violations() == []


def test_without_scripts_a_path_is_a_list(browser: Browser, address: str) -> None:
    with visiting(browser, address, Look("phone", scripts=False)) as visit:
        page = visit.open(SEEDED)
        page.locator(".path-form [name=to]").fill("gangstas paradise")
        page.locator(".path-form button").click()
        expect(page.locator(".steps li")).to_have_count(10)


def test_the_tip_can_be_reached_and_plays_its_track(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        page = drawn(visit)
        tip = point_under_the_mouse(page)
        title = tip.locator(".title").text_content()
        box = tip.locator(".hear").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 20, box["y"] + 20, steps=12)
        assert tip.locator(".title").text_content() == title
        page.mouse.down()
        page.mouse.up()
        expect(page.locator("#player .title")).to_have_text(title or "")
        # Nobody asks a service here.
        expect(page.locator("#player .told")).to_have_text(f"No preview of {title}.")
        # The map is where it was.
        assert urlsplit(page.url).path == "/map"
        visit.complaints.clear()


def test_from_near_by_tracks_are_called_by_their_titles(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        page = drawn(visit)
        asked = [request.url for request in visit.asked if "/map/tracks/" in request.url]
        assert asked == []
        for _ in range(3):
            page.locator(".nearer").click()
            picture(page)
        assert any("/map/tracks/" in request.url for request in visit.asked)


def test_a_genre_of_the_legend_is_shown_alone_and_with_shift_beside_others(browser: Browser, address: str) -> None:
    def pressed(page: Page) -> list[str | None]:
        return [button.get_attribute("aria-pressed") for button in page.locator(".legend button").all()]

    with visiting(browser, address) as visit:
        page = drawn(visit)
        first, second, _ = page.locator(".legend button").all()
        assert pressed(page) == ["true"] * 3
        second.click()
        assert pressed(page) == ["false", "true", "false"]
        first.click(modifiers=["Shift"])
        assert pressed(page) == ["true", "true", "false"]
        first.click()
        first.click()
        assert pressed(page) == ["true"] * 3


def test_no_label_hides_the_track_next_to_the_seed(browser: Browser, address: str) -> None:
    """Labels are painted over dots: each spot of a dot still has the dot's colour."""
    with visiting(browser, address) as visit:
        page = drawn(visit, SEEDED)
        picture(page)
        seen = page.evaluate(
            """async () => {
                const marks = document.querySelector(".marks");
                const context = marks.getContext("2d");
                const counts = {};
                const { data } = context.getImageData(0, 0, marks.width, marks.height);
                const ink = getComputedStyle(document.body).color.match(/\\d+/g).map(Number);
                let dots = 0;
                for (let i = 0; i < data.length; i += 4)
                    if (data[i + 3] === 255 && ink.every((value, at) => data[i + at] === value)) dots += 1;
                return dots;
            }"""
        )
        assert seen > 0
