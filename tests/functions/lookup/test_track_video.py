"""From a click to the right video, over the site: remembered, found by one search, or searched for by the listener."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from urllib.parse import parse_qs, urlsplit

import pytest

from kamerton.lookup.video_lookup import DETAILS_SECONDS, LEASE_SECONDS
from kamerton.storage import Bucket
from tests.fakes import loopback, youtube
from tests.fakes.loopback import Fault
from tests.fakes.youtube import KEY, MadeVideo, video_of
from tests.functions.lookup.conftest import SECONDS, Services, asked, codes
from tests.functions.web.conftest import LoggedSite
from tests.functions.web.test_api import IN_THE_END

pytestmark = pytest.mark.filterwarnings("ignore:You're using `audio_features:DeprecationWarning")

SEARCH = "https://www.youtube.com/results"


def led_to(site: LoggedSite, identifier: str, **question: str) -> str:
    response = site.get(f"/watch/{identifier}", query_string=question)
    assert response.status_code == 302, response.text
    return response.headers["Location"]


def video(site: LoggedSite, identifier: str, **question: str) -> dict[str, object]:
    response = site.get(f"/api/v1/tracks/{identifier}/video", query_string=question)
    assert response.status_code == 200, response.text
    return dict(response.json)


def link(services: Services, place: int) -> str:
    return f"https://www.youtube.com/watch?v={services.youtube.videos[place].id}"


def slots(services: Services) -> list[str]:
    return Bucket.open(services.bucket_url).keys("quota/youtube")


def made_older(services: Services, prefix: str, field: str, seconds: float) -> None:
    """As if what is there had been written that long ago."""
    bucket = Bucket.open(services.bucket_url)
    for key in bucket.keys(prefix):
        kept = json.loads(bucket.get(key).data)
        inner = kept if field in kept else kept["value"]
        inner[field] -= seconds
        bucket.put(key, json.dumps(kept).encode())


def test_a_click_leads_to_the_video_and_the_next_one_costs_nothing_on_any_instance(services: Services) -> None:
    for _ in range(2):
        assert led_to(services.site(videos=True), services.music[3].id) == link(services, 3)
    assert len(services.youtube.searches) == len(slots(services)) == 1
    answer = services.site(videos=True).get(f"/watch/{services.music[3].id}")
    assert answer.headers["Cache-Control"] == "public, max-age=86400"


def test_the_api_says_how_well_it_fits_and_what_comes_next(services: Services) -> None:
    track = services.music[3]
    services.youtube.videos.append(video_of(track, 90, " (Lyrics)"))
    site = services.site(videos=True)
    first, again = video(site, track.id), video(site, track.id)
    assert (first["remembered"], again["remembered"]) == (False, True)
    assert first["video"]["id"] == services.youtube.videos[3].id
    assert 0.9 < first["runner_up"]["score"] <= first["video"]["score"] <= 1
    assert first["runner_up"]["id"] == services.youtube.videos[-1].id
    assert first["search"].startswith(SEARCH)
    assert first["track"]["links"]["youtube"] == f"/watch/{track.id}"
    assert again | {"remembered": False} == first
    assert again["notes"] == []


def test_a_track_has_one_video_by_whichever_name_it_is_asked_for(services: Services) -> None:
    track = services.music[3]
    for name in (track.id, track.isrc, track.isrc.lower()):
        assert led_to(services.site(videos=True), name) == link(services, 3)
    assert len(services.youtube.searches) == 1


def test_a_track_of_the_catalog_has_its_video_searched_for(services: Services) -> None:
    services.youtube.videos = [MadeVideo("a" * 11, "Linkin Park - In The End (Official HD Video)", "Linkin Park", 218)]
    assert led_to(services.site(videos=True), IN_THE_END).endswith("v=aaaaaaaaaaa")
    assert services.youtube.searches[0].query["q"] == "Linkin Park In the End"


def test_without_a_key_the_link_leads_to_a_search_of_ones_own(services: Services) -> None:
    track = services.music[3]
    site = services.site()
    assert parse_qs(urlsplit(led_to(site, track.id)).query)["search_query"] == [f"{track.artists[0]} {track.title}"]
    answer = video(site, track.id)
    assert (answer["video"], codes(answer)) == (None, ["videos_off"])
    assert services.youtube.calls == []


def test_what_was_remembered_is_there_without_a_key(services: Services) -> None:
    led_to(services.site(videos=True), services.music[3].id)
    assert led_to(services.site(), services.music[3].id) == link(services, 3)


def test_no_video_is_better_than_a_wrong_one_and_that_is_remembered_for_a_day(services: Services) -> None:
    track = services.music[3]
    services.youtube.videos = [video_of(services.music[4], 4), video_of(track, 3, " (Karaoke)")]
    for _ in range(2):
        assert led_to(services.site(videos=True), track.id).startswith(SEARCH)
    answer = video(services.site(videos=True), track.id)
    assert (answer["video"], codes(answer)) == (None, ["video_unfit"])
    assert len(services.youtube.searches) == 1
    made_older(services, "cache/videos", "at", 86_401)
    made_older(services, "cache/claims", "at", 86_401)
    services.youtube.videos.append(video_of(track, 5))
    assert led_to(services.site(videos=True), track.id).endswith("v=vid00000005")
    assert len(services.youtube.searches) == 2


def test_a_video_that_is_not_played_in_a_country_is_not_led_to_there(services: Services) -> None:
    track = services.music[3]
    services.youtube.videos = [
        video_of(track, 1, blocked=("DE", "AT")),
        video_of(track, 2, " (Official Audio, 2019)", allowed=("DE", "FR")),
    ]
    site = services.site(videos=True)
    assert led_to(site, track.id, market="DE").endswith("v=vid00000002")
    assert led_to(site, track.id, market="FR").endswith("v=vid00000001")
    assert led_to(site, track.id, market="AT").startswith(SEARCH)
    assert codes(video(site, track.id, market="AT")) == ["video_blocked"]
    assert len(services.youtube.searches) == 1
    assert site.get(f"/watch/{track.id}?market=QQ").status_code == 400


def test_many_at_once_on_several_instances_make_one_search(services: Services) -> None:
    """Those on the instance that searches wait for it; the others are told to ask again, and get it then."""
    track = services.music[3]
    sites = [services.site(videos=True, KAMERTON_WORLD_SECONDS="8") for _ in range(4)]
    for site in sites:
        site.get("/health")
    services.youtube.fail(loopback.slow(0.3), "/youtube/v3/search")
    led: list[tuple[int, str]] = []

    def ask(place: int) -> None:
        led.append((place % 4, led_to(sites[place % 4], track.id)))

    together(200, ask)
    assert len(led) == 200
    assert len(services.youtube.searches) == len(slots(services)) == 1
    by_site = {site: Counter(found == link(services, 3) for place, found in led if place == site) for site in range(4)}
    assert any(found[True] == 50 for found in by_site.values())
    assert all(found == link(services, 3) or found.startswith(SEARCH) for _, found in led)
    assert {led_to(site, track.id) for site in sites} == {link(services, 3)}


def together(count: int, ask: Callable[[int], object]) -> None:
    threads = [threading.Thread(target=ask, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_when_the_one_who_searched_died_another_does_after_a_while(services: Services) -> None:
    track = services.music[3]
    services.youtube.fail(loopback.server_error(), "/youtube/v3/search")
    assert led_to(services.site(videos=True), track.id).startswith(SEARCH)
    answer = video(services.site(videos=True), track.id)
    assert (answer["video"], codes(answer)) == (None, ["video_busy"])
    assert len(services.youtube.searches) == len(slots(services)) == 1
    made_older(services, "cache/claims", "at", LEASE_SECONDS)
    assert led_to(services.site(videos=True), track.id) == link(services, 3)
    assert len(services.youtube.searches) == len(slots(services)) == 2


def test_the_searches_of_a_day_are_shared_and_some_are_kept(services: Services) -> None:
    sites = [services.site(videos=True, YOUTUBE_DAILY_SEARCHES="5") for _ in range(2)]
    answers = [video(sites[place % 2], track.id) for place, track in enumerate(services.music[:8])]
    found = [answer for answer in answers if answer["video"]]
    # Two are open at midnight, the others by the hour.
    assert 2 <= len(found) <= 5
    assert len(services.youtube.searches) == len(slots(services)) == len(found)
    assert {code for answer in answers if not answer["video"] for code in codes(answer)} == {"videos_used_up"}


def test_when_all_searches_were_made_asking_again_says_so_and_claims_nothing(services: Services) -> None:
    for site in (services.site(videos=True, YOUTUBE_DAILY_SEARCHES="0") for _ in range(2)):
        for _ in range(2):
            assert codes(video(site, services.music[3].id)) == ["videos_used_up"]
    assert Bucket.open(services.bucket_url).keys("cache/claims") == []
    assert services.youtube.calls == []


def test_who_waited_for_a_search_that_failed_is_told_what_its_maker_is(services: Services) -> None:
    site = services.site(videos=True, KAMERTON_WORLD_SECONDS="8")
    site.get("/health")
    late, broken = loopback.slow(0.5), loopback.server_error()
    services.youtube.fail(lambda reply: broken(late(reply)), "/youtube/v3/search")
    told: list[list[str]] = []
    together(4, lambda _: told.append(codes(video(site, services.music[3].id))))
    assert told == [["source_unavailable"]] * 4
    assert len(services.youtube.searches) == 1


def test_after_a_failed_search_nobody_is_told_that_it_is_under_way(services: Services) -> None:
    track = services.music[3]
    site = services.site(videos=True)
    services.youtube.fail(loopback.server_error(), "/youtube/v3/search")
    for _ in range(3):
        assert codes(video(site, track.id)) == ["source_unavailable"]
    assert len(services.youtube.searches) == len(slots(services)) == 1
    assert len(Bucket.open(services.bucket_url).keys("cache/claims")) == 1
    assert led_to(site, services.music[5].id) == link(services, 5)


@pytest.mark.parametrize("path", ["/watch/{}", "/api/v1/tracks/{}/video", "/?track={}&play=video"])
@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"Sec-Purpose": "prefetch"}),
        ("GET", {"Sec-Purpose": "prefetch;prerender"}),
        ("GET", {"Purpose": "Prefetch"}),
    ],
)
def test_an_answer_that_nobody_waits_for_spends_no_search(
    services: Services, path: str, method: str, headers: dict[str, str]
) -> None:
    site, address = services.site(videos=True), path.format(services.music[3].id)
    before = site.client.open(address, method=method, headers=headers)
    # A browser throws away what it has fetched in case, if that is a problem.
    assert before.status_code < (400 if method == "HEAD" else 500)
    assert before.headers["Cache-Control"] in ("no-store", "no-cache")
    assert services.youtube.searches == slots(services) == []
    assert method == "HEAD" or services.n_calls == 0
    after = site.get(address, headers={"Sec-Purpose": "navigate"})
    assert services.youtube.videos[3].id in after.headers.get("Location", after.text)
    assert len(services.youtube.searches) == 1


def test_what_is_remembered_is_told_to_who_does_not_wait(services: Services) -> None:
    site = services.site(videos=True)
    led_to(site, services.music[3].id)
    found = site.client.head(f"/watch/{services.music[3].id}")
    assert found.headers["Location"] == link(services, 3)


def test_a_video_that_was_asked_for_by_its_own_id_plays_only_where_it_may(services: Services) -> None:
    made = video_of(services.music[3], 91, blocked=("DE",), embeddable=False)
    services.youtube.videos = [made]
    site, name = services.site(videos=True), f"youtube:{made.id}"
    assert led_to(site, name, market="FR").endswith(made.id)
    assert led_to(services.site(videos=True), name, market="DE").startswith(SEARCH)
    blocked = video(site, name, market="DE")
    assert (blocked["video"], codes(blocked)) == (None, ["video_blocked"])
    read = len(services.youtube.calls_of("/youtube/v3/videos"))
    assert video(site, name)["video"]["embed"] is None
    # By its name alone: what may be done with it is remembered.
    assert len(services.youtube.calls_of("/youtube/v3/videos")) - read <= 1
    made_older(services, "cache/videos", "detailed", DETAILS_SECONDS)
    services.youtube.fail(loopback.server_error(), "/youtube/v3/videos", after=1)
    assert codes(video(services.site(videos=True), name, market="DE"))[-1] == "video_blocked"
    row = site.get("/watch", query_string={"tracks": f"{name},youtube:abcdefghijk", "market": "DE"})
    assert row.headers["Location"] == "https://www.youtube.com/watch_videos?video_ids=abcdefghijk"
    assert services.youtube.searches == slots(services) == []


def test_a_quota_that_youtube_says_is_used_up_costs_nobody_another_slot(services: Services) -> None:
    services.youtube.quota = 0
    for track in services.music[:3]:
        answer = video(services.site(videos=True), track.id)
        assert (answer["video"], codes(answer)) == (None, ["source_limited"])
    assert len(services.youtube.searches) == len(slots(services)) == 1


def test_a_key_that_is_refused_costs_nobody_another_slot(services: Services) -> None:
    for track in services.music[:3]:
        assert codes(video(services.site(videos=True, YOUTUBE_API_KEY="wrong"), track.id)) == ["source_refused"]
    assert len(services.youtube.searches) == len(slots(services)) == 1


def test_what_details_could_not_be_read_is_read_later_without_a_search(services: Services) -> None:
    track = services.music[3]
    services.youtube.fail(loopback.server_error(), "/youtube/v3/videos")
    first = video(services.site(videos=True), track.id)
    assert (first["video"]["duration_ms"], codes(first)) == (None, ["source_unavailable"])
    again = video(services.site(videos=True), track.id)
    assert again["video"]["duration_ms"] == track.duration_ms // 1000 * 1000
    assert again["notes"] == []
    assert len(services.youtube.searches) == 1


def test_a_video_that_vanished_is_noticed_within_a_month(services: Services) -> None:
    track = services.music[3]
    services.youtube.videos.append(video_of(track, 70, " (Lyrics)"))
    led_to(services.site(videos=True), track.id)
    del services.youtube.videos[3]
    assert led_to(services.site(videos=True), track.id).endswith("v=vid00000003")
    made_older(services, "cache/videos", "detailed", DETAILS_SECONDS)
    assert led_to(services.site(videos=True), track.id).endswith("v=vid00000070")
    assert len(services.youtube.searches) == 1


@pytest.mark.parametrize(
    "fault",
    [
        youtube.quota_exceeded,
        youtube.too_fast,
        youtube.key_invalid,
        loopback.forbidden_text,
        loopback.server_error(),
        loopback.slow(SECONDS + 2),
        loopback.dripping(0.2),
        loopback.hang_up,
        loopback.truncated,
        loopback.broken_off,
        loopback.web_page,
        loopback.replied({}),
        loopback.replied({"items": [{}, None]}),
        loopback.replied({"items": []}),
        loopback.redirected("http://169.254.169.254/"),
    ],
)
@pytest.mark.parametrize("path", ["/youtube/v3/search", "/youtube/v3/videos"])
def test_whatever_youtube_does_the_listener_is_led_somewhere_in_time(services: Services, path: str, fault: Fault) -> None:
    # What comes with the client is loaded once, and the machine may be busy.
    led_to(services.site(videos=True, KAMERTON_WORLD_SECONDS="8"), services.music[5].id)
    site = services.site(videos=True, KAMERTON_WORLD_SECONDS="0.8")
    site.get("/health")
    services.youtube.fail(fault, path, times=9)
    started = time.monotonic()
    found = led_to(site, services.music[3].id)
    assert time.monotonic() - started < 0.8 + 0.5
    assert found == link(services, 3) or found.startswith(SEARCH)
    assert led_to(site, services.music[5].id) == link(services, 5)
    assert KEY not in site.stream.getvalue()


def test_under_random_faults_no_count_is_lost_and_no_track_is_searched_for_twice(services: Services) -> None:
    chance = Random(0)
    faults = [
        loopback.server_error(),
        loopback.hang_up,
        loopback.truncated,
        loopback.web_page,
        loopback.replied({}),
        loopback.slow(0.1),
    ]
    for after in range(0, 30, 2):
        services.youtube.fail(chance.choice(faults), after=after)
    sites = [services.site(videos=True, KAMERTON_WORLD_SECONDS="8") for _ in range(2)]

    def ask(place: int) -> None:
        led_to(sites[place % 2], services.music[place % 16].id)

    together(96, ask)
    searched = Counter(call.query["q"] for call in services.youtube.searches)
    assert max(searched.values()) == 1
    assert len(services.youtube.searches) == len(slots(services))


def test_a_bucket_that_takes_nothing_means_no_search(services: Services) -> None:
    folder = urlsplit(services.bucket_url).path
    Path(folder, "quota").write_text("in the way")
    site = services.site(videos=True)
    for track in services.music[:2]:
        assert codes(video(site, track.id)) == ["video_unsearched"]
    assert services.youtube.searches == []
    assert Bucket.open(services.bucket_url).keys("cache/claims") == []


def test_several_in_a_row_are_those_that_are_known(services: Services) -> None:
    ids = [track.id for track in services.music[:4]]
    site = services.site(videos=True)
    for place in (2, 0):
        led_to(site, ids[place])
    calls = len(services.youtube.calls)
    row = site.get("/watch", query_string={"tracks": ",".join([*ids, "nonsense", "youtube:abcdefghijk"])})
    assert row.headers["Location"] == "https://www.youtube.com/watch_videos?video_ids=vid00000000,vid00000002,abcdefghijk"
    unknown = site.get("/watch", query_string={"tracks": ids[3], "market": "DE"})
    assert unknown.headers["Location"] == f"/watch/{ids[3]}?market=DE"
    assert len(services.youtube.calls) == calls


@pytest.mark.parametrize("tracks", ["", ",", ",,,", "a" * 65, ",".join(["x"] * 51), "a" * 4000])
def test_a_list_that_is_none_is_refused(services: Services, tracks: str) -> None:
    response = services.site().get("/watch", query_string={"tracks": tracks})
    assert (response.status_code, response.json["code"]) == (400, "bad_query")


def test_a_person_reads_a_page_where_a_link_leads_nowhere(services: Services) -> None:
    page = services.site().get("/watch/nonsense", headers={"Accept": "text/html,*/*"})
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert services.site().get("/watch/nonsense").mimetype == "application/problem+json"


def test_the_page_shows_the_video_only_when_it_is_asked_for(services: Services) -> None:
    track = services.music[3]
    site = services.site(videos=True)
    before = site.get(f"/?track={track.id}")
    assert "iframe" not in before.text
    assert f"/?track={track.id}&amp;play=video" in before.text
    assert services.youtube.calls == []
    page = site.get(f"/?track={track.id}&play=video")
    assert 'src="https://www.youtube-nocookie.com/embed/vid00000003?rel=0"' in page.text
    assert "https://www.youtube-nocookie.com;" in page.headers["Content-Security-Policy"]
    # YouTube shows an error in place of a video when it is not told where it is shown.
    assert 'referrerpolicy="strict-origin-when-cross-origin"' in page.text


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_page_says_why_there_is_no_video(services: Services, language: str) -> None:
    page = services.site().get(f"/?track={services.music[3].id}&play=video", headers={"Accept-Language": language})
    assert ("searches for no videos" if language == "en" else "видео не ищет") in page.text
    assert SEARCH in page.text
    assert page.headers["Cache-Control"] == "no-cache"


def test_where_no_video_can_be_found_no_player_and_no_list_of_videos_is_offered(services: Services) -> None:
    question = f"/?track={services.music[3].id}"
    with_key, without = services.site(videos=True).get(question).text, services.site().get(question).text
    assert ('data-plays="video"' in with_key, 'data-plays="video"' in without) == (True, False)
    assert ("/watch?tracks=" in with_key, "/watch?tracks=" in without) == (True, False)
    assert ("play=video" in with_key, "play=video" in without) == (True, False)
    (row,) = re.findall(r'href="/watch\?tracks=([^"]*)"', with_key)
    assert len(row.split(",")) == 10
    assert "Search at YouTube" in without


def test_a_video_that_may_not_be_embedded_is_linked_to(services: Services) -> None:
    track = services.music[3]
    services.site(videos=True).get(f"/watch/{track.id}")
    made = services.youtube.videos[3]
    services.youtube.videos[3] = MadeVideo(made.id, made.title, made.channel, made.seconds, embeddable=False)
    made_older(services, "cache/videos", "detailed", DETAILS_SECONDS)
    page = services.site(videos=True).get(f"/?track={track.id}&play=video").text
    assert "iframe" not in page
    assert link(services, 3) in page


@pytest.mark.parametrize("key", [False, True])
@pytest.mark.parametrize(
    "form",
    [
        "https://www.youtube.com/watch?v={}",
        "https://youtube.com/watch?list=PL0&v={}&t=10s",
        "https://m.youtube.com/watch?v={}",
        "https://music.youtube.com/watch?v={}&si=x",
        "https://youtu.be/{}?si=x",
        "youtu.be/{}",
        "https://www.youtube.com/shorts/{}",
        "https://www.youtube.com/embed/{}",
        "youtube:{}",
    ],
)
def test_a_link_of_youtube_is_answered_for_the_track_that_it_shows(services: Services, form: str, key: bool) -> None:
    track = services.music[6]
    answer = asked(services.site(videos=key), form.format(services.youtube.videos[6].id))
    assert (answer["track"]["id"], answer["features_source"]) == (track.id, "reccobeats")
    assert services.youtube.searches == []


def test_a_link_of_youtube_leads_into_the_catalog(services: Services) -> None:
    services.youtube.videos = [MadeVideo("a" * 11, "Linkin Park - In The End (Official HD Video)", "Linkin Park", 218)]
    answer = asked(services.site(), "https://youtu.be/aaaaaaaaaaa")
    assert (answer["track"]["id"], answer["features_source"]) == (IN_THE_END, "catalog")
    assert services.deezer.calls == []


def test_a_video_of_which_nothing_fits_is_said_so(services: Services) -> None:
    services.youtube.videos = [MadeVideo("a" * 11, "My cat plays the piano", "Cats", 60)]
    problem = asked(services.site(), "https://youtu.be/aaaaaaaaaaa", 422)
    assert problem["code"] == "features_unavailable"
    assert asked(services.site(), "https://youtu.be/bbbbbbbbbbb", 404)["code"] == "track_not_found"
    assert led_to(services.site(), "youtube:aaaaaaaaaaa").endswith("v=aaaaaaaaaaa")


@pytest.mark.parametrize(
    "query",
    [
        "https://www.youtube.com/",
        "https://www.youtube.com",
        "https://www.youtube.com/watch",
        "https://www.youtube.com/watch?v=short",
        "https://www.youtube.com/playlist?list=PL0",
        "https://www.youtube.com/@muse",
        "https://youtu.be/",
        "https://youtu.be/../../watch",
        "https://user@youtu.be/aaaaaaaaaaa",
        "https://youtu.be:8080/aaaaaaaaaaa",
        "https://youtube.com.evil.example/watch?v=aaaaaaaaaaa",
    ],
)
def test_what_is_no_link_of_a_video_asks_nobody(services: Services, query: str) -> None:
    assert asked(services.site(), query, 400)["code"] == "bad_query"
    assert services.n_calls == 0


def test_with_the_world_off_the_search_page_is_all(services: Services) -> None:
    site = services.site(KAMERTON_WORLD="0")
    assert led_to(site, IN_THE_END).startswith(SEARCH)
    assert asked(site, "https://youtu.be/aaaaaaaaaaa", 400)["code"] == "bad_query"
    assert site.get(f"/watch?tracks={IN_THE_END}").headers["Location"] == f"/watch/{IN_THE_END}"


def test_links_are_whole_where_the_public_address_is_known(services: Services) -> None:
    site = services.site(KAMERTON_PUBLIC_URL="https://kamerton.example")
    answer = video(site, IN_THE_END)
    assert answer["track"]["links"]["youtube"] == f"https://kamerton.example/watch/{IN_THE_END}"


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b'{"key": "spotify/x"}', b'{"key": "%s", "at": 1, "value": {"matches": [{"video": 5}]}}', b"[" * 50_000],
)
def test_a_broken_memory_is_none(services: Services, data: bytes) -> None:
    name = f"spotify/{services.music[3].id}"
    Bucket.open(services.bucket_url).put(f"cache/videos/{name}.json", data.replace(b"%s", name.encode()))
    assert led_to(services.site(videos=True), services.music[3].id) == link(services, 3)
