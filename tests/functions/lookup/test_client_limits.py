"""A stranger who asks without end leaves services, searches and answers for the others."""

from __future__ import annotations

import pytest

from kamerton.http.client_address import client_name
from kamerton.lookup.client_budgets import BURST, PER_SECOND, ClientBudgets
from kamerton.lookup.client_shares import ClientShares
from kamerton.lookup.object_cache import ObjectCache
from kamerton.storage import Bucket
from tests.fakes.clock import Clock
from tests.functions.lookup.conftest import Services, codes
from tests.functions.web.conftest import LoggedSite

RECOMMENDATIONS = "/api/v1/recommendations"
IN_THE_END = "60a0Rd6pjrkxjPbaKzXjfq"
STRANGER, LISTENER = {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "198.51.100.2"}


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "name"),
    [
        ("203.0.113.7", None, 0, "203.0.113.7"),
        # Whoever sends a request writes what it likes there.
        ("203.0.113.7", "198.51.100.2", 0, "203.0.113.7"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.2", 1, "198.51.100.2"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.2, 10.0.0.9", 2, "198.51.100.2"),
        ("10.0.0.1", "198.51.100.2", 2, "10.0.0.1"),
        ("10.0.0.1", None, 1, "10.0.0.1"),
        ("10.0.0.1", "nobody", 1, ""),
        ("127.0.0.1", None, 0, ""),
        ("::1", None, 0, ""),
        ("", None, 0, ""),
        ("2001:db8:1:2:3:4:5:6", None, 0, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", None, 0, "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", None, 0, "203.0.113.7"),
    ],
)
def test_a_client_is_named_by_what_can_be_believed(remote: str, forwarded: str | None, proxies: int, name: str) -> None:
    environ = {"REMOTE_ADDR": remote} | ({} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded})
    assert client_name(environ, proxies) == name


def test_a_client_has_a_burst_and_then_so_many_a_second() -> None:
    clock = Clock(0.0)
    budgets = ClientBudgets(clock)
    taken = [budgets.take("one") for _ in range(int(BURST) + 5)]
    assert taken[: int(BURST)] == [0.0] * int(BURST)
    assert all(0 < seconds <= 1 / PER_SECOND for seconds in taken[int(BURST) :])
    assert budgets.take("another") == 0.0
    clock.pass_by(10)
    assert sum(budgets.take("one") == 0.0 for _ in range(100)) == 10 * PER_SECOND
    clock.pass_by(1e9)
    assert sum(budgets.take("one") == 0.0 for _ in range(1000)) == BURST
    assert all(budgets.take("") == 0.0 for _ in range(1000))


def test_a_client_has_its_part_of_a_day_on_every_instance(bucket: Bucket, clock: Clock) -> None:
    def shares() -> ClientShares:
        return ClientShares(ObjectCache(lambda: bucket, lambda *_: None, folder="quota"), "youtube-clients", 3, clock)

    assert [shares().take("one") for _ in range(5)] == [True, True, True, False, False]
    assert shares().take("another") is True
    assert all(shares().take("") for _ in range(9))
    assert not [key for key in bucket.keys("quota") if "one" in key.rpartition("clients")[2]], "who asked is not told"
    clock.pass_by(86_400)
    assert shares().take("one") is True


def exhausted(services: Services) -> LoggedSite:
    """An instance of which the stranger has had all."""
    site = services.site(videos=True, KAMERTON_PROXIES="1")
    for number in range(int(BURST) + 20):
        if site.get(f"/api/v1/tracks/{number:022}/preview", headers=STRANGER).status_code == 429:
            break
    return site


def test_one_who_asks_without_end_is_told_to_wait_and_others_are_answered(services: Services) -> None:
    site = exhausted(services)
    before = services.n_calls
    refused = site.get(RECOMMENDATIONS, query_string={"track": services.music[0].id}, headers=STRANGER)
    assert (refused.status_code, refused.json["code"]) == (429, "too_many_questions")
    assert 0 < int(refused.headers["Retry-After"]) < 60
    assert services.n_calls - before <= 2
    answer = site.get(RECOMMENDATIONS, query_string={"track": services.music[1].id}, headers=LISTENER)
    assert (answer.status_code, codes(answer.json)) == (200, [])


def test_what_costs_only_time_of_ours_is_answered_all_the_same(services: Services) -> None:
    site = exhausted(services)
    answer = site.get(RECOMMENDATIONS, query_string={"track": IN_THE_END}, headers=STRANGER)
    assert answer.status_code == 200
    assert len(answer.json["recommendations"]) == 10
    assert "client_limited" in codes(answer.json)
    name = site.get(RECOMMENDATIONS, query_string={"track": "linkin park in the end", "world": "0"}, headers=STRANGER)
    assert name.status_code == 200
    page = site.get("/", query_string={"track": IN_THE_END}, headers=STRANGER)
    assert "a lot of questions" in page.text
    # What was left out for the stranger is not remembered for the others.
    again = site.get(RECOMMENDATIONS, query_string={"track": IN_THE_END}, headers=LISTENER)
    assert "client_limited" not in codes(again.json)


def test_the_page_says_it_too(services: Services) -> None:
    site = exhausted(services)
    page = site.get("/", query_string={"track": services.music[2].id}, headers={**STRANGER, "Accept-Language": "ru"})
    assert page.status_code == 429
    assert "Слишком много вопросов" in page.text


def test_a_client_gets_its_part_of_the_days_searches_for_videos(services: Services) -> None:
    site = services.site(videos=True, KAMERTON_PROXIES="1", YOUTUBE_DAILY_SEARCHES="20")
    answers = [site.get(f"/api/v1/tracks/{track.id}/video", headers=STRANGER).json for track in services.music[:4]]
    assert [bool(answer["video"]) for answer in answers] == [True, True, False, False]
    assert codes(answers[2]) == ["client_videos_used_up"]
    assert len(services.youtube.searches) == 2
    other = site.get(f"/api/v1/tracks/{services.music[4].id}/video", headers=LISTENER).json
    assert other["video"]
    # What is remembered costs nothing.
    assert site.get(f"/api/v1/tracks/{services.music[4].id}/video", headers=STRANGER).json["video"]


def test_a_picture_on_another_site_costs_nothing(services: Services) -> None:
    site = services.site(videos=True)
    embedded = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    for path in (
        f"/cover/{IN_THE_END}",
        f"/watch/{IN_THE_END}",
        f"/preview/{IN_THE_END}",
        f"{RECOMMENDATIONS}?track={IN_THE_END}",
    ):
        assert site.get(path, headers=embedded).status_code in (200, 302, 404)
    assert services.n_calls == 0
    same = embedded | {"Sec-Fetch-Site": "same-origin"}
    site.get(f"/cover/{IN_THE_END}", headers=same)
    assert services.n_calls > 0
