"""The entry point in processes of its own: what it loads, how it starts, and how it changes over under load."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kamerton.storage import Bucket
from tests.serving import MAIN, served
from tests.small_release import point_to, put_release, small_objects, small_release, small_tracks

TRAINING = ("pandas", "pyarrow", "sklearn", "scipy", "catboost", "lightgbm", "xgboost", "keras", "jax", "tensorflow", "torch")
TRAINING += ("matplotlib", "plotnine", "onnx", "onnxmltools", "skl2onnx", "pandera", "tqdm", "training", "tests", "pytest")

LOADED = """
import json, sys
sys.path.append({folder!r})
from functions_framework import create_app
app = create_app("http_api", {main!r})
before = sorted(sys.modules)
for path in ("/api/v1/recommendations?world=0&track=", "/?world=0&track=", "/api/v1/genre?track="):
    response = app.test_client().get(path + "in+the+end+linkin+park")
    assert response.status_code == 200, response.text
print(json.dumps([before, sorted(sys.modules)]))
"""


def run(program: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """A program in a fresh interpreter, without this one's paths."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run([sys.executable, "-c", program], env=inherited | environ, capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module")
def loaded(small_bucket_url: str) -> tuple[set[str], set[str]]:
    """The modules that are loaded before the first request, and after two."""
    # The world is on, and nobody of it is needed: were one asked, it would be at an address where nothing is.
    names = ("SPOTIFY_OPEN_URL", "RECCOBEATS_URL", "DEEZER_URL", "ITUNES_URL", "PICTURES_URL", "YOUTUBE_API_URL")
    nobody = dict.fromkeys(names, "http://127.0.0.1:9")
    program = LOADED.format(folder=str(MAIN.parent), main=str(MAIN))
    done = run(program, KAMERTON_BUCKET=small_bucket_url, KAMERTON_WORLD="1", **nobody)
    assert done.returncode == 0, done.stderr
    before, after = json.loads(done.stdout)
    return set(before), set(after)


def test_serving_loads_nothing_of_training(loaded: tuple[set[str], set[str]]) -> None:
    _, after = loaded
    assert {name.partition(".")[0] for name in after} & set(TRAINING) == set()


def test_serving_loads_no_other_cloud_client(loaded: tuple[set[str], set[str]]) -> None:
    _, after = loaded
    assert not {name for name in after if name.startswith(("boto3", "google.cloud.storage", "googleapiclient", "requests"))}


def test_what_asks_the_world_is_not_loaded_for_a_track_of_the_catalog(loaded: tuple[set[str], set[str]]) -> None:
    _, after = loaded
    asking = {
        "spotipy",
        "requests",
        "urllib3",
        "kamerton.lookup.inquiry",
        "kamerton.lookup.track_cache",
        "kamerton.sources.http_session",
    }
    assert after & asking == set()


def test_the_page_loads_nothing_of_the_bot(loaded: tuple[set[str], set[str]]) -> None:
    _, after = loaded
    assert {name for name in after if name.startswith("kamerton.telegram")} == set()
    assert "kamerton.web.site" in after


def test_nothing_real_is_loaded_before_the_first_request(loaded: tuple[set[str], set[str]]) -> None:
    before, after = loaded
    real = {"kamerton.storage", "kamerton.release.loader", "kamerton.wiring", "obstore", "numpy", "sqlite3"}
    assert before & real == set()
    assert real <= after
    # A track of the catalog needs no model.
    assert "onnxruntime" not in after


