"""Where a track can be heard: pages at services, previews and covers, over the site."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from kamerton.storage import Bucket
from tests.fakes import itunes, loopback
from tests.fakes.deezer import COVERS as DEEZER_COVERS
from tests.fakes.deezer import FIRST_ID as FIRST_DEEZER
from tests.fakes.itunes import FIRST_ID as FIRST_APPLE
from tests.fakes.loopback import Reply, json_reply
from tests.fakes.pictures import picture
from tests.fakes.spotify import COVERS, OEMBED_COVERS
from tests.functions.lookup.conftest import Services, codes
from tests.functions.web.conftest import LoggedSite
from tests.functions.web.test_api import IN_THE_END
from tests.small_release import small_tracks


def led(response: TestResponse) -> str:
    assert response.status_code == 302, response.text
    assert response.data == b""
    return response.headers["Location"]


def changed(**fields: Any) -> Callable[[Reply], Reply]:
    """The right answer with other values in its fields, and in those of the songs that it holds."""

    def fault(reply: Reply) -> Reply:
        answer = json.loads(reply.body)
        items = [item | fields for item in answer.get("data", answer.get("results", []))]
        return json_reply(answer | fields | ({"data": items} if "data" in answer else {"results": items}))

    return fault


def in_the_end(services: Services) -> Any:
    """The catalog's track, as services outside have it."""
    row = small_tracks().set_index("track_id").loc[IN_THE_END]
    return replace(
        services.music[0],
        id=IN_THE_END,
        title=row["track_name"],
        artists=(row["artists"],),
        duration_ms=int(row["duration_ms"]),
    )


def test_a_track_is_found_at_deezer_by_its_isrc(services: Services) -> None:
    response = services.site().get(f"/listen/deezer/{services.music[3].id}")
    assert led(response) == f"https://www.deezer.com/track/{FIRST_DEEZER + 3}"
    assert response.headers["Cache-Control"] == "public, max-age=86400"
    assert [call.path for call in services.deezer.calls] == [f"/track/isrc:{services.music[3].isrc}"]


def test_a_track_is_found_at_apple_music_by_a_scored_search(services: Services) -> None:
    services.itunes.mixes = True
    assert f"?i={FIRST_APPLE + 3}&" in led(services.site().get(f"/listen/apple-music/{services.music[3].id}"))


def test_a_track_of_the_catalog_gets_its_isrc_from_who_knows_it(services: Services) -> None:
    track = in_the_end(services)
    services.reccobeats._by_id[IN_THE_END] = [track]
    assert led(services.site().get(f"/listen/deezer/{IN_THE_END}")) == f"https://www.deezer.com/track/{FIRST_DEEZER}"


def test_without_an_isrc_deezer_is_searched_and_scored(services: Services) -> None:
    track = in_the_end(services)
    services.deezer.tracks = [replace(track, duration_ms=track.duration_ms + 60_000), track]
    assert led(services.site().get(f"/listen/deezer/{IN_THE_END}")) == f"https://www.deezer.com/track/{FIRST_DEEZER + 1}"


@pytest.mark.parametrize("service", ["deezer", "apple-music"])
def test_where_a_track_can_be_heard_is_remembered_on_every_instance(services: Services, service: str) -> None:
    first = led(services.site().get(f"/listen/{service}/{services.music[3].id}"))
    calls = services.n_calls
    assert led(services.site().get(f"/listen/{service}/{services.music[3].id}")) == first
    assert services.n_calls == calls


@pytest.mark.parametrize(
    ("service", "page"),
    [
        ("deezer", "https://www.deezer.com/search/Linkin%20Park%20In%20the%20End"),
        ("apple-music", "https://music.apple.com/us/search?term=Linkin+Park+In+the+End"),
    ],
)
def test_what_is_not_found_is_a_search_page_and_asked_for_once(services: Services, service: str, page: str) -> None:
    site = services.site()
    for _ in range(2):
        response = site.get(f"/listen/{service}/{IN_THE_END}")
        assert led(response) == page
        assert response.headers["Cache-Control"] == "no-store"
    assert len(services.deezer.calls) + len(services.itunes.calls) == 1


@pytest.mark.parametrize("service", ["deezer", "apple-music"])
def test_nobody_is_asked_with_the_world_off(services: Services, service: str) -> None:
    site = services.site(KAMERTON_WORLD="0")
    assert "search" in led(site.get(f"/listen/{service}/{IN_THE_END}"))
    for path in ("preview", "cover"):
        assert site.get(f"/{path}/{IN_THE_END}").json["code"] == "not_offered"
    assert services.n_calls == 0


