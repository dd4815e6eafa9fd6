"""`python -m infra.serve`: starts, says where, and ends with what it started."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from pathlib import Path

import pytest

from tests.bench.servers import free_port

ROOT = Path(__file__).parents[2]


@contextmanager
def serving(folder: Path, *arguments: str, **environ: str) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """The command in a process group of its own, and the file that it writes to."""
    output = folder / "output.txt"
    command = [sys.executable, "-m", "infra.serve", *arguments]
    with output.open("w") as stream:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | environ, stdout=stream, stderr=stream, text=True, start_new_session=True
        )
    try:
        yield process, output
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(20)


def wait_for(output: Path, words: str) -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if words in (text := output.read_text()):
            return text
        time.sleep(0.05)
    raise AssertionError(f"{words!r} never came: {output.read_text()}")


def taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_it_says_where_once_it_answers(small_bucket_url: str, tmp_path: Path) -> None:
    port = free_port()
    # A proxy that the environment names has no say about this machine.
    environ = {"KAMERTON_BUCKET": small_bucket_url, "http_proxy": "http://127.0.0.1:9", "no_proxy": ""}
    with serving(tmp_path, "--port", str(port), **environ) as (_, output):
        text = wait_for(output, "Kamerton is at")
        assert text.splitlines()[-1] == f"Kamerton is at http://localhost:{port} (Ctrl-C stops it)"
        assert "There is no release" not in text
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{port}/health", timeout=20) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("options", [(), ("--log",)])
def test_requests_are_shown_only_when_asked_for(small_bucket_url: str, tmp_path: Path, options: tuple[str, ...]) -> None:
    port = free_port()
    with serving(tmp_path, "--port", str(port), *options, KAMERTON_BUCKET=small_bucket_url) as (process, output):
        wait_for(output, "Kamerton is at")
        process.terminate()
        process.wait(20)
    said = output.read_text()
    # It asks for its own health before it says where it is.
    assert ('"route":"/health"' in said) is bool(options)
    assert "release small-1 is in force" in said


def test_a_port_can_be_tried_before_anything_else_is_done(tmp_path: Path) -> None:
    with serving(tmp_path, "--check", "--port", str(free_port())) as (process, _):
        assert process.wait(20) == 0
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        serving(tmp_path, "--check", "--port", str(other.getsockname()[1])) as (process, _),
    ):
        assert process.wait(20) == 1


def test_the_webhook_is_served_the_same_way_and_refuses_who_has_no_secret(small_bucket_url: str, tmp_path: Path) -> None:
    port = free_port()
    options = ("--port", str(port), "--target", "telegram_webhook")
    with serving(tmp_path, *options, KAMERTON_BUCKET=small_bucket_url) as (_, output):
        wait_for(output, f"Kamerton is at http://localhost:{port}")
        request = urllib.request.Request(f"http://127.0.0.1:{port}/", b"{}", {"Content-Type": "application/json"})
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_all_that_it_started(small_bucket_url: str, tmp_path: Path, number: signal.Signals) -> None:
    port = free_port()
    with serving(tmp_path, "--port", str(port), KAMERTON_BUCKET=small_bucket_url) as (process, output):
        wait_for(output, "Kamerton is at")
        process.send_signal(number)
        process.wait(20)
        assert not taken(port)
        assert "Traceback" not in output.read_text()


def test_without_a_release_it_says_how_to_make_one(tmp_path: Path) -> None:
    bucket_url = (tmp_path / "bucket").as_uri()
    with serving(tmp_path, "--port", str(free_port()), KAMERTON_BUCKET=bucket_url) as (_, output):
        text = wait_for(output, "Kamerton is at")
        assert "There is no release in the bucket that can be served: `make train` makes one." in text


def test_a_port_in_use_is_named_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with serving(tmp_path, "--port", str(port)) as (process, output):
            assert process.wait(20) == 1
            assert f"Port {port} cannot be used (Address already in use): choose another" in output.read_text()


@pytest.mark.parametrize("port", ["0", "65536", "-1", "many"])
def test_what_is_no_port_is_refused(tmp_path: Path, port: str) -> None:
    with serving(tmp_path, f"--port={port}") as (process, output):
        assert process.wait(20) == 2
        assert "argument --port:" in output.read_text()
        assert "Traceback" not in output.read_text()


def test_a_wrong_setting_ends_it_with_a_sentence(tmp_path: Path) -> None:
    with serving(tmp_path, "--port", str(free_port()), KAMERTON_BUCKET="nonsense") as (process, output):
        assert process.wait(20) == 1
        assert output.read_text().startswith("kamerton: KAMERTON_BUCKET is 'nonsense'")
        assert "Kamerton is at" not in output.read_text()


def test_what_is_edited_is_served_without_a_restart(small_bucket_url: str, tmp_path: Path) -> None:
    copied = tmp_path / "functions"
    shutil.copytree(ROOT / "functions", copied, ignore=shutil.ignore_patterns("__pycache__"))
    port = free_port()
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {
        "KAMERTON_BUCKET": small_bucket_url,
        "KAMERTON_WORLD": "0",
        "FUNCTION_TARGET": "http_api",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "RELOAD": "1",
    }
    process = subprocess.Popen(
        [sys.executable, copied / "serve.py"], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    try:
        first = wait_for_page(port, "others that sound like it")
        texts = copied / "kamerton" / "texts" / "en.json"
        texts.write_text(texts.read_text().replace('"button": "Find"', '"button": "Look it up"'))
        later = wait_for_page(port, "Look it up")
        # A browser that holds the page of before is given this one.
        assert first.headers["ETag"] != later.headers["ETag"]
    finally:
        process.terminate()
        process.wait(20)


def wait_for_page(port: int, words: str) -> HTTPResponse:
    """The first page, once it says this."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                if words.lower() in answer.read().decode().lower():
                    return answer
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"{words!r} was never there")
