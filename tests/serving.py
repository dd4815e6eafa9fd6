"""The function behind the framework's own gunicorn, as it is deployed: one more process, on a free port of this machine."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MAIN = Path(__file__).parents[1] / "functions" / "main.py"
FRAMEWORK = Path(sys.executable).with_name("functions-framework")
_LISTENING = re.compile(r"Listening at: (http://127\.0\.0\.1:\d+)")
# Talks to this machine alone, whatever proxy the environment names.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Served:
    """A served function: its address, and what it wrote."""

    def __init__(self, address: str, output: Path, pid: int) -> None:
        self.address = address
        self._output = output
        self._pid = pid

    def get(self, path: str) -> tuple[int, Any]:
        """The status and the JSON of one answer."""
        try:
            with _OPENER.open(f"{self.address}{path}", timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def post(self, path: str, body: Any, headers: Mapping[str, str]) -> int | None:
        """The status of an answer to a body of JSON; None when the function died over it."""
        asked = {"Content-Type": "application/json", **headers}
        request = urllib.request.Request(f"{self.address}{path}", json.dumps(body).encode(), asked)
        try:
            with _OPENER.open(request, timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return None

    def kill_workers(self) -> None:
        """As a machine that is switched off. Others take their place."""
        for pid in Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text().split():
            os.kill(int(pid), signal.SIGKILL)

    @property
    def output(self) -> str:
        return self._output.read_text()

    @property
    def log(self) -> list[dict[str, Any]]:
        whole, _, _ = self.output.rpartition("\n")
        return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]


@contextmanager
def served(folder: Path, target: str = "http_api", **environ: str) -> Iterator[Served]:
    """The function with these settings, until the block ends. Its output goes to a file in `folder`."""
    output = folder / "output.txt"
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [FRAMEWORK, "--source", MAIN, "--target", target, "--host", "127.0.0.1", "--port", "0"]
    with output.open("w") as stream:
        settings = {"GUNICORN_LOG_LEVEL": "info", **environ}
        process = subprocess.Popen(command, env=inherited | settings, cwd=folder, stdout=stream, stderr=stream)
    try:
        yield Served(_address(process, output), output, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _address(process: subprocess.Popen[bytes], output: Path) -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if found := _LISTENING.search(output.read_text()):
            return found[1]
        time.sleep(0.02)
    raise AssertionError(f"the function did not start: {output.read_text()}")
