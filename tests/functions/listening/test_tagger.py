"""The tagger: it hears what the original hears, and by its tags the genres of a catalog."""

from __future__ import annotations

import numpy as np
import pytest

from kamerton.errors import NotOffered
from kamerton.listening.decoder import DecodedSound
from kamerton.listening.heard_sound import HeardSound, heard_elsewhere, heard_genres, listen
from kamerton.listening.mel_spectrogram import RATE, patches
from kamerton.listening.tagger import ABOUT_KEY, TAGGER_KEY, Tagger, TaggerStore
from kamerton.listening.tags import GENRE_TAGS, TAGS, tags_of_genre
from kamerton.storage import Bucket
from tests.functions.listening.sounds import beats
from training.listening.__main__ import made_sound, main, require_heard
from training.listening.tagger import tagger_model

SIX = ("country", "deep-house", "dubstep", "hip-hop", "metal", "rock")


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(tagger_model().SerializeToString())


def strengths(**heard: float) -> HeardSound:
    """Nothing is heard but these tags."""
    named = {tag.replace("-", "_").replace(" ", "_"): tag for tag in TAGS}
    values = {named[name]: strength for name, strength in heard.items()}
    return HeardSound(tuple(values.get(tag, 0.01) for tag in TAGS), 120.0, -14.0, 30.0)


def test_it_hears_what_the_original_hears(tagger: Tagger) -> None:
    """The figures are those of the original model in TensorFlow."""
    heard = tagger.tags_of_patches(patches(made_sound(), 99))
    for tag, expected in {"electronic": 0.5891, "electro": 0.2517, "experimental": 0.1430}.items():
        assert heard[TAGS.index(tag)] == pytest.approx(expected, abs=1e-4)
    require_heard(tagger)


def test_a_tagger_that_hears_something_else_is_not_published() -> None:
    class Deaf(Tagger):
        def __init__(self) -> None:
            pass

        def tags_of_patches(self, _: np.ndarray) -> np.ndarray:
            return np.zeros(len(TAGS), np.float32)

    with pytest.raises(SystemExit, match=r"electronic is heard with 0\.0000"):
        require_heard(Deaf())


def test_how_loud_a_sound_is_changes_nothing(tagger: Tagger) -> None:
    sound = beats(124, "house", 15) * 0.5
    loud, quiet = tagger.tags(sound), tagger.tags(sound * np.float32(0.1))
    assert np.allclose(loud, quiet, atol=0.01)


def test_nothing_but_the_tempo_is_told_of_the_sound(tagger: Tagger) -> None:
    heard = listen(DecodedSound(beats(124, "house", 20), 20.0), tagger)
    assert heard.tempo_bpm == 124.0
    assert heard.tags[0].tag in ("electronic", "electro", "dance")
    assert [each.strength for each in heard.tags] == sorted((each.strength for each in heard.tags), reverse=True)


@pytest.mark.parametrize(
    ("heard", "genre"),
    [
        (strengths(metal=0.6, rock=0.3), "metal"),
        (strengths(Hip_Hop=0.5, rnb=0.2), "hip-hop"),
        (strengths(country=0.3, folk=0.2), "country"),
        (strengths(House=0.4, electronic=0.5), "deep-house"),
        (strengths(rock=0.6, alternative=0.3), "rock"),
        (strengths(electro=0.5, electronic=0.5), "dubstep"),
    ],
)
def test_tags_speak_for_genres(heard: HeardSound, genre: str) -> None:
    scores = heard_genres(heard, SIX)
    assert scores[0].genre == genre
    assert sum(score.probability for score in scores) == pytest.approx(1)
    assert heard_elsewhere(heard, SIX) is None


def test_what_the_catalog_has_not_is_said() -> None:
    assert heard_elsewhere(strengths(jazz=0.7, blues=0.2), SIX) == "jazz"
    assert heard_elsewhere(strengths(jazz=0.4, rock=0.35), SIX) is None
    assert heard_elsewhere(strengths(jazz=0.7), (*SIX, "jazz")) is None


@pytest.mark.parametrize(
    ("genre", "first"),
    [
        ("Hip-Hop", "Hip-Hop"), ("heavy-metal", "heavy metal"), ("death-metal", "metal"), ("progressive-house", "House"),
        ("k-pop", "pop"), ("r-n-b", None), ("indian", None), ("black-metal", "metal"), ("singer-songwriter", "acoustic"),
        ("alt-rock", "rock"), ("deep house", "House"), ("trip-hop", None),
    ],
)  # fmt: skip
def test_a_genre_is_known_by_its_name(genre: str, first: str | None) -> None:
    assert next(iter(tags_of_genre(genre)), None) == first


def test_every_tag_that_is_named_is_one() -> None:
    assert set(GENRE_TAGS) <= set(TAGS)
    assert len(set(TAGS)) == 50
    assert all(tag in TAGS for genre in ("deep house", "dubstep", "grunge", "disco") for tag in tags_of_genre(genre))


def test_the_tagger_is_read_once_from_the_bucket_and_checked(tmp_path: object) -> None:
    bucket = Bucket.open(f"file://{tmp_path}")
    main(["--bucket", bucket.url])
    opened: list[Bucket] = []

    def open_bucket() -> Bucket:
        opened.append(bucket)
        return bucket

    store = TaggerStore(open_bucket)
    assert store.tagger() is store.tagger()
    assert len(opened) == 1
    bucket.put(TAGGER_KEY, bucket.get(TAGGER_KEY).data[:-1] + b"\0")
    with pytest.raises(NotOffered) as damaged:
        TaggerStore(open_bucket).tagger()
    assert damaged.value.reason == "listening_failed"
    bucket.delete(ABOUT_KEY)
    with pytest.raises(NotOffered) as missing:
        TaggerStore(open_bucket).tagger()
    assert missing.value.reason == "listening_off"


def test_ten_at_once_take_their_turns(tagger: Tagger) -> None:
    from concurrent.futures import ThreadPoolExecutor

    sound = DecodedSound(beats(100, "rock", 10), 10.0)
    with ThreadPoolExecutor(10) as threads:
        heard = list(threads.map(lambda _: listen(sound, tagger), range(10)))
    assert len({each.strengths for each in heard}) == 1
    assert RATE == 16_000
