"""The page in a real browser."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.sounds import sound
from tests.browser.visits import Look, Visit, visiting
from tests.functions.web.test_api import IN_THE_END
from tests.small_release import small_tracks

ANSWER = f"/?track={IN_THE_END}"
STATES = {
    "first": ("/", 200),
    "answer": (ANSWER, 200),
    "choice": ("/?track=linkin+park", 200),
    "unsure": ("/?track=in+the", 404),
    "several": (f"{ANSWER}&track=numb&energy=-0.1", 200),
    "artist": ("/artist/Linkin%20Park", 200),
    "no-artist": ("/artist/Nobody", 404),
    "problem": ("/?track=https://evil.example/", 400),
}
# Each device meets each colour and each language.
LOOKS = [
    Look("phone", "light", "en"),
    Look("phone", "dark", "ru"),
    Look("desktop", "light", "ru"),
    Look("desktop", "dark", "en"),
]
SILENT = [Look("phone", "dark", "en", scripts=False), Look("desktop", "light", "ru", scripts=False)]


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_state_is_sound_on_every_device(browser: Browser, address: str, look: Look) -> None:
    with visiting(browser, address, look) as visit:
        for name, (path, status) in STATES.items():
            visit.open(path, status)
            visit.keep_picture(f"{name}-{look}")
            assert not visit.scrolls_sideways(), name
            assert visit.violations() == [], name
        assert visit.outside == []


@pytest.mark.parametrize("look", SILENT, ids=str)
def test_every_state_is_complete_without_scripts(browser: Browser, address: str, look: Look) -> None:
    with visiting(browser, address, look) as visit:
        for name, (path, status) in STATES.items():
            page = visit.open(path, status)
            visit.keep_picture(f"{name}-{look}")
            assert not visit.scrolls_sideways(), name
            expect(page.get_by_role("searchbox")).to_be_visible()
            expect(page.locator("h1")).to_be_visible()
        page = visit.open("/")
        page.get_by_role("searchbox").fill("linkin park in the end")
        page.locator(".search button").click()
        expect(page.locator("h1")).to_have_text("In the End")
        unfold(page, "#track-1")
        expect(page.locator(".tracks .radar").first).to_be_visible()
        assert visit.outside == []
        unfold(page, "#track-2").locator("[data-plays=spotify]").click()
        expect(page.locator("#track-2 iframe")).to_be_visible()
        assert page.locator("iframe").count() == 1
        assert [urlsplit(url).hostname for url in visit.outside] == ["open.spotify.com"]


def unfold(page: Page, row: str) -> Locator:
    """The row, with all that is folded behind its three dots."""
    page.locator(f"{row} .more summary").click()
    return page.locator(row)


def test_a_narrow_page_can_be_read_without_scrolling_sideways(browser: Browser, address: str) -> None:
    with visiting(browser, address, Look("narrow", language="ru")) as visit:
        for path, status in STATES.values():
            page = visit.open(path, status)
            for summary in page.locator(".tracks summary").all():
                summary.click()
            assert not visit.scrolls_sideways()


@pytest.mark.parametrize("look", [Look("phone", "light"), Look("desktop", "dark")], ids=str)
def test_hostile_names_are_text_and_stay_in_their_place(browser: Browser, hostile_address: str, look: Look) -> None:
    with visiting(browser, hostile_address, look) as visit:
        visit.page.on("dialog", lambda dialog: visit.complaints.append(dialog.message))
        visit.open("/")
        visit.keep_picture(f"hostile-first-{look}")
        assert not visit.scrolls_sideways()
        for place in range(3):
            page = visit.open(f"/?track={small_tracks()['track_id'][place]}")
            unfold(page, "#track-1")
            assert not visit.scrolls_sideways()
            # The direction of a name ends with it.
            assert page.locator("h1").evaluate("heading => heading.firstElementChild.tagName") == "BDI"
        visit.keep_picture(f"hostile-answer-{look}")
        page.get_by_role("combobox").fill("script")
        expect(page.get_by_role("option").first).to_contain_text("<script>alert(1)</script>")
        assert not visit.scrolls_sideways()
        assert visit.outside == []


def test_a_name_is_suggested_while_it_is_typed(browser: Browser, address: str) -> None:
    with visiting(browser, address, Look("phone")) as visit:
        page = visit.open("/")
        field = page.get_by_role("combobox")
        field.press_sequentially("linkin", delay=20)
        expect(page.get_by_role("option").first).to_contain_text("Linkin Park")
        # A pause ends a question, and not each letter.
        questions = [request.url for request in visit.asked if "suggestions" in request.url]
        assert [parse_qs(urlsplit(url).query)["q"] for url in questions] == [["linkin"]]
        visit.keep_picture("suggestions-phone")
        assert visit.violations() == []
        page.get_by_role("option").filter(has_text="In the End").click()
        expect(page.locator("h1")).to_have_text("In the End")
        assert visit.outside == []


def test_a_late_answer_does_not_take_the_place_of_a_newer_one(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        held: list[Route] = []
        visit.page.route("**/suggestions?q=link", lambda route: held.append(route))
        page = visit.open("/")
        field = page.get_by_role("combobox")
        with page.expect_request("**/suggestions?q=link"):
            field.fill("link")
        field.fill("bon jovi")
        expect(page.get_by_role("option").first).to_contain_text("Bon Jovi")
        held[0].abort()
        page.wait_for_timeout(50)
        expect(page.get_by_role("option").first).to_contain_text("Bon Jovi")


@pytest.mark.parametrize("text", ["l", " l ", "https://open.spotify.com/track/60a0Rd6pjrkxjPbaKzXjfq", "spotify:track:60a0"])
def test_what_is_no_name_yet_is_not_asked_about(browser: Browser, address: str, text: str) -> None:
    with visiting(browser, address) as visit:
        page = visit.open("/")
        page.get_by_role("combobox").fill(text)
        page.wait_for_timeout(300)
        assert not [request for request in visit.asked if "suggestions" in request.url]


def test_a_suggestion_can_be_chosen_and_sent_away_by_keys(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        page = visit.open("/?lang=ru")
        field = page.get_by_role("combobox")
        field.press_sequentially("linkin")
        options = page.get_by_role("option")
        expect(options.first).to_be_visible()
        field.press("Escape")
        expect(options.first).to_be_hidden()
        assert field.input_value() == "linkin"
        field.press_sequentially(" ")
        field.press_sequentially("p")
        expect(options.first).to_be_visible()
        field.press("ArrowUp")
        expect(options.last).to_have_attribute("aria-selected", "true")
        field.press("ArrowDown")
        expect(page.locator("[aria-selected=true]")).to_have_count(0)
        field.press("ArrowDown")
        expect(options.first).to_have_attribute("aria-selected", "true")
        assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
        chosen = options.first.locator(".title").text_content()
        field.press("Enter")
        expect(page.locator("h1")).to_have_text(chosen or "")
        assert parse_qs(urlsplit(page.url).query)["lang"] == ["ru"]


def test_a_suggestion_in_place_of_a_name_that_means_nothing_keeps_the_other_track(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        page = visit.open(f"/?track={IN_THE_END}&track=%E2%98%83&unlike=numb", 404)
        visit.keep_picture("problem-beside")
        field = page.get_by_role("combobox")
        assert field.input_value() == "\N{SNOWMAN}"
        field.fill("bon jovi")
        option = page.get_by_role("option").first
        expect(option).to_contain_text("Bon Jovi")
        chosen = option.get_attribute("data-id")
        with page.expect_navigation():
            option.click()
        asked = parse_qs(urlsplit(page.url).query)
        assert asked["track"] == [IN_THE_END, chosen]
        assert asked["unlike"] == ["numb"]


def test_all_can_be_reached_and_used_by_keys_alone(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        page = visit.open(ANSWER)
        keys = page.keyboard
        keys.press("Tab")
        assert visit.focused() == "To the content"
        expect(page.locator(".skip")).to_be_in_viewport()
        keys.press("Enter")
        keys.press("Tab")
        assert visit.focused() == "INPUT"
        seen: list[str] = []
        while not seen or not seen[-1].startswith("More: ") or len(seen) < 8:
            keys.press("Tab")
            seen.append(visit.focused())
            # Whatever has the focus can be seen to have it.
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        row = page.locator(".tracks > li").filter(has=page.locator("summary:focus"))
        assert "Find" in seen
        keys.press("Enter")
        expect(row.locator(".radar")).to_be_visible()
        keys.press("Tab")
        assert visit.focused() == "Spotify's player"
        assert visit.outside == []


def test_a_feature_is_explained_on_focus_hover_and_tap(browser: Browser, address: str) -> None:
    with visiting(browser, address, Look("phone")) as visit:
        page = visit.open(ANSWER)
        term, tip = page.get_by_role("button", name="tempo"), page.locator("#tip-tempo")
        expect(tip).to_be_hidden()
        term.focus()
        expect(tip).to_have_text("How fast it goes: beats a minute.")
        expect(tip).to_be_visible()
        page.keyboard.press("Escape")
        expect(tip).to_be_hidden()
        page.get_by_role("button", name="mood").tap()
        expect(page.locator("#tip-valence")).to_be_visible()
        assert not visit.scrolls_sideways()
        visit.keep_picture("explained-phone")
        term.hover()
        expect(tip).to_be_visible()


def test_a_player_opens_and_closes_on_a_click_and_is_loaded_no_earlier(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        page = visit.open(ANSWER)
        page.wait_for_load_state("networkidle")
        assert visit.outside == []
        for row in ("#seed", "#track-1"):
            unfold(page, row)
        players = page.locator("[data-plays=spotify]")
        players.first.click()
        expect(page.frame_locator("iframe").get_by_text("A player would be here.")).to_be_visible()
        assert visit.outside == [f"https://open.spotify.com/embed/track/{IN_THE_END}"]
        visit.keep_picture("player-desktop")
        players.nth(1).click()
        expect(page.locator("#track-1 iframe")).to_be_visible()
        assert page.locator("iframe").count() == 1
        players.nth(1).click()
        expect(page.locator("iframe")).to_have_count(0)


@pytest.mark.parametrize("look", [Look("phone"), Look("desktop", scripts=False)], ids=str)
def test_a_video_is_looked_for_and_opens_in_its_place_on_a_click(browser: Browser, watching_address: str, look: Look) -> None:
    with visiting(browser, watching_address, look) as visit:
        page = visit.open(f"{ANSWER}&world=0")
        assert visit.outside == []
        unfold(page, "#seed").get_by_role("link", name="Video").click()
        frame = page.locator("iframe.video")
        expect(frame).to_have_attribute("src", re.compile("^https://www.youtube-nocookie.com/embed/vid00000001"))
        expect(frame).to_have_attribute("title", "Linkin Park - In the End (Official Video)")
        expect(page.frame_locator("iframe").get_by_text("A player would be here.")).to_be_visible()
        assert {urlsplit(url).hostname for url in visit.outside} == {"www.youtube-nocookie.com"}
        visit.keep_picture(f"video-{look}")
        if look.scripts:
            unfold(page, "#track-1").get_by_role("link", name="Spotify's player").click()
            expect(page.locator("iframe.spotify")).to_be_visible()
            expect(frame).to_have_count(0)


def video_that_waits(visit: Visit) -> tuple[Locator, list[Route]]:
    """The link to the first video of a list, and the questions about it, which nobody has answered yet."""
    held: list[Route] = []
    visit.page.route("**/video*", lambda route: held.append(route))
    page = visit.open(f"{ANSWER}&world=0")
    return unfold(page, "#track-1").get_by_role("link", name="Video"), held


def test_a_second_click_on_a_video_that_is_looked_for_asks_no_second_time(browser: Browser, watching_address: str) -> None:
    with visiting(browser, watching_address) as visit:
        video, held = video_that_waits(visit)
        page = visit.page
        with page.expect_request("**/video*"):
            video.dblclick()
        expect(video).to_have_attribute("aria-busy", "true")
        assert len(held) == 1
        held[0].fulfill(json={"video": {"embed": "https://www.youtube-nocookie.com/embed/vid00000001", "title": "One"}})
        expect(page.locator("iframe.video")).to_have_attribute("title", "One")
        expect(video).not_to_have_attribute("aria-busy", "true")
        assert [request for request in visit.asked if request.is_navigation_request() and request.frame == page.main_frame] == [
            visit.asked[0]
        ]


@pytest.mark.parametrize("answered", ["found", "none", "failed"])
def test_a_late_video_does_not_take_the_place_of_a_player_opened_meanwhile(
    browser: Browser, watching_address: str, answered: str
) -> None:
    with visiting(browser, watching_address) as visit:
        video, held = video_that_waits(visit)
        page = visit.page
        with page.expect_request("**/video*"):
            video.click()
        unfold(page, "#track-2").get_by_role("link", name="Spotify's player").click()
        expect(page.locator("#track-2 iframe.spotify")).to_be_visible()
        late = {"embed": "https://www.youtube-nocookie.com/embed/vid00000001", "title": "Late"} if answered == "found" else None
        if answered == "failed":
            held[0].abort()
        else:
            held[0].fulfill(json={"video": late})
        expect(video).not_to_have_attribute("aria-busy", "true")
        expect(page.locator("#track-2 iframe.spotify")).to_be_visible()
        expect(page.locator("iframe")).to_have_count(1)
        assert urlsplit(page.url).path == "/"
        visit.complaints.clear()


def test_where_there_is_no_video_the_link_leads_to_a_search_for_it(browser: Browser, watching_address: str) -> None:
    with visiting(browser, watching_address) as visit:
        page = visit.open(f"{ANSWER}&world=0")
        link = unfold(page, "#track-1").get_by_role("link", name="Video")
        with page.expect_request(lambda request: urlsplit(request.url).hostname == "www.youtube.com") as going:
            link.click()
        assert urlsplit(going.value.url).path == "/results"


def test_the_two_sounds_lie_over_each_other(browser: Browser, address: str) -> None:
    with visiting(browser, address, Look("desktop", "light")) as visit:
        page = visit.open(ANSWER)
        row = unfold(page, "#track-1")
        shapes = row.locator(".radar polygon")
        expect(shapes).to_have_count(2)
        seed = page.locator(".sound polygon.ours").get_attribute("points")
        assert shapes.first.get_attribute("points") == seed
        assert shapes.last.get_attribute("points") == row.locator(".glyph polygon").last.get_attribute("points") != seed
        visit.keep_picture("why-desktop")
        assert visit.violations() == []


@pytest.mark.parametrize(("host", "allowed"), [("cdnt-preview.dzcdn.net", True), ("evil.example", False)])
def test_a_preview_is_heard_on_a_click_from_deezer_only(browser: Browser, address: str, host: str, allowed: bool) -> None:
    """The address of ours leads to Deezer's server of sounds, which the page may load from; to no other."""
    with visiting(browser, address, Look("phone")) as visit:
        page = visit.open(ANSWER)
        unfold(page, "#track-1")
        visit.keep_picture("listen-phone")
        assert not [request for request in visit.asked if "/preview/" in request.url]
        where = {"Location": f"https://{host}/a.mp3"}
        page.route("**/preview/*", lambda route: route.fulfill(status=302, headers=where))
        page.locator("#track-1 .hear").click()
        expect(page.locator("#track-3 .hear")).to_have_class(re.compile("missing"))
        refused = [line for line in visit.complaints if "Content Security Policy" in line]
        assert (refused == []) is allowed
        # That nobody outside can be reached from here is said, too.
        visit.complaints.clear()


