"""Ask a served instance for a long time, as many listeners do, and print what became of the questions and of its memory.

    python -m tests.soak [--minutes 20] [--rate 10] [--faults] [--bucket URL]

The release in force is served by `functions/serve.py`, over fakes of the services outside. With --faults another release is put
in force each minute, the worker is killed each two, and one call in twenty of the bucket fails. An announced 503 (with
Retry-After) is no failure, nor is what a killed worker was at.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from kamerton.release.manifest import MANIFEST, POINTER, object_key
from kamerton.settings import Settings
from kamerton.storage import Bucket
from tests.bench.servers import Server, free_port
from tests.fakes.clouds import CLOUDS
from tests.fakes.deezer import FakeDeezer
from tests.fakes.itunes import FakeITunes
from tests.fakes.music import MadeTrack, made_music
from tests.fakes.pictures import FakePictures
from tests.fakes.reccobeats import FakeReccoBeats
from tests.fakes.spotify import FakeSpotify
from tests.fakes.youtube import KEY, FakeYouTube, video_of
from training.publish import release_in_force

ROOT = Path(__file__).resolve().parents[1]
_SECOND_RELEASE = "soak"
_SAMPLE_SECONDS = 10.0
_MB = 1024 * 1024


@dataclass
class Outcomes:
    """Of all questions: how often each status came, what failed, and how long answers took, in seconds."""

    statuses: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    killed_at: float = float("-inf")
    """When a worker was killed last: what it was at is lost with it."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=10.0, help="questions a second (default: 10)")
    parser.add_argument("--faults", action="store_true", help="with other releases, killed workers and a bucket that fails")
    parser.add_argument("--bucket", default="", help="where the release is (default: KAMERTON_BUCKET, or ./bucket)")
    options = parser.parse_args()
    bucket = Bucket.open(options.bucket or Settings.from_environ(os.environ).bucket_url)
    outcomes = Outcomes()
    with TemporaryDirectory() as name, serving(bucket, Path(name), options.faults, outcomes) as (server, music, disturb):
        names = asked_names(bucket, music)
        with disturbed(disturb):
            ask_on(server, names, options.minutes * 60, options.rate, outcomes)
        time.sleep(2)
        print(f"at rest:   {described(server)}")
    ordered = sorted(outcomes.seconds)
    print(f"answers: {dict(sorted(outcomes.statuses.items()))}")
    print(
        f"seconds: median {ordered[len(ordered) // 2]:.3f}, p99 {ordered[len(ordered) * 99 // 100]:.3f}, most {ordered[-1]:.3f}"
    )
    print(f"failed: {len(outcomes.failures)}", *outcomes.failures[:10], sep="\n  ")
    sys.exit(bool(outcomes.failures))


@contextmanager
def serving(
    bucket: Bucket, folder: Path, faults: bool, outcomes: Outcomes
) -> Iterator[tuple[Server, list[MadeTrack], Callable[[], None] | None]]:
    """The served release; the music of the world that it is asked about; and what disturbs it, called each minute."""
    music = made_music(("polka", "ska", "dub"), range(1990, 2024), per_year=30)
    release_id = release_in_force(bucket)
    if release_id is None:
        raise SystemExit("soak: there is no release in the bucket: `make train` makes one")
    with ExitStack() as stack:
        spotify, deezer = stack.enter_context(FakeSpotify(music)), stack.enter_context(FakeDeezer(music))
        reccobeats, itunes = stack.enter_context(FakeReccoBeats(music)), stack.enter_context(FakeITunes(music))
        youtube = stack.enter_context(FakeYouTube(video_of(track, place) for place, track in enumerate(music)))
        pictures = stack.enter_context(FakePictures())
        cloud = stack.enter_context(CLOUDS["s3"](folder))
        os.environ.update(cloud.environ)
        served = Bucket.open(f"{cloud.url}/soak", 60)
        for key in bucket.keys(f"releases/{release_id}"):
            served.put(key, bucket.get(key).data)
        pointer = bucket.get(POINTER).data
        served.put(POINTER, pointer)
        second_pointer = _copied(served, release_id, pointer)
        port = free_port()
        environ = {
            "KAMERTON_BUCKET": served.url,
            "KAMERTON_LOOK_SECONDS": "5",
            "KAMERTON_WORLD": "1",
            "SPOTIFY_API_URL": spotify.url,
            "SPOTIFY_ACCOUNTS_URL": spotify.url,
            "SPOTIFY_OPEN_URL": spotify.url,
            "SPOTIFY_LINK_URL": f"{spotify.url}/short",
            "RECCOBEATS_URL": reccobeats.url,
            "DEEZER_URL": deezer.url,
            "DEEZER_LINK_URL": f"{deezer.url}/short",
            "ITUNES_URL": itunes.url,
            "PICTURES_URL": pictures.url,
            "YOUTUBE_API_URL": youtube.url,
            "YOUTUBE_OEMBED_URL": youtube.url,
            "YOUTUBE_API_KEY": KEY,
            "HOST": "127.0.0.1",
            "PORT": str(port),
        }
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        output = stack.enter_context((folder / "server.txt").open("w"))
        command = [sys.executable, str(ROOT / "functions" / "serve.py")]
        process = subprocess.Popen(command, env=inherited | environ, stdout=output, stderr=output)
        stack.callback(process.wait)
        stack.callback(process.terminate)
        server = Server(process, port, 0.0)
        _wait(server)
        chance = random.Random(1)

        def fails_by_chance(_request: Request, _n_writes: int, answer: Callable[[], Response]) -> Response:
            return Response(status=503) if chance.random() < 0.05 else answer()

        n_minutes = 0

        def disturb() -> None:
            nonlocal n_minutes
            n_minutes += 1
            served.put(POINTER, second_pointer if n_minutes % 2 else pointer)
            if n_minutes % 2 == 0:
                outcomes.killed_at = time.monotonic()
                for pid in _children(process.pid):
                    os.kill(pid, signal.SIGKILL)

        if faults:
            cloud.fault = fails_by_chance
        yield server, music, disturb if faults else None


