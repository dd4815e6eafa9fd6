"""Connections whose every read ends with a deadline, also when a server drips its answer byte by byte.

A timeout of `requests` bounds the silence between two bytes and not the answer. Inside `within(deadline)` each read waits no
longer than the time that is left. Sources of it only the timeout counts, which suits a long collection.

Public names: within, seconds_left, BoundedAdapter.
"""

from __future__ import annotations

import http.client
import io
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from kamerton.deadline import Deadline

_deadline: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def within(deadline: Deadline) -> Iterator[None]:
    """Every call of this thread in the block ends with the deadline."""
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


def seconds_left(most: float) -> float:
    """How long a wait may take: `most`, or the time to the deadline if that is shorter."""
    deadline = _deadline.get()
    return most if deadline is None else min(most, deadline.left)


class _BoundedFile(io.RawIOBase):
    """The bytes of a socket; raises `TimeoutError` when the deadline has passed."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._seconds = connection.gettimeout()
        self._file = connection.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        deadline = _deadline.get()
        if deadline is not None:
            if deadline.passed:
                raise TimeoutError("the deadline has passed")
            self._connection.settimeout(deadline.left if self._seconds is None else min(self._seconds, deadline.left))
        return self._file.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()


class _BoundedSocket:
    """The one method of a socket that the responses of http.client use."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def makefile(self, _: str) -> io.BufferedReader:
        return io.BufferedReader(_BoundedFile(self._connection))


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(_BoundedSocket(sock), *arguments, **options)  # type: ignore[arg-type]


class _Connection(HTTPConnection):
    response_class = _Response


class _SecureConnection(HTTPSConnection):
    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class BoundedAdapter(HTTPAdapter):
    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
        return manager
