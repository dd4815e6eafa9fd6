"""Serve a function on this machine, as the container does, and say where once it answers.

python -m infra.serve [--port 8080] [--host 127.0.0.1] [--target http_api|telegram_webhook] [--log] [--reload] [--check]

The line that the function writes for each request is not shown without --log, so that the address stays in sight.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGETS = ("http_api", "telegram_webhook")
_MOST_SECONDS_TO_START = 60.0
# This machine is asked directly, whatever proxy the environment names.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def main() -> None:
    options = _parser().parse_args()
    _require_free(options.host, options.port)
    if options.check:
        return
    # The framework appends its source folder to sys.path; nothing else of the repository should be importable there.
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environ |= {"FUNCTION_TARGET": options.target, "HOST": options.host, "PORT": str(options.port)}
    if options.reload:
        environ["RELOAD"] = "1"
    command = [sys.executable, ROOT / "functions" / "serve.py"]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    shown = threading.Thread(target=_show, args=(process, options.log), daemon=True)
    shown.start()
    # Also where a shell made background commands deaf to Ctrl-C: what was started must end with this.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: process.terminate())
    _announce(process, f"http://{_shown_host(options.host)}:{options.port}")
    code = process.wait()
    shown.join(5)
    sys.exit(code)


def _show(process: subprocess.Popen[bytes], requests: bool) -> None:
    """What the function says, line by line, until it ends; with `requests` also that it was asked."""
    assert process.stdout is not None
    for line in process.stdout:
        if requests or not _is_request(line):
            sys.stdout.buffer.write(line)
            sys.stdout.flush()


def _is_request(line: bytes) -> bool:
    """A failed request is shown in any case."""
    try:
        said = json.loads(line)
    except ValueError:
        return False
    return isinstance(said, dict) and (said.get("message"), said.get("severity")) == ("request", "INFO")


def _announce(process: subprocess.Popen[bytes], address: str) -> None:
    """Wait until the function has answered once, whatever it said, then print the address as the last line."""
    health = _first_answer(process, f"{address}/health")
    if health is None and process.poll() is None:
        print(f"\nNothing was answered in {_MOST_SECONDS_TO_START:.0f} seconds: see above for what is wrong.", flush=True)
    if health == 503:
        print("\nThere is no release in the bucket that can be served: `make train` makes one.", flush=True)
    if health in (200, 503):
        print(f"\nKamerton is at {address} (Ctrl-C stops it)", flush=True)


def _first_answer(process: subprocess.Popen[bytes], url: str) -> int | None:
    end = time.monotonic() + _MOST_SECONDS_TO_START
    while process.poll() is None and time.monotonic() < end:
        try:
            with _OPENER.open(url, timeout=15) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.1)
    return None


def _require_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SystemExit(
                f"Port {port} cannot be used ({error.strerror}): choose another, as in `make run PORT=8081`."
            ) from None


def _shown_host(host: str) -> str:
    return "localhost" if host in ("127.0.0.1", "0.0.0.0") else host


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return port


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.serve", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=_port, default=8080, help="default: 8080")
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 lets other machines in (default: 127.0.0.1)")
    parser.add_argument("--target", choices=TARGETS, default=TARGETS[0], help=f"which function (default: {TARGETS[0]})")
    parser.add_argument("--log", action="store_true", help="show each request")
    parser.add_argument("--reload", action="store_true", help="serve what is changed in functions/kamerton at once")
    parser.add_argument("--check", action="store_true", help="only see whether the port is free")
    return parser


if __name__ == "__main__":
    main()