def _copied(bucket: Bucket, release_id: str, pointer: bytes) -> bytes:
    """A second release of the same, and the pointer to it."""
    for key in bucket.keys(f"releases/{release_id}"):
        name = key.rpartition("/")[2]
        data = bucket.get(key).data
        if name == MANIFEST:
            data = json.dumps({**json.loads(data), "release": _SECOND_RELEASE}).encode()
        bucket.put(object_key(_SECOND_RELEASE, name), data)
    return pointer.replace(release_id.encode(), _SECOND_RELEASE.encode())


def _wait(server: Server) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if ask(server, "/health")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("soak: nothing was served")


def asked_names(bucket: Bucket, music: Sequence[MadeTrack]) -> list[str]:
    """Of the catalog and of the world, by id and by name."""
    from kamerton.deadline import Deadline
    from kamerton.release.loader import load_release

    release = load_release(bucket, str(release_in_force(bucket)), Deadline(60))
    entries = [entry.track for entry in release.catalog.examples(1000)]
    names = [track.id for track in entries] + [f"{track.title} {track.artists[0]}" for track in entries]
    return names + [track.id for track in music] + [f"{track.title} {track.artists[0]}" for track in music]


def ask_on(server: Server, names: Sequence[str], seconds: float, rate: float, outcomes: Outcomes) -> None:
    """So many questions a second, whatever becomes of those before; some are asked again and again, as in life."""
    chance = random.Random(0)
    began = time.monotonic()
    next_sample = 0.0
    with ThreadPoolExecutor(64) as pool:
        number = 0
        while (now := time.monotonic() - began) < seconds:
            if now >= next_sample:
                print(f"{now:6.0f} s: {described(server)}", flush=True)
                next_sample = now + max(_SAMPLE_SECONDS, seconds / 30)
            name = names[int(len(names) * chance.random() ** 2)]
            kind = chance.random()
            path = "/api/v1/recommendations" if kind < 0.6 else "/" if kind < 0.9 else "/api/v1/genre"
            pool.submit(question, server, f"{path}?{urlencode({'track': name})}", outcomes)
            number += 1
            time.sleep(max(0.0, began + number / rate - time.monotonic()))


def question(server: Server, path: str, outcomes: Outcomes) -> None:
    started = time.monotonic()
    try:
        status, retry_after = ask(server, path)
    except (OSError, http.client.HTTPException) as error:
        if started - 3 < outcomes.killed_at:
            outcomes.statuses["cut off by a kill"] += 1
            return
        outcomes.statuses["no answer"] += 1
        outcomes.failures.append(f"{path}: {error!r}")
        return
    outcomes.seconds.append(time.monotonic() - started)
    announced = status == 503 and retry_after
    outcomes.statuses["503, announced" if announced else str(status)] += 1
    if status >= 500 and not announced:
        outcomes.failures.append(f"{path}: {status}")


def ask(server: Server, path: str) -> tuple[int, str | None]:
    connection = server.connect()
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers["Retry-After"]
    finally:
        connection.close()


@contextmanager
def disturbed(disturb: Callable[[], None] | None) -> Iterator[None]:
    """What disturbs is called each minute, until the block ends."""
    ended = threading.Event()

    def go_on() -> None:
        while disturb and not ended.wait(60):
            disturb()

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def described(server: Server) -> str:
    pids = [server.process.pid, *_children(server.process.pid)]
    try:
        n_threads = sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in pids)
        n_files = sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids)
        return f"{server.pss_bytes() / _MB:.0f} MB (PSS), {n_threads} threads, {n_files} files"
    except OSError:
        return "a worker ends"


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


if __name__ == "__main__":
    main()
