"""Clients that others generate from the API's own document get every audio feature through, there and back.

Each generator makes its client from the document that a running server gives; a program in `programs/` asks by that client.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from kamerton.music.features import NAMES
from tests import node
from tests.serving import served

PROGRAMS = Path(__file__).with_name("programs")
FEATURES = {
    "acousticness": 0.11,
    "danceability": 0.62,
    "energy": 0.83,
    "instrumentalness": 0.04,
    "liveness": 0.35,
    "loudness": -6.5,
    "speechiness": 0.06,
    "tempo": 123.4,
    "valence": 0.47,
    "key": 7,
    "mode": 1,
    "duration_ms": 215_000,
    "explicit": True,
}
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture(scope="module")
def address(small_bucket_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("served"), KAMERTON_BUCKET=small_bucket_url) as function:
        yield function.address


@pytest.fixture(scope="module")
def document(address: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The document, as the server gives it."""
    path = tmp_path_factory.mktemp("document") / "openapi.json"
    with _OPENER.open(f"{address}/openapi.json") as answer:
        path.write_bytes(answer.read())
    return path


def run(command: Sequence[str | Path], **environ: str) -> str:
    """What the command says; its own words when it fails."""
    # The clients' requests go to this machine alone, whatever proxy the environment names.
    settings = {**os.environ, "NO_PROXY": "*", **environ}
    done = subprocess.run([*map(str, command)], env=settings, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def tool(name: str) -> Path:
    return Path(sys.executable).with_name(name)


def openapi_generator(document: Path, folder: Path) -> list[str | Path]:
    run([tool("openapi-generator-cli"), "generate", "-g", "python", "-i", document, "-o", folder])
    return [sys.executable, PROGRAMS / "openapi_generator.py"]


def openapi_python_client(document: Path, folder: Path) -> list[str | Path]:
    run([tool("openapi-python-client"), "generate", "--path", document, "--output-path", folder, "--overwrite"])
    return [sys.executable, PROGRAMS / "openapi_python_client.py"]


def datamodel_code_generator(document: Path, folder: Path) -> list[str | Path]:
    options = ["--input-file-type", "openapi", "--output-model-type", "pydantic_v2.BaseModel"]
    run([tool("datamodel-codegen"), "--input", document, "--output", folder / "models.py", *options])
    return [sys.executable, PROGRAMS / "datamodel_code_generator.py"]


def typescript_fetch(document: Path, folder: Path) -> list[str | Path]:
    run([tool("openapi-generator-cli"), "generate", "-g", "typescript-fetch", "-i", document, "-o", folder])
    program = folder / "program.ts"
    program.write_text((PROGRAMS / "typescript_fetch.ts").read_text())
    # Checked in full: what does not fit together is an error of the document.
    options = ["--strict", "--target", "es2022", "--module", "preserve", "--lib", "es2022,dom"]
    run([*node.program("typescript", "tsc"), *options, "--noEmit", program])
    run([*node.program("esbuild"), program, "--bundle", "--format=esm", f"--outfile={folder / 'program.mjs'}"])
    return [node.NODE, folder / "program.mjs"]


@pytest.mark.parametrize(
    "generate",
    [openapi_generator, openapi_python_client, datamodel_code_generator, typescript_fetch],
    ids=lambda made: made.__name__,
)
def test_a_generated_client_loses_no_feature(
    generate: Callable[[Path, Path], list[str | Path]], document: Path, address: str, tmp_path: Path
) -> None:
    assert set(FEATURES) == set(NAMES)
    command = generate(document, tmp_path)
    said = json.loads(run([*command, address, json.dumps(FEATURES)], PYTHONPATH=str(tmp_path)))
    answer, track = said["answer"], said["track"]
    assert answer["features"] == FEATURES
    assert len(answer["recommendations"]) == 3
    assert track["features"] == plain(address, f"/api/v1/tracks/{track['track']['id']}")["features"]
    assert None not in track["features"].values()


def test_postman_is_answered_as_the_served_collection_says(address: str, tmp_path: Path) -> None:
    """Sent by newman, as it was served, without a change."""
    collection, report = tmp_path / "collection.json", tmp_path / "report.json"
    collection.write_text(json.dumps(served_collection := plain(address, "/postman.json")))
    # Not where an answer leads: that is outside.
    options = ["--ignore-redirects", "--reporters", "json", "--reporter-json-export", report]
    run([*node.program("newman"), "run", collection, *options])
    calls = json.loads(report.read_text())["run"]["executions"]
    # Without an example: the document is always there, and a file is for whoever sends it to choose.
    promised = [
        item["response"][0]["code"] if item["response"] else 400 if item["request"]["url"]["raw"].endswith("/audio") else 200
        for item in served_collection["item"]
    ]
    assert [call["response"]["code"] for call in calls] == promised
    assert [call["item"]["name"] for call in calls] == [item["name"] for item in served_collection["item"]]
    (call,) = [call for call in calls if "features" in call["request"].get("body", {}).get("raw", "")]
    answer = json.loads(bytes(call["response"]["stream"]["data"]))
    asked = json.loads(call["request"]["body"]["raw"])["features"]
    assert {name: answer["features"][name] for name in asked} == asked


def plain(address: str, path: str) -> Any:
    with _OPENER.open(address + path) as answer:
        return json.load(answer)
