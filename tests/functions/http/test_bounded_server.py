"""What we start ourselves holds when a client sends too much, too slowly, or with too many others."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from selectors import DefaultSelector
from types import SimpleNamespace
from typing import Any

import pytest

from kamerton.http.address_bound import LONGEST_ADDRESS
from kamerton.http.bounded_worker import LARGEST_BODY, MOST_HELD, MOST_WAIT, BoundedWorker, is_whole

ROOT = Path(__file__).parents[3]
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_LISTENING = re.compile(r"Listening at: http://127\.0\.0\.1:(\d+)")


@contextmanager
def started(folder: Path, **environ: str) -> Iterator[int]:
    """The port of a server that `serve.py` has started."""
    output = folder / "output.txt"
    # The target, too: the framework leaves that of another test in this process's environment.
    settings = {"FUNCTION_TARGET": "http_api", "HOST": "127.0.0.1", "PORT": "0", "THREADS": "2", "GUNICORN_LOG_LEVEL": "info"}
    settings |= environ
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with output.open("w") as stream:
        command = [sys.executable, ROOT / "functions" / "serve.py"]
        process = subprocess.Popen(command, env=inherited | settings, cwd=folder, stdout=stream, stderr=stream)
    try:
        while (match := _LISTENING.search(output.read_text())) is None:
            assert process.poll() is None, output.read_text()
            time.sleep(0.05)
        yield int(match[1])
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def port(small_bucket_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with started(tmp_path_factory.mktemp("bounded"), KAMERTON_BUCKET=small_bucket_url) as port:
        assert status(port, "/health") == 200
        yield port


def status(port: int, path: str, body: bytes | None = None) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, {"Content-Type": "application/json"})
    try:
        with _OPENER.open(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def said(port: int, data: bytes, seconds: float = 30) -> bytes:
    """All that the server says to these bytes, until it hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as client:
        client.sendall(data)
        answer = b""
        while chunk := client.recv(65536):
            answer += chunk
        return answer


def test_a_question_is_answered(port: int) -> None:
    assert status(port, "/api/v1/recommendations?track=linkin+park+in+the+end") == 200


@pytest.mark.parametrize(("length", "expected"), [(LONGEST_ADDRESS - 200, 400), (LONGEST_ADDRESS + 1, 414), (9000, 414)])
def test_an_address_that_is_too_long_is_refused_unread(port: int, length: int, expected: int) -> None:
    assert status(port, f"/api/v1/search?q={'a' * length}") == expected


def test_a_request_line_without_end_is_cut_off(port: int) -> None:
    """As soon as it is too long, and not when it ends."""
    answer = said(port, b"GET /?track=" + b"a" * 20_000)
    assert answer.startswith(b"HTTP/1.1 414 ")


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"".join(b"X-%d: 1\r\n" % number for number in range(100)) + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 10_000 + b"\r\n\r\n",
    ],
)
def test_too_many_or_too_long_headers_are_refused(port: int, head: bytes) -> None:
    assert said(port, head)[:12] in (b"HTTP/1.1 431", b"HTTP/1.1 400")


def test_clients_that_say_nothing_hold_nobody_up(port: int) -> None:
    """Ten times as many as there are threads."""
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        assert status(port, "/health") == 200


def test_clients_that_keep_their_socket_open_after_an_answer_hold_nobody_up(port: int) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30)) for _ in range(20)]
        for client in clients:
            client.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        for client in clients:
            while client.recv(65536):
                pass
        # The server has hung up on all of them, and they have not: two seconds each would be forty.
        began = time.monotonic()
        assert status(port, "/health") == 200
        assert time.monotonic() - began < 20


@pytest.mark.parametrize("connection", ["close", "keep-alive"])
def test_who_sends_a_large_body_is_told_that_it_is_too_large(port: int, connection: str) -> None:
    # With keep-alive the body is read to its end, to find where the next request begins.
    for _ in range(5):
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"Content-Type": "application/json", "Connection": connection}
        asking.request("POST", "/api/v1/recommendations", b"a" * 5_000_000, headers)
        answer = asking.getresponse()
        assert answer.status == 413
        assert json.loads(answer.read())["code"] == "too_large"
        asking.close()


def test_who_stops_in_the_middle_of_a_request_holds_nobody_up(port: int) -> None:
    """In its first line, in its head, in its body: twenty of each, ten times as many as there are threads."""
    head = b"POST /api/v1/recommendations HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    with ExitStack() as stack:
        for said_so_far in (
            b"GET /hea",
            head,
            head + b'Content-Length: 900\r\n\r\n{"features":',
            head + b"Transfer-Encoding: chunked\r\n\r\n9",
        ):
            for _ in range(20):
                client = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
                client.sendall(said_so_far)
        for _ in range(5):
            assert status(port, "/health") == 200


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_a_request_that_comes_piece_by_piece_is_answered(port: int, framing: str) -> None:
    body = b'{"features": {"energy": 0.5}, "limit": 1}'
    length = b"Content-Length: %d" % len(body) if framing == "length" else b"Transfer-Encoding: chunked"
    head = (
        b"POST /api/v1/recommendations HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n" + length
    )
    sent = body if framing == "length" else b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    data = head + b"\r\n\r\n" + sent
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        for place in range(0, len(data), 40):
            client.sendall(data[place : place + 40])
            time.sleep(0.01)
        answer = b""
        while chunk := client.recv(65536):
            answer += chunk
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_who_waits_for_leave_to_send_a_body_gets_it(port: int) -> None:
    body = b'{"features": {"energy": 0.5}, "limit": 1}'
    head = b"POST /api/v1/recommendations HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(head + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body))
        assert client.recv(1024).startswith(b"HTTP/1.1 100 ")
        client.sendall(body)
        answer = b""
        while chunk := client.recv(65536):
            answer += chunk
    assert b"HTTP/1.1 200 " in answer


