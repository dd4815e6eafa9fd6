"""One JSON line for each request, and for each thing that an operator should know, as Cloud Logging reads them.

Never a query's text, an address or a key: what a person asked is their own business.
Fields: https://cloud.google.com/logging/docs/structured-logging
"""

from __future__ import annotations

import sys
from typing import Any, TextIO

import msgspec


class Log:
    """Writes whole lines to `stream` (standard error, looked up at each line, unless one is given)."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def line(self, severity: str, message: str, **fields: Any) -> None:
        entry = {"severity": severity, "message": message, **fields}
        text = msgspec.json.encode(entry).decode() + "\n"
        stream = self._stream or sys.stderr
        stream.write(text)
        stream.flush()
