"""A track whose features nobody has is answered for by its preview."""

from __future__ import annotations

import pytest

from kamerton.storage import Bucket
from tests.fakes.loopback import replied
from tests.functions.listening.sounds import beats, encoded, tone
from tests.functions.lookup.conftest import Services, asked, codes
from training.listening.__main__ import main

RECOMMENDATIONS = "/api/v1/recommendations"


@pytest.fixture
def hearing(services: Services) -> Services:
    """With a tagger, previews, and no features of anything."""
    main(["--bucket", services.bucket_url])
    services.pictures.sound = encoded(beats(124, "house", 12), "mp3", "libmp3lame")
    no_features(services)
    return services


def no_features(services: Services) -> None:
    services.reccobeats.fail(replied({"content": []}), "/v1/audio-features", times=99)


def previews_fetched(services: Services) -> int:
    return len([call for call in services.pictures.calls if "preview" in call.path])


def test_what_is_heard_in_its_preview_is_the_answer(hearing: Services) -> None:
    made = hearing.music[0]
    site = hearing.site()
    answer = asked(site, made.id, path=RECOMMENDATIONS)
    assert answer["track"]["title"] == made.title
    assert answer["features_source"] == "audio"
    assert answer["features"]["tempo"] == 124.0
    assert answer["features"]["energy"] is None
    assert "heard_preview" in codes(answer)
    assert len(answer["recommendations"]) == 10
    assert "electronic, says its sound" in answer["genre_lacking"]


def test_what_was_heard_is_remembered_and_the_sound_is_not(hearing: Services) -> None:
    made = hearing.music[1]
    first = asked(hearing.site(), made.id, path=RECOMMENDATIONS)
    again = asked(hearing.site(), made.id, path=RECOMMENDATIONS)
    assert again["genres"] == first["genres"]
    assert previews_fetched(hearing) == 1
    kept = [key for key in Bucket.open(hearing.bucket_url).keys("cache") if "heard" in key]
    assert len(kept) == 1
    assert len(Bucket.open(hearing.bucket_url).get(kept[0]).data) < 3000


@pytest.mark.parametrize(
    "sound", [None, b"no sound", encoded(tone(440, 0.3), "wav", "pcm_s16le")], ids=["none", "text", "short"]
)
def test_where_nothing_can_be_heard_it_is_as_before(hearing: Services, sound: bytes | None) -> None:
    hearing.pictures.sound = sound
    problem = asked(hearing.site(), hearing.music[2].id, 422, path=RECOMMENDATIONS)
    assert problem["code"] == "features_unavailable"


def test_without_a_tagger_no_preview_is_fetched(services: Services) -> None:
    no_features(services)
    services.pictures.sound = encoded(beats(124, "house", 6), "mp3", "libmp3lame")
    assert asked(services.site(), services.music[3].id, 422)["code"] == "features_unavailable"
    assert previews_fetched(services) == 0
