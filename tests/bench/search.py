"""How well and how fast a catalog is searched: `python -m tests.bench.search --catalog build/release/catalog.sqlite`.

Draws tracks at random (fixed seed), writes each down in the ways that people do, and reports for each way in how many of them
the track (or another with its title and an artist of its) comes first, and in the first ten, and how long a search takes: by
the clock, and in time of the processor, which other programs do not lengthen as much.
"""

from __future__ import annotations

import argparse
import random
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kamerton.music.normalise import normalise
from kamerton.release.catalog import Catalog, CatalogEntry

LETTERS = "abcdefghijklmnopqrstuvwxyz"

Spelling = Callable[[CatalogEntry, random.Random], str]


def both(entry: CatalogEntry, _: random.Random) -> str:
    return f"{entry.track.title} {' '.join(entry.track.artists)}"


def one_edit(entry: CatalogEntry, random_: random.Random) -> str:
    text = both(entry, random_)
    place = random_.randrange(len(text))
    edits = (
        text[:place] + random_.choice(LETTERS) + text[place:],
        text[:place] + text[place + 1 :],
        text[:place] + random_.choice(LETTERS) + text[place + 1 :],
        text[:place] + text[place + 1 : place + 2] + text[place : place + 1] + text[place + 2 :],
    )
    return random_.choice(edits)


def two_edits(entry: CatalogEntry, random_: random.Random) -> str:
    text = one_edit(entry, random_)
    place = random_.randrange(len(text))
    return text[:place] + random_.choice(LETTERS) + text[place + 1 :]


def first_artist(entry: CatalogEntry, _: random.Random) -> str:
    return f"{entry.track.title} {entry.track.artists[0]}"


def swapped(entry: CatalogEntry, _: random.Random) -> str:
    return f"{entry.track.artists[0]} {entry.track.title}"


def title(entry: CatalogEntry, _: random.Random) -> str:
    return entry.track.title


def half_title(entry: CatalogEntry, _: random.Random) -> str:
    return entry.track.title[: (len(entry.track.title) + 1) // 2]


def half_title_artist(entry: CatalogEntry, random_: random.Random) -> str:
    return f"{half_title(entry, random_)} {entry.track.artists[0]}"


def artist(entry: CatalogEntry, _: random.Random) -> str:
    return entry.track.artists[0]


def no_diacritics(entry: CatalogEntry, random_: random.Random) -> str:
    decomposed = unicodedata.normalize("NFKD", both(entry, random_))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


SPELLINGS: tuple[Spelling, ...] = (
    both,
    one_edit,
    two_edits,
    first_artist,
    swapped,
    no_diacritics,
    half_title_artist,
    title,
    half_title,
    artist,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--catalog", type=Path, required=True)
    parser.add_argument("--tracks", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--failures", type=int, default=0, help="how many searches that failed to print of each way")
    arguments = parser.parse_args()
    catalog = Catalog(arguments.catalog)
    random_ = random.Random(arguments.seed)
    asked = catalog.entries(random_.sample(range(len(catalog)), min(arguments.tracks, len(catalog))))
    print(f"{len(catalog)} tracks, {arguments.catalog.stat().st_size / 1e6:.1f} MB, {len(asked)} asked")
    print(f"{'way':20}{'first':>8}{'top 10':>8}{'median ms':>11}{'p99 ms':>8}{'CPU ms':>9}{'p99 CPU ms':>12}")
    for spelling in SPELLINGS:
        print(report(catalog, asked, spelling, random_, arguments.failures))
    print(report_entries(catalog, random_))


def report(catalog: Catalog, asked: list[CatalogEntry], spelling: Spelling, random_: random.Random, failures: int) -> str:
    by_artist = spelling is artist
    places, times, cpu_times, failed = [], [], [], []
    for entry in asked:
        query = spelling(entry, random_)
        start, cpu_start = time.perf_counter(), time.thread_time()
        found = catalog.search(query, 10)
        times.append((time.perf_counter() - start) * 1000)
        cpu_times.append((time.thread_time() - cpu_start) * 1000)
        places.append(next((place for place, other in enumerate(found) if is_meant(entry, other, by_artist)), 10))
        if places[-1] == 10:
            failed.append(f"    {query!r} -> {[(other.track.title, other.track.artists) for other in found[:2]]}")
    ranks = np.array(places)
    shares = f"{np.mean(ranks == 0):8.1%}{np.mean(ranks < 10):8.1%}"
    speeds = f"{np.median(times):11.1f}{np.percentile(times, 99):8.1f}"
    cpu_speeds = f"{np.median(cpu_times):9.1f}{np.percentile(cpu_times, 99):12.1f}"
    return "\n".join([f"{spelling.__name__:20}{shares}{speeds}{cpu_speeds}", *failed[:failures]])


def is_meant(entry: CatalogEntry, other: CatalogEntry, by_artist: bool) -> bool:
    same_artist = bool({normalise(name) for name in entry.track.artists} & {normalise(name) for name in other.track.artists})
    return same_artist and (by_artist or normalise(entry.track.title) == normalise(other.track.title))


def report_entries(catalog: Catalog, random_: random.Random) -> str:
    times = []
    for _ in range(50):
        numbers = random_.sample(range(len(catalog)), min(200, len(catalog)))
        start = time.perf_counter()
        catalog.entries(numbers)
        times.append((time.perf_counter() - start) * 1000)
    return f"entries of 200 random tracks: median {np.median(times):.2f} ms, p99 {np.percentile(times, 99):.2f} ms"


if __name__ == "__main__":
    main()
