"""What is uploaded, alone in a new virtual environment with what its lock names: it installs, starts and answers.

The commands are those of the Dockerfile, whose image no test can build: where there is no daemon, there is none.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.source import FUNCTIONS, LOCK, copy_source, digest
from tests.bench.servers import free_port

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_MOST_SECONDS = 300


def entry_points() -> list[str]:
    """The functions of main.py that the framework serves, as they stand there now."""
    tree = ast.parse((FUNCTIONS / "main.py").read_text())
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return [node.name for node in found if any(ast.unparse(name) == "functions_framework.http" for name in node.decorator_list)]


@dataclass(frozen=True)
class Container:
    """A folder with the source, and the environment that stands in for the image's."""

    folder: Path
    environ: dict[str, str]

    def run(self, command: str) -> None:
        done = subprocess.run(
            ["sh", "-ec", command], cwd=self.folder, env=self.environ, capture_output=True, text=True, timeout=_MOST_SECONDS
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"

    @contextmanager
    def serving(self, **environ: str) -> Iterator[str]:
        """The address of the image's command with these settings."""
        port = free_port()
        # On this machine alone; what the image serves to all is the platform's to guard.
        settings = variables() | {"PORT": str(port), "HOST": "127.0.0.1", **environ}
        output = self.folder.parent / "output.txt"
        with output.open("w") as stream:
            process = subprocess.Popen(
                json.loads(instructions("CMD")[0]), cwd=self.folder, env=self.environ | settings, stdout=stream, stderr=stream
            )
        try:
            wait_for(process, f"http://127.0.0.1:{port}/", output)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} (.*)$", DOCKERFILE, re.MULTILINE)


def variables() -> dict[str, str]:
    return dict(pair.split("=", 1) for line in instructions("ENV") for pair in line.split())


def wait_for(process: subprocess.Popen[bytes], url: str, output: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            answer(url)
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nothing answered: {output.read_text()}")


def answer(url: str, data: bytes | None = None) -> tuple[int, str]:
    try:
        with _OPENER.open(url, data, timeout=20) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Container:
    folder = tmp_path_factory.mktemp("container")
    # The interpreter of this environment makes one that shares nothing with it.
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True, timeout=_MOST_SECONDS)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "KAMERTON"))}
    environ = kept | {"PATH": f"{folder / 'venv' / 'bin'}:{os.environ['PATH']}"}
    container = Container(folder / "app", environ)
    copy_source(container.folder)
    # The image has the lock under its own name.
    (container.folder / LOCK).write_bytes((container.folder / "requirements.txt").read_bytes())
    for command in instructions("RUN"):
        container.run(command)
    return container


def test_the_environment_holds_what_the_lock_names_and_nothing_is_missing(container: Container) -> None:
    container.run("pip check")
    container.run(f"pip freeze | grep -c == | grep -qx {(container.folder / LOCK).read_text().count('==')}")


def test_the_page_and_the_api_answer(container: Container, small_bucket_url: str) -> None:
    with container.serving(KAMERTON_BUCKET=small_bucket_url, KAMERTON_WORLD="0") as address:
        status, body = answer(f"{address}/api/v1/recommendations?track=metallica&limit=3")
        assert status == 200, body
        assert len(json.loads(body)["recommendations"]) == 3
        status, body = answer(f"{address}/?track=metallica")
        assert status == 200
        assert "<html" in body


@pytest.mark.parametrize("name", entry_points())
def test_every_entry_point_starts_and_refuses_what_is_not_for_it(
    container: Container, small_bucket_url: str, name: str
) -> None:
    bot = {"TELEGRAM_TOKEN": "1:stand-in-stand-in-stand-in-stand-in", "TELEGRAM_SECRET": "stand-in"}
    with container.serving(KAMERTON_BUCKET=small_bucket_url, KAMERTON_WORLD="0", FUNCTION_TARGET=name, **bot) as address:
        # Nobody's update: without the secret, and at no address of the API.
        status, body = answer(f"{address}/nobody", b"{}")
        assert 400 <= status < 500, body


def test_the_main_function_is_among_the_entry_points() -> None:
    assert variables()["FUNCTION_TARGET"] in entry_points()


def test_the_source_is_the_folder_without_what_gcloudignore_names(tmp_path: Path) -> None:
    copy_source(tmp_path)
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=FUNCTIONS,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    copied = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert copied == set(tracked) - {".gcloudignore", LOCK}
    assert (tmp_path / "requirements.txt").read_text() == (FUNCTIONS / LOCK).read_text()


def test_the_digest_of_the_source_changes_with_it_alone(tmp_path: Path) -> None:
    first, second = copy_source(tmp_path / "first"), copy_source(tmp_path / "second")
    assert first == second
    assert re.fullmatch("[0-9a-f]{40}", first)
    with (tmp_path / "first" / "main.py").open("a") as stream:
        stream.write("# changed\n")
    assert digest(tmp_path / "first") != first
