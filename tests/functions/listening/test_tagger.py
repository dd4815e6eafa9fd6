"""The tagger: it hears what the original hears, and by its tags the genres of a catalog."""

from __future__ import annotations

import numpy as np
import pytest

from kamerton.errors import NotOffered
from kamerton.listening.decoder import DecodedSound
from kamerton.listening.heard_sound import HeardSound, heard_elsewhere, heard_genres, listen
from kamerton.listening.mel_spectrogram import RATE
from kamerton.listening.model_file import model_key
from kamerton.listening.sound_features import FEATURE_MODEL, HEARD_FEATURES, FeatureModel
from kamerton.listening.sound_models import SoundModels, SoundModelStore
from kamerton.listening.tagger import TAGGER, Tagger
from kamerton.listening.tags import GENRE_TAGS, TAGS, tags_of_genre
from kamerton.music.features import GRID_NAMES, AudioFeatures, vector
from kamerton.storage import Bucket
from tests.functions.listening.sounds import beats
from training.listening.__main__ import heard_tags, made_sound, main, require_heard
from training.listening.tagger import tagger_model
from training.listening.vibenet import feature_model

SIX = ("country", "deep-house", "dubstep", "hip-hop", "metal", "rock")


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(tagger_model().SerializeToString())


@pytest.fixture(scope="module")
def features() -> FeatureModel:
    return FeatureModel(feature_model())


def strengths(**heard: float) -> HeardSound:
    """Nothing is heard but these tags."""
    named = {tag.replace("-", "_").replace(" ", "_"): tag for tag in TAGS}
    values = {named[name]: strength for name, strength in heard.items()}
    return HeardSound(tuple(values.get(tag, 0.01) for tag in TAGS), 120.0, -14.0, 30.0)


def test_it_hears_what_the_original_hears(tagger: Tagger) -> None:
    """The figures are those of the original model in TensorFlow."""
    heard = heard_tags(tagger)
    original = {"electronic": 0.5891, "electro": 0.2517, "experimental": 0.1430}
    assert {name: heard[name] for name in original} == pytest.approx(original, abs=1e-4)


def test_it_hears_the_features_that_the_original_hears(features: FeatureModel) -> None:
    original = {
        "acousticness": 0.3246,
        "danceability": 0.7094,
        "energy": 0.2309,
        "instrumentalness": 0.8017,
        "liveness": 0.1026,
        "speechiness": 0.1853,
        "valence": 0.2055,
    }
    assert features.heard(made_sound()) == pytest.approx(original, abs=1e-4)
    # Half-sure that nobody sings is not sure.
    assert features.features(made_sound())["instrumentalness"] < 0.001


@pytest.mark.parametrize("n_samples", [1, 639, 640, 641, 16_000])
def test_features_of_any_length_are_in_their_ranges(features: FeatureModel, n_samples: int) -> None:
    sound = np.full(n_samples, 0.1, np.float32)
    assert all(0 <= value <= 1 for value in features.features(sound).values())


def test_a_model_that_hears_something_else_is_not_published() -> None:
    with pytest.raises(SystemExit, match=r"energy is heard with 0\.9000, and by the original with 0\.2309"):
        require_heard({"energy": 0.9}, {"energy": 0.2309})


def test_how_loud_a_sound_is_changes_nothing(tagger: Tagger) -> None:
    sound = beats(124, "house", 15) * 0.5
    models = SoundModels(tagger)
    loud, quiet = (listen(DecodedSound(sound * np.float32(gain), 15.0), models) for gain in (1, 0.1))
    assert np.allclose(loud.strengths, quiet.strengths, atol=0.01)
    assert heard_genres(loud, SIX)[0].genre == heard_genres(quiet, SIX)[0].genre
    assert loud.loudness_lufs - quiet.loudness_lufs == pytest.approx(20, abs=0.11)


def test_nothing_but_the_tempo_is_told_of_the_sound(tagger: Tagger) -> None:
    heard = listen(DecodedSound(beats(124, "house", 20), 20.0), SoundModels(tagger))
    assert heard.tempo_bpm == 124.0
    assert heard.features is None
    assert heard.audio_features == AudioFeatures(tempo=124.0)
    assert heard.tags[0].tag in ("electronic", "electro", "dance")
    assert [each.strength for each in heard.tags] == sorted((each.strength for each in heard.tags), reverse=True)


def test_with_a_model_of_features_seven_more_are_told_and_nothing_of_how_it_was_made(
    tagger: Tagger, features: FeatureModel
) -> None:
    heard = listen(DecodedSound(beats(124, "house", 20), 20.0), SoundModels(tagger, features))
    told = heard.audio_features
    assert {name for name in told.__struct_fields__ if getattr(told, name) is not None} == {"tempo", *HEARD_FEATURES}
    assert np.isnan(vector(told)[-len(GRID_NAMES) :]).all()


def test_what_is_known_by_features_has_a_say_in_the_genres() -> None:
    heard = strengths(rock=0.4, metal=0.4)
    by_tags = {score.genre: score.probability for score in heard_genres(heard, SIX)}
    both = {score.genre: score.probability for score in heard_genres(heard, SIX, {"metal": 0.8, "rock": 0.1})}
    assert both["metal"] / both["rock"] == pytest.approx(8 * by_tags["metal"] / by_tags["rock"])
    assert sum(both.values()) == pytest.approx(1)


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


def test_the_models_are_read_once_from_the_bucket_and_checked(tmp_path: object) -> None:
    bucket = Bucket.open(f"file://{tmp_path}")
    main(["--bucket", bucket.url])
    opened: list[Bucket] = []

    def open_bucket() -> Bucket:
        opened.append(bucket)
        return bucket

    store = SoundModelStore(open_bucket)
    assert store.models() is store.models()
    assert len(opened) == 1
    assert store.models().features is None
    main(["--bucket", bucket.url, "--vibenet"])
    assert SoundModelStore(open_bucket).models().features is not None
    for name in (FEATURE_MODEL, TAGGER):
        bucket.put(model_key(name), bucket.get(model_key(name)).data[:-1] + b"\0")
        with pytest.raises(NotOffered) as damaged:
            SoundModelStore(open_bucket).models()
        assert damaged.value.reason == "listening_failed"
    bucket.delete(model_key(TAGGER, "json"))
    with pytest.raises(NotOffered) as missing:
        SoundModelStore(open_bucket).models()
    assert missing.value.reason == "listening_off"


def test_ten_at_once_take_their_turns(tagger: Tagger) -> None:
    from concurrent.futures import ThreadPoolExecutor

    sound = DecodedSound(beats(100, "rock", 10), 10.0)
    with ThreadPoolExecutor(10) as threads:
        heard = list(threads.map(lambda _: listen(sound, SoundModels(tagger)), range(10)))
    assert len({each.strengths for each in heard}) == 1
    assert RATE == 16_000
