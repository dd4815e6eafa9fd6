"""`python3 -m infra.smoke`: content with a real function, and not with one that answers wrongly."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from infra.smoke import Deployed, Wrong, check_bot, check_page
from tests.serving import served

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def address(small_bucket_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("served"), KAMERTON_BUCKET=small_bucket_url) as function:
        yield function.address


def test_a_function_that_answers_passes(address: str) -> None:
    done = subprocess.run([ROOT / "infra" / "smoke.sh", f"{address}/"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "smoke: the page answers as it should: release small-1, 3 genres"


def test_one_without_a_release_does_not(tmp_path: Path) -> None:
    with served(tmp_path, KAMERTON_BUCKET=(tmp_path / "bucket").as_uri()) as function, pytest.raises(Wrong, match="503"):
        check_page(Deployed(function.address))


def test_what_is_no_bot_is_told_from_one(address: str) -> None:
    with pytest.raises(Wrong, match="without the secret"):
        check_bot(Deployed(address))


def test_a_bot_passes_that_answers_for_its_health_and_refuses_strangers(small_bucket_url: str, tmp_path: Path) -> None:
    with served(tmp_path, "telegram_webhook", KAMERTON_BUCKET=small_bucket_url) as function:
        assert check_bot(Deployed(function.address)) == "it refuses strangers"


def test_what_refuses_everything_is_no_bot() -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(403)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with serving(Handler) as address, pytest.raises(Wrong, match="200 application/json was expected"):
        check_bot(Deployed(address))


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """A server of such answers, until the block ends."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def altered(address: str, path: str, change: Any) -> Iterator[str]:
    """The function behind a server that changes its answers at one path."""
    origin = Deployed(address)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply = origin.ask(self.path)
            body = change(reply.body) if self.path.startswith(path) else reply.body
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    with serving(Handler) as changed:
        yield changed


def first_twice(body: str) -> str:
    answer = json.loads(body)
    answer["recommendations"][1] = answer["recommendations"][0]
    return json.dumps(answer)


def surer(body: str) -> str:
    answer = json.loads(body)
    answer["genres"][0]["probability"] += 0.1
    return json.dumps(answer)


@pytest.mark.parametrize(
    ("path", "change", "sentence"),
    [
        ("/health", lambda body: body.replace('"ok"', '"ill"'), "/health says"),
        ("/health", lambda _: "not JSON", "no JSON"),
        ("/api/v1/genres", lambda body: body.replace("metal", "tango"), "a genre is predicted"),
        ("/api/v1/recommendations", first_twice, "a track twice"),
        ("/api/v1/recommendations", surer, "sum to 1.1"),
        ("/api/v1/recommendations", lambda body: body.replace('"recommendations":[', '"recommendations":[],"x":['), "0 recomm"),
        ("/", lambda body: body.replace("track=", "song="), "no track to begin with"),
    ],
)
def test_an_answer_that_is_wrong_is_seen(address: str, path: str, change: Any, sentence: str) -> None:
    with altered(address, path, change) as wrong, pytest.raises(Wrong, match=sentence):
        check_page(Deployed(wrong))


@pytest.mark.parametrize(
    ("url", "sentence"), [("http://127.0.0.1:9", "nothing answers at http://127.0.0.1:9"), ("nowhere", "is no address")]
)
def test_where_nothing_is_a_sentence_says_so(url: str, sentence: str) -> None:
    done = subprocess.run([sys.executable, "-m", "infra.smoke", url], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