def test_a_failure_is_a_search_page_and_not_remembered(services: Services) -> None:
    services.deezer.fail(loopback.server_error(), times=1)
    site = services.site()
    assert "search" in led(site.get(f"/listen/deezer/{services.music[3].id}"))
    assert "/track/" in led(site.get(f"/listen/deezer/{services.music[3].id}"))


def test_apple_over_its_limit_is_left_alone_for_a_minute_and_not_for_an_hour(services: Services) -> None:
    services.itunes.fail(itunes.over_limit)
    site = services.site()
    for track in services.music[:3]:
        assert "search" in led(site.get(f"/listen/apple-music/{track.id}"))
    assert len(services.itunes.calls) == 1
    bucket = Bucket.open(services.bucket_url)
    pause = json.loads(bucket.get("cache/pauses/itunes.json").data)
    assert pause["why"] == "limited"
    assert 50 < pause["until"] - time.time() <= 60


@pytest.mark.parametrize("service", ["evil.example", "youtube", "Deezer", "deezer%2f..", ""])
def test_there_is_no_way_to_another_service(services: Services, service: str) -> None:
    response = services.site().get(f"/listen/{service}/{services.music[0].id}")
    assert response.status_code == 404
    assert "Location" not in response.headers


@pytest.mark.parametrize("path", ["/listen/deezer/{}", "/preview/{}", "/cover/{}", "/api/v1/tracks/{}/preview"])
@pytest.mark.parametrize("identifier", ["0" * 22, "nonsense", "https:", "deezer:1", "apple:5", "..", "%00", "%0d%0aX: y"])
def test_what_is_no_track_leads_nowhere(services: Services, path: str, identifier: str) -> None:
    response = services.site().get(path.format(identifier))
    assert response.status_code in (400, 404)
    assert "Location" not in response.headers


def test_a_preview_is_asked_for_each_time_and_never_kept(services: Services) -> None:
    site = services.site()
    links = []
    for _ in range(2):
        response = site.get(f"/preview/{services.music[3].id}")
        links.append(led(response))
        assert response.headers["Cache-Control"] == "no-store"
    assert len(set(links)) == 2
    assert all(link.startswith("https://cdnt-preview.dzcdn.net/") for link in links)
    bucket = Bucket.open(services.bucket_url)
    assert not any(b"preview" in bucket.get(key).data for key in bucket.keys("cache"))
    assert "dzcdn" not in site.stream.getvalue()


def test_a_preview_can_be_had_as_json(services: Services) -> None:
    response = services.site().get(f"/api/v1/tracks/{services.music[3].id}/preview")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.json["url"].startswith("https://cdnt-preview.dzcdn.net/")
    assert response.json["track"]["title"] == services.music[3].title
    assert response.json["source"] == "deezer"


@pytest.mark.parametrize(
    "address",
    [
        "",
        None,
        7,
        "http://cdnt-preview.dzcdn.net/a.mp3",
        "https://evil.example/a.mp3",
        "https://dzcdn.net.evil.example/a.mp3",
        "https://evildzcdn.net/a.mp3",
        "https://x@cdnt-preview.dzcdn.net/a.mp3",
        "https://cdnt-preview.dzcdn.net:8443/a.mp3",
        "https://cdnt-preview.dzcdn.net\\@evil.example/a.mp3",
        "https://cdnt-preview.dzcdn.net/a.mp3\r\nX-Evil: 1",
        "//cdnt-preview.dzcdn.net/a.mp3",
        "javascript:alert(1)//.dzcdn.net/",
        "https://169.254.169.254/a.mp3",
    ],
)
def test_a_preview_elsewhere_is_none(services: Services, address: object) -> None:
    services.deezer.fail(changed(preview=address), times=9)
    response = services.site().get(f"/preview/{services.music[0].id}")
    assert (response.status_code, response.json["code"]) == (404, "not_offered")


def test_a_preview_that_could_not_be_asked_for_says_so(services: Services) -> None:
    services.deezer.fail(loopback.server_error(), times=9)
    answer = services.site().get(f"/preview/{services.music[0].id}").json
    assert codes(answer) == ["source_unavailable"]


def fetched(services: Services) -> list[str]:
    return [f"https:/{call.path}" for call in services.pictures.calls]


def test_a_cover_is_spotifys_without_any_key(services: Services) -> None:
    address = f"{OEMBED_COVERS}/{services.music[3].id}"
    for _ in range(2):
        response = services.site().get(f"/cover/{services.music[3].id}")
        assert response.data == picture(address.removeprefix("https:/"))
        assert response.content_type == "image/jpeg"
        assert response.headers["Cache-Control"] == "public, max-age=86400"
    assert len(services.spotify.calls_of("/oembed")) == 1


