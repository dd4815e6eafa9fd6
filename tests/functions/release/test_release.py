"""A release is loaded whole and right, or refused."""

from __future__ import annotations

import gc
import hashlib
import io
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from kamerton.deadline import Deadline
from kamerton.errors import BucketError, DeadlineExceeded, ObjectMissing, ReleaseError
from kamerton.music.features import FEATURE_NAMES, AudioFeatures
from kamerton.recommending.question import ListOptions
from kamerton.recommending.recommender import Recommender
from kamerton.recommending.seed import new_seed
from kamerton.release.loader import load_release, read_pointer
from kamerton.release.manifest import (
    CATALOG,
    EMBEDDER,
    EMBEDDINGS,
    MANIFEST,
    MAP,
    MODEL,
    OBJECTS,
    PROBABILITIES,
    ROWS,
    VECTORS,
    Manifest,
    ObjectSummary,
    Shard,
    object_key,
)
from kamerton.release.release import Release
from kamerton.service.catalog_seed import catalog_seed
from kamerton.storage import Bucket, Stored
from tests.fakes.clock import Clock
from tests.small_release import GENRES, put_release, small_objects, small_tracks

Objects = dict[str, bytes]


@pytest.fixture
def bucket() -> Bucket:
    return Bucket.open("memory://")


@pytest.fixture(scope="module")
def published() -> tuple[Manifest, Objects]:
    return small_objects(small_tracks())


def load(bucket: Bucket) -> Release:
    return load_release(bucket, "small-1", Deadline(30))


def with_values(manifest: Manifest, **values: object) -> Manifest:
    return msgspec.structs.replace(manifest, **values)


def with_checksums(manifest: Manifest, objects: Objects) -> Manifest:
    """The manifest with the sums of these objects: what they hold is wrong, but nobody damaged it on the way."""
    return with_values(
        manifest,
        objects={name: ObjectSummary(len(data), hashlib.sha256(data).hexdigest()) for name, data in objects.items()},
    )


def array(data: bytes) -> np.ndarray:
    return np.load(io.BytesIO(data))


def npy(values: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, values)
    return buffer.getvalue()


def test_a_release_comes_back_as_it_was_published(bucket: Bucket, published: tuple[Manifest, Objects]) -> None:
    manifest, objects = published
    put_release(bucket, manifest, objects)
    release = load(bucket)
    assert release.id == "small-1"
    assert release.manifest == manifest
    assert len(release.catalog) == 120
    assert set(release.index.genre_sizes) == set(GENRES)
    assert release.map is not None
    assert len(release.map) == 120


def test_a_release_from_before_there_were_maps_answers_without_one(bucket: Bucket, published: tuple[Manifest, Objects]) -> None:
    manifest, objects = published
    older = {name: data for name, data in objects.items() if name != MAP}
    put_release(bucket, with_checksums(manifest, older), older)
    release = load(bucket)
    assert release.map is None
    assert Recommender.of(release).recommend([new_seed(release, AudioFeatures(energy=0.9))], ListOptions(limit=5))


def test_a_release_from_before_there_were_averages_is_served_without_them(
    bucket: Bucket, published: tuple[Manifest, Objects]
) -> None:
    put_release(bucket, *published)
    fields = msgspec.to_builtins(published[0])
    del fields["genre_averages"]
    bucket.put(object_key("small-1", MANIFEST), msgspec.json.encode(fields))
    assert load(bucket).manifest.genre_averages == {}


@pytest.mark.parametrize("name", [MANIFEST, *OBJECTS])
def test_a_missing_object_is_missing(bucket: Bucket, published: tuple[Manifest, Objects], name: str) -> None:
    put_release(bucket, *published)
    bucket.delete(object_key("small-1", name))
    with pytest.raises(ObjectMissing, match=name):
        load(bucket)


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:-1], lambda data: data[:-1] + bytes([data[-1] ^ 1]), lambda data: data + b"\0", lambda _: b""],
    ids=["cut", "flipped", "longer", "empty"],
)
def test_an_object_with_another_checksum_is_refused(
    bucket: Bucket, published: tuple[Manifest, Objects], name: str, damage: Callable[[bytes], bytes]
) -> None:
    put_release(bucket, *published)
    bucket.put(object_key("small-1", name), damage(published[1][name]))
    with pytest.raises(ReleaseError, match=f"{name} does not have the checksum"):
        load(bucket)


