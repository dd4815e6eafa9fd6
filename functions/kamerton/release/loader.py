"""Loads a release: reads its objects from the bucket, checks that they are whole and fit each other, and opens them.

Training uploads a release whole, checks it, and only then moves the pointer to it, so that a reader never sees half a release.
The layout in the bucket is described in `kamerton.release.manifest`.

Public names: load_release.
"""

from __future__ import annotations

import hashlib
import io
import sqlite3
import threading
import weakref
from typing import Any

import msgspec
import numpy as np

from kamerton.deadline import Deadline
from kamerton.errors import ReleaseError
from kamerton.release.catalog import Catalog
from kamerton.release.classifier import GenreClassifier
from kamerton.release.embedder import Embedder
from kamerton.release.manifest import (
    CATALOG,
    EMBEDDER,
    EMBEDDINGS,
    MANIFEST,
    MAP,
    MODEL,
    OBJECTS,
    POINTER,
    PROBABILITIES,
    ROWS,
    VECTORS,
    Manifest,
    Pointer,
    check_manifest,
    checked_id,
    object_key,
)
from kamerton.release.music_map import MusicMap
from kamerton.release.onnx_model import OnnxModel
from kamerton.release.precomputed_outputs import PrecomputedOutputs
from kamerton.release.release import Release
from kamerton.release.temporary_file import TemporaryFile
from kamerton.release.track_index import TrackIndex
from kamerton.storage import Bucket, Stored


def read_pointer(stored: Stored) -> str:
    """The id of the release in force; raises `ReleaseError` when the pointer is damaged."""
    try:
        release_id = msgspec.json.decode(stored.data, type=Pointer).release
    except msgspec.MsgspecError as error:
        raise ReleaseError(f"{POINTER} is damaged: {error}") from error
    return checked_id(release_id)


def load_manifest(bucket: Bucket, release_id: str) -> Manifest:
    """Raises `BucketError`, or `ReleaseError` when this program cannot serve such a release."""
    data = bucket.get(object_key(release_id, MANIFEST)).data
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except msgspec.MsgspecError as error:
        raise ReleaseError(f"{release_id}: {MANIFEST} is damaged: {error}") from error
    check_manifest(manifest, release_id)
    return manifest


def load_release(bucket: Bucket, release_id: str, deadline: Deadline) -> Release:
    """The release, read, checked and opened. Raises `BucketError`, `ReleaseError` or `DeadlineExceeded`."""
    deadline.check()
    manifest = load_manifest(bucket, release_id)
    reader = _Reader(bucket, manifest, deadline)
    catalog = _open_catalog(reader.object(CATALOG))
    precomputed = _open_precomputed(reader, len(catalog))
    # What is asked for most needs no model, so that a model is opened when it is needed first.
    widths = (len(manifest.genres), precomputed.dimensions) if precomputed else (None, None)
    classifier = GenreClassifier(OnnxModel(reader.object(MODEL), GenreClassifier.OUTPUT, widths[0]), manifest.genres)
    embedder = Embedder(OnnxModel(reader.object(EMBEDDER), Embedder.OUTPUT, widths[1]))
    index = _open_index(reader, embedder.dimensions, len(catalog))
    return Release(manifest, classifier, embedder, index, catalog, _open_map(reader, len(catalog)), precomputed)


class _Reader:
    """Reads a release's objects, all of them side by side from the beginning on, since a cloud's bucket takes its time over
    each call; and checks each against the manifest. Raises `DeadlineExceeded` when the time is over."""

    def __init__(self, bucket: Bucket, manifest: Manifest, deadline: Deadline) -> None:
        self.manifest = manifest
        self._deadline = deadline
        # Threads and no pool: its module takes as long to import as a quick bucket takes to answer.
        self._calls = {name: _Call(bucket, object_key(manifest.release, name)) for name in OBJECTS if name in manifest.objects}

    def object(self, name: str) -> bytes:
        self._deadline.check()
        # Popped, so that nothing is held twice.
        data = self._calls.pop(name).data(self._deadline)
        summary = self.manifest.objects[name]
        if len(data) != summary.size or hashlib.sha256(data).hexdigest() != summary.sha256:
            raise ReleaseError(f"{self.manifest.release}: {name} does not have the checksum that the manifest gives")
        return data

    def array(self, name: str) -> Any:
        try:
            return np.load(io.BytesIO(self.object(name)), allow_pickle=False)
        except (ValueError, EOFError) as error:
            raise ReleaseError(f"{self.manifest.release}: {name} is not an array: {error}") from error