def test_a_cover_is_fetched_once_by_an_instance_and_kept_for_the_next_when_two_have_asked(services: Services) -> None:
    site, path = services.site(), f"/cover/{services.music[3].id}"
    first = site.get(path)
    assert not Bucket.open(services.bucket_url).keys("cache/pictures")
    assert site.get(path).data == first.data
    assert services.site().get(path).data == first.data
    assert len(services.pictures.calls) == 1


def test_a_cover_is_of_a_size_for_a_page(services: Services) -> None:
    services.site(app=True).get(f"/cover/{services.music[3].id}")
    assert fetched(services) == [f"{COVERS}/300/{services.music[3].id}"]


def test_a_cover_may_be_deezers_or_apples(services: Services) -> None:
    services.spotify.fail(loopback.server_error(), "/oembed", times=9)
    services.site().get(f"/cover/{services.music[3].id}")
    services.deezer.fail(loopback.server_error(), times=9)
    services.site().get(f"/cover/{services.music[4].id}")
    deezers, apples = fetched(services)
    assert deezers.startswith(DEEZER_COVERS)
    assert apples.startswith("https://is1-ssl.mzstatic.com/")
    assert "/300x300bb" in apples


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_picture_is_of_the_type_that_it_begins_as(services: Services, kind: str) -> None:
    services.pictures.fail(lambda _: Reply(200, picture("x", kind), content_type="text/html"))
    assert services.site().get(f"/cover/{services.music[3].id}").content_type == f"image/{kind.lower()}"


@pytest.mark.parametrize(
    "fault",
    [
        loopback.server_error(),
        loopback.web_page,
        lambda _: Reply(200, b"<svg xmlns='http://www.w3.org/2000/svg'/>", content_type="image/svg+xml"),
        lambda _: Reply(200, b"\xff\xd8\xff" + bytes(400_000), content_type="image/jpeg"),
        lambda _: Reply(302, b"", {"Location": "https://evil.example/a.jpg"}),
        loopback.dripping(0.2),
        loopback.hang_up,
    ],
)
def test_what_is_no_picture_of_a_sane_size_is_none(services: Services, fault: loopback.Fault) -> None:
    services.pictures.fail(fault, times=9)
    site, path = services.site(), f"/cover/{services.music[3].id}"
    assert site.get(path).json["code"] == "not_offered"
    blank = site.get(f"{path}?blank=1")
    assert (blank.status_code, blank.content_type) == (200, "image/gif")
    assert blank.headers["Cache-Control"] == "public, max-age=600"


def test_a_blank_picture_stands_in_for_a_track_that_there_is_not(services: Services) -> None:
    assert services.site(KAMERTON_WORLD="0").get(f"/cover/{'0' * 22}?blank=1").content_type == "image/gif"


@pytest.mark.parametrize("address", [None, "http://i.scdn.co/x", "https://i.scdn.co.evil.example/x", "https://evil.example/"])
def test_a_cover_elsewhere_is_none(services: Services, address: object) -> None:
    services.spotify.fail(changed(thumbnail_url=address), "/oembed", times=9)
    services.deezer.fail(changed(album={"title": "x", "cover_medium": address}), times=9)
    services.itunes.fail(changed(artworkUrl100=address), times=9)
    response = services.site().get(f"/cover/{services.music[0].id}")
    assert (response.status_code, response.json["code"]) == (404, "not_offered")


def test_a_remembered_address_elsewhere_is_none(services: Services) -> None:
    """Whoever writes into the bucket sends nobody away."""
    track = services.music[3]
    bucket = Bucket.open(services.bucket_url)
    for shelf in ("covers/spotify/", "listings/deezer/spotify/"):
        key = f"{shelf.partition('/')[2]}{track.id}"
        bucket.put(f"cache/{shelf}{track.id}.json", b'{"key": "%s", "at": 1, "value": "https://evil.example/"}' % key.encode())
    site = services.site()
    site.get(f"/cover/{track.id}")
    assert fetched(services) == [f"{OEMBED_COVERS}/{track.id}"]
    assert urlsplit(led(site.get(f"/listen/deezer/{track.id}"))).hostname == "www.deezer.com"


@pytest.mark.parametrize("fault", [loopback.hang_up, loopback.web_page, loopback.replied({}), loopback.dripping(0.2)])
def test_with_all_services_down_nothing_breaks(services: Services, fault: loopback.Fault) -> None:
    for fake in services.fakes:
        fake.fail(fault, times=99)
    site: LoggedSite = services.site(app=True, KAMERTON_WORLD_SECONDS="0.3")
    for path, status in (("/listen/deezer/{}", 302), ("/listen/apple-music/{}", 302), ("/preview/{}", 404), ("/cover/{}", 404)):
        started = time.monotonic()
        assert site.get(path.format(IN_THE_END)).status_code == status
        assert time.monotonic() - started < 0.3 + 0.5