def hear(page: Page, seconds: float, missing: tuple[str, ...] = ()) -> list[str]:
    """Every preview is a sound of so many seconds, but those of these ids, which there are not. The ids that are asked for."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        track = unquote(urlsplit(route.request.url).path.rpartition("/")[2])
        asked.append(track)
        if track in missing:
            route.fulfill(status=404, json={})
        else:
            route.fulfill(body=sound(seconds), content_type="audio/wav", headers={"Accept-Ranges": "bytes"})

    page.route("**/preview/*", answer)
    return asked


def listed(page: Page) -> list[str]:
    return [link.get_attribute("data-id") or "" for link in page.locator(".tracks .hear").all()]


@pytest.mark.parametrize("look", [Look("phone"), Look("desktop", "dark", "ru")], ids=str)
def test_the_bar_plays_the_list_one_after_the_other(browser: Browser, address: str, look: Look) -> None:
    with visiting(browser, address, look) as visit:
        page = visit.open(ANSWER)
        bar = page.locator("#player")
        expect(bar).to_be_hidden()
        asked = hear(page, 0.1)
        page.locator("#track-1 .hear").click()
        ids = listed(page)
        expect(page.locator("#track-10")).to_have_class(re.compile("current"))
        expect(bar.locator(".title")).to_have_text(page.locator("#track-10 .title").text_content() or "")
        assert list(dict.fromkeys(asked)) == ids
        visit.keep_picture(f"player-{look}")
        assert visit.violations() == []
        assert not visit.scrolls_sideways()
        assert visit.outside == []


def test_the_bar_is_used_by_keys_alone(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        page = visit.open(ANSWER)
        hear(page, 60)
        page.locator("#track-1 .hear").focus()
        page.keyboard.press("Enter")
        bar = page.get_by_role("region", name="Player")
        title = bar.locator(".title")
        expect(title).to_have_text(page.locator("#track-1 .title").text_content() or "")
        for name, place in (("Next track", 2), ("Next track", 3), ("Previous track", 2)):
            bar.get_by_role("button", name=name).press("Enter")
            expect(title).to_have_text(page.locator(f"#track-{place} .title").text_content() or "")
        bar.get_by_role("button", name="Pause").press("Enter")
        expect(page.locator("#track-2 .hear")).not_to_have_class(re.compile("plays"))
        bar.get_by_role("button", name="Play", exact=True).press("Enter")
        expect(page.locator("#track-2 .hear")).to_have_class(re.compile("plays"))
        place = bar.get_by_role("slider")
        before = float(place.input_value())
        place.press("PageUp")
        expect(place).to_have_attribute("aria-valuetext", re.compile("0:0[5-9]"))
        assert float(place.input_value()) > before + 4
        bar.get_by_role("button", name="Close the player").press("Enter")
        expect(bar).to_be_hidden()
        expect(page.locator(".current")).to_have_count(0)


def test_what_has_no_preview_is_passed_over_with_a_word(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        page = visit.open(ANSWER)
        ids = listed(page)
        hear(page, 60, missing=(ids[1],))
        page.locator("#track-2 .hear").click()
        expect(page.locator("#track-3 .hear")).to_have_class(re.compile("plays"))
        expect(page.locator("#track-2 .hear")).to_have_class(re.compile("missing"))
        assert urlsplit(page.url).path == "/"
        visit.complaints.clear()


def test_a_service_that_is_down_is_not_asked_about_the_whole_list(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        page = visit.open(ANSWER)
        ids = listed(page)
        asked = hear(page, 60, missing=tuple(ids))
        page.locator("#track-1 .hear").click()
        told = page.locator("#player .told")
        expect(told).to_have_text(f"No preview of {page.locator('#track-3 .title').text_content()}.")
        page.wait_for_timeout(200)
        assert list(dict.fromkeys(asked)) == ids[:3]
        visit.complaints.clear()


def test_the_music_goes_on_through_other_questions(browser: Browser, address: str) -> None:
    with visiting(browser, address, Look("phone")) as visit:
        page = visit.open(f"{ANSWER}&world=0")
        hear(page, 60)
        first = page.locator("#track-1 .title").text_content() or ""
        page.locator("#track-1 .hear").click()
        expect(page.locator("#track-1 .hear")).to_have_class(re.compile("plays"))
        page.get_by_role("link", name="The next ten").click()
        expect(page.locator("#track-1 .title")).not_to_have_text(first)
        second = page.locator("#track-2 .title").text_content() or ""
        page.locator("#track-2 .title").click()
        expect(page.locator("h1")).to_have_text(second)
        # To a part of the page is no question; there is a link to one where the screen is wider.
        page.set_viewport_size({"width": 800, "height": 844})
        page.locator("#page").evaluate("page => (page.dataset.kept = 'yes')")
        page.get_by_role("link", name="Sound", exact=True).click()
        expect(page.locator(".sound h2").first).to_be_in_viewport()
        page.wait_for_timeout(200)
        expect(page.locator("#page")).to_have_attribute("data-kept", "yes")
        page.go_back()
        expect(page.locator("#page")).to_have_attribute("data-kept", "yes")
        page.get_by_role("combobox").fill("numb linkin park")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Numb")
        expect(page.locator("#player .title")).to_have_text(first)
        expect(page.locator("#player")).to_have_class(re.compile("plays"))
        page.go_back()
        expect(page.locator("h1")).to_have_text(second)
        assert page.get_by_role("combobox").input_value().startswith(second)
        page.go_back()
        page.go_back()
        expect(page.locator("#track-1 .title")).to_have_text(first)
        expect(page.locator("#track-1")).to_have_class(re.compile("current"))
        navigations = [request for request in visit.asked if request.is_navigation_request()]
        assert len(navigations) == 1


@pytest.mark.parametrize("look", [Look("phone"), Look("desktop", "dark")], ids=str)
def test_covers_come_after_the_list_and_from_us_alone(browser: Browser, covered_address: str, look: Look) -> None:
    with visiting(browser, covered_address, look) as visit:
        page = visit.open(ANSWER)
        rows = page.locator(".tracks > li")
        expect(rows).to_have_count(10)
        # The shapes are there at once, and the pictures take their place.
        expect(rows.first.locator(".glyph")).to_be_visible()
        for picture in page.locator(".face img").all():
            picture.scroll_into_view_if_needed()
            expect(picture).to_have_js_property("naturalWidth", 300)
        page.evaluate("scrollTo(0, 0)")
        visit.keep_picture(f"covers-{look}")
        assert visit.outside == []
        assert visit.violations() == []
        page.get_by_role("link", name="Without covers").click()
        expect(page.locator(".face img")).to_have_count(0)
        page.locator(".tracks .title").first.click()
        expect(page.locator(".face img")).to_have_count(0)
        page.get_by_role("link", name="With covers").click()
        expect(page.locator(".face img")).to_have_count(11)


@pytest.mark.parametrize(("look", "row"), [(Look("phone"), 96), (Look("desktop"), 72)], ids=str)
def test_the_list_comes_first(browser: Browser, address: str, look: Look, row: int) -> None:
    with visiting(browser, address, look) as visit:
        page = visit.open(ANSWER)
        boxes = [box for line in page.locator(".tracks > li").all() if (box := line.bounding_box())]
        assert len(boxes) == 10
        assert boxes[0]["y"] + boxes[0]["height"] < page.viewport_size["height"] / 1.5
        assert max(box["height"] for box in boxes) <= row + 1


def test_one_click_makes_a_recommendation_the_next_question(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        page = visit.open(ANSWER)
        link = page.locator(".tracks .title").first
        title = link.text_content() or ""
        link.click()
        expect(page.locator("h1")).to_have_text(title)


@pytest.mark.parametrize("look", [Look("phone", "dark"), Look("desktop", scripts=False)], ids=str)
def test_a_list_is_refined_by_clicks_alone(browser: Browser, address: str, look: Look) -> None:
    with visiting(browser, address, look) as visit:
        page = visit.open(f"{ANSWER}&world=0")
        unfold(page, "#track-1").get_by_role("link", name="more like this one, too").click()
        unfold(page, "#track-2").get_by_role("link", name="less like this one").click()
        page.locator(".genres").get_by_role("link", name="country").click()
        wishes = page.locator(".wishes li")
        expect(wishes).to_have_count(4)
        visit.keep_picture(f"wishes-{look}")
        if look.scripts:
            assert visit.violations() == []
        assert not visit.scrolls_sideways()
        page.get_by_role("link", name="Leave out: country").click()
        expect(wishes).to_have_count(3)
        first = page.locator(".tracks .title").first.text_content() or ""
        page.get_by_role("link", name="The next ten").click()
        expect(page.locator(".tracks .title").first).not_to_have_text(first)
        assert visit.outside == []


@pytest.mark.parametrize("look", [Look("phone"), Look("desktop", scripts=False)], ids=str)
def test_another_track_is_added_by_its_name_and_taken_back(browser: Browser, address: str, look: Look) -> None:
    with visiting(browser, address, look) as visit:
        page = visit.open(f"{ANSWER}&genre=metal&lang=en")
        page.locator("summary", has_text="Add a track").click()
        page.get_by_role("textbox", name="Add a track").fill("hotel california")
        page.get_by_role("button", name="Add", exact=True).click()
        wishes = page.locator(".wishes li")
        expect(wishes).to_have_count(3)
        asked = parse_qs(urlsplit(page.url).query)
        assert asked["track"] == [IN_THE_END, "hotel california"]
        assert (asked["genre"], asked["lang"]) == (["metal"], ["en"])
        visit.keep_picture(f"added-{look}")
        page.get_by_role("link", name="better known").click()
        expect(wishes).to_have_count(4)
        page.get_by_role("link", name="Leave out: better known").click()
        expect(wishes).to_have_count(3)
        if look.scripts:
            assert visit.violations() == []


def test_the_link_to_a_list_is_copied_and_says_so(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = visit.open(ANSWER)
        link = page.locator("[data-copied]")
        href = link.evaluate("link => link.href")
        link.click()
        expect(link).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == href
        expect(link).to_have_text("Link to this list")
        assert urlsplit(page.url).path == "/"


def test_the_language_is_switched_and_stays_switched(browser: Browser, address: str) -> None:
    with visiting(browser, address, Look(language="en")) as visit:
        page = visit.open(ANSWER)
        page.get_by_role("link", name="RU").click()
        expect(page.locator("html")).to_have_attribute("lang", "ru")
        expect(page.locator("h1")).to_have_text("In the End")
        page.locator(".tracks .title").first.click()
        expect(page.locator("html")).to_have_attribute("lang", "ru")
        page.get_by_role("combobox").fill("hotel california")
        page.keyboard.press("Enter")
        expect(page.locator("html")).to_have_attribute("lang", "ru")
        assert page.context.cookies() == []


def test_the_first_view_is_light(browser: Browser, address: str) -> None:
    with visiting(browser, address, Look("phone")) as visit:
        visit.open("/").wait_for_load_state("networkidle")
        sizes = [request.sizes() for request in visit.asked]
        assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) < 60_000
        assert len(visit.asked) <= 5
        assert all(re.match(re.escape(address), request.url) for request in visit.asked)


def test_more_or_less_of_a_feature_is_a_slider_away(browser: Browser, address: str) -> None:
    with visiting(browser, address, Look("phone")) as visit:
        page = visit.open(ANSWER)
        page.get_by_text("Change the sound").click()
        slider = page.get_by_role("slider", name="energy")
        slider.focus()
        slider.press("ArrowLeft")
        assert visit.violations() == []
        visit.keep_picture("tune-phone")
        page.get_by_role("button", name="Show these").click()
        expect(page.locator(".wishes")).to_contain_text("calmer")
        # What was left as it is stands in no address.
        assert parse_qs(urlsplit(page.url).query) == {"track": [IN_THE_END], "energy": ["-0.1"]}
        assert all("calmer" in reasons for reasons in page.locator(".reasons").all_text_contents())
        page.get_by_role("link", name="Leave out: calmer").click()
        expect(page.locator(".wishes")).to_have_count(0)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_what_folds_out_is_sound_on_every_device(browser: Browser, address: str, look: Look) -> None:
    with visiting(browser, address, look) as visit:
        page = visit.open(f"{ANSWER}&track=numb")
        for summary in page.locator("summary").all():
            summary.click()
        visit.keep_picture(f"unfolded-{look}")
        assert not visit.scrolls_sideways()
        assert visit.violations() == []


def test_artists_lead_on_to_artists_and_back_to_tracks(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        page = visit.open(ANSWER)
        page.locator(".artists a").first.click()
        expect(page.locator("h1")).to_have_text("Linkin Park")
        other = page.locator(".wishes a").first
        name = other.text_content()
        other.click()
        expect(page.locator("h1")).to_have_text(name or "")
        page.get_by_role("link", name="Tracks like these, by others").click()
        expect(page.locator(".tracks li")).not_to_have_count(0)
        assert name not in page.locator(".tracks .by").all_text_contents()
