"""A thousand questions while all services fail at random: each is answered, no search is lost, and none is made twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from random import Random

import pytest

from kamerton.storage import Bucket
from tests.fakes import loopback
from tests.fakes.loopback import Call, Fault, LoopbackServer
from tests.functions.lookup.conftest import Services
from tests.functions.web.conftest import LoggedSite
from tests.functions.web.test_api import IN_THE_END

pytestmark = pytest.mark.filterwarnings("ignore:You're using `audio_features:DeprecationWarning")

QUESTIONS = 1000
INSTANCES = 40
SECONDS = "0.4"
FAIR = 0.6
"""The share of calls that are answered as they should be."""

FAULTS: tuple[Fault, ...] = (
    loopback.slow(0.2),
    loopback.slow(0.7),
    loopback.server_error(503),
    loopback.rate_limited(1),
    loopback.rate_limited(86_400),
    loopback.forbidden_text,
    loopback.truncated,
    loopback.broken_off,
    loopback.web_page,
    loopback.replied({}),
    loopback.replied({"content": [1], "data": [[]], "error": "?", "tracks": 7, "title": {}, "items": [0], "results": 3}),
    loopback.shuffled,
    loopback.redirected("http://169.254.169.254/latest/meta-data"),
    loopback.hang_up,
)
ADDRESSES = (
    "/api/v1/recommendations?track={name}",
    "/api/v1/recommendations?track={id}&limit=20",
    "/api/v1/recommendations?track={isrc}&track={other}",
    f"/api/v1/recommendations?track={IN_THE_END}&unlike={{id}}",
    "/api/v1/genre?track={isrc}",
    "/api/v1/search?q={name}",
    "/api/v1/tracks/{id}/video",
    "/watch/{id}",
    "/watch?tracks={id},{other}",
    "/?track={name}",
)


def befalling(chance: Random) -> Fault | None:
    return None if chance.random() < FAIR else chance.choice(FAULTS)


def storm(fake: LoopbackServer, chance: Random) -> None:
    def weather(_: Call) -> Fault | None:
        return befalling(chance)

    fake.weather = weather


def addresses(services: Services, chance: Random) -> Iterator[str]:
    while True:
        one, other = chance.sample(services.music, 2)
        name = f"{one.title} {one.artists[0]}".replace(" ", "+")
        yield chance.choice(ADDRESSES).format(name=name, id=one.id, isrc=one.isrc, other=other.id)


def test_a_thousand_questions_in_a_storm(services: Services) -> None:
    chance = Random(0)
    for fake in services.fakes:
        storm(fake, Random(chance.random()))
    sites = [services.site(app=number % 2 > 0, videos=True, KAMERTON_WORLD_SECONDS=SECONDS) for number in range(INSTANCES)]
    asked = list(islice(addresses(services, chance), QUESTIONS))
    bucket = Bucket.open(services.bucket_url)
    statuses: Counter[int] = Counter()

    def status(site: LoggedSite, address: str) -> int:
        response = site.get(address)
        assert response.status_code < 500 or (response.status_code == 503 and response.headers["Retry-After"]), address
        return response.status_code

    for number, site in enumerate(sites):
        # What one was told to leave alone for a day, the next asks again: else all would soon be calm.
        for key in bucket.keys("cache/pauses"):
            bucket.delete(key)
        with ThreadPoolExecutor(8) as threads:
            statuses.update(threads.map(partial(status, site), asked[number::INSTANCES]))

    assert sum(statuses.values()) == QUESTIONS
    assert statuses[200] > QUESTIONS // 5
    searches = Counter(call.query["q"] for call in services.youtube.calls_of("/youtube/v3/search"))
    assert searches
    assert max(searches.values()) == 1
    assert sum(searches.values()) <= len(bucket.keys("quota/youtube"))
    assert all('"ERROR"' not in line for site in sites for line in site.stream.getvalue().splitlines())
