"""Functions under the real functions-framework program, on loopback ports."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HELLO = (ROOT / "tests" / "bench" / "hello.py", "hello")
KAMERTON = (ROOT / "functions" / "main.py", "http_api")
BOT = (ROOT / "functions" / "main.py", "telegram_webhook")
_MOST_SECONDS = 60.0


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def of(self, connection: http.client.HTTPConnection) -> int:
        """The status of the answer, which is read to its end."""
        connection.request(self.method, self.path, self.body, dict(self.headers))
        answer = connection.getresponse()
        answer.read()
        return answer.status


@dataclass(frozen=True)
class Server:
    """A running function; `cold_seconds` from the start of its process to the first answer of 200."""

    process: subprocess.Popen[bytes]
    port: int
    cold_seconds: float

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def pss_bytes(self) -> int:
        """Proportional set size of the process and its children: each shared page is counted once among its sharers."""
        return sum(_pss(pid) for pid in self._processes())

    def cpu_seconds(self) -> float:
        """Of all processors, by the process and its children that run."""
        return sum(_ticks(pid) for pid in self._processes()) / os.sysconf("SC_CLK_TCK")

    def most_bytes(self) -> int:
        """The most that one of its processes has taken so far, with what it shares."""
        return max(_peak_bytes(pid) for pid in self._processes())

    def _processes(self) -> list[int]:
        return [self.process.pid, *_children(self.process.pid)]


@contextmanager
def running(function: tuple[Path, str], first: str | Asked, environ: Mapping[str, str]) -> Iterator[Server]:
    """The function `(source, target)`, once it has answered `first`, of which a path alone is GET, with 200."""
    source, target = function
    port = free_port()
    program = str(Path(sys.executable).with_name("functions-framework"))
    command = [program, "--source", str(source), "--target", target, "--host", "127.0.0.1", "--port", str(port)]
    with _started(command, port, first, environ) as server:
        yield server


@contextmanager
def contained(first: str, environ: Mapping[str, str], threads: int) -> Iterator[Server]:
    """Our function as its container starts it, with bounds on what may come and wait, once it has answered `first`."""
    port = free_port()
    settings = {"FUNCTION_TARGET": KAMERTON[1], "HOST": "127.0.0.1", "PORT": str(port), "THREADS": str(threads)}
    command = [sys.executable, str(ROOT / "functions" / "serve.py")]
    with _started(command, port, first, settings | dict(environ)) as server:
        yield server


@contextmanager
def _started(command: Sequence[str], port: int, first: str | Asked, environ: Mapping[str, str]) -> Iterator[Server]:
    # With what is compiled not kept, each start would compile ours again, and not the installed hello's framework.
    unwanted = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
    clean = {name: value for name, value in os.environ.items() if name not in unwanted}
    started = time.perf_counter()
    process = subprocess.Popen(command, env=clean | dict(environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for_ok(process, port, Asked("GET", first) if isinstance(first, str) else first)
        yield Server(process, port, time.perf_counter() - started)
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for_ok(process: subprocess.Popen[bytes], port: int, first: Asked) -> None:
    end = time.monotonic() + _MOST_SECONDS
    while time.monotonic() < end and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            if (status := first.of(connection)) == 200:
                return
            raise SystemExit(f"bench: {first.path} was answered with {status}, not 200")
        except (ConnectionError, http.client.RemoteDisconnected):
            time.sleep(0.002)
        finally:
            connection.close()
    raise SystemExit(f"bench: {first.path} was not answered")


def _pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _ticks(pid: int) -> int:
    # utime and stime; the name before may hold anything.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _peak_bytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def _children(pid: int) -> list[int]:
    direct = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return direct + [below for child in direct for below in _children(child)]
