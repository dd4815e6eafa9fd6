"""Measure the release in force, and write reports/bench.json.

make bench      or      python -m tests.bench [--bucket URL] [--quick]
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from kamerton.deadline import Deadline
from kamerton.music.track import Track
from kamerton.release.catalog import CatalogEntry
from kamerton.release.loader import load_release
from kamerton.release.release import Release
from kamerton.settings import Settings, bucket_url
from kamerton.storage import Bucket
from tests.bench import measures, world
from tests.bench.bot import bot_figures
from tests.bench.first_view import first_view
from tests.bench.listening import first_sound_and_covers
from tests.bench.load import load
from tests.bench.map_frames import map_frames
from tests.bench.sound import sound_figures
from training.data.artifacts import write_json
from training.fitting.trained_classifier import load_classifier
from training.publish import release_in_force

_MAP_TIMES = ("painting", "between")


def main() -> None:
    options = _parser().parse_args()
    url = bucket_url(options.bucket, "--bucket") if options.bucket else Settings.from_environ(os.environ).bucket_url
    bucket = Bucket.open(url)
    release_id = release_in_force(bucket)
    if release_id is None:
        raise SystemExit("bench: there is no release in the bucket: `make train` makes one")
    release = load_release(bucket, release_id, Deadline(60))
    report = measure(bucket, release, options.build, quick=options.quick)
    write_json(options.reports / "bench.json", report)
    print("\n".join(described(report)))


def measure(bucket: Bucket, release: Release, build: Path, quick: bool) -> dict[str, Any]:
    """`quick` takes few runs, to see that it works; its figures mean little."""
    environ = {"KAMERTON_BUCKET": bucket.url, "KAMERTON_WORLD": "0"}
    entries = release.catalog.examples(10)
    by_id = ["/api/v1/recommendations?" + urlencode({"track": entry.track.id}) for entry in entries]
    by_name = ["/api/v1/recommendations?" + urlencode({"track": entry.track.title}) for entry in entries]
    vectors = measures.entry_vectors(entries)
    return {
        "machine": measures.machine(),
        "release": release.id,
        "cold_start": measures.cold_start(by_id[0], environ, 2 if quick else 11),
        "warm_by_id": measures.warm_latency(by_id, environ, 50 if quick else 1000),
        "warm_by_name": measures.warm_latency(by_name, environ, 50 if quick else 1000),
        "load": load(by_id, environ, 0.5 if quick else 8),
        "first_view": first_view(_pages(entries[0].track), environ, 1 if quick else 5),
        "listening": first_sound_and_covers(bucket, release.id, _answers(entries, 1 if quick else 6)),
        "sound": sound_figures(bucket, release.id, 1 if quick else 5),
        "world": world.remembered_answers(bucket, release, 50 if quick else 1000),
        "map": map_frames(environ, 40 if quick else 240),
        "bot": bot_figures(bucket, release.id, [entry.track.id for entry in entries], 2 if quick else 11, 50 if quick else 500),
        "loading": measures.loading(bucket, release.id, 2 if quick else 9),
        "prediction": measures.prediction(release, load_classifier(build).model.predict_proba, vectors, 2 if quick else 20),
        "search": measures.search(release, 40 if quick else 400),
        "index": measures.index_query(
            release.index.dimensions,
            [10_000, 100_000] if quick else [10_000, 100_000, 1_000_000],
            5 if quick else 20,
        ),
    }


def _answers(entries: Sequence[CatalogEntry], n: int) -> list[str]:
    return ["/?" + urlencode({"track": entry.track.id}) for entry in entries[:n]]


def _pages(track: Track) -> dict[str, str]:
    return {"the first page": "/", "an answer": "/?" + urlencode({"track": track.id})}


def described(report: dict[str, Any]) -> list[str]:
    """The report as lines of a table."""
    bot = report["bot"]
    cold, by_id, by_name = report["cold_start"], report["warm_by_id"], report["warm_by_name"]
    loading, prediction, search = report["loading"], report["prediction"], report["search"]
    lines = [
        f"{report['machine']}, release {report['release']}",
        _against_hello("cold start to the first 200", cold) + " (aim: 2.5)",
        _against_hello("warm answer by id, p50", by_id["p50"]),
        _line("  p99, beside hello's", f"{_ms(by_id['p99_seconds']['kamerton'])}, {_ms(by_id['p99_seconds']['hello'])}"),
        _against_hello("warm answer by name, p50", by_name["p50"]),
        _line("  p99", _ms(by_name["p99_seconds"]["kamerton"])),
        _line("  remembered track of the world, p50", _beside_catalog(report["world"])),
        _against_page("bot: cold start to the first update", bot["cold"]),
        _against_page("bot: warm update by id, p50", bot["warm"]) + " (aim: 1.5)",
        _line("memory (PSS) of all processes", f"{by_name['pss_bytes'] / 1e6:.0f} MB (aim: 170)"),
        _line("loading the release", f"{_ms(loading['seconds'])}, model of {loading['model_bytes'] / 1e6:.1f} MB"),
        _line("one prediction, ONNX beside native", f"{_ms(prediction['onnx_seconds'])}, {_ms(prediction['native_seconds'])}"),
        _line("search with one typo, p50 and p99", f"{_ms(search['p50_seconds'])}, {_ms(search['p99_seconds'])}"),
    ]
    lines += [_crowd_line(crowd, figures) for crowd, figures in report["load"].items()]
    for name, view in report["first_view"].items():
        seen = f"{view['bytes'] / 1000:.1f} kB (aim: 60), {view['requests']:.0f} requests"
        lines.append(_line(f"first view of {name}", f"{seen}, painted after {_ms(view['first_paint_seconds'])}"))
    for device, seen in report["listening"].items():
        covers = f"covers after {_ms(seen['covers_seconds'])} (aim: 2 s), painted after {_ms(seen['painted_seconds'])}"
        lines.append(_line(f"an answer on a {device}", f"first sound {_ms(seen['sound_seconds'])} (aim: 1 s), {covers}"))
    for kind, figures in report["sound"].items():
        lines.append(_line(f"30 seconds of {kind}", _sound_line(figures)))
    lines += [_map_line(name, report["map"]) for name in ("desktop", "phone")]
    for size, seconds in report["index"]["seconds"].items():
        lines.append(_line(f"index query, {int(size):,} x {report['index']['dimensions']}", _ms(seconds)))
    return lines


def _against_hello(name: str, figures: dict[str, Any]) -> str:
    times = f"{_ms(figures['kamerton_seconds'])}, hello {_ms(figures['hello_seconds'])}, {figures['ratio']:.2f} times"
    return _line(name, times)


def _beside_catalog(figures: dict[str, Any]) -> str:
    seconds = figures["seconds"]
    return f"{_ms(seconds['outside'])}, of the catalog {_ms(seconds['catalog'])}, {figures['ratio']:.2f} times (aim: 1.5)"


def _crowd_line(crowd: str, figures: dict[str, Any]) -> str:
    ours, hello = figures["kamerton"], figures["hello"]
    rates = f"{ours['answers_a_second']:.0f} answers a second, hello {hello['answers_a_second']:.0f}"
    others = f"{ours['announced_503']} announced 503s, {ours['failed']} failed"
    return _line(f"{crowd} at once", f"{rates}; p50 {_ms(ours['p50_seconds'])}, p99 {_ms(ours['p99_seconds'])}; {others}")


def _sound_line(figures: dict[str, Any]) -> str:
    times = (
        f"{figures['warm_cpu_seconds']:.2f} s of a processor (aim: 0.9), {figures['cold_cpu_seconds']:.2f} s from a new process"
    )
    memory = f"{figures['most_bytes'] / 1e6:.0f} MB (aim: 400), ten at once {figures['most_bytes_ten_at_once'] / 1e6:.0f} MB"
    return f"{times} (aim: 1.6), {memory}"


def _map_line(device: str, frames: dict[str, Any]) -> str:
    painting, between = ([_ms(frames[device][f"{name}_{part}_seconds"]) for part in ("p50", "p95")] for name in _MAP_TIMES)
    times = f"painted in {painting[0]} (p95 {painting[1]}), one each {between[0]} (p95 {between[1]})"
    return _line(f"map of {frames['points']:,}, a frame on a {device}", times)


def _against_page(name: str, figures: dict[str, Any]) -> str:
    times = f"{_ms(figures['bot_seconds'])}, page {_ms(figures['page_seconds'])}, {figures['ratio']:.2f} times"
    return _line(name, times)


def _line(name: str, value: str) -> str:
    return f"{name:<36}{value}"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--bucket", metavar="URL", help="default: KAMERTON_BUCKET or ./bucket")
    parser.add_argument("--build", type=Path, default=Path("build"), help="where the native model is (default: build)")
    parser.add_argument("--reports", type=Path, default=Path("reports"), help="where bench.json goes (default: reports)")
    parser.add_argument("--quick", action="store_true", help="few runs, to see that it works")
    return parser


if __name__ == "__main__":
    main()