def test_a_connection_that_is_kept_alive_is_answered_again_and_again(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for number in range(1, 6):
        connection.request(
            "POST",
            "/api/v1/recommendations",
            b'{"features": {"energy": 0.5}, "limit": %d}' % number,
            {"Content-Type": "application/json"},
        )
        answer = connection.getresponse()
        assert answer.status == 200
        assert len(json.load(answer)["recommendations"]) == number
    connection.close()


@pytest.mark.parametrize(
    ("come", "whole"),
    [
        (b"", False),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", False),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", True),
        (b"GET /" + b"a" * 9000, True),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 9000, False),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", False),
        (b"POST / HTTP/1.1\r\ncontent-length:3\r\n\r\nabc", True),
        (b"POST / HTTP/1.1\r\nContent-Length: 3x\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (LARGEST_BODY + 1), True),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", False),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", True),
    ],
)
def test_a_thread_gets_whole_requests(come: bytes, whole: bool) -> None:
    assert is_whole(come) is whole


class Socket:
    """A socket that keeps what is done to it."""

    def __init__(self, waiting: bytes | None = b"GET") -> None:
        self.waiting, self.sent, self.shut = waiting, b"", False

    def recv(self, size: int, _flags: int = 0) -> bytes:
        if self.waiting is None:
            raise BlockingIOError
        return self.waiting[:size]

    def send(self, data: bytes) -> int:
        self.sent += data
        return len(data)

    def setblocking(self, blocking: bool) -> None:
        pass

    def shutdown(self, _how: int) -> None:
        self.shut = True


class Connection:
    def __init__(self, sock: Any) -> None:
        self.sock, self.closed = sock, False

    def close(self) -> None:
        self.closed = True


def worker(threads: int = 8) -> BoundedWorker:
    """One that has no process, no sockets, and a pool that only counts."""
    made = BoundedWorker.__new__(BoundedWorker)
    made.cfg = SimpleNamespace(threads=threads)
    made.nr_conns, made._waiting, made._seconds, made._held, made._seen, made._ending = 1, 0, 0.01, {}, {}, {}
    made.pending_conns = made.keepalived_conns = []
    future = SimpleNamespace(add_done_callback=lambda _: None)
    made.tpool = SimpleNamespace(submit=lambda *_: future)
    return made


def test_a_body_without_end_is_not_read_without_end() -> None:
    reading = worker()
    reading.poller = DefaultSelector()
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    connection = Connection(ours)
    reading._read_off(connection)
    sent = 0
    while not connection.closed:
        with suppress(BlockingIOError):
            sent += theirs.send(b"a" * 65536)
        reading.wait_for_and_dispatch_events(timeout=0)
    assert reading.nr_conns == 0
    assert 32 * 1024 * 1024 <= sent < 40 * 1024 * 1024
    for each in (ours, theirs):
        each.close()
    reading.poller.close()


def test_a_request_that_would_wait_too_long_is_refused_at_once() -> None:
    busy = worker(threads=8)
    busy._seconds = 1.0
    connections = [Connection(Socket()) for _ in range(40)]
    for connection in connections:
        busy.nr_conns += 1
        busy.enqueue_req(connection)
    refused = [connection for connection in connections if connection.closed]
    assert len(connections) - len(refused) == MOST_WAIT * 8 / 1.0 + 1
    assert all(connection.sock.sent.startswith(b"HTTP/1.1 503 ") for connection in refused)
    head, _, body = refused[0].sock.sent.partition(b"\r\n\r\n")
    assert b"Retry-After: 2" in head
    assert int(re.search(rb"Content-Length: (\d+)", head)[1]) == len(body)
    assert busy.nr_conns == 1 + len(connections) - len(refused)


def test_quick_answers_are_never_refused() -> None:
    quick = worker()
    connections = [Connection(Socket()) for _ in range(1000)]
    for connection in connections:
        quick.enqueue_req(connection)
    assert not any(connection.closed for connection in connections)


def test_what_nobody_waits_for_is_dropped() -> None:
    gone = Connection(Socket(b""))
    assert worker().handle(gone) is False
    assert gone.sock.sent == b""


def test_who_holds_a_thread_for_too_long_is_cut() -> None:
    holding = worker()
    slow, new = Connection(Socket()), Connection(Socket())
    holding._held = {slow: time.monotonic() - MOST_HELD - 1, new: time.monotonic()}
    holding.murder_pending()
    assert (slow.sock.shut, new.sock.shut) == (True, False)


def test_under_a_crowd_everybody_gets_an_answer_or_is_told_to_come_again(port: int) -> None:
    answers: list[int] = []

    def ask() -> None:
        for number in range(10):
            answers.append(status(port, f"/api/v1/recommendations?track=linkin+park+in+the+end&limit={number + 1}"))

    threads = [threading.Thread(target=ask) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {200, 503}
    assert answers.count(200) > 100
    assert status(port, "/health") == 200
