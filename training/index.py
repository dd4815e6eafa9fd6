"""Lay the tracks out for serving: vectors by genre, the catalog with its search, and the map.

    python -m training.index [--build build]

Reads build/tracks.parquet and both models of build/release. Writes into build/release: vectors.npy, rows.npy, catalog.sqlite,
map.npy, what the models say of each track (probabilities.npy and embeddings.npy), and layout.json, with the shards and what the
manifest tells of the catalog: the quantiles of the features, their averages by genre, how far labels are to be trusted, how
near an artist's tracks are, and how far away a sound is foreign.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamerton.music import features
from kamerton.music.audible import AUDIBLE
from kamerton.music.features import FloatArray
from kamerton.release.classifier import GenreClassifier
from kamerton.release.embedder import Embedder
from kamerton.release.manifest import CATALOG, EMBEDDER, EMBEDDINGS, MAP, MODEL, PROBABILITIES, ROWS, VECTORS
from kamerton.release.onnx_model import OnnxModel
from training.data.artifacts import LAYOUT, digests, read_bytes, read_table, write_bytes, write_json
from training.indexing.catalog_writer import build_catalog
from training.indexing.foreign_distance import foreign_distance
from training.indexing.label_confusion import label_confusion
from training.indexing.likeness_bounds import likeness_bounds
from training.indexing.map_layout import map_rows
from training.indexing.shard_layout import shard_layout
from training.statistics.projection import neighbour_plane

_BATCH = 8192
_MOST_PROBABILITY_BYTES = 16 * 1024 * 1024
_QUANTILES = 101


def main(arguments: list[str] | None = None) -> None:
    build = _parser().parse_args(arguments).build
    started = time.perf_counter()
    tracks = read_table(build / "tracks.parquet", "prepare")
    release = build / "release"
    embedder = Embedder(OnnxModel(read_bytes(release / EMBEDDER, "export"), Embedder.OUTPUT))
    classifier = OnnxModel(read_bytes(release / MODEL, "export"), GenreClassifier.OUTPUT)
    made_from = digests(build / "tracks.parquet", release / EMBEDDER, release / MODEL)
    vectors = features.vectors({name: tracks[name] for name in features.NAMES if name in tracks})
    # In the space as serving computes it, whose equality with the fitted one export has proved.
    embeddings = _in_batches(embedder.embeddings, vectors)
    _write_array(release / EMBEDDINGS, embeddings)
    _write_array(release / PROBABILITIES, stored_probabilities(_in_batches(classifier, vectors)))
    layout, rows, shards = shard_layout(tracks, embeddings)
    _write_array(release / VECTORS, layout)
    _write_array(release / ROWS, rows)
    indexed = _by_track(layout, rows)
    described = {
        "feature_quantiles": feature_quantiles(tracks),
        "genre_averages": genre_averages(tracks),
        "label_confusion": label_confusion(tracks),
        "likeness_bounds": likeness_bounds(tracks, embeddings, indexed),
        "foreign_distance": foreign_distance(tracks, embeddings, indexed),
    }
    write_json(release / LAYOUT, {"shards": shards, **described, "made_from": made_from})
    build_catalog(tracks, release / CATALOG, embeddings)
    plane = neighbour_plane(embeddings.astype(np.float64))
    _write_array(release / MAP, map_rows(plane, embeddings, rows, shards))
    print(
        f"index: {len(tracks):,} tracks in {len(shards)} genres, {layout.shape[1]} dimensions, "
        f"catalog of {(release / CATALOG).stat().st_size / 1e6:.1f} MB, {time.perf_counter() - started:.1f} s"
    )


def stored_probabilities(probabilities: FloatArray) -> NDArray[np.floating]:
    """As they are, or of a large catalog of many genres in half as many bytes, which leaves three digits."""
    return probabilities if probabilities.nbytes <= _MOST_PROBABILITY_BYTES else probabilities.astype(np.float16)


def _in_batches(model: Callable[[FloatArray], FloatArray], vectors: FloatArray) -> FloatArray:
    return np.concatenate([model(vectors[start : start + _BATCH]) for start in range(0, len(vectors), _BATCH)])


def feature_quantiles(tracks: pd.DataFrame) -> dict[str, list[float]]:
    """Each audible feature's values at 0, 1, ... 100 % of the tracks, each a value that a track has."""
    shares = np.linspace(0, 1, _QUANTILES)
    return {name: tracks[name].quantile(shares, interpolation="nearest").tolist() for name in AUDIBLE}


def genre_averages(tracks: pd.DataFrame) -> dict[str, dict[str, float]]:
    """The mean of each audible feature over the tracks of each genre, in six digits; without what none of them has."""
    filed = tracks[["genres", *AUDIBLE]].explode("genres").groupby("genres").mean()
    return {
        str(genre): {name: float(f"{value:.6g}") for name, value in means.dropna().items()} for genre, means in filed.iterrows()
    }


def _by_track(layout: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The vector of each track, float32 [n_tracks, d], which is the same in each of its genres."""
    first = np.unique(rows, return_index=True)[1]
    return np.asarray(layout[first])


def _write_array(path: Path, array: np.ndarray) -> None:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    write_bytes(path, buffer.getvalue())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.index", description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, default=Path("build"), help="folder of the stages' files (default: build)")
    return parser


if __name__ == "__main__":
    main()
