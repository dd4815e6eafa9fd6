"""What it costs to hear half a minute of music: processor time warm and from a new process, memory, and ten sounds at once."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kamerton.storage import Bucket
from tests.bench.servers import KAMERTON, Asked, Server, running
from tests.bench.world import copied_release
from tests.functions.listening.sounds import beats, encoded
from training.listening.__main__ import main as put_models

_FILES = {"mp3": ("mp3", "libmp3lame"), "opus": ("webm", "libopus")}
_BORDER = "a-border-of-a-form"
_AT_ONCE = 10


def sound_figures(bucket: Bucket, release_id: str, runs: int) -> dict[str, Any]:
    """For each kind of file the seconds of processor time of a new process to its first answer, and of a later answer; then the
    bytes that the process takes at most, one sound at a time and ten at once. With vibenet's model beside the tagger."""
    sound = beats(124, "house", 30)
    asked = {name: _question(encoded(sound, *kind)) for name, kind in _FILES.items()}
    with TemporaryDirectory() as folder:
        copy = copied_release(bucket, release_id, Path(folder))
        put_models(["--bucket", copy.url, "--vibenet"])
        environ = {"KAMERTON_BUCKET": copy.url, "KAMERTON_WORLD": "0"}
        return {name: _of(question, environ, runs) for name, question in asked.items()}


def _of(question: Asked, environ: dict[str, str], runs: int) -> dict[str, Any]:
    cold = []
    for _ in range(runs):
        with running(KAMERTON, question, environ) as server:
            cold.append(server.cpu_seconds())
    with running(KAMERTON, question, environ) as server:
        began = server.cpu_seconds()
        _ask(server, [question] * runs, at_once=1)
        warm = (server.cpu_seconds() - began) / runs
        alone = server.most_bytes()
        statuses = _ask(server, [question] * _AT_ONCE, at_once=_AT_ONCE)
        together = server.most_bytes()
    return {
        "cold_cpu_seconds": statistics.median(cold),
        "warm_cpu_seconds": warm,
        "most_bytes": alone,
        "most_bytes_ten_at_once": together,
        "ten_at_once": dict(statuses),
    }


def _ask(server: Server, questions: Sequence[Asked], at_once: int) -> Counter[int]:
    def ask(question: Asked) -> int:
        connection = server.connect()
        try:
            return question.of(connection)
        finally:
            connection.close()

    with ThreadPoolExecutor(at_once) as pool:
        return Counter(pool.map(ask, questions))


def _question(data: bytes) -> Asked:
    head = f'--{_BORDER}\r\nContent-Disposition: form-data; name="file"; filename="sound"\r\n\r\n'.encode()
    body = head + data + f"\r\n--{_BORDER}--\r\n".encode()
    return Asked("POST", "/api/v1/audio", body, {"Content-Type": f"multipart/form-data; boundary={_BORDER}"})