class _Call:
    """One call of the bucket, under way in a thread of its own."""

    def __init__(self, bucket: Bucket, key: str) -> None:
        self._bucket = bucket
        self._key = key
        self._data: bytes | None = None
        self._error: BaseException | None = None
        # A daemon: a call that hangs must not hold the end of the process.
        self._thread = threading.Thread(target=self._get, daemon=True)
        self._thread.start()

    def data(self, deadline: Deadline) -> bytes:
        """What was read; raises what the call raised, or `DeadlineExceeded`."""
        self._thread.join(deadline.left)
        deadline.check()
        if self._error is not None:
            raise self._error
        assert self._data is not None
        return self._data

    def _get(self) -> None:
        try:
            self._data = self._bucket.get(self._key).data
        except BaseException as error:  # raised where it is waited for
            self._error = error


def _open_catalog(data: bytes) -> Catalog:
    try:
        file = TemporaryFile(data)
        try:
            catalog = Catalog(file.path)
        except BaseException:
            file.remove()
            raise
    except (OSError, sqlite3.Error, KeyError, ValueError, ReleaseError) as error:
        raise ReleaseError(f"{CATALOG} cannot be opened: {error}") from error
    # The file is removed when the last request that uses this release is done.
    weakref.finalize(catalog, file.remove)
    return catalog


def _open_index(reader: _Reader, dimensions: int, n_tracks: int) -> TrackIndex:
    shards = {shard.genre: (shard.start, shard.stop) for shard in reader.manifest.shards}
    vectors, rows = reader.array(VECTORS), reader.array(ROWS)
    # A genre may be in the index and unknown to the model, but not all of them.
    fits = (
        (vectors.dtype, rows.dtype) == (np.float32, np.int32)
        and rows.shape == (_covered(reader.manifest),)
        and vectors.shape == (len(rows), dimensions)
        and (rows.min(), rows.max()) == (0, n_tracks - 1)
        and len(shards) == len(reader.manifest.shards)
        and not set(shards).isdisjoint(reader.manifest.genres)
        and bool(np.isfinite(vectors).all())
    )
    if not fits:
        raise ReleaseError(f"{reader.manifest.release}: vectors, rows, shards and catalog do not fit each other")
    return TrackIndex(vectors, rows, shards)


def _open_precomputed(reader: _Reader, n_tracks: int) -> PrecomputedOutputs | None:
    """None for a release that was made without."""
    if not {PROBABILITIES, EMBEDDINGS} <= set(reader.manifest.objects):
        return None
    probabilities, embeddings = reader.array(PROBABILITIES), reader.array(EMBEDDINGS)
    fits = (
        probabilities.dtype in (np.float32, np.float16)
        and probabilities.shape == (n_tracks, len(reader.manifest.genres))
        and embeddings.dtype == np.float32
        and embeddings.ndim == 2
        and len(embeddings) == n_tracks
        and bool(np.isfinite(embeddings).all() and (probabilities.sum(axis=1, dtype=np.float32) > 0).all())
    )
    if not fits:
        raise ReleaseError(f"{reader.manifest.release}: {PROBABILITIES}, {EMBEDDINGS} and catalog do not fit each other")
    return PrecomputedOutputs(probabilities, embeddings, reader.manifest.genres)


def _open_map(reader: _Reader, n_tracks: int) -> MusicMap | None:
    """None for a release that was made before there were maps."""
    if MAP not in reader.manifest.objects:
        return None
    rows = reader.array(MAP)
    genres = tuple(shard.genre for shard in reader.manifest.shards)
    if rows.dtype != np.uint16 or rows.shape != (n_tracks, 3) or rows[:, 2].max() >= len(genres):
        raise ReleaseError(f"{reader.manifest.release}: {MAP} and catalog do not fit each other")
    return MusicMap(rows, genres)


def _covered(manifest: Manifest) -> int:
    """How many rows the shards cover; -1 when a shard is empty or does not begin where the previous one ended."""
    stop = 0
    for shard in manifest.shards:
        if shard.start != stop or shard.stop <= shard.start:
            return -1
        stop = shard.stop
    return stop or -1
