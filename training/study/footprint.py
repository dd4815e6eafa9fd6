"""What a model costs where it is served: its file, loading it, what it holds in memory, one prediction.

Each model is opened in a process of its own, as a new instance of the function would (`python -m training.study.footprint
FILE`); what a process has without any model is taken off. Times are the medians of several; the machine may be busy with
something else, so that models are to be compared with one another, and not with other machines.

Public names: footprints, exported_footprint, footprint.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import psutil

from kamerton.music.features import FEATURE_NAMES
from kamerton.release.classifier import GenreClassifier
from kamerton.release.onnx_model import OnnxModel
from training.data.inputs import vectors_of
from training.data.rows import genres_of
from training.evaluation.process_pool import spread
from training.export import prove_parity
from training.fitting.recipe import SERVED, Recipe
from training.fitting.trained_classifier import TrainedClassifier, fit_classifier
from training.models import FAMILIES, Parameters, is_exported

N_PREDICTIONS = 200


def footprints(
    rows: pd.DataFrame,
    parameters: Mapping[str, Parameters | None],
    seed: int = 0,
    workers: int | None = None,
    recipe: Recipe = SERVED,
) -> dict[str, dict[str, Any]]:
    """Of each family in `parameters` that can be served, fitted on all of `rows`."""
    names = [name for name in parameters if name in FAMILIES and is_exported(name, len(genres_of(rows)))]
    return dict(spread(_fitted_footprint, (rows, parameters, seed, recipe), names, workers))


def _fitted_footprint(shared: tuple[pd.DataFrame, Mapping[str, Parameters | None], int, Recipe], name: str) -> dict[str, Any]:
    rows, parameters, seed, recipe = shared
    return exported_footprint(fit_classifier(rows, name, seed=seed, recipe=recipe, parameters=parameters[name]), rows)


def exported_footprint(classifier: TrainedClassifier, rows: pd.DataFrame) -> dict[str, Any]:
    """The footprint of what `classifier` is exported to, after the proof of parity on `rows`. Raises SystemExit as that."""
    data = classifier.to_onnx().SerializeToString()
    worst = prove_parity(classifier, OnnxModel(data, GenreClassifier.OUTPUT), vectors_of(rows))
    return {**footprint(data), "largest_difference": float(f"{worst:.2g}")}


def footprint(data: bytes) -> dict[str, Any]:
    """`bytes` of the file, `load_ms`, `memory_mb` (PSS) and `predict_ms` of one track."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        path.write_bytes(data)
        command = [sys.executable, "-m", "training.study.footprint", str(path)]
        # The process finds its modules where this one does.
        environ = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    return {"bytes": len(data), **json.loads(done.stdout)}


def _measured(path: Path) -> dict[str, float]:
    data = path.read_bytes()
    before = _memory_bytes()
    started = time.perf_counter()
    model = OnnxModel(data, GenreClassifier.OUTPUT)
    loaded = time.perf_counter()
    tracks = np.random.default_rng(0).standard_normal((N_PREDICTIONS, 1, len(FEATURE_NAMES))).astype(np.float32)
    seconds = [_seconds(model, track) for track in tracks]
    return {
        "load_ms": round(1000 * (loaded - started), 2),
        "memory_mb": round((_memory_bytes() - before) / 1e6, 1),
        "predict_ms": round(1000 * statistics.median(seconds), 3),
    }


def _seconds(model: OnnxModel, track: np.ndarray) -> float:
    started = time.perf_counter()
    model(track)
    return time.perf_counter() - started


def _memory_bytes() -> int:
    memory = psutil.Process().memory_full_info()
    # Shares of pages that others use too are known on Linux only.
    return int(getattr(memory, "pss", memory.uss))


def main(arguments: Sequence[str]) -> None:
    print(json.dumps(_measured(Path(arguments[0]))))


if __name__ == "__main__":
    main(sys.argv[1:])
