"""Hear a folder of music -> a table of tracks for `make train CATALOG=`.

    python -m training.listen FOLDER [--output collected/heard.parquet] [--genres heard] [--scheduler tcp://...]

Files are heard side by side on Dask: on this machine's processors, or on a cluster, whose machines need to see the folder and
the bucket under the same names. It may be stopped at any time: the same command goes on where it was, and hears anew what has
changed. A file that cannot be heard is named and passed over. Nothing is asked outside.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from tqdm import tqdm

from kamerton.errors import BucketError, NotOffered
from kamerton.listening.sound_models import SoundModelStore
from kamerton.settings import Settings, bucket_url
from kamerton.storage import Bucket
from training.data.artifacts import write_table
from training.data.journal import Journal
from training.listen.heard_table import heard_table
from training.listen.music_file import FileState, HeardFile, hear_file, music_files

TABLE = Path("collected/heard.parquet")
_MOST_NAMED = 20


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    if not options.folder.is_dir():
        raise SystemExit(f"listen: {options.folder} is no folder.")
    url = bucket_url(options.bucket, "--bucket") if options.bucket else Settings.from_environ(os.environ).bucket_url
    _require_models(url)
    files = list(music_files(options.folder))
    if not files:
        raise SystemExit(f"listen: there is no music in {options.folder}: no file ends as music does.")
    known: dict[FileState, HeardFile] = {}
    with Journal(options.output.with_suffix(".jsonl"), HeardFile, "listen") as journal:
        journal.read(lambda heard: known.__setitem__(heard.state, heard))
        unheard = [state for state in files if state not in known]
        try:
            if unheard:
                with _cluster(options.scheduler, options.processes) as client:
                    for heard in _heard(client, str(options.folder.resolve()), unheard, len(files), url):
                        journal.append(heard)
                        known[heard.state] = heard
        except KeyboardInterrupt:
            print("listen: stopped as asked. The same command goes on where it was.", file=sys.stderr)
            raise SystemExit(130) from None
    _write([known[state] for state in files], options.output, options.genres == "heard")


def _require_models(url: str) -> None:
    """Before anything is heard: what would be missing from every row."""
    try:
        models = SoundModelStore(lambda: Bucket.open(url)).models()
    except NotOffered as error:
        raise SystemExit(
            f"listen: there is no model that listens in {url}: `make listening VIBENET=1` puts it there."
        ) from error
    except BucketError as error:
        raise SystemExit(f"listen: {error}") from error
    if models.features is None:
        raise SystemExit(
            "listen: a catalog needs audio features, and the tagger hears none: `make listening VIBENET=1` puts a model that "
            "does into the bucket. It is under the GPL, so you have to choose it."
        )


@contextmanager
def _cluster(scheduler: str, n_processes: int) -> Iterator[Any]:
    dask: Any = import_module("distributed")
    if scheduler:
        with dask.Client(scheduler) as client:
            yield client
        return
    # On this machine alone, and without the page that shows its work.
    local = dask.LocalCluster(
        n_workers=n_processes, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs="ERROR"
    )
    with local, dask.Client(local) as client:
        yield client


def _heard(client: Any, folder: str, states: Sequence[FileState], n_files: int, url: str) -> Iterator[HeardFile]:
    """As they come."""
    dask: Any = import_module("distributed")
    futures = client.map(hear_file, [folder] * len(states), states, [url] * len(states), pure=False)
    state_of = {future.key: state for future, state in zip(futures, states, strict=True)}
    with tqdm(
        desc="listen", unit=" files", total=n_files, initial=n_files - len(states), dynamic_ncols=True, smoothing=0
    ) as bar:
        for future in dask.as_completed(futures):
            state = state_of[future.key]
            error = future.exception()
            yield HeardFile(state, error=f"a process ended over it: {error!r}") if error else future.result()
            bar.update()


def _write(heard: Sequence[HeardFile], path: Path, by_sound: bool) -> None:
    failed = [each for each in heard if each.row is None]
    for each in failed[:_MOST_NAMED]:
        print(f"{each.state.path}: {each.error}")
    if len(failed) > _MOST_NAMED:
        print(f"... and {len(failed) - _MOST_NAMED:,} more files that could not be heard")
    table = heard_table(heard, by_sound)
    if table.empty:
        raise SystemExit(f"listen: none of the {len(heard):,} files could be heard, so {path} is not written.")
    write_table(path, table)
    counts = Counter(table["track_genre"])
    n_silent = sum(not (each.row and each.row["track_genre"]) for each in heard if each.row)
    print(f"{path}: {len(table):,} tracks, " + ", ".join(f"{number:,} {genre}" for genre, number in counts.most_common(10)))
    if n_silent and not by_sound:
        print(f"The files of {n_silent:,} tracks name no genre: theirs is what is heard.")
    print(f'Now: make train CATALOG="{path}"')


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.listen", description="Hear a folder of music, as a table for `make train CATALOG=`."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--output", type=Path, default=TABLE, help=f"the table (default: {TABLE})")
    parser.add_argument(
        "--genres", choices=("files", "heard"), default="files", help="whose: what the files say (default), or what is heard"
    )
    parser.add_argument("--scheduler", default="", metavar="ADDRESS", help="of a Dask cluster (default: this machine)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="on this machine (default: its processors)")
    parser.add_argument("--bucket", metavar="URL", help="where the models are (default: KAMERTON_BUCKET or ./bucket)")
    return parser


if __name__ == "__main__":
    main()
