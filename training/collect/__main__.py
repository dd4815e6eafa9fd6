"""The command.

    python -m training.collect [--genres hip-hop,metal] [--per-genre 5000] [--folder collected]

It may be stopped at any time, by Ctrl-C, a kill or a crash: the same command goes on where it stopped. Exit codes: 0 all is
there that is to be had; 75 a source wants no calls before the time that is named; 1 something else failed; 130 and 143 it was
stopped. Whatever the end, the table holds what is there by then, unless the process was killed outright.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from kamerton.errors import KamertonError, SourceError
from kamerton.settings import SourceSettings, SpotifyApp
from training.collect.collected_table import collected_table
from training.collect.collection import Answered, Collection
from training.collect.collector import Collector, Later, LeftOpen
from training.collect.plan import next_call
from training.collect.planned_calls import FIRST_YEAR, Wanted
from training.collect.progress import Progress
from training.collect.source_caller import Asker
from training.data.artifacts import write_table
from training.data.journal import Journal

ANSWERS = "answers.jsonl"
TABLE = "tracks.parquet"
GENRES = "hip-hop,k-pop,metal,indian,classical,blues"
PER_GENRE = 5000
PATIENCE_SECONDS = 120.0
DONE, FAILED, TRY_LATER = os.EX_OK, 1, os.EX_TEMPFAIL

Ending = tuple[int, str]
"""The exit code, and the sentence that says why it is not 0."""


class Stopped(BaseException):
    """The process was asked to end, by the signal `number`."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


def main(arguments: Sequence[str] | None = None, sleep: Callable[[float], object] = time.sleep) -> None:
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    options = _parser().parse_args(arguments)
    try:
        settings = SourceSettings.from_environ(os.environ)
        code, sentence = _collect(options, settings, sleep)
    except (KamertonError, OSError) as error:
        raise SystemExit(f"collect: {error}") from error
    except KeyboardInterrupt:
        raise SystemExit(128 + signal.SIGINT) from None
    if code != DONE:
        print(f"collect: {sentence} What goes on where this stopped: {_command(arguments)}", file=sys.stderr)
        raise SystemExit(code)


def _command(arguments: Sequence[str]) -> str:
    python = Path(sys.executable)
    # As one would type it here: .venv/bin/python.
    shown = python.relative_to(Path.cwd()) if python.is_relative_to(Path.cwd()) else python.name
    return shlex.join([str(shown), "-m", "training.collect", *arguments])


def _collect(options: argparse.Namespace, settings: SourceSettings, sleep: Callable[[float], object]) -> Ending:
    wanted = Wanted(options.genres, options.per_genre, options.years)
    with Journal(options.folder / ANSWERS, Answered, "collect") as journal:
        collection = Collection()
        journal.read(collection.take)
        ending: Ending = (DONE, "")
        if next_call(collection, wanted):
            app = _require_app(settings)
            with closing(Progress(collection, wanted, sleep)) as progress:
                asker = Asker(app, settings, options.patience, options.market, progress.pause)
                ending = _run(Collector(collection, journal, asker, progress.show, options.anyway), wanted)
        _write(collection, wanted, options.folder / TABLE)
    return ending


def _run(collector: Collector, wanted: Wanted) -> Ending:
    try:
        with _stopped_by(signal.SIGTERM, signal.SIGINT):
            collector.collect(wanted)
    except Stopped as stopped:
        return stopped.exit_code, "stopped as asked."
    except Later as later:
        return TRY_LATER, f"{later}. There is no more before {later.moment.astimezone():%A %d %B %Y, %H:%M (%Z)}."
    except LeftOpen as left:
        return FAILED, f"{left}, each time that it was asked: {_questions(left.n_calls)} left open."
    except SourceError as error:
        return FAILED, f"{error}."
    return DONE, ""


def _questions(number: int) -> str:
    return "1 question is" if number == 1 else f"{number:,} questions are"


@contextmanager
def _stopped_by(*signals: signal.Signals) -> Iterator[None]:
    def stop(number: int, _frame: object) -> None:
        raise Stopped(number)

    before = {number: signal.signal(number, stop) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _require_app(settings: SourceSettings) -> SpotifyApp:
    if settings.spotify_app is None:
        raise SystemExit(
            "collect: set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET to those of your app, "
            "which you find or make at https://developer.spotify.com/dashboard."
        )
    return settings.spotify_app


def _write(collection: Collection, wanted: Wanted, path: Path) -> None:
    table = collected_table(collection, wanted)
    if table.empty:
        print(f"No track with audio features of {', '.join(wanted.genres)} is there, so {path} is not written.")
        return
    write_table(path, table)
    counts = table["track_genre"].value_counts(sort=False)
    print(f"{path}: {len(table):,} rows, " + ", ".join(f"{number:,} {genre}" for genre, number in counts.items()))


def _genres(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name for part in text.split(",") if (name := part.strip())))
    # Spotify's query holds the name between quotation marks.
    if not names or not text.isprintable() or not {'"', "\\"}.isdisjoint(text):
        raise argparse.ArgumentTypeError("name genres with commas between, without quotation marks and backslashes")
    return names


def _years(text: str) -> tuple[int, ...]:
    """The newest first."""
    ends = re.fullmatch(r"(\d{4})-(\d{4})", text)
    if ends is None or ends[1] > ends[2]:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form 1950-1999")
    return tuple(range(int(ends[2]), int(ends[1]) - 1, -1))


def _count(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,6}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def _market(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a country's code of two capitals")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.collect",
        description="Collect tracks of genres and their audio features from Spotify and ReccoBeats.",
    )
    years = f"{FIRST_YEAR}-{datetime.now(UTC).year}"
    parser.add_argument("--genres", type=_genres, default=GENRES, help=f"with commas between (default: {GENRES})")
    parser.add_argument("--per-genre", type=_count, default=PER_GENRE, help=f"tracks of each (default: {PER_GENRE})")
    parser.add_argument("--folder", type=Path, default=Path("collected"), help="what to write to (default: collected)")
    parser.add_argument("--years", type=_years, default=years, help=f"of which the tracks are (default: {years})")
    parser.add_argument("--market", type=_market, help="only tracks that can be played there, such as DE")
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE_SECONDS,
        help=f"seconds to wait at most when a source asks for it, and not to stop (default: {PATIENCE_SECONDS:.0f})",
    )
    parser.add_argument("--anyway", action="store_true", help="ask even a source that said to wait")
    return parser


if __name__ == "__main__":
    main()
