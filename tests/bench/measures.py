"""What is measured, and how. Times are in seconds, sizes in bytes."""

from __future__ import annotations

import itertools
import os
import platform
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from kamerton.deadline import Deadline
from kamerton.music.features import vector
from kamerton.release.catalog import CatalogEntry
from kamerton.release.loader import load_release
from kamerton.release.manifest import MODEL
from kamerton.release.release import Release
from kamerton.release.track_index import TrackIndex
from kamerton.storage import Bucket
from tests.bench.search import one_edit
from tests.bench.servers import HELLO, KAMERTON, Server, running

_GENRES = [f"genre-{number}" for number in range(10)]


def cold_start(path: str, environ: Mapping[str, str], runs: int) -> dict[str, Any]:
    """From the start of the process to the first 200, ours and hello's by turns; the medians and their ratio."""
    times: dict[str, list[float]] = {"kamerton": [], "hello": []}
    for run in range(runs + 1):
        for name, function, asked in (("hello", HELLO, "/"), ("kamerton", KAMERTON, path)):
            with running(function, asked, environ) as server:
                # The first round only fills the page cache and the compiled files.
                if run:
                    times[name].append(server.cold_seconds)
    return _beside(times["kamerton"], times["hello"])


def warm_latency(paths: Sequence[str], environ: Mapping[str, str], requests: int) -> dict[str, Any]:
    """One connection, one request after another, ours and hello's by turns; and the memory afterwards."""
    with running(HELLO, "/", environ) as hello, running(KAMERTON, paths[0], environ) as kamerton:
        times = alternating({"kamerton": (kamerton, paths), "hello": (hello, ["/"])}, requests)
        ours, bare = times["kamerton"], times["hello"]
        _from_threads(kamerton, paths)
        memory = kamerton.pss_bytes()
    return {
        "p50": _beside(ours, bare),
        "p99_seconds": {"kamerton": _p99(ours), "hello": _p99(bare)},
        "pss_bytes": memory,
    }


def prediction(release: Release, native: Callable[[Any], Any], vectors: Any, runs: int) -> dict[str, Any]:
    """One prediction of one row by ONNX, beside the native model's."""
    classifier = release.classifier
    rows = [vectors[place : place + 1] for place in range(min(len(vectors), 50))]
    times: dict[str, list[float]] = {"onnx": [], "native": []}
    for _ in range(runs):
        for row in rows:
            times["onnx"].append(_timed(lambda row=row: classifier.probabilities(row)))
            times["native"].append(_timed(lambda row=row: native(row)))
    onnx, model = statistics.median(times["onnx"]), statistics.median(times["native"])
    return {"onnx_seconds": onnx, "native_seconds": model, "ratio": onnx / model}


def loading(bucket: Bucket, release_id: str, runs: int) -> dict[str, Any]:
    """Reading, checking and opening a whole release; and its sizes."""
    times = [_timed(lambda: load_release(bucket, release_id, Deadline(60))) for _ in range(runs)]
    manifest = load_release(bucket, release_id, Deadline(60)).manifest
    sizes = {name: summary.size for name, summary in manifest.objects.items()}
    return {"seconds": statistics.median(times), "model_bytes": sizes[MODEL], "bytes": sizes}


def index_query(dimensions: int, sizes: Sequence[int], runs: int) -> dict[str, Any]:
    """The 100 nearest of random tracks in ten genres, all of them searched."""
    generator = np.random.default_rng(0)
    probabilities = dict(zip(_GENRES, generator.dirichlet(np.ones(len(_GENRES))).tolist(), strict=True))
    answer = {}
    for size in sizes:
        bounds = np.linspace(0, size, len(_GENRES) + 1, dtype=int).tolist()
        shards = dict(zip(_GENRES, itertools.pairwise(bounds), strict=True))
        vectors = generator.standard_normal((size, dimensions), dtype=np.float32)
        index = TrackIndex(vectors, np.arange(size, dtype=np.int32), shards)
        queries = generator.standard_normal((runs + 1, dimensions), dtype=np.float32)
        times = [
            _timed(lambda query=query, index=index: index.nearest(query, probabilities, _GENRES, 100)) for query in queries
        ]
        answer[f"{size}"] = statistics.median(times[1:])
    return {"dimensions": dimensions, "seconds": answer}


def search(release: Release, queries: int) -> dict[str, Any]:
    """Titles with artists, each with one typing error."""
    chance = random.Random(0)
    numbers = [chance.randrange(len(release.catalog)) for _ in range(queries)]
    typed = [one_edit(entry, chance) for entry in release.catalog.entries(numbers)]
    times = [_timed(lambda query=query: release.catalog.search(query, 10)) for query in typed]
    return {"p50_seconds": statistics.median(times), "p99_seconds": _p99(times), "queries": len(times)}


def entry_vectors(entries: Sequence[CatalogEntry]) -> Any:
    """float32 [n, n_features]"""
    return np.stack([vector(entry.features) for entry in entries])


def machine() -> str:
    """The interpreter and the machine's cores: what the absolute figures hang on."""
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"


def _beside(ours: Sequence[float], hello: Sequence[float]) -> dict[str, Any]:
    kamerton, bare = statistics.median(ours), statistics.median(hello)
    return {"kamerton_seconds": kamerton, "hello_seconds": bare, "ratio": kamerton / bare, "runs": len(ours)}


def alternating(asked: Mapping[str, tuple[Server, Sequence[str]]], requests: int) -> dict[str, list[float]]:
    """The times of so many requests of each kind, by turns, a connection each; the paths of a kind come round and round."""
    connections = {name: server.connect() for name, (server, _) in asked.items()}
    times: dict[str, list[float]] = {name: [] for name in asked}
    for number in range(requests):
        for name, (_, paths) in asked.items():
            path = paths[number % len(paths)]
            times[name].append(_timed(lambda name=name, path=path: _get(connections[name], path)))
    for connection in connections.values():
        connection.close()
    # The first tenth warms caches up.
    return {name: each[requests // 10 :] for name, each in times.items()}


def _from_threads(server: Server, paths: Sequence[str], threads: int = 8) -> None:
    """Every worker thread answers a few times, so that what each keeps for itself is counted in the memory."""

    def ask(number: int) -> None:
        connection = server.connect()
        for path in paths[number::threads]:
            _get(connection, path)
        connection.close()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(ask, range(threads)))


def _get(connection: Any, path: str) -> None:
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"bench: {path} was answered with {answer.status}, not 200")


def _timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def quantile(times: Sequence[float], share: float) -> float:
    """NaN for no times."""
    return float(np.quantile(times, share)) if times else float("nan")


def _p99(times: Sequence[float]) -> float:
    return quantile(times, 0.99)
