"""Whatever is pasted, and wherever a service wants to send us: only the named hosts are called."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.fakes import loopback
from tests.fakes.deezer import FIRST_ID
from tests.functions.lookup.conftest import Services, asked
from tests.functions.web.test_api import IN_THE_END

_looked_up: list[object] | None = None


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if _looked_up is not None and event in ("socket.getaddrinfo", "socket.connect"):
        _looked_up.append(arguments[0] if event == "socket.getaddrinfo" else arguments[1])


sys.addaudithook(_watch)


@pytest.fixture
def looked_up() -> Iterator[list[object]]:
    """Every host whose address was asked for, and every address that was connected to."""
    global _looked_up
    _looked_up = []
    yield _looked_up
    _looked_up = None


ID = "0" * 22


@pytest.mark.parametrize(
    "query",
    [
        "http://169.254.169.254/latest/meta-data",
        "169.254.169.254/track/x",
        "http://localhost:8080/health",
        "http://127.0.0.1/",
        "http://[::1]/track/x",
        "http://2130706433/track/x",
        f"https://open.spotify.com@169.254.169.254/track/{ID}",
        f"https://169.254.169.254@open.spotify.com/track/{ID}",
        "https://user:word@spotify.link/abc",
        "https://spotify.link@169.254.169.254/abc",
        "https://spotify.link:8080/abc",
        "https://spotify.link.evil.example/abc",
        "https://spotify.link/abc@169.254.169.254",
        "https://youtu.be@169.254.169.254/aaaaaaaaaaa",
        "https://www.youtube.com/watch?v=http://localhost",
        "https://www.youtube.com/redirect?q=http://169.254.169.254",
        "https://youtu。be/aaaaaaaaaaa",
        "https://spotify.link\\@169.254.169.254/abc",
        "https://spotify。link/abc",
        "https://ѕpotify.link/abc",
        "https://spotify.link/%2e%2e/%2e%2e/abc",
        "https://spotify.link//169.254.169.254/abc",
        "https://spotify.link/http://169.254.169.254",
        "https://link.deezer.com@169.254.169.254/s/abc",
        "https://link.deezer.com.evil.example/s/abc",
        "https://link.deezer.com/s/abc@169.254.169.254",
        "https://deezer.page.link/abc",
        "https://music.apple.com@169.254.169.254/us/song/1",
        "https://music.apple.com/us/album/x/1?i=http://169.254.169.254",
        "file:///etc/passwd",
        "gopher://localhost/x",
    ],
)
def test_another_host_is_not_called(services: Services, looked_up: list[object], query: str) -> None:
    site = services.site()
    status = site.get("/api/v1/genre", query_string={"track": query}).status_code
    assert status in (400, 404)
    assert called(looked_up) <= {"127.0.0.1"}
    assert not services.spotify.calls
    assert not services.deezer.calls_of("/short")


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254/track/x",
        "http://localhost/",
        f"http://open.spotify.com/track/{ID}",
        f"https://open.spotify.com@169.254.169.254/track/{ID}",
        f"https://open.spotify.com.evil.example/track/{ID}",
        f"//169.254.169.254/track/{ID}",
        f"/track/{ID}",
        f"spotify:track:{ID}",
        f"https://open.spotify.com:8443/track/{ID}",
        "https://spotify.app.link/abc",
        "https://open.spotify.com/album/1DFixLWuPkv3KT3TnV35m3",
        "",
    ],
)
def test_a_short_link_leads_nowhere_else(services: Services, looked_up: list[object], location: str) -> None:
    services.spotify.fail(loopback.redirected(location), "/short")
    site = services.site()
    assert site.get("/api/v1/genre?track=https://spotify.link/abc").status_code in (400, 404, 503)
    assert len(services.spotify.calls) == 1
    assert called(looked_up) <= {"127.0.0.1"}


@pytest.mark.parametrize(
    "location",
    [
        "https://www.deezer.com/track/{id}?host=1&utm_source=user_sharing",
        "https://link.deezer.com/?awf=x&dest=https%3A%2F%2Fwww.deezer.com%2Ffr%2Ftrack%2F{id}%3Fhost%3D1",
    ],
)
def test_a_short_link_of_deezer_is_followed(services: Services, location: str) -> None:
    services.deezer.links["/short/s/32abc"] = location.format(id=FIRST_ID + 2)
    assert asked(services.site(), "https://link.deezer.com/s/32abc")["track"]["id"] == services.music[2].id


@pytest.mark.parametrize(
    "location",
    [
        "https://link.deezer.com/?dest=http%3A%2F%2F169.254.169.254%2Ftrack%2F1",
        "https://link.deezer.com/?dest=https%3A%2F%2Flink.deezer.com%2F%3Fdest%3Dx",
        "https://evil.example/?dest=https%3A%2F%2Fwww.deezer.com%2Ftrack%2F3000002",
        f"https://open.spotify.com/track/{ID}",
        "https://spotify.link/abc",
        "https://www.deezer.com/artist/1",
        "https://link.deezer.com/?" + "a=1&" * 99,
        "https://[link.deezer.com/",
    ],
)
def test_a_short_link_of_deezer_leads_nowhere_else(services: Services, looked_up: list[object], location: str) -> None:
    services.deezer.links["/short/s/32abc"] = location
    assert services.site().get("/api/v1/genre?track=https://link.deezer.com/s/32abc").status_code in (400, 404, 503)
    assert len(services.deezer.calls) == 1
    assert not services.spotify.calls
    assert called(looked_up) <= {"127.0.0.1"}


def test_short_links_in_a_circle_end(services: Services) -> None:
    services.spotify.links["/short/abc"] = "https://spotify.link/abc"
    assert asked(services.site(), "https://spotify.link/abc", 400)["code"] == "bad_query"
    assert len(services.spotify.calls) == 3


@pytest.mark.parametrize("path", ["/v1/track", "/v1/audio-features", "/search", "/track", "/lookup", "/youtube", "/oembed"])
def test_a_service_cannot_send_us_elsewhere(services: Services, looked_up: list[object], path: str) -> None:
    for fake in services.fakes:
        fake.fail(loopback.redirected("http://169.254.169.254/latest/meta-data"), path, times=99)
    site = services.site(app=True, videos=True)
    track = services.music[0]
    for query in (track.id, track.isrc, track.title, f"deezer:{track.year}", "apple:1", "youtube:vid00000001"):
        site.get("/api/v1/genre", query_string={"track": query})
    site.get(f"/watch/{IN_THE_END}")
    for place in ("listen/deezer", "listen/apple-music", "preview", "cover"):
        response = site.get(f"/{place}/{track.id}")
        assert "169.254" not in response.headers.get("Location", "")
    assert called(looked_up) <= {"127.0.0.1"}


def test_what_is_typed_stays_in_its_place(services: Services) -> None:
    """A name is a value in a query of ours, never a part of an address."""
    for query in ("../../v1/x?ids=1#", "a&q=b&limit=9999", "%2e%2e%2fx", "x\u2028y"):
        services.site().get("/api/v1/genre", query_string={"track": query})
    assert {urlsplit(call.path).path for call in services.deezer.calls} == {"/search/track"}
    assert {call.query["limit"] for call in services.deezer.calls} == {"10"}


def called(looked_up: list[object]) -> set[str]:
    return {str(each[0] if isinstance(each, tuple) else each) for each in looked_up}
