"""The answer of GET /health, the same at both edges: which release is loaded.

Public names: HealthAnswer, health_answer.
"""

from __future__ import annotations

import time

from msgspec import Struct

_STARTED = time.monotonic()


class HealthAnswer(Struct):
    status: str
    release: str
    uptime_seconds: float


def health_answer(release_id: str) -> HealthAnswer:
    return HealthAnswer("ok", release_id, round(time.monotonic() - _STARTED, 3))
