"""gunicorn's worker with threads, with bounds of its own: on how long a request waits, and how long a client may hold a thread.

- A connection takes no thread before it has sent something.
- A request that would wait longer than MOST_WAIT for a thread, by how long requests took lately, is answered 503 at once, in
  plain text and with Retry-After. One whose client has hung up meanwhile is dropped.
- A connection that holds a thread for longer than MOST_HELD is cut: it sends or reads too slowly, or never.
- A request line that is too long is 414, where gunicorn by itself says 400.

It is used where we start gunicorn (`serve.py`). A platform that starts the framework by itself bounds how many requests an
instance gets at a time.

Public names: BoundedWorker, MOST_WAIT, MOST_HELD.
"""

from __future__ import annotations

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

_MOST_SILENT = 10.0
_RETRY_AFTER = 2
_BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Type: text/plain\r\nCache-Control: no-store\r\n"
    b"Retry-After: %d\r\nContent-Length: 55\r\n\r\nToo many are asking at once. Try again in two seconds.\n"
) % _RETRY_AFTER
_LARGEST_READ = 64 * 1024
_LINGER_SECONDS, _MOST_READ_OFF = 0.5, 1024 * 1024
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

    def accept(self, listener: socket.socket) -> None:
        try:
            client, address = listener.accept()
        except OSError:
            # Gone already, or taken by another worker.
            return
        self.nr_conns += 1
        connection = TConn(self.cfg, client, address, listener.getsockname())
        client.setblocking(False)
        connection.timeout = time.monotonic() + _MOST_SILENT
        self.pending_conns.append(connection)
        self.poller.register(client, EVENT_READ, partial(self.on_pending_socket_readable, connection))

    def enqueue_req(self, conn: TConn) -> None:
        if self._waiting * self._seconds / self.cfg.threads > MOST_WAIT:
            self._refuse(conn)
            return
        self._waiting += 1
        super().enqueue_req(conn)

    def finish_request(self, conn: TConn, fs: Any) -> None:
        self._waiting -= 1
        super().finish_request(conn, fs)

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
        _read_off(client)

    def murder_pending(self) -> None:
        """Called about once a second."""
        super().murder_pending()
        longest = time.monotonic() - MOST_HELD
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


def _hung_up(sock: socket.socket) -> bool:
    """Whether the client has closed the connection, so that nobody waits for an answer."""
    try:
        return sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def _read_off(sock: socket.socket) -> None:
    """Read what still comes, for a moment: closed over unread bytes the connection is reset, and the answer lost."""
    end, unread = time.monotonic() + _LINGER_SECONDS, _MOST_READ_OFF
    with suppress(OSError):
        sock.shutdown(socket.SHUT_WR)
        while unread > 0 and (left := end - time.monotonic()) > 0:
            sock.settimeout(left)
            chunk = sock.recv(min(unread, _LARGEST_READ))
            if not chunk:
                return
            unread -= len(chunk)


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
