"""The layout of a release in the bucket: the names of its objects, its manifest, and the pointer to the release in force.

Under releases/<id>/: manifest.json, model.onnx, embedder.onnx, vectors.npy, rows.npy, catalog.sqlite, map.npy,
probabilities.npy, embeddings.npy; and beside releases/ the pointer, current.json. A release that was made before there were
maps, or before outputs were precomputed, lacks the objects of these.

Public names: Manifest, its parts ObjectSummary, Shard and DataSummary, Pointer, check_manifest, checked_id,
object_key, and the names of the objects.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from kamerton.errors import ReleaseError
from kamerton.music.audible import AUDIBLE
from kamerton.music.features import FEATURE_NAMES

POINTER = "current.json"
FORMAT = 1
MODEL, EMBEDDER, VECTORS, ROWS, CATALOG = "model.onnx", "embedder.onnx", "vectors.npy", "rows.npy", "catalog.sqlite"
MAP = "map.npy"
PROBABILITIES, EMBEDDINGS = "probabilities.npy", "embeddings.npy"
OBJECTS = (MODEL, EMBEDDER, VECTORS, ROWS, CATALOG, MAP, PROBABILITIES, EMBEDDINGS)
_NEEDED = (MODEL, EMBEDDER, VECTORS, ROWS, CATALOG)
MANIFEST = "manifest.json"

_RELEASE_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")


class ObjectSummary(msgspec.Struct, frozen=True):
    size: int
    sha256: str


class Shard(msgspec.Struct, frozen=True):
    """Rows [start, stop) of vectors.npy."""

    genre: str
    start: int
    stop: int


class DataSummary(msgspec.Struct, frozen=True):
    """The table that the release was made from; `fingerprint` is a SHA-256 of its content."""

    source: str
    fingerprint: str
    rows: int
    tracks: int
    artists: int


class Manifest(msgspec.Struct, frozen=True):
    format: int
    release: str
    created: str
    """ISO 8601, UTC."""
    family: str
    feature_names: tuple[str, ...]
    feature_quantiles: dict[str, tuple[float, ...]]
    """The quantiles of each feature that a listener hears, over the catalog, at evenly spaced shares."""
    genres: tuple[str, ...]
    """In the order of the model's output."""
    shards: tuple[Shard, ...]
    data: DataSummary
    objects: dict[str, ObjectSummary]
    metrics: dict[str, Any] = {}
    genre_averages: dict[str, dict[str, float]] = {}
    """The mean of each feature that a listener hears over the tracks of each genre; empty in a release made without."""
    label_confusion: dict[str, dict[str, float]] = {}
    """See `kamerton.recommending.filing`; empty in a release made without."""
    likeness_bounds: tuple[float, ...] = ()
    """See `kamerton.recommending.likeness`; empty in a release made without, or of a catalog of artists with one track each."""
    foreign_distance: float | None = None
    """See `kamerton.recommending.foreignness`; None in a release made without, or of a small catalog."""


class Pointer(msgspec.Struct, frozen=True):
    release: str


def object_key(release_id: str, name: str) -> str:
    """The key in the bucket of a release's object."""
    return f"releases/{release_id}/{name}"


def checked_id(release_id: str) -> str:
    """The id; raises `ReleaseError` when it could not stand in a key."""
    if not _RELEASE_ID.fullmatch(release_id):
        raise ReleaseError(f"{release_id!r} is no release id: letters, digits, dots and dashes, 64 at most")
    return release_id


def check_manifest(manifest: Manifest, release_id: str) -> None:
    if manifest.format != FORMAT or manifest.release != release_id:
        raise ReleaseError(f"{release_id}: the manifest is of format {manifest.format} and release {manifest.release}")
    if manifest.feature_names != FEATURE_NAMES or not all(manifest.feature_quantiles.get(name) for name in AUDIBLE):
        raise ReleaseError(f"{release_id} was trained on other features: {', '.join(manifest.feature_names)}")
    if missing := set(_NEEDED) - set(manifest.objects):
        raise ReleaseError(f"{release_id} lacks {', '.join(sorted(missing))}")
