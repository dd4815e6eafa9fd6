"""One browser, and the function served over the small release and over one whose names are hostile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from kamerton.storage import Bucket
from tests.browser.chromium import MISSING, found
from tests.browser.visits import FLAGS, SCREENSHOTS
from tests.fakes.loopback import slow
from tests.fakes.pictures import FakeCovers, FakePictures
from tests.fakes.youtube import KEY, FakeYouTube, MadeVideo
from tests.serving import served
from tests.small_release import put_release, small_objects, small_release, small_tracks

HOSTILE_NAMES = (
    '"><script>alert(1)</script><img src=x onerror=alert(2)>&amp;{{7*7}}',
    "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe \N{HEBREW LETTER ALEF}\N{HEBREW LETTER BET}\N{HEBREW LETTER GIMEL} 123",
    "A title " + "that does not end " * 28,
    "W" * 500,
    "\N{FAMILY} \N{WAVING BLACK FLAG} \N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4} \N{MUSICAL SYMBOL G CLEF}",
    "Z\N{COMBINING ENCLOSING CIRCLE}\N{COMBINING ACUTE ACCENT}" * 40,
)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # Of the package: its event loop would be in the way of other tests' own.
    path = found()
    if path is None:
        pytest.fail(MISSING, pytrace=False)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def address(small_bucket_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the function is served over the small release."""
    with served(tmp_path_factory.mktemp("served"), KAMERTON_BUCKET=small_bucket_url) as function:
        yield function.address


@pytest.fixture(scope="package")
def watching_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where videos are searched for as well, at a YouTube that has one of one track."""
    video = MadeVideo("vid00000001", "Linkin Park - In the End (Official Video)", "Linkin Park", 217)
    nobody = dict.fromkeys(
        ("SPOTIFY_OPEN_URL", "RECCOBEATS_URL", "DEEZER_URL", "ITUNES_URL", "PICTURES_URL"), "http://127.0.0.1:9"
    )
    folder = tmp_path_factory.mktemp("watching")
    # Videos are remembered in the bucket.
    small_release(Bucket.open(folder.as_uri()))
    with FakeYouTube([video]) as youtube:
        keys = {"YOUTUBE_API_KEY": KEY, "YOUTUBE_API_URL": youtube.url, "YOUTUBE_OEMBED_URL": youtube.url}
        settings = {"KAMERTON_BUCKET": folder.as_uri(), "KAMERTON_WORLD": "1", **nobody, **keys}
        with served(folder, **settings) as function:
            yield function.address


@pytest.fixture(scope="package")
def covered_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where every track has a cover, which takes 300 ms to come."""
    nobody = dict.fromkeys(("RECCOBEATS_URL", "DEEZER_URL", "ITUNES_URL"), "http://127.0.0.1:9")
    folder = tmp_path_factory.mktemp("covered")
    small_release(Bucket.open(folder.as_uri()))
    with FakeCovers() as spotify, FakePictures() as pictures:
        pictures.fail(slow(0.3), times=10_000)
        addresses = {"SPOTIFY_OPEN_URL": spotify.url, "PICTURES_URL": pictures.url, **nobody}
        with served(folder, KAMERTON_BUCKET=folder.as_uri(), KAMERTON_WORLD="1", **addresses) as function:
            yield function.address


@pytest.fixture(scope="package")
def hostile_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where every name of the catalog is one that a page may break on."""
    folder = tmp_path_factory.mktemp("hostile")
    tracks = small_tracks()
    names = [f"{HOSTILE_NAMES[place % len(HOSTILE_NAMES)]} {place}" for place in range(len(tracks))]
    hostile = tracks.assign(track_name=names, album_name=names, artists=[f"{name} artist" for name in names])
    put_release(Bucket.open(folder.as_uri()), *small_objects(hostile))
    with served(folder, KAMERTON_BUCKET=folder.as_uri()) as function:
        yield function.address