@pytest.mark.parametrize(
    ("name", "value"),
    [("KAMERTON_BUCKET", "nonsense"), ("KAMERTON_PUBLIC_URL", "nowhere"), ("KAMERTON_LOOK_SECONDS", "soon")],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(name: str, value: str) -> None:
    done = run(f"from functions_framework import create_app; create_app('http_api', {str(MAIN)!r})", **{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"kamerton: {name} is ")
    assert len(done.stderr.splitlines()) == 1


def test_two_workers_answer(small_bucket_url: str, tmp_path: Path) -> None:
    """Nothing that does not survive a fork was used before it."""
    with served(tmp_path, KAMERTON_BUCKET=small_bucket_url, WORKERS="2", THREADS="1") as function:
        workers: set[float] = set()
        end = time.monotonic() + 30
        # Each worker loads the release at its own first request.
        while len(workers) < 2 and time.monotonic() < end:
            together(8, lambda: function.get("/api/v1/recommendations?track=metallica"))
            workers = {index for index, line in enumerate(function.log) if line["message"].endswith("is in force")}
        assert len(workers) == 2
        assert {line["status"] for line in function.log if line["message"] == "request"} == {200}


def together(count: int, ask: Callable[[], object]) -> None:
    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_an_address_of_any_length_is_answered(small_bucket_url: str, tmp_path: Path) -> None:
    """Under the framework's own program, which takes request lines of any length."""
    with served(tmp_path, KAMERTON_BUCKET=small_bucket_url) as function:
        for path in (f"/api/v1/search?q={'a' * 1_000_000}", f"/api/v1/tracks/{'a' * 1_000_000}", f"/{'a/' * 100_000}"):
            status, problem = function.get(path)
            assert (status, problem["status"], problem["code"]) == (414, 414, "address_too_long")
        assert function.get(f"/api/v1/search?q={'a' * 3000}")[0] == 400
        assert function.get("/health")[0] == 200


def test_a_start_without_a_release_waits_for_one(tmp_path: Path) -> None:
    bucket_url = (tmp_path / "bucket").as_uri()
    with served(tmp_path, KAMERTON_BUCKET=bucket_url) as function:
        assert function.get("/health")[0] == 503
        small_release(Bucket.open(bucket_url))
        end = time.monotonic() + 20
        while (status := function.get("/health")[0]) == 503 and time.monotonic() < end:
            time.sleep(0.2)
        assert status == 200


def test_a_new_release_is_taken_under_load_without_a_failed_request(tmp_path: Path) -> None:
    """Eight threads ask without a pause while releases come, go back, and come broken."""
    bucket = Bucket.open((tmp_path / "bucket").as_uri())
    manifest, objects = small_objects(small_tracks(), release="one")
    put_release(bucket, manifest, objects)
    put_release(bucket, *small_objects(small_tracks(), release="two"), point=False)
    broken, _ = small_objects(small_tracks(), release="broken")
    put_release(bucket, broken, objects | {"model.onnx": b"damaged"}, point=False)
    answers: list[tuple[int, str]] = []
    stop = threading.Event()

    with served(tmp_path, KAMERTON_BUCKET=bucket.url, KAMERTON_LOOK_SECONDS="0.05") as function:

        def ask() -> None:
            while not stop.is_set():
                status, body = function.get("/api/v1/recommendations?track=metallica&limit=5")
                answers.append((status, body.get("release", body)))

        def in_force(release: str) -> bool:
            end = time.monotonic() + 20
            while time.monotonic() < end:
                if function.get("/health")[1].get("release") == release:
                    return True
                time.sleep(0.05)
            return False

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        try:
            assert in_force("one")
            for release in ("two", "one", "two"):
                point_to(bucket, release)
                assert in_force(release)
            point_to(bucket, "broken")
            time.sleep(0.5)
            assert in_force("two")
        finally:
            stop.set()
            for thread in threads:
                thread.join()
    assert {status for status, _ in answers} == {200}
    assert {release for _, release in answers} == {"one", "two"}
    assert answers[-1][1] == "two"
    reports = [line["message"] for line in function.log if line["message"] != "request"]
    assert reports[0] == "release one is in force"
    assert reports[3] == "release two is in force"
    assert set(reports[4:]) == {
        "the release was not refreshed: broken: model.onnx does not have the checksum that the manifest gives"
    }
