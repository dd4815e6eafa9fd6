"""gunicorn's worker with threads, with bounds of its own: on how long a request waits, and how long a client may hold a thread.

- A connection takes no thread before it has sent a whole request, its body included, for which it has ten seconds: who sends a
  byte now and then holds nobody up.
- A request that would wait longer than MOST_WAIT for a thread, by how long requests took lately, is answered 503 at once, in
  plain text and with Retry-After. One whose client has hung up meanwhile is dropped.
- A connection that holds a thread for longer than MOST_HELD is cut: it sends or reads too slowly, or never.
- A connection that ends before all was read of what it sent is read off by no thread, so that its answer arrives.
- A request line that is too long is 414, where gunicorn by itself says 400.

It is used where we start gunicorn (`serve.py`). A platform that starts the framework by itself bounds how many requests an
instance gets at a time.

Public names: BoundedWorker, is_whole, MOST_WAIT, MOST_HELD, LARGEST_BODY.
"""

from __future__ import annotations

import re
import socket
import time
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn import util
from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import TConn, ThreadWorker

MOST_WAIT = 2.0
"""Seconds: what is left of a request's time should suffice for an answer that asks outside."""

MOST_HELD = 15.0
"""Seconds: longer than a request may take, its sending and the reading of its answer included."""

_MOST_SENDING = 10.0
_RETRY_AFTER = 2
_BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Type: text/plain\r\nCache-Control: no-store\r\n"
    b"Retry-After: %d\r\nContent-Length: 55\r\n\r\nToo many are asking at once. Try again in two seconds.\n"
) % _RETRY_AFTER
_LARGEST_READ = 64 * 1024
LARGEST_BODY = 64 * 1024
"""Bytes. A longer body is a thread's business, which mostly refuses it unread."""
_LONGEST_LINE = 8190
_MOST_COME = 160 * 1024
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([^\r\n]*)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
# Of what is refused while it is still being sent.
_LINGER_SECONDS, _MOST_READ_OFF = 3.0, 32 * 1024 * 1024
# Of the mean of how long requests take, how much the last one counts; and what is assumed before the first.
_LAST_COUNTS, _FIRST_SECONDS = 0.05, 0.01


class BoundedWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """`sockets`, `tpool`, `poller`, `pending_conns` and `nr_conns` are gunicorn's. All but `handle` runs in the main thread."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._waiting = 0
        self._seconds = _FIRST_SECONDS
        # When each connection began to hold a thread.
        self._held: dict[TConn, float] = {}
        # How many bytes of its request each connection had sent when it was last looked at.
        self._seen: dict[TConn, int] = {}
        # Connections that are read off: how many bytes may still come, and until when.
        self._ending: dict[TConn, tuple[int, float]] = {}

    def accept(self, listener: socket.socket) -> None:
        try:
            client, address = listener.accept()
        except OSError:
            # Gone already, or taken by another worker.
            return
        self.nr_conns += 1
        connection = TConn(self.cfg, client, address, listener.getsockname())
        client.setblocking(False)
        self._wait_for(connection)

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """A connection that was kept alive begins another request."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._wait_for(conn)

    def on_pending_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        come = _come(client)
        # When no more has come than last time, the client has ended in the middle.
        if come is not None and not is_whole(come) and len(come) > self._seen.get(conn, 0):
            self._seen[conn] = len(come)
            _wake_at(client, len(come) + 1)
            if _EXPECTS.search(come):
                with suppress(OSError):
                    client.send(_CONTINUE)
            return
        self._seen.pop(conn, None)
        _wake_at(client, 1)
        super().on_pending_socket_readable(conn, client)

    def _wait_for(self, connection: TConn) -> None:
        """Until its request is there as a whole."""
        connection.timeout = time.monotonic() + _MOST_SENDING
        self.pending_conns.append(connection)
        self.poller.register(connection.sock, EVENT_READ, partial(self.on_pending_socket_readable, connection))

    def enqueue_req(self, conn: TConn) -> None:
        if self._waiting * self._seconds / self.cfg.threads > MOST_WAIT:
            self._refuse(conn)
            return
        self._waiting += 1
        super().enqueue_req(conn)

    def finish_request(self, conn: TConn, fs: Any) -> None:
        self._waiting -= 1
        if self.alive and not fs.cancelled() and fs.exception() is None and fs.result() is False and _more_comes(conn):
            self._read_off(conn)
        else:
            super().finish_request(conn, fs)

    def _read_off(self, connection: TConn) -> None:
        """Read what still comes before it is closed: closed over unread bytes it is reset, and the answer lost."""
        with suppress(OSError):
            connection.sock.setblocking(False)
            connection.sock.shutdown(socket.SHUT_WR)
        self._ending[connection] = (_MOST_READ_OFF, time.monotonic() + _LINGER_SECONDS)
        self.poller.register(connection.sock, EVENT_READ, partial(self._on_more, connection))

    def _on_more(self, connection: TConn, sock: socket.socket) -> None:
        left, end = self._ending[connection]
        try:
            n_bytes = len(sock.recv(_LARGEST_READ))
        except BlockingIOError:
            return
        except OSError:
            n_bytes = 0
        self._ending[connection] = (left - n_bytes, end)
        if not n_bytes or n_bytes >= left:
            self._end(connection)

    def _end(self, connection: TConn) -> None:
        del self._ending[connection]
        self.poller.unregister(connection.sock)
        self.nr_conns -= 1
        connection.close()

    def handle(self, conn: TConn) -> Any:
        if _hung_up(conn.sock):
            return False
        began = self._held[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            self._held.pop(conn, None)
            self._seconds += _LAST_COUNTS * (time.monotonic() - began - self._seconds)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        if isinstance(exc, LimitRequestLine):
            util.write_error(client, 414, "URI Too Long", "The address is too long.")
        else:
            super().handle_error(req, client, addr, exc)

    def murder_pending(self) -> None:
        """Called about once a second."""
        super().murder_pending()
        pending = set(self.pending_conns)
        self._seen = {connection: seen for connection, seen in self._seen.items() if connection in pending}
        now = time.monotonic()
        for connection, (_, end) in list(self._ending.items()):
            if end < now:
                self._end(connection)
        longest = now - MOST_HELD
        for connection, began in list(self._held.items()):
            if began < longest:
                _cut(connection.sock)

    def _refuse(self, connection: TConn) -> None:
        self.nr_conns -= 1
        sock = connection.sock
        with suppress(OSError):
            sock.setblocking(False)
            # What is unread at the close would make the answer a reset.
            sock.recv(_LARGEST_READ)
            sock.send(_BUSY)
        connection.close()


def is_whole(come: bytes) -> bool:
    """Whether a request has come as a whole, or so much of a large one that a thread may see to it."""
    head, end, body = come.partition(b"\r\n\r\n")
    if not end:
        return (len(come) > _LONGEST_LINE and b"\r\n" not in come[:_LONGEST_LINE]) or len(come) >= _MOST_COME
    if _CHUNKED.search(head):
        return body.endswith(b"0\r\n\r\n") or len(body) > LARGEST_BODY or len(come) >= _MOST_COME
    length = _LENGTH.search(head)
    # What is no number is refused, too.
    return length is None or not length[1].isdigit() or len(body) >= int(length[1][:9]) or int(length[1][:9]) > LARGEST_BODY


def _come(sock: socket.socket) -> bytes | None:
    """What has come and is not read yet, empty when the client has ended; None of a connection that is broken, or silent."""
    try:
        return sock.recv(_MOST_COME, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:
        return None


def _more_comes(connection: TConn) -> bool:
    """Whether something was sent, or is announced, that nobody has read."""
    if _hung_up(connection.sock):
        return False
    request = getattr(connection.parser, "mesg", None)
    # Of a body by chunks nobody knows how much comes.
    announced: int = getattr(request.body.reader, "length", 1) if request else 0
    return announced > 0 or bool(_come(connection.sock))


def _wake_at(sock: socket.socket, n_bytes: int) -> None:
    """A poller says that the socket can be read when so many bytes are there, or the client has ended."""
    with suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, n_bytes)


def _hung_up(sock: socket.socket) -> bool:
    """Whether the client has closed the connection, so that nobody waits for an answer."""
    try:
        return sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