@pytest.mark.parametrize("data", [b"", b"{", b"null", b"[]", b"{}", b'{"format": "one"}', b"\xff\xfe"])
def test_a_damaged_manifest_is_refused(bucket: Bucket, published: tuple[Manifest, Objects], data: bytes) -> None:
    put_release(bucket, *published)
    bucket.put(object_key("small-1", MANIFEST), data)
    with pytest.raises(ReleaseError, match=r"manifest\.json is damaged"):
        load(bucket)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"format": 2}, "of format 2"),
        ({"release": "small-2"}, "release small-2"),
        ({"feature_names": FEATURE_NAMES[:-1]}, "other features"),
        ({"feature_names": (*FEATURE_NAMES, "popularity")}, "other features"),
        ({"feature_names": FEATURE_NAMES[::-1]}, "other features"),
        ({"feature_quantiles": {}}, "other features"),
        ({"feature_quantiles": dict.fromkeys(FEATURE_NAMES, ())}, "other features"),
        ({"objects": {}}, "lacks catalog.sqlite, embedder.onnx"),
        ({"genres": GENRES[:-1]}, "do not fit"),
        ({"genres": ("polka", "tango", "waltz")}, "do not fit"),
        ({"shards": ()}, "do not fit"),
        ({"shards": (Shard("metal", 0, 119),)}, "do not fit"),
        ({"shards": (Shard("metal", 0, 121),)}, "do not fit"),
        ({"shards": (Shard("metal", -1, 119), Shard("country", 119, 120))}, "do not fit"),
        ({"shards": (Shard("metal", 0, 70), Shard("country", 60, 120))}, "do not fit"),
        ({"shards": (Shard("metal", 0, 60), Shard("metal", 60, 120))}, "do not fit"),
        ({"shards": (Shard("metal", 0, 130), Shard("country", 130, 120))}, "do not fit"),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(
    bucket: Bucket, published: tuple[Manifest, Objects], values: dict[str, object], words: str
) -> None:
    manifest, objects = published
    put_release(bucket, manifest, objects)
    bucket.put(object_key("small-1", MANIFEST), msgspec.json.encode(with_values(manifest, **values)))
    with pytest.raises(ReleaseError, match=words):
        load(bucket)


def damaged_array(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Objects], Objects]:
    return lambda objects: {name: npy(change(array(objects[name])))}


def negative(rows: np.ndarray) -> np.ndarray:
    return np.where(rows == 0, -1, rows).astype(np.int32)


def endless(vectors: np.ndarray) -> np.ndarray:
    vectors[3, 3] = np.inf
    return vectors


@pytest.mark.parametrize(
    "spoil",
    [
        damaged_array(VECTORS, lambda vectors: vectors[:-1]),
        damaged_array(VECTORS, lambda vectors: vectors[:, :-1]),
        damaged_array(VECTORS, lambda vectors: vectors.ravel()),
        damaged_array(VECTORS, lambda vectors: vectors.astype(np.float64)),
        damaged_array(VECTORS, endless),
        damaged_array(ROWS, lambda rows: rows[:-1]),
        damaged_array(ROWS, lambda rows: rows + np.int32(1)),
        damaged_array(ROWS, negative),
        damaged_array(ROWS, lambda rows: rows.astype(np.float32)),
        damaged_array(ROWS, lambda rows: rows[0]),
        damaged_array(ROWS, lambda rows: np.where(rows == 119, 2_000_000_000, rows).astype(np.int32)),
        damaged_array(MAP, lambda rows: rows[:-1]),
        damaged_array(MAP, lambda rows: rows[:, :2]),
        damaged_array(MAP, lambda rows: rows.ravel()),
        damaged_array(MAP, lambda rows: rows.astype(np.float32)),
        damaged_array(MAP, lambda rows: rows + np.array([0, 0, 1], np.uint16)),
        lambda _: {MAP: b"no array"},
        lambda _: {ROWS: b"no array"},
        lambda _: {VECTORS: b""},
        damaged_array(PROBABILITIES, lambda rows: rows[:-1]),
        damaged_array(PROBABILITIES, lambda rows: rows[:, :-1]),
        damaged_array(PROBABILITIES, lambda rows: rows * np.float32(0)),
        damaged_array(PROBABILITIES, lambda rows: (100 * rows).astype(np.uint8)),
        damaged_array(EMBEDDINGS, lambda rows: rows[:-1]),
        damaged_array(EMBEDDINGS, lambda rows: rows[:, :-1]),
        damaged_array(EMBEDDINGS, lambda rows: rows.ravel()),
        damaged_array(EMBEDDINGS, endless),
        lambda _: {EMBEDDINGS: b"no array"},
        lambda _: {CATALOG: b""},
        lambda _: {CATALOG: b"no catalog"},
        lambda objects: {CATALOG: objects[CATALOG][:4096]},
    ],
)
def test_objects_that_do_not_fit_each_other_are_refused(
    bucket: Bucket, published: tuple[Manifest, Objects], spoil: Callable[[Objects], Objects]
) -> None:
    manifest, objects = published
    objects = objects | spoil(objects)
    put_release(bucket, with_checksums(manifest, objects), objects)
    with pytest.raises(ReleaseError):
        load(bucket)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: {MODEL: b"no model"},
        lambda objects: {MODEL: objects[EMBEDDER]},
        lambda objects: {EMBEDDER: objects[MODEL]},
    ],
)
def test_a_model_that_does_not_fit_is_refused_when_it_is_opened(
    bucket: Bucket, published: tuple[Manifest, Objects], spoil: Callable[[Objects], Objects]
) -> None:
    """At once in a release without precomputed outputs; else when something outside the catalog is asked for."""
    manifest, objects = published
    objects = objects | spoil(objects)
    put_release(bucket, with_checksums(manifest, objects), objects)
    release = load(bucket)
    entry = release.catalog.entries([0])[0]
    assert catalog_seed(release, entry).genres
    with pytest.raises(ReleaseError):
        new_seed(release, entry.features)
    kept = {name: data for name, data in objects.items() if name not in (PROBABILITIES, EMBEDDINGS)}
    put_release(bucket, with_checksums(manifest, kept), kept)
    with pytest.raises(ReleaseError):
        load(bucket)


