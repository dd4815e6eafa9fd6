"""The classifier and the embedder as ONNX under the one contract, proved equal -> build/release/{model,embedder}.onnx.

Exporters disagree with the models that they export: the proof runs over every row of the data, as it is and with gaps. Each
probability must be within 1e-5 of the native model's, and the winner the same unless the first two are closer than 2e-5.

Public names: export_classifier, export_embedding, prove_parity.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamerton.music.features import FloatArray
from kamerton.release.classifier import GenreClassifier
from kamerton.release.manifest import EMBEDDER, MODEL
from kamerton.release.onnx_model import OnnxModel
from training.data.artifacts import EXPORTED, digests, read_table, write_bytes, write_json
from training.data.inputs import core_only, vectors_of
from training.fitting.trained_classifier import CLASSIFIER, TrainedClassifier, load_classifier
from training.similarity.embedding import EMBEDDING, Embedding, load_embedding
from training.similarity.embedding import prove_parity as embedding_parity

TOLERANCE = 1e-5
TIE = 2 * TOLERANCE
"""Two models that differ by the tolerance may disagree on a winner that leads by less than this."""

_BATCH = 1024


def export_classifier(classifier: TrainedClassifier, rows: pd.DataFrame) -> tuple[bytes, float]:
    """The model's file, proved on `rows`, and the largest difference that was seen. Raises SystemExit as `prove_parity`."""
    data = classifier.to_onnx().SerializeToString()
    return data, prove_parity(classifier, OnnxModel(data, GenreClassifier.OUTPUT), vectors_of(rows))


def export_embedding(embedding: Embedding, rows: pd.DataFrame) -> tuple[bytes, float]:
    """The embedder's file, proved on `rows`, and the largest difference, relative. Raises SystemExit when it is too large."""
    return embedding.to_onnx().SerializeToString(), embedding_parity(embedding, vectors_of(rows))


def prove_parity(classifier: TrainedClassifier, exported: OnnxModel, vectors: FloatArray) -> float:
    """The largest difference over `vectors`, whole and with gaps; SystemExit when it is too large, or a winner changes."""
    if exported.width != len(classifier.genres):
        raise SystemExit(f"The exported model knows {exported.width} genres, the trained one {len(classifier.genres)}.")
    differences, changed = [], 0
    for batch in _batches(vectors):
        native, foreign = classifier.predict_proba(batch), exported(batch)
        differences.append(np.abs(native - foreign).max())
        changed += int((_winners_differ(native, foreign)).sum())
    # NaN, if any is.
    worst = float(np.max(differences))
    if not worst <= TOLERANCE or changed:
        raise SystemExit(
            f"The exported {classifier.family} is not the trained one: probabilities differ by up to {worst:.2g} "
            f"({TOLERANCE:g} is allowed), and {changed:,} winners changed. Nothing was written."
        )
    return worst


def _winners_differ(native: NDArray[np.float64], foreign: FloatArray) -> NDArray[np.bool_]:
    second, first = np.sort(native, axis=1)[:, -2:].T
    return np.asarray((native.argmax(axis=1) != foreign.argmax(axis=1)) & (first - second >= TIE))


def _batches(vectors: FloatArray) -> Iterator[FloatArray]:
    """Every row as it is, with the core nine alone, and with about every fifth value missing, whichever it is."""
    random = np.random.default_rng(0)
    for start in range(0, len(vectors), _BATCH):
        batch = vectors[start : start + _BATCH]
        yield batch
        yield core_only(batch)
        yield np.where(random.random(batch.shape) < 0.2, np.float32(np.nan), batch)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, default=Path("build"), help="where train wrote (default: build)")
    build = parser.parse_args(arguments).build
    started = time.perf_counter()
    classifier, rows = load_classifier(build), read_table(build / "rows.parquet", "prepare")
    data, worst = export_classifier(classifier, rows)
    embedder, worst_embedding = export_embedding(load_embedding(build), rows)
    write_bytes(build / "release" / MODEL, data)
    write_bytes(build / "release" / EMBEDDER, embedder)
    write_json(build / "release" / EXPORTED, digests(build / CLASSIFIER, build / EMBEDDING))
    print(f"{classifier.family}: {len(data) / 1e6:.1f} MB, embedder: {len(embedder) / 1e3:.0f} kB -> {build / 'release'}")
    print(
        f"within {worst:.1g} and {worst_embedding:.1g} of what was trained, on {len(rows):,} rows, whole and with gaps "
        f"({time.perf_counter() - started:.1f} s)"
    )


if __name__ == "__main__":
    main()
