"""Types that several threads read at once, in processes of their own: a failure would end the process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"

AT_ONCE = """
import importlib, sys, threading
sys.path.append({functions!r})
sys.setswitchinterval(1e-6)
{import_line}

def ask():
    ready.wait()
    {read_line}

# With its types as new, each time: one round may go well by chance.
for _ in range(40):
    importlib.reload(source)
    {make_line}
    ready = threading.Barrier(8)
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""

SOURCES = {
    "deezer": (
        "from kamerton.sources import deezer as source",
        'source.DeezerClient("http://127.0.0.1:9", 1)',
        """source.read_track({"id": 1, "title": "a", "artist": {"name": "b"}, "album": {"title": "c"}}).id""",
    ),
    "spotify": (
        "from kamerton.settings import SpotifyApp; from kamerton.sources import spotify as source",
        'source.SpotifyClient(SpotifyApp("a", "b"), "http://127.0.0.1:9", "http://127.0.0.1:9", 1)',
        """source.read_track({"id": "0" * 22, "name": "a", "artists": [{"name": "b"}], "external_ids": {"isrc": None}}).id""",
    ),
    "youtube": (
        "from kamerton.sources import youtube as source",
        'source.YouTubeApi("key", "http://127.0.0.1:9", 1)',
        """source.read_videos({"items": [{"id": "0" * 11, "snippet": {"title": "a"}, "status": {}}]})[0]""",
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_the_first_answers_may_be_read_at_once(name: str) -> None:
    import_line, make_line, read_line = SOURCES[name]
    program = AT_ONCE.format(functions=str(FUNCTIONS), import_line=import_line, make_line=make_line, read_line=read_line)
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    process = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, timeout=60)
    assert process.returncode == 0, process.stderr
    assert process.stderr == ""
