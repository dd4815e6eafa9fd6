"""Whether lists become better as somebody says what they like: simulated listeners over the release in force.

    python -m tests.bench.simulated_listeners [--listeners 300]

Written down before anything was measured: a listener loves three artists of the catalog who have five tracks or more, two of
them of one genre, with fifteen tracks or more together; they love all tracks of these artists and nothing else. Five of them,
drawn by chance, are never liked; the others are liked one after the other. A list is good that has one of the five among its
ten (hit rate), and the better the more it has of them. Who made a track is not told to the lists, apart from what the index has
of it: what is known is its sound and what it is filed under.

Beside the list for them stand what is like the last liked track alone, and the best known tracks of all genres.
"""

from __future__ import annotations

import argparse
import os
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kamerton.deadline import Deadline
from kamerton.recommending.question import ListOptions
from kamerton.recommending.recommender import Recommender
from kamerton.release.loader import load_release
from kamerton.release.release import Release
from kamerton.service.catalog_seed import catalog_seed
from kamerton.service.personal import liking_of, taste_seeds
from kamerton.settings import Settings
from kamerton.storage import Bucket
from kamerton.taste.profile import Profile
from training.publish import release_in_force

_LIKES = (0, 1, 3, 10)
_LEAST_TRACKS = 5
_HELD_OUT = 5
_LIST = ListOptions(limit=10, artist_cap=3)


@dataclass(frozen=True)
class Listener:
    """Ids of tracks: what they like, in that order, and what they would."""

    likes: tuple[str, ...]
    held_out: frozenset[str]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.simulated_listeners", description=__doc__.splitlines()[0])
    parser.add_argument("--listeners", type=int, default=300)
    n_listeners = parser.parse_args().listeners
    bucket = Bucket.open(Settings.from_environ(os.environ).bucket_url)
    release_id = release_in_force(bucket)
    if release_id is None:
        raise SystemExit("there is no release in the bucket: `make train` makes one")
    release = load_release(bucket, release_id, Deadline(60))
    listeners = made_listeners(release, n_listeners, random.Random(1))
    print("\n".join(table(release, listeners)))


def made_listeners(release: Release, n: int, chance: random.Random) -> list[Listener]:
    tracks = defaultdict(list)
    genres = {}
    for entry in release.catalog.entries(range(len(release.catalog))):
        artist = entry.track.artists[0]
        tracks[artist].append(entry.track.id)
        genres.setdefault(artist, entry.track.genres[0])
    artists = sorted(artist for artist, ids in tracks.items() if len(ids) >= _LEAST_TRACKS)
    listeners = []
    while len(listeners) < n:
        first = chance.choice(artists)
        alike = [artist for artist in artists if genres[artist] == genres[first] and artist != first]
        others = [artist for artist in artists if genres[artist] != genres[first]]
        if not alike or not others:
            continue
        chosen = [first, chance.choice(alike), chance.choice(others)]
        loved = [track for artist in chosen for track in tracks[artist]]
        chance.shuffle(loved)
        if len(loved) >= max(_LIKES) + _HELD_OUT:
            listeners.append(Listener(tuple(loved[_HELD_OUT:]), frozenset(loved[:_HELD_OUT])))
    return listeners


def table(release: Release, listeners: Sequence[Listener]) -> list[str]:
    ways: dict[str, Callable[[Release, tuple[str, ...]], list[str]]] = {
        "for you": _for_you,
        "like the last one": _like_the_last,
        "best known": _best_known,
    }
    head = " | ".join(f"after {n} likes" for n in _LIKES)
    rows = [f"| list | {head} |", "| --- |" + " --- |" * len(_LIKES)]
    for name, way in ways.items():
        cells = []
        for n_likes in _LIKES:
            found = [len(listener.held_out & set(way(release, listener.likes[:n_likes]))) for listener in listeners]
            hits, mean = sum(each > 0 for each in found) / len(found), sum(found) / len(found)
            cells.append(f"{hits:.3f} ({mean:.2f})")
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return rows


def _for_you(release: Release, liked: tuple[str, ...]) -> list[str]:
    profile = Profile(tuple(reversed(liked)))
    seeds = taste_seeds(release, profile)
    if not seeds:
        return _best_known(release, liked)
    found = Recommender.of(release).recommend(seeds, _LIST, liking=liking_of(release, profile))
    return [each.track.id for each in found]


def _like_the_last(release: Release, liked: tuple[str, ...]) -> list[str]:
    entry = release.catalog.find(liked[-1]) if liked else None
    if entry is None:
        return _best_known(release, liked)
    return [each.track.id for each in Recommender.of(release).recommend([catalog_seed(release, entry)], _LIST)]


def _best_known(release: Release, liked: tuple[str, ...]) -> list[str]:
    ids = [entry.track.id for entry in release.catalog.examples(4)]
    return [track_id for track_id in ids if track_id not in liked][: _LIST.limit]


if __name__ == "__main__":
    main()