def test_a_track_of_the_catalog_is_what_the_models_say_of_it_and_they_stay_closed(
    bucket: Bucket, published: tuple[Manifest, Objects]
) -> None:
    put_release(bucket, *published)
    release = load(bucket)
    entries = release.catalog.entries(range(len(release.catalog)))
    stored = [catalog_seed(release, entry) for entry in entries]
    assert not release.classifier.is_open
    assert not release.embedder.is_open
    for entry, seed in zip(entries, stored, strict=True):
        computed = new_seed(release, entry.features, entry.track)
        expected = [score.probability for score in seed.genres]
        assert [score.genre for score in computed.genres] == [score.genre for score in seed.genres]
        assert [score.probability for score in computed.genres] == pytest.approx(expected, abs=1e-6)
        assert np.allclose(computed.embedding, seed.embedding, atol=1e-5)
    assert release.classifier.is_open


def test_a_release_without_precomputed_outputs_is_served_by_its_models(
    bucket: Bucket, published: tuple[Manifest, Objects]
) -> None:
    manifest, objects = published
    kept = {name: data for name, data in objects.items() if name not in (PROBABILITIES, EMBEDDINGS)}
    put_release(bucket, with_checksums(manifest, kept), kept)
    release = load(bucket)
    assert release.precomputed is None
    assert release.classifier.is_open
    assert catalog_seed(release, release.catalog.entries([0])[0]).genres


def test_a_catalog_of_other_tracks_is_refused(bucket: Bucket, published: tuple[Manifest, Objects]) -> None:
    manifest, objects = published
    objects = objects | {CATALOG: small_objects(small_tracks().head(100))[1][CATALOG]}
    put_release(bucket, with_checksums(manifest, objects), objects)
    with pytest.raises(ReleaseError, match="do not fit"):
        load(bucket)


def test_loading_ends_with_the_deadline(bucket: Bucket, published: tuple[Manifest, Objects]) -> None:
    put_release(bucket, *published)
    clock = Clock()
    deadline = Deadline(1, clock)
    clock.pass_by(1)
    with pytest.raises(DeadlineExceeded):
        load_release(bucket, "small-1", deadline)


@pytest.mark.parametrize("data", [b"", b"{", b"{}", b"[]", b"\xff", b'{"release": 1}', b'{"release": ".."}'])
def test_a_damaged_pointer_is_refused(data: bytes) -> None:
    with pytest.raises(ReleaseError):
        read_pointer(Stored(data, None))


def test_a_pointer_names_a_release() -> None:
    assert (
        read_pointer(Stored(b'{"release": "20261122T101500123Z-0a1b2c3d", "more": 1}', None)) == "20261122T101500123Z-0a1b2c3d"
    )


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder where temporary files are made, for this test alone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_release_takes_its_file_along_when_nobody_refers_to_it(
    bucket: Bucket, published: tuple[Manifest, Objects], temporary: Path
) -> None:
    put_release(bucket, *published)
    release = load(bucket)
    assert len(list(temporary.glob("*/*"))) == 1
    del release
    gc.collect()
    assert not list(temporary.iterdir())


def test_a_refused_release_leaves_no_file(bucket: Bucket, published: tuple[Manifest, Objects], temporary: Path) -> None:
    manifest, objects = published
    fewer = small_objects(small_tracks().head(100))[1][CATALOG]
    for catalog in (b"no catalog", objects[CATALOG][:4096], fewer):
        spoilt_objects = objects | {CATALOG: catalog}
        put_release(bucket, with_checksums(manifest, spoilt_objects), spoilt_objects)
        with pytest.raises((ReleaseError, BucketError)):
            load(bucket)
    gc.collect()
    assert not list(temporary.iterdir())


def test_a_genre_that_the_model_does_not_know_is_kept_but_not_recommended(
    bucket: Bucket, published: tuple[Manifest, Objects]
) -> None:
    # In a large table all ids of a genre may be of another one too: it has no row to learn from, but its tracks are there.
    manifest, objects = published
    put_release(bucket, with_values(manifest, genres=(*GENRES[:-1], "polka")), objects)
    release = load(bucket)
    seed = new_seed(release, AudioFeatures(energy=0.9))
    assert GENRES[-1] in release.index.genre_sizes
    assert not any(
        item.genre == GENRES[-1] for item in Recommender.of(release).recommend([seed], ListOptions(limit=50, artist_cap=50))
    )
